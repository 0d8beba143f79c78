"""One effect per request: the same key with the same request gets the same answer."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.locking import PATIENCE, Busy
from omniretail.kernel.models.idempotency import IdempotencyKey
from omniretail.kernel.prepared import prepared

_POLL_SECONDS = 0.1
_PATIENCE_SECONDS = 3.0
# Answers that say "not now" or "not you" leave the key free for another attempt.
_UNKEPT = {401, 403, 429}
# The patience is set before the row is written: it is how long to wait for whoever has
# the same key.
_CLAIMED = """
    INSERT INTO kernel_idempotencykey
        (principal, key, request_hash, operation, state, lease_ends_at, entry, headers,
         body)
    SELECT %(principal)s::text, %(key)s::text, %(digest)s::text, %(operation)s::text,
           'running', clock_timestamp() + make_interval(secs => %(lease)s::float8),
           %(entry)s::jsonb, '{}', ''
    FROM set_config('lock_timeout', %(patience)s::text, true)
    ON CONFLICT (principal, key) DO NOTHING
    RETURNING id, lease_ends_at
"""
SETTLED = """
    UPDATE kernel_idempotencykey
    SET state = 'done', status = %(status)s::int, headers = %(headers)s::jsonb,
        body = %(body)s::text, lease_ends_at = NULL, entry = NULL,
        done_at = %(at)s::timestamptz
    WHERE id = %(row)s::bigint AND state = 'running'
      AND lease_ends_at IS NOT DISTINCT FROM %(lease)s::timestamptz
    RETURNING id
"""

TOLD = """
    INSERT INTO kernel_idempotencykey
        (principal, key, request_hash, operation, state, status, headers, body, done_at)
    SELECT %(principal)s::text, %(key)s::text, %(digest)s::text, %(operation)s::text,
           'done', %(status)s::int, %(headers)s::jsonb, %(body)s::text,
           %(at)s::timestamptz
    FROM set_config('lock_timeout', %(patience)s::text, true)
    RETURNING id
"""


class KeyReused(DomainError):
    """This idempotency key was already used for another request."""

    kind = Kind.RULE


class AnswerNotKept(DomainError):
    """This request was already answered, and the answer held a secret that is not kept."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Request:
    """Whose request it is, under which key, and what it asks."""

    principal: str
    key: str
    operation: str
    content: bytes

    @property
    def digest(self) -> str:
        """A keyed hash: the content may hold a PIN or a card number."""
        return _digest(self.content, settings.SECRET_KEY)

    def is_that_of(self, digest: str) -> bool:
        keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
        return any(hmac.compare_digest(_digest(self.content, key), digest) for key in keys)


