"""Questions about transfers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inventory.lots.queries import LotShare
from inventory.supply.models import Transfer, TransferLine
from omniretail.kernel.errors import DomainError, Kind


class TransferNotFound(DomainError):
    """There is no such transfer here."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class TransferLineView:
    """Units of one SKU in a transfer."""

    sku_code: str
    name: str
    requested: int
    approved: int
    dispatched: int
    received: int
    lost: int
    in_transit: int
    is_serialised: bool = False
    keeps_lots: bool = False
    position: int = 0
    lots: tuple[LotShare, ...] = ()


@dataclass(frozen=True)
class TransferView:
    """A transfer, and how far each of its lines is."""

    number: str
    source_code: str
    source_name: str
    target_code: str
    target_name: str
    status: str
    needs_second_person: bool
    reason: str
    due_at: datetime
    requested_at: datetime
    requested_by: str
    approved_at: datetime | None
    approved_by: str
    dispatched_at: datetime | None
    dispatched_by: str
    expected_at: datetime | None
    closed_at: datetime | None
    close_reason: str
    lines: tuple[TransferLineView, ...]

    @property
    def units(self) -> int:
        """What it is about now: asked for, granted or sent."""
        return sum(
            line.dispatched or line.approved or line.requested for line in self.lines
        )

    @property
    def in_transit(self) -> int:
        """Units on the road."""
        return sum(line.in_transit for line in self.lines)

    @property
    def status_name(self) -> str:
        """How far it is, in words."""
        return str(Transfer.Status(self.status).label)


_PLAIN = [
    name
    for name in TransferView.__dataclass_fields__
    if name not in {"source_code", "source_name", "target_code", "target_name", "lines"}
]


def transfer_view(number: str, *, store_code: str | None = None) -> TransferView:
    """One transfer; with a place, only if it leaves or reaches that.

    Raises:
        TransferNotFound: no such transfer, or it does not concern the place.
    """
    rows = Transfer.objects.filter(number=number)
    found = transfer_views(rows if store_code is None else rows.touching(store_code))
    if not found:
        raise TransferNotFound(number=number)
    return found[0]


def transfer_views(transfers: Iterable[Transfer]) -> list[TransferView]:
    """The rows as values; two queries more, whatever their number."""
    keys = [row.pk for row in transfers]
    known = Transfer.objects.select_related("source", "target").in_bulk(keys)
    lines: dict[int, list[TransferLineView]] = defaultdict(list)
    found = TransferLine.objects.filter(transfer__in=keys).select_related("sku")
    for line in found.order_by("transfer_id", "position"):
        lines[line.transfer_id].append(_line(line))
    return [_view(known[key], tuple(lines[key])) for key in keys]


def _view(row: Transfer, lines: tuple[TransferLineView, ...]) -> TransferView:
    return TransferView(
        source_code=row.source.code,
        source_name=row.source.name,
        target_code=row.target.code,
        target_name=row.target.name,
        lines=lines,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _line(line: TransferLine) -> TransferLineView:
    return TransferLineView(
        sku_code=line.sku.code,
        name=line.sku.name,
        requested=line.requested,
        approved=line.approved,
        dispatched=line.dispatched,
        received=line.received,
        lost=line.lost,
        in_transit=line.in_transit,
        is_serialised=line.sku.is_serialised,
        keeps_lots=line.sku.keeps_lots,
        position=line.position,
    )
