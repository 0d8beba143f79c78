"""Questions about promises: answers are values, the rows stay at home."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from inventory.catalogue.kits import shelf_codes
from inventory.catalogue.queries import kits
from inventory.promises.models import Promise, PromiseQuerySet
from inventory.promises.queries.pasts import ends_then
from omniretail.kernel.limits import limits


@dataclass(frozen=True)
class PromiseSlip:
    """What is kept for whom, where, and until when; for a part of a kit, which kit."""

    line: str
    store_code: str
    sku_code: str
    quantity: int
    status: str
    ends_at: datetime | None
    reference: str = ""
    owner: str = ""
    since: datetime | None = None
    channel: str = ""
    is_provisional: bool = False
    uncovered: int = 0
    kit_code: str = ""
    per_kit: int = 1
    # As of a past moment: an end that was not written down is not told.
    is_end_known: bool = True


def live_promises(reference: str) -> list[PromiseSlip]:
    """What is still kept under this reference."""
    return _slips(Promise.objects.live().filter(reference=reference))


def promises_of(reference: str) -> list[PromiseSlip]:
    """Everything that was ever promised under this reference."""
    return _slips(Promise.objects.filter(reference=reference))


def promises_at(
    store_code: str, sku_code: str, *, at: datetime | None = None
) -> list[PromiseSlip]:
    """What one place keeps of one SKU, for whom; or what it kept at a past moment."""
    return promises_over([store_code], [sku_code], at=at)


def promises_over(
    store_codes: Collection[str],
    sku_codes: Collection[str],
    *,
    at: datetime | None = None,
) -> list[PromiseSlip]:
    """The same for many places and SKUs."""
    rows = Promise.objects.filter(store__code__in=store_codes, sku__code__in=sku_codes)
    if at is None:
        return _slips(rows.live())
    kept = list(rows.live_then(at).select_related("store", "sku", "kit").order_by("pk"))
    ends = ends_then(kept, at)
    return [_slip_then(promise, at, ends[promise.pk]) for promise in kept]


def weakest_references(store_code: str, sku_codes: Collection[str]) -> list[str]:
    """For whom the promises are that give way first where a place has too few of these."""
    parts = shelf_codes(sku_codes, kits(sku_codes))
    rows = Promise.objects.filter(store__code=store_code, sku__code__in=parts)
    most = limits().promises_giving_way
    return sorted(set(rows.weakest(most).values_list("reference", flat=True)))


def _slip_then(promise: Promise, at: datetime, ends_at: datetime | None) -> PromiseSlip:
    """A promise as it was then: held until that end, or already firm."""
    firm_at = promise.allocated_at
    if firm_at is not None and firm_at <= at:
        return replace(slip(promise), status=Promise.Status.ALLOCATED, ends_at=None)
    return replace(
        slip(promise),
        status=Promise.Status.HELD,
        ends_at=ends_at,
        is_end_known=ends_at is not None,
    )


def slip(promise: Promise) -> PromiseSlip:
    """The value of a row that is already at hand, with its place, SKU and kit."""
    kit_code = promise.kit.code if promise.kit else ""
    return slip_of(promise, promise.store.code, promise.sku.code, kit_code=kit_code)


def slip_of(
    promise: Promise, store_code: str, sku_code: str, *, kit_code: str = ""
) -> PromiseSlip:
    """The same where only the codes are at hand."""
    return PromiseSlip(
        line=promise.line,
        store_code=store_code,
        sku_code=sku_code,
        quantity=promise.quantity,
        status=promise.status,
        ends_at=promise.ends_at,
        reference=promise.reference,
        owner=promise.owner,
        since=promise.created_at,
        channel=promise.channel,
        is_provisional=promise.is_provisional,
        uncovered=promise.uncovered,
        kit_code=kit_code,
        per_kit=promise.per_kit,
    )


def as_asked(slips: Iterable[PromiseSlip]) -> list[PromiseSlip]:
    """What was asked for: a kit once, in place of its parts. It lacks as many as lack any
    of their parts."""
    found: dict[tuple[str, ...], PromiseSlip] = {}
    for one in slips:
        asked = _as_kit(one) if one.kit_code else one
        key = (asked.reference, asked.line, asked.store_code, asked.sku_code)
        if key in found:
            lacking = max(asked.uncovered, found[key].uncovered)
            asked = replace(asked, uncovered=lacking)
        found[key] = asked
    return list(found.values())


def _as_kit(part: PromiseSlip) -> PromiseSlip:
    """How many kits a part of one is kept for."""
    return replace(
        part,
        sku_code=part.kit_code,
        quantity=part.quantity // part.per_kit,
        uncovered=-(-part.uncovered // part.per_kit),
        kit_code="",
        per_kit=1,
    )


def _slips(rows: PromiseQuerySet) -> list[PromiseSlip]:
    found: Iterable[Promise] = rows.select_related("store", "sku", "kit").order_by("pk")
    return [slip(promise) for promise in found]
