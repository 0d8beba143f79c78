"""What a channel may sell: its places, what it must leave, what a place does not sell."""
