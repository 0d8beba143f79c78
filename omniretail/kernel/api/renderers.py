"""Answers are JSON, whatever dialect the caller names."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request


class PlainJsonRenderer(JSONRenderer):
    """JSON in UTF-8, letters as they are."""

    ensure_ascii = False
    compact = True


class Negotiation(DefaultContentNegotiation):
    """Who takes anything, or what we answer first, need not be reasoned with."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        first = renderers[0]
        if request.META.get("HTTP_ACCEPT", "*/*") in ("*/*", first.media_type):
            return first, first.media_type
        found: tuple[BaseRenderer, str] = super().select_renderer(
            request, renderers, format_suffix
        )
        return found
