"""The database engine: Django's own, asking less before each request."""
