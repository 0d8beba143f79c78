"""Lots: which delivery units belong to, and until when they are good."""
