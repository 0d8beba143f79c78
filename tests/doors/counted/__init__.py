"""What is asked of each operation of stock so that its queries can be counted."""
