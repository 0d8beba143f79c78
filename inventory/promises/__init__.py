"""What is kept for whom."""
