"""The tablet's pages of replenishment."""
