"""Units are reserved and written down, or the first line that is short is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from inventory.catalogue.kits import Share
from inventory.promises.first_holds import Demand as Demand
from inventory.promises.keeping import Keeping, Part, keep_units
from inventory.promises.models import Promise
from inventory.promises.operations.refusing import refusal
from inventory.promises.queries import PromiseSlip
from inventory.stock.demand import Pair
from inventory.stock.models import Shift, StockLevel
from inventory.stock.queries import Parted

Status = Promise.Status


@dataclass(frozen=True)
class Terms:
    """For whom units are kept, as what, and until when."""

    owner: str
    reference: str
    status: Promise.Status
    ends_at: datetime | None
    at: datetime
    extended_at: datetime | None = None
    from_safety_stock: bool = False
    channel: str | None = ""

    @property
    def allocated_at(self) -> datetime | None:
        return self.at if self.status is Status.ALLOCATED else None


def write_promises(
    demands: Sequence[Demand], wanted: Parted, terms: Terms
) -> list[PromiseSlip]:
    """Reserve what is wanted and write down what for.

    Raises:
        NotEnoughStock, NotInNetwork, NotForSaleHere: some level cannot bear it.
    """
    if terms.from_safety_stock:
        _keep_from_safety_stock(demands, wanted, terms)
    else:
        _keep(demands, wanted, terms)
    return _slips(demands, wanted, terms)


def _keep(demands: Sequence[Demand], wanted: Parted, terms: Terms) -> None:
    """Reserve what is asked and write it down, in one statement."""
    _refuse_short(wanted, keep_units(_keeping(demands, wanted, terms)), terms)


def _keeping(demands: Sequence[Demand], wanted: Parted, terms: Terms) -> Keeping:
    keys = wanted.keys
    return Keeping(
        units={keys[pair].id: one.units for pair, one in wanted.asked.items()},
        parts=[
            Part(
                keys[pair].id,
                piece.quantity,
                demands[piece.index].line,
                piece.share.kit.id if piece.share else None,
                piece.share.per_kit if piece.share else 1,
            )
            for pair, piece in wanted.pieces
        ],
        channel=terms.channel,
        at=terms.at,
        terms={
            "owner": terms.owner,
            "reference": terms.reference,
            "status": terms.status.value,
            "ends_at": terms.ends_at,
            "extended_at": terms.extended_at,
            "allocated_at": terms.allocated_at,
        },
    )


def _keep_from_safety_stock(
    demands: Sequence[Demand], wanted: Parted, terms: Terms
) -> None:
    """The same where the safety stock may be used too."""
    asked, keys = wanted.asked, wanted.keys
    shifts = [Shift(keys[pair].id, reserved=one.units) for pair, one in asked.items()]
    kept = StockLevel.objects.shift(shifts, at=terms.at)
    _refuse_short(wanted, kept, terms)
    Promise.objects.bulk_create(
        Promise(
            store_id=keys[pair].store_id,
            sku_id=keys[pair].sku_id,
            kit_id=piece.share.kit.id if piece.share else None,
            per_kit=piece.share.per_kit if piece.share else 1,
            quantity=piece.quantity,
            status=terms.status,
            owner=terms.owner,
            reference=terms.reference,
            line=demands[piece.index].line,
            ends_at=terms.ends_at,
            extended_at=terms.extended_at,
            created_at=terms.at,
            allocated_at=terms.allocated_at,
            channel=terms.channel or "",
            from_safety_stock=True,
        )
        for pair, piece in wanted.pieces
    )


def _refuse_short(wanted: Parted, kept: Collection[int], terms: Terms) -> None:
    keys = wanted.keys
    short = [one for pair, one in wanted.asked.items() if keys[pair].id not in kept]
    if short:
        raise refusal(short, keys, channel=terms.channel, at=terms.at)


def plain_slips(demands: Sequence[Demand], terms: Terms) -> list[PromiseSlip]:
    """What is kept of levels that are wanted by themselves."""
    return [_slip(one, one.pair, one.quantity, terms) for one in demands]


def _slips(demands: Sequence[Demand], wanted: Parted, terms: Terms) -> list[PromiseSlip]:
    return [
        _slip(demands[piece.index], pair, piece.quantity, terms, piece.share)
        for pair, piece in wanted.pieces
    ]


def _slip(
    demand: Demand, pair: Pair, quantity: int, terms: Terms, share: Share | None = None
) -> PromiseSlip:
    return PromiseSlip(
        line=demand.line,
        store_code=pair[0],
        sku_code=pair[1],
        quantity=quantity,
        status=terms.status.value,
        ends_at=terms.ends_at,
        reference=terms.reference,
        owner=terms.owner,
        since=terms.at,
        channel=terms.channel or "",
        kit_code=share.kit.code if share else "",
        per_kit=share.per_kit if share else 1,
    )
