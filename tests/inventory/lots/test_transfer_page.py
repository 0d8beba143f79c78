"""The page of a transfer says which lots to take, and which ones left."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.supply.operations import Wanted, dispatch_transfer
from inventory.supply.queries import transfer_view, with_lots
from tests.clock import NOON
from tests.inventory.given import place, stocked
from tests.inventory.lots.given import lot_sku, lotted, taken
from tests.inventory.lots.test_sending import TERMS, approve, asked
from tests.inventory.supply.test_tablet import tablet

pytestmark = pytest.mark.django_db
SOON, LATE = "3 of lot SOON, until", "2 of lot LATE, until"


@pytest.fixture(autouse=True)
def shelf() -> None:
    """Four units of an earlier lot and four of a later one."""
    lotted(4, "SOON", 4_000)
    lotted(4, "LATE", 4_100)
    place("spb-1")


def lots_of(number: str) -> list[tuple[str, int, bool]]:
    (line,) = with_lots(transfer_view(number), at=NOON).lines
    return [(one.lot, one.units, one.is_named) for one in line.lots]


def page(client: Client, number: str) -> str:
    return str(client.get(f"/tablet/stock/transfers/{number}/").content.decode())


def test_what_was_set_aside_is_said_before_what_goes_by_its_days() -> None:
    number = asked(Wanted("S-1", 2, "LATE"), Wanted("S-1", 3))
    told = [("LATE", 2, True), ("SOON", 3, False)]
    assert lots_of(number) == told
    approve(number)
    assert lots_of(number) == told
    text = page(tablet("msk-1"), number)
    assert text.index(LATE) < text.index(SOON)
    dispatch_transfer(number=number, **TERMS)
    assert taken(number) == {"LATE": 2, "SOON": 3}


def test_what_left_is_said_at_both_ends() -> None:
    number = asked(Wanted("S-1", 2, "LATE"), Wanted("S-1", 3))
    approve(number)
    dispatch_transfer(number=number, **TERMS)
    assert lots_of(number) == [("SOON", 3, False), ("LATE", 2, False)]
    for store in ("msk-1", "spb-1"):
        text = page(tablet(store), number)
        assert SOON in text
        assert LATE in text


def test_the_lots_said_are_those_the_books_take() -> None:
    """Also where others have set some aside, and where units have no lot."""
    lot_sku("S-2")
    stocked(3, sku="S-2")
    lotted(1, "NEXT", 10, sku="S-2")
    approve(asked(Wanted("S-1", 3, "SOON")))
    first, second = asked(Wanted("S-1", 4)), asked(Wanted("S-2", 3))
    for number in (first, second):
        approve(number)
        said = {lot: units for lot, units, _named in lots_of(number)}
        dispatch_transfer(number=number, **TERMS)
        assert said == taken(number, sku="S-1") or said == taken(number, sku="S-2")


def test_units_without_a_lot_are_said_so() -> None:
    lot_sku("S-2")
    stocked(3, sku="S-2")
    number = asked(Wanted("S-2", 3))
    approve(number)
    assert "3 without a lot" in page(tablet("msk-1"), number)


def test_where_fewer_are_granted_so_many_are_said() -> None:
    number = asked(Wanted("S-1", 3, "LATE"), Wanted("S-1", 3))
    approve(number, {"S-1": 2})
    assert lots_of(number) == [("LATE", 2, True)]


def test_goods_without_lots_ask_nothing_more() -> None:
    stocked(5, sku="S-9")
    number = asked(Wanted("S-9", 2))
    view = transfer_view(number)
    with CaptureQueriesContext(connection) as queries:
        assert with_lots(view, at=NOON) == view
    assert not len(queries)


def test_many_lines_ask_as_often_as_one() -> None:
    def questions(lines: list[Wanted]) -> int:
        view = transfer_view(asked(*lines))
        with CaptureQueriesContext(connection) as queries:
            with_lots(view, at=NOON)
        return len(queries)

    wanted: list[Any] = [Wanted("S-1", 2, "LATE")]
    for n in range(5):
        lotted(2, "SOON", 4_000, sku=f"M-{n}")
        wanted.append(Wanted(f"M-{n}", 2))
    assert questions(wanted) == questions(wanted[:1]) == 2
