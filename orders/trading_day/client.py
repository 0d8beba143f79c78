"""One caller of the public doors: retries with the same key, and a tally of answers."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = dict[str, Any]
_PATIENCE = httpx.Timeout(30.0, connect=5.0)
_TOO_MANY, _BUSY = 429, 503


class Refused(Exception):
    """The door said no; `code` is the problem's type in one word."""

    def __init__(self, status: int, problem: Json) -> None:
        self.status = status
        self.problem = problem
        self.code = str(problem.get("code", problem.get("error", status)))
        super().__init__(f"{status} {self.code}: {problem.get('title', '')}")


class OutOfReach(Exception):
    """The service did not answer in all the time we were ready to wait."""


@dataclass
class Tally:
    """What the callers met, counted over all threads."""

    answers: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    resent: int = 0
    cut: int = 0
    overtaken: int = 0
    differing: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def saw(
        self, method: str, path: str, answer: httpx.Response, *, has_cut: bool = False
    ) -> None:
        """Count one answer. "Busy" to a caller who hung up on the same request says that
        this is still being carried out (at a slow gateway): no failure of the service."""
        with self._lock:
            self.answers[answer.status_code] += 1
            if has_cut and _is_busy(answer):
                self.overtaken += 1
            elif answer.is_server_error:
                self.failures[f"{answer.status_code} {method} {path}"] += 1
            elif answer.is_client_error:
                self.refusals[_problem(answer).get("code", str(answer.status_code))] += 1

    def count(self, what: str) -> None:
        """Count a retry, a request sent again on purpose, or a connection cut."""
        with self._lock:
            setattr(self, what, getattr(self, what) + 1)

    @property
    def server_errors(self) -> int:
        return self.failures.total()


@dataclass(frozen=True)
class Manner:
    """How a request is sent: once, twice on purpose, or with the line cut after it."""

    is_resent: bool = False
    is_cut: bool = False


PLAIN = Manner()


class Caller:
    """Speaks to `/api/v1` as one principal.

    Every POST carries one Idempotency-Key that all its retries repeat, so a lost
    answer or a killed process never buys anything twice.
    """

    def __init__(
        self,
        web: httpx.Client,
        tally: Tally,
        headers: Mapping[str, str],
        *,
        patience: float = 120.0,
    ) -> None:
        self.web = web
        self.tally = tally
        self.headers = dict(headers)
        self.patience = patience

    def read(self, path: str, **query: Any) -> Any:
        """Ask a question."""
        return self._until_answered("GET", path, params=query)

    def tell(
        self, path: str, body: Json | None = None, *, manner: Manner = PLAIN, key: str = ""
    ) -> Any:
        """Have something done, once."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        sent: Json = {"json": body or {}, "headers": headers}
        if manner.is_cut:
            self._cut("POST", path, sent)
        answer = self._until_answered("POST", path, has_cut=manner.is_cut, **sent)
        if manner.is_resent:
            self.tally.count("resent")
            again = self._until_answered("POST", path, **sent)
            if again != answer:
                self.tally.differing.append(path)
        return answer

    def form(self, path: str, form: Json) -> Json:
        """Fill in a form, as OAuth wants it (RFC 6749)."""
        answer = self._until_answered("POST", path, data=form)
        return answer if isinstance(answer, dict) else {}

    def change(self, method: str, path: str, body: Json, **headers: str) -> Any:
        """Change something in place (PUT, PATCH, DELETE)."""
        return self._until_answered(method, path, json=body, headers=headers)

    def _cut(self, method: str, path: str, sent: Json) -> None:
        """Send the request and hang up before the answer can arrive."""
        self.tally.count("cut")
        impatient = httpx.Timeout(5.0, read=0.004)
        try:
            self.web.request(method, path, timeout=impatient, **self._dressed(sent))
        except httpx.TransportError:
            return

    def _until_answered(
        self, method: str, path: str, *, has_cut: bool = False, **sent: Any
    ) -> Any:
        given_up_at = time.monotonic() + self.patience
        pause = 0.1
        while time.monotonic() < given_up_at:
            answer = self._once(method, path, sent, has_cut=has_cut)
            if answer is not None:
                return answer
            self.tally.count("retries")
            time.sleep(pause)
            pause = min(pause * 2, 2.0)
        raise OutOfReach(f"{method} {path}")

    def _once(self, method: str, path: str, sent: Json, *, has_cut: bool) -> Any:
        """The answer's body, or None when it is worth asking again."""
        try:
            answer = self.web.request(
                method, path, timeout=_PATIENCE, **self._dressed(sent)
            )
        except httpx.TransportError:
            return None
        self.tally.saw(method, path, answer, has_cut=has_cut)
        if _is_passing(answer):
            return None
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        return answer.json() if answer.content else {}

    def _dressed(self, sent: Json) -> Json:
        return {**sent, "headers": {**self.headers, **sent.get("headers", {})}}


def _is_passing(answer: httpx.Response) -> bool:
    """Whether asking again later is what the door wants."""
    if answer.status_code == _TOO_MANY or answer.is_server_error:
        return True
    return _problem(answer).get("code") == "request_in_progress"


def _is_busy(answer: httpx.Response) -> bool:
    return answer.status_code == _BUSY and _problem(answer).get("code") == "busy"


def _problem(answer: httpx.Response) -> Json:
    if "json" not in answer.headers.get("content-type", ""):
        return {}
    body = answer.json()
    return body if isinstance(body, dict) else {}
