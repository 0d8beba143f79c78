"""Something to do once the answer has been sent: nobody waits for it, and whether it
succeeds is nobody's worry but ours."""

from collections.abc import Callable

import structlog
from django.http.response import HttpResponseBase

log = structlog.get_logger(__name__)


def afterwards(response: HttpResponseBase, call: Callable[[], object]) -> None:
    """Call when the server closes the answer, which is after its last byte."""

    def quietly() -> None:
        try:
            call()
        except Exception:  # the answer is out; there is nobody to tell
            log.warning("afterwards_failed", exc_info=True)

    response._resource_closers.append(quietly)  # type: ignore[attr-defined]
