"""The one queue of shop-floor work, ordered by deadline."""
