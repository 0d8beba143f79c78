"""Versions of what two people may edit at once."""

import hashlib

from rest_framework.request import Request

from omniretail.kernel.api.problems import PreconditionFailed, PreconditionRequired


def etag(*version: object) -> str:
    """A strong tag over whatever makes a version (a counter, a moment)."""
    text = "\x1f".join(str(part) for part in version)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def require_match(request: Request, current: str) -> None:
    """Refuse the change unless the caller has read the current version.

    Call it with the row locked, so that the version cannot move before the change.

    Raises:
        PreconditionRequired: the caller did not say which version it means.
        PreconditionFailed: that version is not the current one.
    """
    wanted = request.META.get("HTTP_IF_MATCH", "").strip()
    if not wanted:
        raise PreconditionRequired
    tags = {tag.strip() for tag in wanted.split(",")}
    if "*" not in tags and current not in tags:
        raise PreconditionFailed
