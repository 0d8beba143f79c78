"""Saying what happened to a document of supply."""

from collections.abc import Iterable

from inventory.supply.models import PurchaseOrder, Transfer, TransferLine
from omniretail.contracts.inventory import PurchaseBrief, SupplyLine, TransferBrief
from omniretail.kernel.realtime import nudge


def transfer_brief(
    transfer: Transfer, units: Iterable[tuple[TransferLine, int]]
) -> TransferBrief:
    """The transfer with so many units of its lines; lines of none are left out."""
    return TransferBrief(
        number=transfer.number,
        source_code=transfer.source.code,
        source_name=transfer.source.name,
        target_code=transfer.target.code,
        target_name=transfer.target.name,
        lines=tuple(
            SupplyLine(line.sku.code, line.sku.name, number)
            for line, number in units
            if number
        ),
    )


def purchase_brief(
    order: PurchaseOrder, lines: Iterable[tuple[str, str, int]]
) -> PurchaseBrief:
    """The order with these lines (SKU, name, units); lines of none are left out."""
    return PurchaseBrief(
        number=order.number,
        supplier_code=order.supplier.code,
        supplier_name=order.supplier.name,
        store_code=order.store.code,
        lines=tuple(SupplyLine(*line) for line in lines if line[2]),
    )


def show_at(*store_codes: str) -> None:
    """Let open pages of these places look again."""
    for code in store_codes:
        nudge(f"supply.{code}")
