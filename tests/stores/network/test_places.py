from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError

from omniretail.kernel.actors import SYSTEM
from stores.network import queries
from stores.network.models import Store
from stores.network.operations import (
    StoreDetails,
    clear_hours_exception,
    save_store,
    set_hours_exception,
)
from stores.network.operations.places import (
    ClosesBeforeItOpens,
    CodeOfPlaceNotPlain,
    ExceptionNotFound,
    OffTheGlobe,
    OutOfReason,
    UnknownKindOfPlace,
    UnknownTimeZone,
    UnreadableOpeningHours,
)
from tests.clock import NOON
from tests.factories.stores import StoreFactory, WarehouseFactory

pytestmark = pytest.mark.django_db

DETAILS = StoreDetails(
    code="msk-arbat",
    kind="STORE",
    name="Арбат",
    city="Москва",
    address="Новый Арбат, 11",
    latitude=55.7520,
    longitude=37.5925,
    time_zone="Europe/Moscow",
    opening_hours="Mo-Su 10:00-22:00",
    currency="RUB",
)


def save(**changes: Any) -> bool:
    return save_store(details=replace(DETAILS, **changes), by=SYSTEM, at=NOON)


def test_saving_a_place_twice_changes_it() -> None:
    assert save() is True
    assert save(name="Новый Арбат") is False
    assert Store.objects.get(code="msk-arbat").name == "Новый Арбат"


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"code": 'msk"arbat'}, CodeOfPlaceNotPlain, "code"),
        ({"code": "мск"}, CodeOfPlaceNotPlain, "code"),
        ({"kind": "KIOSK"}, UnknownKindOfPlace, "kind"),
        ({"time_zone": "Mars/Olympus"}, UnknownTimeZone, "time_zone"),
        ({"time_zone": "../etc/passwd"}, UnknownTimeZone, "time_zone"),
        ({"opening_hours": "whenever"}, UnreadableOpeningHours, "opening_hours"),
        ({"latitude": 91.0}, OffTheGlobe, "latitude"),
        ({"longitude": float("nan")}, OffTheGlobe, "latitude"),
        ({"pickup_days": 0}, OutOfReason, "pickup_days"),
        ({"prep_minutes": 99_999}, OutOfReason, "prep_minutes"),
        (
            {"opened_on": date(2026, 2, 1), "closed_on": date(2026, 1, 1)},
            ClosesBeforeItOpens,
            "closed_on",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_field_at_fault(
    changes: dict[str, Any], error: type[Exception], field: str
) -> None:
    with pytest.raises(error) as refusal:
        save(**changes)
    assert refusal.value.field == field  # type: ignore[attr-defined]
    assert not Store.objects.exists()


def test_an_unknown_store_is_missing() -> None:
    with pytest.raises(queries.StoreNotFound):
        queries.get_store("nowhere")
    assert queries.get_stores(["nowhere"]) == {}


def test_a_place_is_read_with_its_exceptions_in_one_query(
    django_assert_num_queries: object,
) -> None:
    store = StoreFactory()
    set_hours_exception(
        store_code=store.code,
        day=date(2026, 11, 20),
        opens_at=None,
        closes_at=None,
        reason="Учёт",
        by=SYSTEM,
        at=NOON,
    )
    with django_assert_num_queries(1):  # type: ignore[operator]
        place = queries.get_store(store.code)
    assert not queries.is_open(place, NOON)
    clear_hours_exception(store_code=store.code, day=date(2026, 11, 20), by=SYSTEM, at=NOON)
    assert queries.is_open(queries.get_store(store.code), NOON)


def test_an_exception_with_one_end_or_upside_down_is_refused() -> None:
    store = StoreFactory()
    for opens_at, closes_at in ((time(10), None), (None, time(18)), (time(18), time(10))):
        with pytest.raises(ClosesBeforeItOpens):
            set_hours_exception(
                store_code=store.code,
                day=date(2026, 12, 31),
                opens_at=opens_at,
                closes_at=closes_at,
                reason="",
                by=SYSTEM,
                at=NOON,
            )


def test_clearing_usual_hours_is_refused() -> None:
    store = StoreFactory()
    with pytest.raises(ExceptionNotFound):
        clear_hours_exception(
            store_code=store.code, day=date(2026, 12, 31), by=SYSTEM, at=NOON
        )


def test_only_places_in_business_that_can_are_offered() -> None:
    here = StoreFactory(code="a")
    WarehouseFactory(code="b")
    StoreFactory(code="c", closed_on=date(2026, 11, 1))
    StoreFactory(code="d", opened_on=date(2027, 1, 1))
    assert [p.code for p in queries.open_stores(NOON)] == ["a", "b"]
    assert [p.code for p in queries.open_stores(NOON, capability="pickup")] == [here.code]


def test_the_nearest_place_comes_first_with_its_distance() -> None:
    StoreFactory(code="msk", latitude=55.7558, longitude=37.6173)
    StoreFactory(code="spb", latitude=59.9343, longitude=30.3351)
    StoreFactory(code="tver", latitude=56.8587, longitude=35.9176)
    found = queries.nearest(55.75, 37.62, at=NOON)
    assert [place.code for place, _km in found] == ["msk", "tver", "spb"]
    assert found[2][1] == pytest.approx(635, abs=5)
    near = queries.nearest(55.75, 37.62, at=NOON, within_km=200)
    assert [place.code for place, _km in near] == ["msk", "tver"]
    assert len(queries.nearest(55.75, 37.62, at=NOON, limit=1)) == 1


def test_near_does_not_stop_at_the_date_line() -> None:
    StoreFactory(code="anadyr", latitude=64.7337, longitude=177.4968)
    StoreFactory(code="msk", latitude=55.7558, longitude=37.6173)
    found = queries.nearest(64.0, -179.0, at=NOON)
    assert found[0][0].code == "anadyr"
    assert found[0][1] < 250


def test_ready_and_kept_follow_the_place() -> None:
    place = queries.get_store(StoreFactory(prep_minutes=45, pickup_days=2).code)
    ready = queries.ready_by(place, NOON)
    assert ready == datetime(2026, 11, 20, 9, 45, tzinfo=UTC)
    assert queries.keep_until(place, ready) == datetime(2026, 11, 22, 19, tzinfo=UTC)


def test_the_database_keeps_codes_plain() -> None:
    """They stand in addresses and, as they are, in what followers of the stock are told."""
    with pytest.raises(IntegrityError, match="a_store_code_is_plain"):
        StoreFactory.create(code='msk"1')
