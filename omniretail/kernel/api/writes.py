"""A request that changes something: carried out once, recorded, answered alike."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from omniretail.kernel import audit, idempotency
from omniretail.kernel.api.foretold import comes_about
from omniretail.kernel.api.headers import header
from omniretail.kernel.api.problems import CONTENT_TYPE, InvalidInput
from omniretail.kernel.api.renderers import PlainJsonRenderer
from omniretail.kernel.errors import DomainError
from omniretail.kernel.prepared import prepared

if TYPE_CHECKING:
    from omniretail.kernel.api.views import ApiViewSet

KEY_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location", "ETag")
_FINISHED = f"WITH recorded AS ({audit.RECORDED}) {idempotency.SETTLED}"

Handler = Callable[[], HttpResponseBase]


class _Refused(Exception):
    """Carries what came of an attempt out of a transaction that must be rolled back."""

    def __init__(self, outcome: HttpResponseBase | Exception) -> None:
        self.outcome = outcome
        super().__init__()


class Write:
    """One attempt at one change, inside the transaction that also holds its audit entry
    and the key that keeps it from happening twice."""

    def __init__(self, view: "ApiViewSet", handler: Handler) -> None:
        self.view = view
        self.handler = handler

    def answer(self) -> HttpResponseBase:
        """Carry it out, or repeat what the first attempt was told."""
        key = self._key()
        asked = self._asked(key) if key else None
        if self.view.action in self.view.staged:
            return self._in_stages(asked)
        if asked and (response := self._as_foretold(asked)):
            return response
        try:
            with transaction.atomic():
                return self._at_once(asked)
        except _Refused as refused:
            return self._keep_refusal(refused.outcome, asked)

    def _as_foretold(self, asked: idempotency.Request) -> HttpResponseBase | None:
        """All of it in one statement, where the view knows what will be answered."""
        try:
            foretold = self.view.foretell()
        except (APIException, DomainError):  # the ordinary way says so and keeps it
            return None
        if foretold is None:
            return None
        answer = idempotency.Answer(foretold.status, _rendered(foretold.data))
        told = idempotency.told(asked, answer, at=self.view.at)
        noted = audit.columns(**self._entry(foretold.status))
        return _sent(answer) if comes_about(foretold, told, noted) else None

    def _at_once(self, asked: idempotency.Request | None) -> HttpResponseBase:
        claim = idempotency.claim(asked) if asked else None
        if claim and claim.answer:
            return _replay(claim.answer)
        try:
            response = self.handler()
        except Exception as error:
            raise _Refused(error) from error
        if response.status_code >= 400:
            raise _Refused(response)
        self._finish(response, claim, self._to_keep(response))
        return response

    def _keep_refusal(
        self, outcome: HttpResponseBase | Exception, asked: idempotency.Request | None
    ) -> HttpResponseBase:
        """Nothing is left of the attempt but its answer. Where another attempt was
        answered meanwhile, that is the answer of both."""
        response = self._told(outcome)
        answer = self._to_keep(response)
        if asked and answer.is_kept:
            with transaction.atomic():
                claim = idempotency.claim(asked)
                if claim.answer:
                    return _replay(claim.answer)
                idempotency.settle(claim, answer, at=self.view.at)
        return response

    def _told(self, outcome: HttpResponseBase | Exception) -> HttpResponseBase:
        if isinstance(outcome, Exception):
            return self.view.handle_exception(outcome)
        return outcome

    def _in_stages(self, asked: idempotency.Request | None) -> HttpResponseBase:
        claim = None
        if asked:
            claim = idempotency.claim_staged(asked, audit.columns(**self._entry()))
        if claim and claim.answer:
            return _replay(claim.answer)
        self.view.is_taken_over = bool(claim and claim.is_taken_over)
        try:
            response = self.handler()
        except Exception as error:  # noqa: BLE001 - every failure becomes a problem
            response = self.view.handle_exception(error)
        answer = self._to_keep(response)
        if not answer.is_kept:
            if claim:
                idempotency.give_up(claim)
            return response
        with transaction.atomic():
            is_ours = self._finish(response, claim, answer)
            told = idempotency.told_meanwhile(asked) if asked and not is_ours else None
            if told:  # whoever took it over has written it down
                transaction.set_rollback(True)
        return _replay(told) if told and told.body is not None else response

    def _finish(
        self,
        response: HttpResponseBase,
        claim: idempotency.Claim | None,
        answer: idempotency.Answer,
    ) -> bool:
        """Write down what they were told, and of what was done, who did it; answers whether
        the request is still this attempt's."""
        if response.status_code >= 400:
            return claim is None or idempotency.settle(claim, answer, at=self.view.at)
        if claim is None:
            audit.record(**self._entry(response.status_code))
            return True
        noted = audit.columns(**self._entry(response.status_code))
        settled = idempotency.settlement(claim, answer, at=self.view.at)
        return bool(prepared(_FINISHED, {**noted, **settled}))

    def _entry(self, status: int | None = None) -> dict[str, Any]:
        """Who does what; without a status, of an attempt that may come to no end."""
        view = self.view
        names = ":".join(str(value) for value in view.kwargs.values())
        detail = {
            "method": view.request.method,
            "status": status,
            "principal": view.principal.reference,
        }
        if key := header(view.request, KEY_HEADER):
            detail["key" if status else "unended"] = key
        return {
            "actor": view.by,
            "action": view.operation,
            "subject": (view.subject or f"{view.basename}:{names}")[:150],
            "at": view.at,
            "detail": detail,
        }

    def _key(self) -> str | None:
        key = header(self.view.request, KEY_HEADER)
        if key is None:
            if self.view.request.method == "POST":
                message = _("Every POST carries a key of the caller's choice.")
                raise InvalidInput({(KEY_HEADER,): [message]}, where="header")
            return None
        if not _KEY.fullmatch(key):
            message = _("1 to 255 visible ASCII characters.")
            raise InvalidInput({(KEY_HEADER,): [message]}, where="header")
        return key

    def _asked(self, key: str) -> idempotency.Request:
        request = self.view.request
        path = request.get_full_path()
        return idempotency.Request(
            principal=self.view.principal.reference,
            key=key,
            operation=self.view.operation,
            content=idempotency.content_of(request.method or "", path, request.data),
        )

    def _to_keep(self, response: HttpResponseBase) -> idempotency.Answer:
        is_secret = self.view.action in self.view.secret and response.status_code < 400
        headers = {
            name: response.headers[name]
            for name in _KEPT_HEADERS
            if name in response.headers
        }
        body = None if is_secret else _body(response)
        return idempotency.Answer(response.status_code, body, headers)


def _body(response: HttpResponseBase) -> str:
    if isinstance(response, Response):
        if response.data is None:
            return ""
        return _rendered(response.data)
    if isinstance(response, HttpResponse):
        return response.content.decode()
    raise TypeError("a streamed answer cannot be kept")


def _rendered(data: Any) -> str:
    rendered: bytes = PlainJsonRenderer().render(data)
    return rendered.decode()


def _replay(answer: idempotency.Answer) -> HttpResponse:
    response = _sent(answer)
    response["Idempotency-Replayed"] = "true"
    return response


def _sent(answer: idempotency.Answer) -> HttpResponse:
    """An answer as it is kept."""
    content_type = "application/json" if answer.status < 400 else CONTENT_TYPE
    body = answer.body or ""
    response = HttpResponse(
        body, status=answer.status, content_type=content_type, charset="utf-8"
    )
    for name, value in answer.headers.items():
        response[name] = value
    return response
