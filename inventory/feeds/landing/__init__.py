"""How staged rows land: one module per kind of feed, in set-wise statements."""
