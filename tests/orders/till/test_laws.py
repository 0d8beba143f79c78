from datetime import timedelta
from decimal import Decimal

from omniretail.kernel import clock
from omniretail.kernel.actors import Actor, ActorKind
from orders.till.models import PosSale
from orders.till.operations import record_sales
from orders.till.receipts import Sale, SoldLine
from tests.factories.fulfilment import Town
from tests.lawbook import broken

TILL = Actor(ActorKind.DEVICE, "till-arbat", "", "till-arbat", "arbat")
MINE = {"E4", "P3b", "F1", "F2", "O4"}


def tell(*sequences: int) -> None:
    now = clock.now()
    sales = [
        Sale(
            sequence,
            f"A-{sequence}",
            now,
            "CARD",
            Decimal(10),
            (SoldLine(1, Decimal(10), sku="CABLE"),),
        )
        for sequence in sequences
    ]
    record_sales(device_code="till-arbat", sales=sales, by=TILL, at=now)


def test_a_fresh_hole_breaks_no_law(shops: Town) -> None:
    tell(1, 3)
    assert broken(only=MINE) == set()


def test_e4_sees_a_hole_older_than_a_day(shops: Town) -> None:
    tell(1, 3)
    PosSale.objects.update(received_at=clock.now() - timedelta(hours=25))
    assert broken(only=MINE) == {"E4"}
    tell(2)
    assert broken(only=MINE) == set()
