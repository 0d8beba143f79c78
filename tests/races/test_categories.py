"""Two who hang categories at the same time wait for each other: no ring is closed, and no
import of categories blocks another."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import OperationalError, connection, transaction

from inventory.catalogue.models import Category
from inventory.catalogue.operations import CategoryBelowItself
from inventory.feeds.landing import categories as landing_room
from inventory.feeds.operations import FeedReport, FeedTerms, import_csv, importing
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


@contextmanager
def nobody_waits() -> Iterator[None]:
    """Categories are hung at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'inventory_category'::regclass"
            " AND tgname LIKE 'pgtrigger_categories_are_hung_one_at_a_time_%'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE inventory_category DISABLE TRIGGER {name}")
        yield
        cursor.execute(f"ALTER TABLE inventory_category ENABLE TRIGGER {name}")


def half_of_a_ring(inner: str, outer: str, meeting: Barrier) -> None:
    """Hang one into the other; before it stands, wait a moment for the other half."""
    with transaction.atomic():
        above = Category.objects.get(code=outer)
        Category.objects.filter(code=inner).update(parent=above)
        with suppress(BrokenBarrierError):
            meeting.wait(1)


def two_halves() -> list[object]:
    for code in "ab":
        CategoryFactory.create(code=code, parent=None)
    meeting = Barrier(2)
    halves = [partial(half_of_a_ring, one, other, meeting) for one, other in ("ab", "ba")]
    return list(run_together(halves))


def parents() -> dict[str, str | None]:
    return dict(Category.objects.values_list("code", "parent__code"))


def test_two_halves_make_no_ring() -> None:
    (refused,) = (one for one in two_halves() if one is not None)
    assert isinstance(from_integrity(refused), CategoryBelowItself)  # type: ignore[arg-type]
    assert parents() in ({"a": "b", "b": None}, {"b": "a", "a": None})


def test_where_nobody_waits_two_halves_make_a_ring() -> None:
    """The control: each sees what stood before the other."""
    with nobody_waits():
        assert two_halves() == [None, None]
    assert parents() == {"a": "b", "b": "a"}


def imported(lines: str, meeting: Barrier) -> FeedReport:
    """An import that, after its first batch, waits a moment for the other one to come as
    far."""

    def meet(name: str, rows: int) -> None:
        if (name, rows) == ("landing", 1):
            with suppress(BrokenBarrierError):
                meeting.wait(1)

    stream = io.BytesIO(f"code,name,parent\n{lines}".encode())
    terms = FeedTerms("categories")
    return import_csv(stream=stream, terms=terms, by=SYSTEM, at=NOON, progress=meet)


def shelves_of_categories(way: int, meeting: Barrier) -> FeedReport:
    """One category inside another, the other way round each time."""
    inner, outer = ("a", "b")[::-1] if way else ("a", "b")
    return imported(f"{inner},{way},{outer}\n{outer},{way},\n", meeting)


def beside_a_ring(inner: str, outer: str, meeting: Barrier) -> FeedReport:
    """One category into the other, and one more before it."""
    return imported(f"new-{inner},N,\n{inner},I,{outer}\n", meeting)


def two_imports_that_close_a_ring() -> list[object]:
    for code in "ab":
        CategoryFactory.create(code=code, parent=None)
    meeting = Barrier(2)
    calls = [partial(beside_a_ring, one, other, meeting) for one, other in ("ab", "ba")]
    return list(run_together(calls))


@pytest.mark.usefixtures("_row_by_row")
def test_of_two_imports_that_close_a_ring_the_second_lands_but_for_one_row() -> None:
    answers = two_imports_that_close_a_ring()
    landed = sorted(one.rows_landed for one in answers)  # type: ignore[attr-defined]
    assert landed == [1, 2], answers
    second = min(answers, key=lambda one: one.rows_landed)  # type: ignore[attr-defined]
    (refusal,) = second.refusals  # type: ignore[attr-defined]
    assert (refusal.line, refusal.field) == (3, "parent")
    stands = {"new-a": None, "new-b": None}
    assert parents() in ({"a": "b", "b": None} | stands, {"b": "a", "a": None} | stands)


def judged_too_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before the rows are judged."""
    monkeypatch.setattr(landing_room, "wait_for_turn", lambda _table: None)


@pytest.mark.usefixtures("_row_by_row")
def test_judged_before_its_turn_the_second_breaks_off_as_a_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: what each was told is old when it lands."""
    judged_too_early(monkeypatch)
    answers = two_imports_that_close_a_ring()
    (refused,) = (one for one in answers if isinstance(one, Exception))
    assert isinstance(from_integrity(refused), CategoryBelowItself)  # type: ignore[arg-type]
    assert len(parents()) == 3


def two_imports_of_categories() -> list[object]:
    meeting = Barrier(2)
    calls = [partial(shelves_of_categories, way, meeting) for way in range(2)]
    return list(run_together(calls))


@pytest.fixture
def _row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)


@pytest.mark.usefixtures("_row_by_row")
def test_two_imports_of_categories_land_one_after_the_other() -> None:
    answers = two_imports_of_categories()
    assert [one.rows_landed for one in answers] == [2, 2]  # type: ignore[attr-defined]
    assert parents() in ({"a": "b", "b": None}, {"b": "a", "a": None})


@pytest.mark.usefixtures("_row_by_row")
def test_at_the_same_time_they_block_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: nobody waits for the other one."""
    judged_too_early(monkeypatch)
    with nobody_waits():
        answers = two_imports_of_categories()
    (blocked,) = (one for one in answers if isinstance(one, Exception))
    assert isinstance(blocked, OperationalError)
    assert "deadlock" in str(blocked)
