"""What lies where, and how it came and went."""
