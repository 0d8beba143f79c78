"""Which serialised units come with a receipt, and which leave with a transfer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory.stock.operations import Scanned, checked_serials
from inventory.stock.queries import serials_on_the_way
from inventory.supply.models import Transfer, TransferLine
from inventory.supply.quantities import Arrived, Condition, Counted
from omniretail.kernel.errors import DomainError


class MoreThanAsked(DomainError):
    """That is more than was asked for or approved."""

    constraints = ("no_more_is_sent_than_approved_and_requested",)


def named(lines: Sequence[Counted]) -> list[Counted]:
    """The lines with their serial numbers as they are kept: of a serialised SKU one for
    each unit, whichever its condition.

    Raises:
        SerialsWanted, SerialTwice, NotASerial, MoreSerialsThanUnits, NotSerialised:
            `field` names the number or the line at fault.
    """
    scanned = [
        Scanned(line.sku_code, line.quantity, line.serials, f"lines/{index}/serials")
        for index, line in enumerate(lines)
    ]
    return [
        replace(line, serials=serials)
        for line, serials in zip(lines, checked_serials(scanned), strict=True)
    ]


def as_sent(transfer: Transfer, lines: Sequence[Counted]) -> list[Counted]:
    """Where all units of a SKU that are on the road were named when they left and are said
    to be here in one condition, they need not be scanned again."""
    sent = serials_on_the_way(transfer.number)
    said = Counter(line.sku_code for line in lines)
    return [
        replace(line, serials=tuple(sent[line.sku_code]))
        if not line.serials
        and said[line.sku_code] == 1
        and len(sent.get(line.sku_code, ())) == line.quantity
        else line
        for line in lines
    ]


def by_origin(
    arrived: Arrived, condition: Condition, lost: int, on_the_way: Mapping[str, list[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of the scanned units come off the road, and which were given up before: those
    that are not on the road, as far as so many were."""
    serials = arrived.serials(condition)
    known = set(on_the_way.get(arrived.sku_code, ()))
    strangers = [serial for serial in serials if serial not in known]
    refound = tuple((strangers + [one for one in serials if one in known])[:lost])
    return tuple(one for one in serials if one not in refound), refound


def named_leaving(
    sent: Sequence[tuple[TransferLine, int]], serials: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The numbers of the units that leave, by the promise of their line and SKU."""
    lines = [(line, units) for line, units in sent if units]
    scanned = [
        Scanned(
            line.sku.code, units, serials.get(line.sku.code, ()), f"lines/{index}/serials"
        )
        for index, (line, units) in enumerate(lines)
    ]
    strangers = set(serials) - {line.sku.code for line, _units in lines}
    if strangers:
        raise MoreThanAsked(field="lines", sku=min(strangers), wanted=1, available=0)
    numbers = checked_serials(scanned)
    return {
        (str(line.position), line.sku.code): found
        for (line, _units), found in zip(lines, numbers, strict=True)
    }
