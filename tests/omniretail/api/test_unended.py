"""An attempt that died, and that nobody ever repeats, is named in the audit trail."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db.models.functions import Now

from omniretail.kernel.api.writes import Write
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry, IdempotencyKey
from omniretail.kernel.tasks import note_unended_requests
from omniretail.kernel.unended import note_unended
from tests.callers import Caller, as_client
from tests.lawbook import broken
from tests.omniretail.api.street import Behaviour

pytestmark = pytest.mark.django_db
BUILD = "/api/v1/houses/build"
LAWS = {"E3", "E5"}


def died(key: str = "k1") -> Caller:
    """Somebody built a house, and the process died before it could say so."""
    caller = as_client("stock:write")
    with patch.object(Write, "_finish"):
        caller.post(BUILD, {}, key=key)
    return caller


def later(passed: timedelta) -> None:
    IdempotencyKey.objects.update(lease_ends_at=Now() - passed)


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action="houses.build").order_by("pk"))


def test_once_nobody_can_be_at_work_on_it_the_trail_says_who_began_it() -> None:
    died()
    later(limits().unended_noted_after - timedelta(seconds=5))
    assert note_unended(limit=10) == 0
    later(limits().unended_noted_after + timedelta(seconds=5))
    note_unended_requests()
    (entry,) = entries()
    (row,) = IdempotencyKey.objects.all()
    assert (entry.actor_kind, entry.subject) == ("client", "houses:")
    assert entry.detail == {
        "method": "POST",
        "status": None,
        "principal": row.principal,
        "unended": "k1",
    }
    assert note_unended(limit=10) == 0
    assert (len(entries()), broken(only=LAWS)) == (1, set())


def test_whoever_repeats_it_after_all_has_an_entry_of_their_own() -> None:
    caller = died()
    later(timedelta(days=2))
    assert note_unended(limit=10) == 1
    assert caller.post(BUILD, {}, key="k1").status_code == 200
    later(timedelta(days=2))
    assert note_unended(limit=10) == 0
    assert [one.detail.get("key") for one in entries()] == [None, "k1"]
    assert broken(only=LAWS) == set()


def test_what_was_answered_is_noted_once() -> None:
    as_client("stock:write").post(BUILD, {}, key="k1")
    later(timedelta(days=2))
    assert note_unended(limit=10) == 0
    assert len(entries()) == 1


def test_what_failed_is_not_noted() -> None:
    Behaviour.fail = RuntimeError("lightning")
    as_client("stock:write").post(BUILD, {}, key="k1")
    assert note_unended(limit=10) == 0
    assert entries() == []


def test_a_second_death_is_noted_too() -> None:
    caller = died()
    later(timedelta(days=2))
    assert note_unended(limit=10) == 1
    with patch.object(Write, "_finish"):
        caller.post(BUILD, {}, key="k1")
    later(timedelta(days=2))
    assert note_unended(limit=10) == 1
    assert len(entries()) == 2


def test_of_many_some_are_noted_at_a_time() -> None:
    died("k1")
    died("k2")
    later(timedelta(hours=2))
    assert [note_unended(limit=1) for _time in range(3)] == [1, 1, 0]


def test_a_death_that_nobody_notes_for_a_day_is_reported() -> None:
    died()
    later(timedelta(hours=23))
    assert broken(only=LAWS) == set()
    later(timedelta(hours=25))
    assert broken(only=LAWS) == {"E5"}
