"""What tablet templates need."""
