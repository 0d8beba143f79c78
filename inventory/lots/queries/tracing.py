"""Which lots went where: into a bag, to a customer."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from inventory.lots.models import NAMELESS, Lot, LotPick, LotStep
from inventory.stock.models import Bucket, StockMovement

PickedLots = dict[str, dict[str, dict[str, int]]]


@dataclass(frozen=True)
class LotShare:
    """Units of a lot that go somewhere, or went; whether somebody named it."""

    lot: str
    expires_on: date | None
    units: int
    is_named: bool = False


def picked_lots(reference: str, lines: Collection[str]) -> PickedLots:
    """The lots that were put into bags for these lines: line, SKU, lot, units."""
    rows = LotPick.objects.filter(reference=reference, line__in=lines).order_by("pk")
    found: PickedLots = {}
    for line, sku, code, units in rows.values_list(
        "line", "lot__sku__code", "lot__code", "units"
    ):
        found.setdefault(line, {}).setdefault(sku, {})[code] = units
    return found


def expired_picks(reference: str, lines: Collection[str], *, today: date) -> list[str]:
    """Lots in the bags of these lines that were good until a day before this one."""
    rows = LotPick.objects.filter(reference=reference, line__in=lines, units__gt=0)
    past = rows.filter(lot__expires_on__lt=today).values_list("lot__code", flat=True)
    return sorted(set(past))


def lots_sent(reference: str, sku_codes: Collection[str]) -> dict[str, list[LotShare]]:
    """Of which lots units went onto the road under that reference, by SKU; the first to
    expire first."""
    rows = LotStep.objects.filter(
        movement__reference=reference,
        movement__sku__code__in=sku_codes,
        movement__target=Bucket.IN_TRANSIT,
    )
    shares = _shares(rows, "movement__sku__code")
    return {sku: own for (sku,), own in shares.items()}


def lots_received(reference: str, mark: str) -> dict[tuple[str, bool], list[LotShare]]:
    """Of which lots units came in under that reference, in movements that begin with a
    mark, by SKU and whether they are for sale; the first to expire first."""
    rows = LotStep.objects.filter(
        movement__kind=StockMovement.Kind.RECEIPT,
        movement__reference=reference,
        movement__line__startswith=mark,
    ).annotate(is_good=Q(movement__target=Bucket.ON_HAND))
    shares = _shares(rows, "movement__sku__code", "is_good")
    return {(sku, bool(is_good)): own for (sku, is_good), own in shares.items()}


def _shares(rows: QuerySet[LotStep], *by: str) -> dict[tuple[Any, ...], list[LotShare]]:
    found: dict[tuple[Any, ...], list[LotShare]] = {}
    for *key, lot, day, units in (
        rows.values_list(*by, "lot__code", "lot__expires_on")
        .annotate(units=Sum("quantity"))
        .order_by(*by, F("lot__expires_on").asc(nulls_last=True), "lot")
    ):
        found.setdefault(tuple(key), []).append(LotShare(lot, day, units))
    return found


def lots_with_customers(
    sold: Iterable[str], returned: Iterable[str], sku_codes: Collection[str]
) -> dict[str, dict[str, int]]:
    """Units by SKU and lot that left under the first references and did not come back
    under the others; the first to expire first, without a lot last."""
    units: Counter[tuple[int, str]] = Counter()
    steps = LotStep.objects.filter(
        movement__sku__code__in=sku_codes, movement__reference__in=[*sold, *returned]
    )
    for lot, sku, source, target, number in steps.values_list(
        "lot", "movement__sku__code", "movement__source", "movement__target", "quantity"
    ):
        way = (target == Bucket.CUSTOMER) - (source == Bucket.CUSTOMER)
        units[lot, sku] += way * number
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in={key[0] for key in units})}
    found: dict[str, dict[str, int]] = {}
    for lot, sku in sorted(
        units, key=lambda key: (lots[key[0]].expires_on or date.max, key[0])
    ):
        if units[lot, sku] > 0 and lots[lot].code != NAMELESS:
            found.setdefault(sku, {})[lots[lot].code] = units[lot, sku]
    return found
