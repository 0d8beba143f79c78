"""Refusals, checks, ledgers, days and secrets."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, transaction
from pytest_django import Settings

from omniretail import laws as front_laws
from omniretail import subscriptions
from omniretail.kernel import audit, clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.codes import (
    hash_secret,
    new_number,
    normalise_code,
    random_code,
    secret_matches,
)
from omniretail.kernel.errors import DomainError
from omniretail.kernel.laws import Law, When, judge
from omniretail.kernel.models import AuditEntry, OutboxFact
from omniretail.kernel.periods import Period, business_date, day_period
from tests.clock import NOON
from tests.lawbook import broken


class BellCracked(DomainError):
    """The bell is cracked.

    More words for the reader of the code.
    """


def test_a_refusal_says_its_first_line_and_keeps_its_facts() -> None:
    refusal = BellCracked(field="bell", bell="a")
    assert (refusal.code, refusal.title) == ("bell_cracked", "The bell is cracked.")
    assert (refusal.field, refusal.facts) == ("bell", {"bell": "a"})


def test_the_check_finds_dead_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(subscriptions.REACTIONS, "orders.no_such_fact", [])
    monkeypatch.setitem(subscriptions.REACTIONS, "orders.order_placed", ["stores.nobody"])
    found = {message.id for message in run_checks()}
    assert {"kernel.E001", "kernel.E002"} <= found


def test_the_check_finds_dead_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(front_laws.LAWS, "X1", Law("Dead", When.ALWAYS, "stores.nobody"))
    assert "kernel.E003" in {message.id for message in run_checks()}


def test_the_check_finds_a_zone_that_is_none(settings: Settings) -> None:
    settings.HEAD_OFFICE_ZONE = "Europe/Nowhere"
    assert "kernel.E004" in {message.id for message in run_checks()}


def test_the_tables_of_the_front_door_are_alive() -> None:
    assert [
        message for message in run_checks() if (message.id or "").startswith("kernel")
    ] == []


@pytest.mark.django_db
def test_every_law_can_be_run_and_holds_in_an_empty_house() -> None:
    verdicts = judge()
    assert {verdict.law for verdict in verdicts} == set(front_laws.LAWS)
    assert [verdict for verdict in verdicts if not verdict.holds] == []


@pytest.mark.django_db
def test_the_audit_trail_is_written_once() -> None:
    audit.record(actor=SYSTEM, action="ring", subject="bell:a", at=NOON)
    entry = AuditEntry.objects.get(subject="bell:a")
    for change in (
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(action="hush"),
        lambda: AuditEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_card_number_in_the_open_breaks_a4() -> None:
    assert broken(only={"A4"}) == set()
    OutboxFact.objects.create(
        name="x", subject="x", sequence=1, payload={"card": "4111 1111"}, occurred_at=NOON
    )
    assert broken(only={"A4"}) == set()
    OutboxFact.objects.create(
        name="x",
        subject="x",
        sequence=2,
        payload={"card": "4111111111111111"},
        occurred_at=NOON,
    )
    assert broken(only={"A4"}) == {"A4"}


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = Period(NOON, NOON + timedelta(hours=1))
    assert NOON in period
    assert NOON + timedelta(hours=1) not in period
    assert NOON + timedelta(days=999) in Period(NOON)
    with pytest.raises(ValueError, match="ends after"):
        Period(NOON, NOON)


def test_a_day_belongs_to_the_place() -> None:
    late = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    assert business_date(late, "Europe/Kaliningrad") == date(2026, 11, 20)
    assert business_date(late, "Asia/Vladivostok") == date(2026, 11, 21)
    day = day_period(date(2026, 11, 21), "Asia/Vladivostok")
    assert late in day


def test_a_day_with_a_clock_change_has_its_own_length() -> None:
    day = day_period(date(2026, 10, 25), "Europe/Berlin")
    assert day.ends_at is not None
    berlin = ZoneInfo("Europe/Berlin")
    assert day.starts_at.astimezone(berlin).hour == 0
    assert day.ends_at.timestamp() - day.starts_at.timestamp() == 25 * 3600


def test_codes_are_read_back_however_they_are_typed() -> None:
    assert normalise_code("7k3m-92qx") == "7K3M92QX"
    assert normalise_code("oil u") == "011V"
    assert len({random_code(8) for _ in range(200)}) == 200
    assert new_number("R").startswith("R-")


def test_a_secret_opens_only_what_it_is_bound_to() -> None:
    hashed = hash_secret("ABCD", bound_to="order:1")
    assert secret_matches("ABCD", hashed, bound_to="order:1")
    assert not secret_matches("ABCD", hashed, bound_to="order:2")
    assert not secret_matches("ABCE", hashed, bound_to="order:1")


def test_the_clock_tells_an_aware_moment() -> None:
    assert clock.now().utcoffset() == timedelta(0)
