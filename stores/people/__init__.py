"""Employees, what they may do and where, and how they sign in."""
