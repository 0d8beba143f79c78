"""Is the service alive, and can it do its work?"""

import contextlib
import hmac
import os
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Gauge,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from redis import RedisError

from omniretail.kernel import clock
from omniretail.kernel.models.journal import Heartbeat
from omniretail.kernel.models.outbox import OutboxFact
from omniretail.kernel.queries import oldest_undelivered_seconds

JOB = "worker"
STALE = timedelta(seconds=90)
LAGGING_SECONDS = 5.0

_latest = partial(Gauge, multiprocess_mode="mostrecent")
_LAG = _latest("omniretail_outbox_lag_seconds", "Age of the oldest undelivered fact.")
_PARKED = _latest("omniretail_outbox_parked", "Facts that wait for a person.")
_BEAT = _latest("omniretail_heartbeat_age_seconds", "Since a job completed.", ["name"])


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    del request
    return JsonResponse({"status": "live"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The database answers; what else does not is named, but does not stop the shop."""
    del request
    try:
        notes = _notes(clock.now())
    except DatabaseError:
        return JsonResponse({"status": "down", "notes": ["database"]}, status=503)
    return JsonResponse({"status": "degraded" if notes else "ready", "notes": notes})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Measurements for Prometheus, behind a token of their own."""
    if not _may_measure(request):
        raise Http404
    with contextlib.suppress(DatabaseError):
        _measure(clock.now())
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _notes(at: datetime) -> list[str]:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    notes = [] if _is_fresh(beats.get(JOB), at) else ["worker: no job completed lately"]
    if not any(_is_fresh(beat, at) for name, beat in beats.items() if "relay" in name):
        notes.append("relay: not running")
    lag = oldest_undelivered_seconds()
    if lag > LAGGING_SECONDS:
        notes.append(f"relay: {lag:.0f} s behind")
    if not _broker_answers():
        notes.append("broker: not reachable")
    return notes


def _is_fresh(beat: datetime | None, at: datetime) -> bool:
    return beat is not None and at - beat < STALE


def _broker_answers() -> bool:
    try:
        cache.get("omniretail.health")
    except (RedisError, OSError):
        return False
    return True


def _registry() -> CollectorRegistry:
    """This process's measurements; those of all, where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _may_measure(request: HttpRequest) -> bool:
    token: str = settings.METRICS_TOKEN
    if not token:
        return bool(settings.DEMO)
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _measure(at: datetime) -> None:
    _LAG.set(oldest_undelivered_seconds())
    _PARKED.set(OutboxFact.objects.parked().count())
    beats: Any = Heartbeat.objects.values_list("name", "at")
    for name, beat in beats:
        _BEAT.labels(name).set((at - beat).total_seconds())
