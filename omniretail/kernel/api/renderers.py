"""Answers are JSON, whatever dialect the caller names."""

from rest_framework.renderers import JSONRenderer


class PlainJsonRenderer(JSONRenderer):
    """JSON in UTF-8, letters as they are."""

    ensure_ascii = False
    compact = True
