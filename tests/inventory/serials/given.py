"""Units with serial numbers, made by the operations themselves."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from inventory.catalogue.models import Sku
from inventory.promises.operations import consume_promises
from inventory.stock.models import Serial
from inventory.stock.operations import (
    Placement,
    adjust_stock,
    move_units,
    restock_return,
    see_serial,
)
from inventory.supply.operations import Condition, Counted, receive_blind
from omniretail.kernel.actors import SYSTEM, Actor
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, place, stocked, wanted

LAWS = {"S1", "S2", "S3", "S4", "S5", "S5c", "S10", "S10b"}


def phone(sku: str = "S-1", **fields: Any) -> str:
    """A SKU whose units have serial numbers."""
    made: Sku = SkuFactory.create(code=sku, is_serialised=True, **fields)
    return made.code


def come(
    *numbers: str,
    store: str = "msk-1",
    sku: str = "S-1",
    units: int | None = None,
    condition: Condition = Condition.GOOD,
    reference: str = "",
) -> str:
    """Units with these numbers come to a place without a document."""
    if not Store.objects.filter(code=store).exists():
        place(store)
    if not Sku.objects.filter(code=sku).exists():
        phone(sku)
    quantity = len(numbers) if units is None else units
    return receive_blind(
        store_code=store,
        lines=[Counted(sku, quantity, condition, numbers)],
        by=SYSTEM,
        at=NOON,
        reference=reference,
    )


def unnamed(units: int, *, store: str = "msk-1", sku: str = "S-1") -> None:
    """Units that nobody scanned when they came."""
    if not Sku.objects.filter(code=sku).exists():
        phone(sku)
    stocked(units, store=store, sku=sku)


def moved(
    numbers: Sequence[str],
    target: str = "QUARANTINE",
    *,
    source: str = "ON_HAND",
    units: int | None = None,
    reason: str = "SUSPECT",
    sku: str = "S-1",
    by: Actor = SYSTEM,
) -> None:
    """Units go aside in Moscow."""
    quantity = len(numbers) if units is None else units
    move_units(
        store_code="msk-1",
        lines=[Placement(sku, quantity, source, target, tuple(numbers))],
        reason=reason,
        by=by,
        at=NOON,
    )


def where(number: str, sku: str = "S-1") -> str:
    """Where a serial is, in two words."""
    found = Serial.objects.select_related("store").get(sku__code=sku, number=number)
    return f"{found.store.code} {found.bucket}" if found.store else str(found.bucket)


def steps(number: str, sku: str = "S-1") -> list[str]:
    """The story of a serial: what happened, from where to where."""
    found = Serial.objects.get(sku__code=sku, number=number).steps.order_by("pk")
    return [f"{one.kind} {one.source}>{one.target}" for one in found]


def sold(*numbers: str, units: int | None = None, reference: str = "R-1") -> None:
    """Units kept for an order leave with the customer."""
    quantity = len(numbers) if units is None else units
    allocated(wanted(quantity), reference=reference)
    consume_promises(
        reference=reference,
        lines={"1": quantity},
        serials={("1", "S-1"): numbers},
        by=SYSTEM,
        at=NOON,
    )


def corrected(on_hand: int) -> None:
    """Somebody looked: there are so many."""
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        on_hand=on_hand,
        reason="LOST",
        by=SYSTEM,
        at=NOON,
    )


def seen(number: str) -> str:
    """A serial is scanned into a bag, a minute later than anything else."""
    at = NOON + timedelta(minutes=1)
    return see_serial(
        store_code="msk-1", sku_code="S-1", number=number, reference="R-1", by=SYSTEM, at=at
    )


def returned(*numbers: str, store: str = "msk-1", way: str = "RESTOCK") -> None:
    """A customer brings units back."""
    restock_return(
        store_code=store,
        lines=[("S-1", len(numbers), way)],
        serials={("S-1", way): numbers},
        reference=f"RET-{store}",
        by=SYSTEM,
        at=NOON,
    )
