"""Points: earned with goods in hand, spent as a tender, always adding up."""
