"""The tablet's pages of counting."""
