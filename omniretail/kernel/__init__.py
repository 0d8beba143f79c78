"""What every floor stands on. It knows no retail noun."""