@dataclass(frozen=True)
class Answer:
    """What the first attempt was told; None as body means that it was not kept."""

    status: int
    body: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether a later attempt must read the same."""
        return self.status < 500 and self.status not in _UNKEPT


@dataclass(frozen=True)
class Claim:
    """The right to carry the request out, or the answer if that was done before. What is
    taken over may have been carried out by an attempt that died before it could say so.
    Of a staged attempt, the lease under which it is this one's and no other's."""

    row: int
    answer: Answer | None = None
    is_taken_over: bool = False
    lease: datetime | None = None


def content_of(method: str, path: str, document: Any) -> bytes:
    """The request as canonical bytes: member order and spacing make no difference."""
    if isinstance(document, str | bytes):
        text = document if isinstance(document, str) else document.decode("latin-1")
    else:
        text = json.dumps(
            document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str
        )
    return f"{method} {path}\n{text}".encode("utf-8", "surrogatepass")


def claim(request: Request) -> Claim:
    """Claim the key inside the caller's transaction.

    While another attempt is under way the claim waits for that transaction and then
    reads its answer.

    Raises:
        KeyReused: the key stands for another request.
        Busy: a staged attempt is still under way.
        OperationalError: the other attempt took longer than the patience.
    """
    fresh = _insert(request)
    if fresh is not None:
        return fresh
    found = _found(request)
    if found.state == IdempotencyKey.State.RUNNING:
        raise Busy
    return Claim(found.pk, _answer(found))


def claim_staged(request: Request, entry: Mapping[str, Any]) -> Claim:
    """Claim the key in a transaction of its own, for an operation of several.

    An attempt that died leaves a lease behind; once it has run out, the next attempt
    takes over and enters the operation again, which is idempotent itself. Where none
    comes, the audit trail says `entry` of it (`unended.note_unended`).

    Raises:
        KeyReused: the key stands for another request.
        Busy: another attempt is still under way after three seconds.
    """
    lease = limits().idempotency_lease.total_seconds()
    noted = json.dumps(entry, default=str)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with transaction.atomic():
            fresh = _insert(request, lease, noted)
            if fresh is not None:
                return fresh
            found = _found(request)
            if found.state == IdempotencyKey.State.DONE:
                return Claim(found.pk, _answer(found))
            if claim := _take_over(found.pk, lease, noted):
                return claim
        if time.monotonic() >= deadline:
            raise Busy
        time.sleep(_POLL_SECONDS)


def settle(claimed: Claim, answer: Answer, *, at: datetime) -> bool:
    """Write the answer down for later attempts; not, if another one took the request over
    because this one took too long."""
    return bool(prepared(SETTLED, settlement(claimed, answer, at=at)))


def settlement(claimed: Claim, answer: Answer, *, at: datetime) -> dict[str, Any]:
    """The same as the parameters of `SETTLED`, for a statement that writes more."""
    return {"row": claimed.row, "lease": claimed.lease, **_answered(answer), "at": at}


def told(request: Request, answer: Answer, *, at: datetime) -> dict[str, Any]:
    """The parameters of `TOLD`, which claims a key and writes its answer down at once."""
    return {**_asked(request), **_answered(answer), "at": at}


def give_up(claimed: Claim) -> None:
    """Free the key of a staged attempt that came to no answer, unless another one has
    taken it over."""
    running = IdempotencyKey.objects.filter(state=IdempotencyKey.State.RUNNING)
    running.filter(pk=claimed.row, lease_ends_at=claimed.lease).delete()


def told_meanwhile(request: Request) -> Answer | None:
    """What the attempt was told that took this request over, without its body if that was
    a secret; nothing unless it came to its end."""
    done = IdempotencyKey.objects.filter(state=IdempotencyKey.State.DONE)
    found = done.filter(principal=request.principal, key=request.key).first()
    if found is None or not request.is_that_of(found.request_hash):
        return None
    try:
        return _answer(found)
    except AnswerNotKept:
        return Answer(found.status or 200, None)


def forget_old(*, at: datetime, limit: int) -> int:
    """Delete keys older than they are promised to be kept; answers how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=at - limits().idempotency_kept)
    batch = list(old.order_by("created_at").values_list("pk", flat=True)[:limit])
    return IdempotencyKey.objects.filter(pk__in=batch).delete()[0]


def _digest(content: bytes, secret: str) -> str:
    key = hashlib.sha256(f"omniretail.idempotency{secret}".encode()).digest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _insert(
    request: Request, lease_seconds: float | None = None, entry: str | None = None
) -> Claim | None:
    terms = {"lease": lease_seconds, "entry": entry}
    rows = prepared(_CLAIMED, {**_asked(request), **terms})
    return Claim(rows[0][0], lease=rows[0][1]) if rows else None


def _asked(request: Request) -> dict[str, Any]:
    return {
        "principal": request.principal,
        "key": request.key,
        "digest": request.digest,
        "operation": request.operation,
        "patience": PATIENCE,
    }


def _answered(answer: Answer) -> dict[str, Any]:
    headers = dict(answer.headers) | ({"-": "unkept"} if answer.body is None else {})
    return {
        "status": answer.status,
        "headers": json.dumps(headers),
        "body": answer.body or "",
    }


def _found(request: Request) -> IdempotencyKey:
    found = IdempotencyKey.objects.filter(
        principal=request.principal, key=request.key
    ).first()
    if found is None:  # given up between the two statements
        raise Busy
    if not request.is_that_of(found.request_hash):
        raise KeyReused
    return found


def _take_over(row: int, lease_seconds: float, entry: str) -> Claim | None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE kernel_idempotencykey
               SET lease_ends_at = clock_timestamp() + make_interval(secs => %s),
                   entry = %s
             WHERE id = %s AND state = 'running' AND lease_ends_at < clock_timestamp()
            RETURNING lease_ends_at
            """,
            [lease_seconds, entry, row],
        )
        taken = cursor.fetchone()
        return Claim(row, is_taken_over=True, lease=taken[0]) if taken else None


def _answer(found: IdempotencyKey) -> Answer:
    if "-" in found.headers:
        raise AnswerNotKept
    return Answer(found.status or 200, found.body, found.headers)
