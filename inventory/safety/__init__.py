"""How many units each place keeps back, by rules that people can read."""
