"""Goods coming back, at any store."""
