"""Which promises give way when a place has too few units, and where they go. Pure.

The weakest goes first: provisional before fixed, held before allocated (a hold whose
payment is under way counts as allocated), the latest before the earlier ones. A promise
moves whole, to the first of its places that can serve it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Cell = tuple[int, int]
"""The keys of a place and a SKU."""


@dataclass(frozen=True)
class Standing:
    """A promise at the place: so many units, of which some are lacking already, and the
    places it may move to, the best first. `leaves` is what its channel must leave at a
    place; None, where the channel may sell nothing."""

    key: int
    sku: int
    units: int
    lacking: int
    is_firm: bool
    places: tuple[int, ...] = ()
    may_move: bool = False
    leaves: Mapping[int, int | None] = field(default_factory=dict)

    @property
    def strength(self) -> tuple[bool, bool, int]:
        """The weakest sorts first."""
        return not self.places, self.is_firm, -self.key


@dataclass
class GivingWay:
    """Which promises move to which place, what that leaves to their channel there, and how
    many units others lack from now on."""

    moves: dict[int, int] = field(default_factory=dict)
    spare: dict[int, int] = field(default_factory=dict)
    lacking: dict[int, int] = field(default_factory=dict)


def give_way(
    promises: Iterable[Standing],
    needs: Mapping[int, int],
    free: Mapping[Cell, int],
    *,
    may_lack: bool,
) -> GivingWay:
    """Find room for these units of each SKU; `free` is what other places have.

    Promises move until there is room. What moving does not bring, the weakest of those
    that stay come to lack, if they may.
    """
    weakest = sorted(promises, key=lambda one: one.strength)
    left, rest, found = dict(free), dict(needs), GivingWay()
    for one in weakest:
        target = _target(one, left) if rest.get(one.sku, 0) > 0 else None
        if target is None:
            continue
        found.moves[one.key] = target
        left[target, one.sku] -= one.units
        rest[one.sku] -= one.units
        found.spare[one.key] = left[target, one.sku] - (one.leaves.get(target, 0) or 0)
    for one in weakest if may_lack else ():
        units = min(rest.get(one.sku, 0), one.units - one.lacking)
        if units > 0 and one.key not in found.moves:
            found.lacking[one.key] = units
            rest[one.sku] -= units
    return found


def _target(one: Standing, left: Mapping[Cell, int]) -> int | None:
    if not one.may_move or one.lacking:
        return None
    for place in one.places:
        leaves = one.leaves.get(place, 0)
        has = left.get((place, one.sku), 0)
        if leaves is not None and has - leaves >= one.units:
            return place
    return None
