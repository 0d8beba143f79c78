"""What opens the bags that wait for their customer."""

from dataclasses import dataclass
from datetime import datetime

from orders.fulfilment.models import Fulfilment
from orders.fulfilment.pickup_codes import in_groups, pass_text, pickup_code
from orders.fulfilment.queries.bags import FulfilmentNotFound


@dataclass(frozen=True)
class PickupPass:
    """What opens one bag: shown to the customer only."""

    number: str
    store_code: str
    code: str
    qr_text: str
    ready_at: datetime
    keep_until: datetime

    @property
    def grouped(self) -> str:
        """The code as people read it aloud."""
        return in_groups(self.code)


def pickup_passes(order_number: str) -> list[PickupPass]:
    """The passes of the bags that wait for the customer."""
    ready = Fulfilment.objects.filter(
        order__number=order_number, status=Fulfilment.Status.READY
    )
    return [_pass(bag) for bag in ready.select_related("store").order_by("pk")]


def _pass(bag: Fulfilment) -> PickupPass:
    code = pickup_code(bag.number, bag.code_generation)
    if bag.ready_at is None or bag.keep_until is None:
        raise FulfilmentNotFound(number=bag.number)
    return PickupPass(
        number=bag.number,
        store_code=bag.store.code,
        code=code,
        qr_text=pass_text(bag.number, code),
        ready_at=bag.ready_at,
        keep_until=bag.keep_until,
    )
