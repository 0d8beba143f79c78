"""What is sold, under which codes, at which price."""
