"""Doing what was promised: picking, bagging, handing over, shipping."""
