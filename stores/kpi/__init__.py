"""What was sold and how well it was done, by store, channel and day."""
