"""A trading day of the demonstration chain, played through the public doors."""
