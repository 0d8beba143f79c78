"""What a simple model knows of stock, for the machine that compares it with ours."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from inventory.promises.operations import Demand
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError
from tests.clock import NOON

Level = tuple[str, str]
Spot = tuple[str, str]
"""A bucket of a place, or of a transfer that is on the road."""


@dataclass(frozen=True)
class Kept:
    """A live promise as the model knows it."""

    level: Level
    units: int
    ends_at: int | None
    is_paying: bool = False


class StockModel(RuleBasedStateMachine):
    """What should be where, in one transaction that is never kept."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.on_hand: dict[Level, int] = {}
        self.safety: dict[Level, int] = {}
        self.aside: Counter[tuple[Level, str]] = Counter()
        self.kept: dict[Level, Kept] = {}
        self.minute = 0
        self.count = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def reserved(self, level: Level) -> int:
        return sum(kept.units for kept in self.kept.values() if kept.level == level)

    def free(self, level: Level) -> int:
        return self.on_hand[level] - self.reserved(level)

    def can_promise(self, wanted: list[tuple[Level, int]]) -> bool:
        return all(
            sum(n for one, n in wanted if one == level)
            <= self.free(level) - self.safety[level]
            for level, _units in wanted
        )

    # ── names of units, in machines that know them ───────────────────────────────

    def names_in(self, sku: str, spot: Spot, units: int) -> tuple[str, ...]:
        """Under which names so many units of it can be taken from there."""
        return ()

    def names_lost(self, sku: str, units: int) -> tuple[str, ...]:
        """Under which names so many units of it can turn up that nobody knew of."""
        return ()

    def may_leave(self, names: Iterable[str], spot: Spot) -> bool:
        """Whether units with these names can be taken from there."""
        return True

    def name(self, names: Iterable[str], spot: Spot) -> None:
        """Units with these names are there now."""

    # ── what can be asked of it ──────────────────────────────────────────────────

    def new_reference(self) -> str:
        self.count += 1
        return f"ref-{self.count}"

    def some(self, number: int) -> Level:
        keys = sorted(self.kept)
        return keys[number % len(keys)]

    @property
    def at(self) -> datetime:
        return NOON + timedelta(minutes=self.minute)

    def attempt(self, should: bool, act: Callable[..., object], **terms: object) -> bool:
        """Do it; it must succeed exactly when the model says so."""
        try:
            with transaction.atomic():
                act(by=SYSTEM, at=self.at, **terms)
        except DomainError:
            assert not should, f"{act.__name__} was refused: {terms}"
            return False
        assert should, f"{act.__name__} should have been refused: {terms}"
        return True


def demands(wanted: list[tuple[Level, int]]) -> list[Demand]:
    return [
        Demand(store, sku, number, str(line))
        for line, ((store, sku), number) in enumerate(wanted)
    ]
