"""Several owners hold under one reference at the same moment: one has it, the others are
refused for that reference alone. With the guards off whole calls fail."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from inventory.promises.models import PromiseQuerySet
from inventory.promises.operations import Wish, WishAnswer, flash, hold_first_come
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import from_integrity
from tests.clock import NOON
from tests.inventory.given import SOON, figures, held, kit, stocked, wanted
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
CALLERS, OWN = 4, 3
Answers = list[list[WishAnswer] | Exception]


def flash_of(caller: int, *, sku: str) -> list[WishAnswer]:
    """One call: some wishes of its own around the one that all callers have."""
    names = [f"{caller}-{number}" for number in range(OWN)]
    names.insert(1, "same")
    wishes = [Wish(name, f"o-{caller}-{name}", "msk-1", sku, 1) for name in names]
    return hold_first_come(wishes=wishes, ends_at=SOON, by=SYSTEM, at=NOON)


def rush(sku: Callable[[int], str]) -> Answers:
    calls = [partial(flash_of, caller, sku=sku(caller)) for caller in range(CALLERS)]
    return run_together(calls)


def kept_and_refused(answers: Answers) -> tuple[int, list[tuple[str, str]]]:
    """How many wishes were kept, and the others with their refusals."""
    told = [one for answer in answers if isinstance(answer, list) for one in answer]
    refused = [(one.wish.reference, one.refusal.code) for one in told if one.refusal]
    return sum(one.is_kept for one in told), refused


def failed(answers: Answers) -> list[str]:
    """The calls that got no answer at all."""
    why = [answer for answer in answers if isinstance(answer, IntegrityError)]
    assert len(why) == sum(isinstance(answer, Exception) for answer in answers)
    return [getattr(from_integrity(one), "code", "") for one in why]


def shelf_of_each(caller: int) -> str:
    stocked(20, sku=f"S-{caller}")
    return f"S-{caller}"


def one_shelf(_caller: int) -> str:
    return "S-1"


def one_kit(caller: int) -> str:
    return "K-1" if caller % 2 else "S-1"


@pytest.mark.parametrize("sku", [shelf_of_each, one_shelf, one_kit])
def test_the_others_are_refused_for_that_reference_alone(
    sku: Callable[[int], str],
) -> None:
    kit(parts={"S-1": 1, "S-2": 2})
    stocked(40)
    stocked(40, sku="S-2")
    kept, refused = kept_and_refused(rush(sku))
    assert kept == CALLERS * OWN + 1
    assert refused == [("same", "line_promised_twice")] * (CALLERS - 1)
    assert broken(only={"S1", "S2", "S3", "P1"}) == set()


def slow_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who hold are slow between their look and their writing."""
    look = PromiseQuerySet.references_held_by

    def slow_look(
        rows: PromiseQuerySet, owners: Iterable[str], *, at: datetime
    ) -> dict[str, int]:
        seen = look(rows, owners, at=at)
        time.sleep(0.2)
        return seen

    monkeypatch.setattr(PromiseQuerySet, "references_held_by", slow_look)


def no_turn_of_references(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Wish, "turns", property(lambda wish: (wish.owner,)))


def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flash, "from_integrity", lambda _race: None)


def test_without_turns_and_a_second_look_whole_calls_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow_to_write(monkeypatch)
    no_turn_of_references(monkeypatch)
    no_second_look(monkeypatch)
    answers = rush(shelf_of_each)
    assert failed(answers) == ["line_promised_twice"] * (CALLERS - 1)


def test_without_turns_one_reference_keeps_a_kit_and_a_part_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are lines of two kinds to the database: it does not see them meet."""
    kit(parts={"S-1": 1, "S-2": 2})
    stocked(40)
    stocked(40, sku="S-2")
    slow_to_write(monkeypatch)
    no_turn_of_references(monkeypatch)
    kept, _refused = kept_and_refused(rush(one_kit))
    assert kept == CALLERS * OWN + 2


def single() -> list[WishAnswer]:
    """A hold whose call has not ended when the others ask."""
    with transaction.atomic():
        held(wanted(1, sku="S-2"), reference="same", owner="single")
        time.sleep(0.4)
    return []


def late() -> list[WishAnswer]:
    time.sleep(0.1)
    return flash_of(0, sku="S-1")


def test_a_single_hold_that_came_first_takes_one_wish_only() -> None:
    stocked(9)
    stocked(9, sku="S-2")
    answers = run_together([single, late])
    assert kept_and_refused(answers) == (OWN, [("same", "line_promised_twice")])
    assert (figures(), figures(sku="S-2")) == ((9, OWN), (9, 1))
    assert broken(only={"S1", "S2", "S3", "P1"}) == set()


def test_without_a_second_look_it_takes_the_whole_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stocked(9)
    stocked(9, sku="S-2")
    no_second_look(monkeypatch)
    assert failed(run_together([single, late])) == ["line_promised_twice"]
