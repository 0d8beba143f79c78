"""What may be had where, and every change of it."""
