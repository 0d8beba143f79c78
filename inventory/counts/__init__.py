"""Counting what is on the shelves, and putting the levels right."""
