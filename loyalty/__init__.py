"""Loyalty: who the customers are, what they have earned, and what we tell them."""
