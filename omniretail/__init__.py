"""The front door: settings, routing, and the two tables that tie the floors together."""
