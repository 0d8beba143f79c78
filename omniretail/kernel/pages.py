"""The HTML door's frame for buttons and forms that change something."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import render
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from omniretail.kernel import audit, clock, idempotency
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.api.problems import Problem, problem_of
from omniretail.kernel.errors import DomainError

ONCE = "_once"
_ONCE = re.compile(r"[\x21-\x7e]{1,100}")
_NOT_THE_REQUEST = {ONCE, "csrfmiddlewaretoken"}

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Refusal = Callable[..., HttpResponse]


class _Undo(Exception):
    def __init__(self, response: HttpResponse) -> None:
        self.response = response
        super().__init__()


def command(
    action: str, *, staged: bool = False, refused: Refusal | None = None
) -> Callable[[View[P]], View[P]]:
    """Make a view that changes something safe to press twice, atomic and audited.

    The view reads `request.actor` (set by the sign-in decorator around it) and
    `request.at` (the one reading of the clock), and may set `request.subject` for the
    audit trail. A `DomainError` becomes a message: an htmx fragment for the element
    marked data-refusal, else a Django message and the way back; or whatever
    `refused(request, error, **kwargs)` renders. An answer of 400 or more undoes what the
    view did. `staged` views keep transactions of their own, and read
    `request.is_taken_over`: whether an earlier press of the same button died on its way.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def framed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            request.at = clock.now()  # type: ignore[attr-defined]
            call = _Call(action, staged, request, lambda: view(request, *args, **kwargs))
            try:
                return call.answer()
            except _Undo as undo:
                return undo.response
            except (DomainError, DatabaseError) as error:
                if refused is not None and isinstance(error, DomainError):
                    return refused(request, error, *args, **kwargs)
                return refuse(request, problem_of(error))

        return cast("View[P]", framed)

    return decorate


class _Call:
    """One press of one button."""

    def __init__(
        self,
        action: str,
        staged: bool,
        request: HttpRequest,
        carry_out: Callable[[], HttpResponse],
    ) -> None:
        self.action = action
        self.staged = staged
        self.request = request
        self.carry_out = carry_out

    def answer(self) -> HttpResponse:
        asked = self._asked()
        if self.staged:
            return self._in_stages(asked)
        with transaction.atomic():
            claim = idempotency.claim(asked) if asked else None
            if claim and claim.answer:
                return self._again(claim.answer)
            response = self._undone_if_refused(self.carry_out())
            audit.record(**self._entry(asked, response.status_code))
            if claim:
                self._settle(claim, response)
            return response

    def _in_stages(self, asked: idempotency.Request | None) -> HttpResponse:
        claim = None
        if asked:
            claim = idempotency.claim_staged(asked, audit.columns(**self._entry(asked)))
        if claim and claim.answer:
            return self._again(claim.answer)
        self.request.is_taken_over = bool(  # type: ignore[attr-defined]
            claim and claim.is_taken_over
        )
        try:
            response = self._undone_if_refused(self.carry_out())
        except BaseException:
            if claim:
                idempotency.give_up(claim)
            raise
        with transaction.atomic():
            audit.record(**self._entry(asked, response.status_code))
            is_ours = claim is None or self._settle(claim, response)
            if asked and not is_ours and idempotency.told_meanwhile(asked):
                transaction.set_rollback(True)  # whoever took it over has written it down
        return response

    def _asked(self) -> idempotency.Request | None:
        key = self.request.POST.get(ONCE, "")
        if not _ONCE.fullmatch(key):
            return None
        actor = actor_of(self.request)
        return idempotency.Request(
            principal=f"page:{actor.kind}:{actor.key}"[:200],
            key=key,
            operation=self.action[:150],
            content=idempotency.content_of(
                "POST", self.request.path, _form(self.request.POST)
            ),
        )

    def _undone_if_refused(self, response: HttpResponse) -> HttpResponse:
        if response.status_code >= 400:
            raise _Undo(response)
        return response

    def _settle(self, claim: idempotency.Claim, response: HttpResponse) -> bool:
        """Only where it led is kept: pages hold names and tokens."""
        place = response.headers.get("Location") or response.headers.get("HX-Redirect")
        answer = idempotency.Answer(
            response.status_code, "", {"Location": place or back_of(self.request)}
        )
        at = self.request.at  # type: ignore[attr-defined]
        return idempotency.settle(claim, answer, at=at)

    def _again(self, answer: idempotency.Answer) -> HttpResponse:
        """The second press of the same button leads where the first one led."""
        return go(self.request, answer.headers.get("Location") or back_of(self.request))

    def _entry(
        self, asked: idempotency.Request | None, status: int | None = None
    ) -> dict[str, Any]:
        """Who pressed what; without a status, of a press that may come to no end."""
        match = self.request.resolver_match
        names = ":".join(str(value) for value in match.kwargs.values()) if match else ""
        subject = getattr(self.request, "subject", "") or names
        detail: dict[str, Any] = {"door": "page", "status": status}
        if asked:
            detail["principal"] = asked.principal
            detail["key" if status else "unended"] = asked.key
        return {
            "actor": actor_of(self.request),
            "action": self.action,
            "subject": str(subject)[:150],
            "at": self.request.at,  # type: ignore[attr-defined]
            "detail": detail,
        }


def actor_of(request: HttpRequest) -> Actor:
    """Who presses the button; a visitor nobody has recognised is a guest."""
    actor = getattr(request, "actor", None)
    if isinstance(actor, Actor):
        return actor
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Actor(ActorKind.ADMIN, user.get_username(), str(user))
    return Actor(ActorKind.GUEST, "visitor")


def go(request: HttpRequest, place: str) -> HttpResponse:
    """Lead the browser to another page, also from within an htmx request."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(place)})
    return HttpResponseRedirect(place)


def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The refusal in words beside the form, or as a message where one came from."""
    if request.headers.get("HX-Request"):
        response = render(
            request, "kernel/refusal.html", {"problem": problem}, status=problem.status
        )
        response["HX-Retarget"] = "[data-refusal]"
        response["HX-Reswap"] = "innerHTML"
    else:
        messages.error(request, problem.title)
        response = HttpResponseRedirect(back_of(request))
    for name, value in problem.headers.items():
        response[name] = value
    return response


def back_of(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of ours."""
    for place in (request.POST.get("next", ""), request.META.get("HTTP_REFERER", "")):
        if place and url_has_allowed_host_and_scheme(place, {request.get_host()}):
            parts = urlsplit(place)
            if parts.path.startswith("/"):
                return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.path


def _form(data: QueryDict) -> dict[str, list[str]]:
    return {
        name: cast("list[str]", data.getlist(name))
        for name in data
        if name not in _NOT_THE_REQUEST
    }


def remember(request: Any, **facts: Any) -> None:
    """Set what the frame reads from a request (`actor`, `subject`)."""
    for name, value in facts.items():
        setattr(request, name, value)
