"""Many levels are explained in one call, in the words of one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.promises.operations import release_promises
from inventory.promises.queries import why, why_many
from inventory.stock.operations import adjust_stock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, held, kit, moved, place, stocked, wanted
from tests.inventory.selling.given import block, buffer, network

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/stock-levels/why"
STORES, SKUS = ["spb-1", "msk-1", "msk-2"], ["S-2", "K-1", "S-1", "S-3"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def _chain() -> None:
    """Three places, one outside the network, a block, a buffer, and promises."""
    stocked(10)
    stocked(7, sku="S-2")
    stocked(5, store="spb-1")
    stocked(4, store="spb-1", sku="S-2")
    stocked(3, store="msk-2")
    SkuFactory.create(code="S-3")
    kit("K-1", {"S-1": 2, "S-2": 1})
    moved(2, "ON_HAND>DAMAGED")
    held(wanted(1))
    allocated(wanted(2), reference="R-1")
    keep_back(1, at=NOON + MINUTE)
    network("SITE", "msk-1", "spb-1")
    buffer(1, sku="S-2")
    block("spb-1", "S-1", at=NOON)
    release_promises(reference="R-1", by=SYSTEM, at=NOON + 5 * MINUTE)
    keep_back(3, at=NOON + 6 * MINUTE)


def keep_back(units: int, *, at: datetime) -> None:
    adjust_stock(
        store_code="msk-1",
        sku_code="S-1",
        reason="plan",
        safety_stock=units,
        by=SYSTEM,
        at=at,
    )


@pytest.mark.usefixtures("_chain")
@pytest.mark.parametrize("channel", ["", "SITE", "APP"])
@pytest.mark.parametrize("minutes", [None, -1, 0, 2, 5, 60])
def test_many_are_told_as_each_by_itself(channel: str, minutes: int | None) -> None:
    at = None if minutes is None else NOON + minutes * MINUTE
    told = why_many(STORES, SKUS, channel=channel, at=at)
    one_by_one = [
        why(store, sku, channel=channel, at=at) for store in STORES for sku in SKUS
    ]
    assert told == one_by_one
    for one in told:
        assert sum(part.units for part in one.parts) == one.balance.total


@pytest.mark.usefixtures("_chain")
def test_each_level_says_what_took_its_units() -> None:
    told = {
        (one.store_code, one.sku_code): [
            (part.taken_by, part.units, part.reference) for part in one.parts
        ]
        for one in why_many(STORES, SKUS, channel="SITE")
    }
    number = told["spb-1", "S-1"][0][2]
    assert told == {
        ("spb-1", "S-2"): [("BUFFER", 1, "SITE"), ("FREE", 3, "")],
        ("spb-1", "K-1"): [("BLOCK", 2, "S-1")],
        ("spb-1", "S-1"): [("BLOCK", 5, number)],
        ("spb-1", "S-3"): [],
        ("msk-1", "S-2"): [("BUFFER", 1, "SITE"), ("FREE", 6, "")],
        ("msk-1", "K-1"): [
            ("PROMISED_PARTS", 1, "S-1"),
            ("SAFETY_STOCK", 1, "S-1"),
            ("FREE", 2, ""),
        ],
        ("msk-1", "S-1"): [
            ("DAMAGED", 2, ""),
            ("HOLD", 1, "cart-1"),
            ("SAFETY_STOCK", 3, ""),
            ("FREE", 4, ""),
        ],
        ("msk-1", "S-3"): [],
        ("msk-2", "S-2"): [],
        ("msk-2", "K-1"): [],
        ("msk-2", "S-1"): [("NETWORK", 3, "SITE")],
        ("msk-2", "S-3"): [],
    }


@pytest.mark.usefixtures("_chain")
@pytest.mark.parametrize(("at", "number"), [(None, 7), (NOON + MINUTE, 8)])
def test_many_take_as_many_queries_as_one(at: datetime | None, number: int) -> None:
    """Which are kits; promises, what lies there (and, then, what was kept back), the
    channel's network, what it must leave, the block, the rules."""
    for stores, skus in ((["spb-1"], ["S-1"]), (STORES, SKUS)):
        with CaptureQueriesContext(connection) as queries:
            why_many(stores, skus, channel="SITE", at=at)
        assert len(queries) == number + 1


@pytest.mark.usefixtures("_chain")
def test_the_door_tells_many_at_once() -> None:
    caller = as_client("stock:read")
    asked: dict[str, Any] = {"sku": [*SKUS, "none"], "store": STORES}
    told = caller.get(ADDRESS, asked).json()
    assert [(one["store"], one["sku"]) for one in told["items"]] == [
        (store, sku) for store in STORES for sku in SKUS
    ]
    assert told["unknown"] == ["none"]
    for one in told["items"]:
        alone = caller.get(f"/api/v1/stock-levels/{one['store']}/{one['sku']}/why").json()
        assert alone == one
    moment = (NOON + MINUTE).isoformat()
    then = caller.get(ADDRESS, asked | {"at": moment}).json()
    assert then["as_of"] == "2026-11-20T09:01:00Z"
    (level,) = [
        one for one in then["items"] if (one["store"], one["sku"]) == ("msk-1", "S-1")
    ]
    assert (level["reserved"], level["available"]) == (3, 4)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"sku": "S-1"}, 400),
        ({"store": "msk-1"}, 400),
        ({"sku": [f"S-{n}" for n in range(51)], "store": ["msk-1"] * 20}, 400),
        ({"sku": "S-1", "store": "none"}, 404),
        ({"sku": "S-1", "store": "msk-1", "channel": "APP"}, 403),
        ({"sku": "S-1", "store": "msk-1", "at": "soon"}, 400),
    ],
)
def test_odd_questions_are_refused(query: dict[str, Any], status: int) -> None:
    place()
    assert limits().levels_explained == 1_000
    answer = as_client("stock:read").get(ADDRESS, query)
    assert answer.status_code == status
