"""What a feed of places or categories does not tell stays as it is known; what it tells to
be empty is as usual again."""

from datetime import date
from typing import Any

import pytest

from inventory.catalogue.queries import categories
from inventory.feeds.operations import FeedReport, FeedTerms, import_rows
from omniretail.kernel.actors import SYSTEM
from stores.network.queries import get_store
from tests.clock import NOON
from tests.inventory.feeds.test_importing import CATEGORIES, land, why

pytestmark = pytest.mark.django_db
REQUIRED = {
    "code": "msk-1",
    "kind": "STORE",
    "name": "Тверская",
    "city": "Москва",
    "address": "Тверская, 1",
    "latitude": "55.76",
    "longitude": "37.6",
    "time_zone": "Europe/Moscow",
    "opening_hours": "Mo-Su 10:00-22:00",
}
TOLD = {
    "region": "Центр",
    "postal_code": "220030",
    "country": "BY",
    "phone": "+375172000000",
    "currency": "BYN",
    "can_pickup": "no",
    "can_ship": "no",
    "can_sell": "no",
    "prep_minutes": "15",
    "pickup_days": "7",
    "opened_on": "2020-01-15",
    "closed_on": "31.12.2030",
}
KNOWN = TOLD | {
    "can_pickup": False,
    "can_ship": False,
    "can_sell": False,
    "prep_minutes": 15,
    "pickup_days": 7,
    "opened_on": date(2020, 1, 15),
    "closed_on": date(2030, 12, 31),
}
USUAL = {
    "region": "",
    "postal_code": "",
    "country": "RU",
    "phone": "",
    "currency": "RUB",
    "can_pickup": True,
    "can_ship": True,
    "can_sell": True,
    "prep_minutes": 60,
    "pickup_days": 3,
    "opened_on": None,
    "closed_on": None,
}


def csv(**cells: str) -> FeedReport:
    row = REQUIRED | cells
    return land("places", f"{';'.join(row)}\n{';'.join(row.values())}\n")


def rows(**cells: object) -> FeedReport:
    terms = FeedTerms("places")
    return import_rows(rows=[{**REQUIRED, **cells}], terms=terms, by=SYSTEM, at=NOON)


def told(code: str = "msk-1") -> dict[str, Any]:
    place = get_store(code)
    return {name: getattr(place, name) for name in USUAL}


@pytest.fixture
def known() -> None:
    assert csv(**TOLD).rows_changed == 1
    assert told() == KNOWN


@pytest.mark.usefixtures("known")
def test_columns_that_are_not_there_leave_alone_what_is_known() -> None:
    report = csv(name="Новая Тверская")
    assert (report.rows_landed, report.rows_changed) == (1, 1)
    assert get_store("msk-1").name == "Новая Тверская"
    assert told() == KNOWN
    again = csv(name="Новая Тверская")
    assert (again.rows_landed, again.rows_changed) == (1, 0)


@pytest.mark.usefixtures("known")
def test_an_empty_cell_makes_it_usual_again() -> None:
    assert csv(**dict.fromkeys(TOLD, "")).rows_changed == 1
    assert told() == USUAL
    assert csv(**dict.fromkeys(TOLD, "")).rows_changed == 0


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("column", list(USUAL))
def test_one_column_is_cleared_and_the_others_stay(column: str) -> None:
    csv(**{column: ""})
    assert told() == KNOWN | {column: USUAL[column]}


@pytest.mark.usefixtures("known")
def test_a_row_of_rows_tells_what_it_names() -> None:
    assert rows().rows_changed == 0
    assert told() == KNOWN
    assert rows(phone=None, closed_on="", can_ship=True).rows_changed == 1
    assert told() == KNOWN | {"phone": "", "closed_on": None, "can_ship": True}


@pytest.mark.parametrize("brought", [csv, rows])
def test_a_new_place_begins_with_what_is_usual(brought: Any) -> None:
    assert brought().rows_changed == 1
    assert told() == USUAL


@pytest.mark.usefixtures("known")
def test_what_is_told_is_judged_together_with_what_is_known() -> None:
    report = csv(opened_on="2031-01-01")
    assert [line_field[:2] for line_field in why(report)] == [(2, "closed_on")]
    assert told() == KNOWN


def parents() -> dict[str, str | None]:
    return {one.code: one.parent_code for one in categories()}


def test_a_category_stays_where_it_is_unless_its_parent_is_told() -> None:
    land("categories", CATEGORIES)
    known = {"phones": None, "cases": "phones"}
    assert parents() == known
    renamed = land("categories", "code,name\ncases,Чехлы и плёнки\nnew,Новое\n")
    assert (renamed.rows_landed, renamed.rows_changed) == (2, 2)
    assert parents() == known | {"new": None}
    terms = FeedTerms("categories")
    row: dict[str, object] = {"code": "cases", "name": "Чехлы"}
    import_rows(rows=[row], terms=terms, by=SYSTEM, at=NOON)
    assert parents() == known | {"new": None}
    import_rows(rows=[row | {"parent": None}], terms=terms, by=SYSTEM, at=NOON)
    assert parents() == known | {"new": None, "cases": None}


def test_a_ring_through_what_is_known_is_refused_by_line() -> None:
    land("categories", CATEGORIES)
    told: list[dict[str, object]] = [
        {"code": "cases", "name": "Чехлы"},
        {"code": "phones", "name": "Смартфоны", "parent": "cases"},
    ]
    terms = FeedTerms("categories")
    report = import_rows(rows=told, terms=terms, by=SYSTEM, at=NOON)
    assert [one[:2] for one in why(report)] == [(1, "parent"), (2, "parent")]
    assert parents() == {"phones": None, "cases": "phones"}
