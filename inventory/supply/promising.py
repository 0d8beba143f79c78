"""Who of those who wait gets what has come, and who waits in vain. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Waiting:
    """A promise that waits for its goods."""

    key: int
    units: int


@dataclass(frozen=True)
class Share:
    """How the waiting come out of a delivery: units kept for each, units that can no
    longer come for each."""

    kept: dict[int, int]
    broken: dict[int, int]


def shared_out(waiting: Sequence[Waiting], *, come: int, still_to_come: int) -> Share:
    """Give what has come to those who wait, in the order in which they were promised;
    whom even the rest of the delivery cannot serve, the promise is broken for, the last
    in line first."""
    kept = dict(_given(waiting, come))
    rest = [Waiting(one.key, one.units - kept.get(one.key, 0)) for one in waiting]
    served = dict(_given(rest, still_to_come))
    broken = {one.key: one.units - served.get(one.key, 0) for one in rest}
    return Share(kept, {key: units for key, units in broken.items() if units})


def _given(waiting: Iterable[Waiting], units: int) -> Iterable[tuple[int, int]]:
    for one in waiting:
        share = min(one.units, units)
        units -= share
        if share:
            yield one.key, share


@dataclass(frozen=True)
class Part:
    """Units that come at a moment."""

    at: datetime
    units: int


def latest_needed(parts: Sequence[Part], units: int, otherwise: datetime) -> datetime:
    """When the last of so many units comes; what the parts do not cover comes
    otherwise."""
    covered = 0
    moment = None
    for part in sorted(parts, key=lambda one: one.at):
        if covered < units and part.units:
            covered += part.units
            moment = part.at
    if moment is None or covered < units:
        return max(otherwise, moment) if moment else otherwise
    return moment


def spread(parts: Sequence[Part], units: int, otherwise: datetime) -> list[Part]:
    """So many units by when they come: with the parts, the rest otherwise."""
    found, left = [], units
    for part in sorted(parts, key=lambda one: one.at):
        if share := min(part.units, left):
            found.append(Part(part.at, share))
            left -= share
    return [*found, Part(otherwise, left)] if left else found
