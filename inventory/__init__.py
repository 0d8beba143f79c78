"""What is sold, where it lies, and what of it is promised."""
