"""The door a 1C installation knocks at by itself: checkauth, init, file, import,
deactivate.

Its own protocol, over plain text: `success`, `progress` or `failure` in the first line and
words behind. A refusal is an answer like any other (1C shows its words to a person and
hides those of an HTTP error), and nothing of our insides is ever in it.
"""

import base64
import binascii
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inventory.feeds.models import ExchangeFile, Feed
from inventory.feeds.operations import (
    FileTooLarge,
    Session,
    ask_for_import,
    begin_exchange,
    go_on_with,
    receive_part,
    sign_in,
    take_off_unnamed,
    told,
)
from omniretail.kernel import clock
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from omniretail.kernel.sign_in import address_of

COOKIE = "omniretail-1c"
_POLL_SECONDS = 0.25
_KINDS = ("catalog", "reference")

log = structlog.get_logger(__name__)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest) -> HttpResponse:
    """One step of the exchange."""
    try:
        return _said(*_step(request))
    except DomainError as error:
        facts = [f"{name}: {value}" for name, value in error.facts.items()]
        return _said("failure", error.title, *facts)
    except DatabaseError as error:
        log.error("exchange_database", exc_info=error)
        return _said("failure", _("The service is out of reach for a moment. Try again."))
    except Exception as error:
        log.error("exchange_unforeseen", exc_info=error)
        return _said("failure", _("Something went wrong on our side."))


def _step(request: HttpRequest) -> tuple[str, ...]:
    mode = request.GET.get("mode", "")
    if mode == "checkauth":
        return _check_in(request)
    session = go_on_with(request.COOKIES.get(COOKIE, ""))
    if request.GET.get("type", "catalog") not in _KINDS:
        return "failure", _("Only the catalogue is exchanged here, no orders.")
    step = _STEPS.get(mode)
    if step is None:
        return "failure", _("This step of the exchange is not known.")
    return step(request, session)


def _check_in(request: HttpRequest) -> tuple[str, ...]:
    client_id, secret = _credentials(request)
    token = sign_in(
        client_id=client_id, secret=secret, address=address_of(request), at=clock.now()
    )
    return "success", COOKIE, token


def _init(request: HttpRequest, session: Session) -> tuple[str, ...]:
    del request
    begin_exchange(session=session)
    return "zip=yes", f"file_limit={limits().exchange_part_bytes}"


def _file(request: HttpRequest, session: Session) -> tuple[str, ...]:
    most = limits().exchange_part_bytes
    content = request.read(most + 1)
    if len(content) > most:
        raise FileTooLarge
    name = request.GET.get("filename", "")
    receive_part(session=session, name=name, content=content, at=clock.now())
    return ("success",)


def _import(request: HttpRequest, session: Session) -> tuple[str, ...]:
    name = request.GET.get("filename", "")
    deadline = time.monotonic() + limits().exchange_wait.total_seconds()
    while True:
        file = ask_for_import(session=session, name=name, at=clock.now())
        if file.status == ExchangeFile.Status.LANDED:
            return "success", file.words
        if file.status == ExchangeFile.Status.REFUSED:
            return "failure", file.words
        if time.monotonic() >= deadline:
            return "progress", _progress(file)
        time.sleep(_POLL_SECONDS)


def _deactivate(request: HttpRequest, session: Session) -> tuple[str, ...]:
    """What a full exchange did not name goes off sale (1C asks that since 2.08)."""
    del request
    return "success", told(take_off_unnamed(session=session, at=clock.now()))


def _done(request: HttpRequest, session: Session) -> tuple[str, ...]:
    """1C ends the exchange."""
    del request, session
    return ("success",)


_STEPS: dict[str, Callable[[HttpRequest, Session], tuple[str, ...]]] = {
    "init": _init,
    "file": _file,
    "import": _import,
    "deactivate": _deactivate,
    "complete": _done,
}


def _progress(file: ExchangeFile) -> str:
    rows = Feed.objects.filter(file_name=file.name, actor_key=file.actor_key)
    feed = rows.filter(status=Feed.Status.RUNNING).order_by("-pk").first()
    if feed is None:
        return _("Waits to be imported.")
    return _("%(kind)s: %(read)s rows read, %(landed)s landed") % {
        "kind": Feed.Kind(feed.kind).label,
        "read": feed.rows_read,
        "landed": feed.rows_landed,
    }


def _credentials(request: HttpRequest) -> tuple[str, str]:
    scheme, _space, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        plain = base64.b64decode(given, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    name, _colon, secret = plain.partition(":")
    return name, secret


def _said(*lines: str) -> HttpResponse:
    text = "\n".join(line for line in lines if line)
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8")
