"""Stores and warehouses: where they are, when they are open, which devices stand there."""
