"""Which lots a transfer takes along, or took."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from inventory.lots.queries import LotShare, LotView, lots_lying, lots_sent, picked_lots
from inventory.stock.models import Bucket
from inventory.supply.models import Transfer
from inventory.supply.queries.transfers import TransferLineView, TransferView

_TO_BE_SENT = frozenset({Transfer.Status.REQUESTED, Transfer.Status.APPROVED})


def with_lots(view: TransferView, *, at: datetime) -> TransferView:
    """The transfer with the lots of each line: those that left; before it leaves, those
    that were set aside for it, and for other units the first to expire."""
    codes = [line.sku_code for line in view.lines if line.keeps_lots]
    if not codes:
        return view
    if view.dispatched_at is not None:
        sent = lots_sent(view.number, codes)
        return _with(view, [sent.get(line.sku_code, []) for line in view.lines])
    if view.status not in _TO_BE_SENT:
        return view
    named = picked_lots(view.number, [str(line.position) for line in view.lines])
    lying = lots_lying(view.source_code, codes, at=at)
    is_promised = view.status == Transfer.Status.APPROVED
    return _with(
        view,
        [
            _to_take(
                line.approved or line.requested,
                named.get(str(line.position), {}).get(line.sku_code, {}),
                lying.get(line.sku_code, []),
                is_promised=is_promised,
            )
            for line in view.lines
        ],
    )


def _with(view: TransferView, lots: Sequence[Sequence[LotShare]]) -> TransferView:
    lines = (
        replace(line, lots=tuple(own)) for line, own in zip(view.lines, lots, strict=True)
    )
    return replace(view, lines=tuple[TransferLineView, ...](lines))


def _to_take(
    units: int, named: dict[str, int], lying: Sequence[LotView], *, is_promised: bool
) -> list[LotShare]:
    """What was named first, as the books will have it; units named for a transfer that is
    promised count as lying in a bag already."""
    here = [one for one in lying if one.bucket == Bucket.ON_HAND]
    days = {one.lot: one.expires_on for one in here}
    found = [LotShare(lot, days.get(lot), n, True) for lot, n in named.items()]
    missing = units - sum(named.values())
    for one in here:
        free = one.free - (0 if is_promised else named.get(one.lot, 0))
        taken = min(free, missing)
        if taken > 0:
            found.append(LotShare(one.lot, one.expires_on, taken))
            missing -= taken
    return found
