"""Messaging: each event told once, in the customer's language."""
