"""Real baskets: one week of a real grocer, told by many tills."""
