"""What to order and what to move: velocities, proposals, waits and lost demand."""
