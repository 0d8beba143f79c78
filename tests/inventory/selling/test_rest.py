"""The REST doors of selling: channels, blocks, and what each channel is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from inventory.promises.models import Promise
from inventory.selling.models import ChannelBuffer, SaleBlock
from omniretail.kernel import clock
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.models import AuditEntry, OutboxFact
from tests.callers import Answer, Caller, as_client, nobody, posing_as
from tests.inventory.counts.given import staff
from tests.inventory.given import stocked
from tests.inventory.selling.given import block, buffer, channel, network

pytestmark = pytest.mark.django_db
API = "/api/v1"
CHANNELS = f"{API}/selling-channels"
BLOCKS = f"{API}/sale-blocks"


def office() -> Caller:
    """The house itself: a program without a channel."""
    scopes = ("selling:read", "selling:write", "stock:read", "stock:hold")
    return as_client(*scopes, channel="")


def told(kind: str) -> int:
    return OutboxFact.objects.filter(name=f"inventory.{kind}").count()


def test_a_channel_is_written_down_and_given_its_terms() -> None:
    stocked(5)
    stocked(5, store="spb-1")
    caller = office()
    made = caller.post(CHANNELS, {"code": "site", "name": "Site"})
    assert made.status_code == 201
    assert made.json() == {
        "code": "SITE",
        "name": "Site",
        "display": {"policy": "EXACT", "units": 0},
        "places": None,
        "buffers": [],
    }
    again = caller.post(CHANNELS, {"code": "SITE", "name": "Our site"})
    assert (again.status_code, again.json()["name"]) == (200, "Our site")
    places = [{"store": "spb-1", "priority": 1}, {"store": "msk-1", "priority": 2}]
    seen = caller.post(f"{CHANNELS}/SITE/network", {"places": places})
    assert seen.json()["places"] == places
    caller.post(f"{CHANNELS}/SITE/display", {"policy": "FEW", "units": 3})
    caller.post(f"{CHANNELS}/SITE/buffer", {"units": 1})
    caller.post(f"{CHANNELS}/SITE/buffer", {"units": 2, "sku": "S-1", "store": "msk-1"})
    whole = caller.get(f"{CHANNELS}/SITE").json()
    assert whole["display"] == {"policy": "FEW", "units": 3}
    assert whole["buffers"] == [
        {"units": 1, "store": None, "category": None, "sku": None},
        {"units": 2, "store": "msk-1", "category": None, "sku": "S-1"},
    ]
    assert caller.get(CHANNELS).json()["items"] == [whole]
    caller.post(f"{CHANNELS}/SITE/drop-buffer", {})
    everywhere = caller.post(f"{CHANNELS}/SITE/network", {"places": None}).json()
    assert (everywhere["places"], len(everywhere["buffers"])) == (None, 1)
    assert told("channel_terms_changed") == 8
    assert AuditEntry.objects.filter(subject="channel:SITE").count() == 8


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("network", {"places": [{"store": "none"}]}, "store_not_found"),
        ("network", {"places": [{"store": "msk-1"}] * 2}, "place_listed_twice"),
        ("display", {"policy": "FEW"}, "display_needs_number"),
        ("display", {"policy": "EXACT", "units": 2}, "display_needs_number"),
        ("buffer", {"units": 1, "sku": "none"}, "sku_not_found"),
        ("buffer", {"units": 1, "category": "none"}, "category_not_found"),
        ("buffer", {"units": 1, "store": "none"}, "store_not_found"),
        ("buffer", {"units": 1, "sku": "S-1", "category": "x"}, "sku_or_category"),
        ("drop-buffer", {"sku": "S-1"}, "buffer_not_found"),
    ],
)
def test_terms_that_cannot_be_are_refused(verb: str, body: Any, code: str) -> None:
    stocked(5)
    channel("SITE")
    assert office().post(f"{CHANNELS}/SITE/{verb}", body).json()["code"] == code
    assert not ChannelBuffer.objects.exists()


def test_a_channel_nobody_wrote_down_is_absent() -> None:
    caller = office()
    assert caller.get(f"{CHANNELS}/NONE").json()["code"] == "channel_not_found"
    refused = caller.post(f"{CHANNELS}/NONE/buffer", {"units": 1})
    assert (refused.status_code, refused.json()["code"]) == (404, "channel_not_found")


def test_the_same_buffer_again_changes_nothing() -> None:
    stocked(5)
    buffer(2)
    facts = told("channel_terms_changed")
    office().post(f"{CHANNELS}/SITE/buffer", {"units": 2})
    assert (ChannelBuffer.objects.count(), told("channel_terms_changed")) == (1, facts)
    office().post(f"{CHANNELS}/SITE/buffer", {"units": 3})
    assert ChannelBuffer.objects.filter(ends_at=None).get().units == 3
    assert ChannelBuffer.objects.count() == 2


def blocked(caller: Caller, **terms: Any) -> Answer:
    body = {"store": "msk-1", "sku": "S-1", "reason": "QUALITY"} | terms
    return caller.post(BLOCKS, body)


def test_a_place_stops_selling_something_and_sells_it_again() -> None:
    stocked(5)
    caller = office()
    until = (clock.now() + timedelta(hours=2)).isoformat()
    made = blocked(caller, until=until, note="a wet carton")
    assert made.status_code == 201
    number = made.json()["number"]
    assert (made.json()["channel"], made.json()["note"]) == (None, "a wet carton")
    asked = {"sku": "S-1", "store": "msk-1"}
    assert caller.get(f"{API}/availability", asked).json()["items"][0]["available"] == 0
    assert [one["number"] for one in caller.get(BLOCKS, asked).json()["items"]] == [number]
    again = blocked(caller)
    assert (again.status_code, again.json()["code"]) == (409, "blocked_already")
    lifted = caller.post(f"{BLOCKS}/{number}/lift")
    assert lifted.json()["lifted_by"]
    assert caller.get(f"{API}/availability", asked).json()["items"][0]["available"] == 5
    assert caller.post(f"{BLOCKS}/{number}/lift").json()["code"] == "block_over"
    assert caller.get(BLOCKS, asked).json()["items"] == []
    assert len(caller.get(BLOCKS, {**asked, "past": "true"}).json()["items"]) == 1
    assert (told("sale_blocked"), told("sale_unblocked")) == (1, 1)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"store": "none"}, "store_not_found"),
        ({"sku": "none"}, "sku_not_found"),
        ({"channel": "NONE"}, "channel_not_found"),
        ({"until": "2020-01-01T00:00:00Z"}, "block_ends_too_early"),
    ],
)
def test_a_block_that_cannot_be_is_refused(terms: dict[str, Any], code: str) -> None:
    stocked(5)
    assert blocked(office(), **terms).json()["code"] == code
    assert not SaleBlock.objects.exists()


def test_each_channel_is_shown_what_it_may_sell_in_its_own_way() -> None:
    stocked(7)
    stocked(2, sku="S-2")
    buffer(1, code="SITE")
    channel("APP")
    caller = office()
    caller.post(f"{CHANNELS}/SITE/display", {"policy": "FEW", "units": 5})
    caller.post(f"{CHANNELS}/APP/display", {"policy": "CAP", "units": 5})
    asked: dict[str, Any] = {"store": "msk-1", "sku": ["S-1", "S-2"]}

    def seen(**terms: Any) -> list[tuple[int | None, str]]:
        items = caller.get(f"{API}/availability", {**asked, **terms}).json()["items"]
        return [(one["available"], one["shown"]) for one in items]

    assert seen() == [(7, "EXACT"), (2, "EXACT")]
    assert seen(channel="SITE") == [(None, "SOME"), (None, "FEW")]
    assert seen(channel="APP") == [(5, "AT_LEAST"), (2, "EXACT")]
    caller.post(f"{CHANNELS}/SITE/display", {"policy": "YES_NO"})
    buffer(2, code="SITE")
    assert seen(channel="site") == [(None, "SOME"), (0, "NONE")]
    nearby: dict[str, Any] = {
        "sku": "S-1",
        "latitude": 55.7,
        "longitude": 37.6,
        "channel": "APP",
    }
    (one,) = caller.get(f"{API}/availability", nearby).json()["items"]
    assert (one["available"], one["shown"]) == (5, "AT_LEAST")


def hold(caller: Caller, **terms: Any) -> Answer:
    lines = [{"store": "msk-1", "sku": "S-1", "quantity": 1}]
    body = {"reference": "r-1", "owner": "ann", "lines": lines} | terms
    return caller.post(f"{API}/holds", body)


def test_a_program_holds_for_its_own_channel_and_for_no_other() -> None:
    stocked(2)
    network("SITE")
    site = as_client("stock:hold", "stock:read", channel="site")
    refused = hold(site)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_network")
    foreign = hold(site, channel="APP")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_channel")
    query = {"sku": "S-1", "store": "msk-1", "channel": "APP"}
    assert site.get(f"{API}/availability", query).status_code == 403
    app = as_client("stock:hold", channel="app")
    assert hold(app, channel="app").json()["channel"] == "APP"
    assert Promise.objects.get().channel == "APP"
    anybody = as_client("stock:hold", channel="")
    assert hold(anybody, channel="SITE").json()["code"] == "not_in_network"
    assert hold(anybody).json()["channel"] == ""


def test_many_wishes_are_kept_for_the_channel_that_asks() -> None:
    stocked(3)
    buffer(2, code="APP")
    wish = {"store": "msk-1", "sku": "S-1", "quantity": 1, "owner": "ann"}
    wishes = [{**wish, "reference": f"r-{number}"} for number in range(2)]
    app = as_client("stock:hold", channel="APP")
    answers = app.post(f"{API}/holds/first-come", {"wishes": wishes}).json()["answers"]
    assert [one["is_kept"] for one in answers] == [True, False]
    block()
    wishes = [{**wish, "reference": "r-9"}]
    (answer,) = app.post(f"{API}/holds/first-come", {"wishes": wishes}).json()["answers"]
    assert answer["problem"]["code"] == "not_for_sale_here"


def test_why_names_what_a_channel_must_leave() -> None:
    stocked(5)
    buffer(2, code="SITE")
    site = as_client("stock:read", channel="SITE")
    why = f"{API}/stock-levels/msk-1/S-1/why"
    told_ = site.get(why).json()
    parts = [(one["taken_by"], one["units"]) for one in told_["parts"]]
    assert parts == [("BUFFER", 2), ("FREE", 3)]
    assert (told_["channel"], told_["available"]) == ("SITE", 3)
    assert site.get(why, {"channel": "APP"}).status_code == 403
    house = as_client("stock:read", channel="")
    assert house.get(why).json()["available"] == 5
    made = block(at=clock.now() - timedelta(minutes=1))
    (part,) = house.get(why, {"channel": "SITE"}).json()["parts"]
    assert (part["taken_by"], part["reference"]) == ("BLOCK", made.number)
    network("SITE", at=clock.now() - timedelta(minutes=1))
    (part,) = house.get(why, {"channel": "SITE"}).json()["parts"]
    assert (part["taken_by"], part["units"]) == ("NETWORK", 5)


@contextmanager
def posing_as_staff(role: str) -> Iterator[Caller]:
    """Somebody of the first store, in that role."""
    who = staff("msk-1", role)
    terms: dict[str, Any] = {"store": "msk-1", "device": "tablet"}
    with posing_as(Principal(PrincipalKind.STAFF, who.key, **terms)):
        yield nobody()


def test_a_manager_blocks_in_the_own_store_and_a_clerk_nowhere() -> None:
    stocked(5)
    stocked(5, store="spb-1")
    with posing_as_staff("STORE_MANAGER") as manager:
        assert blocked(manager).status_code == 201
        assert blocked(manager, store="spb-1").status_code == 404
        other = block("spb-1", at=clock.now())
        assert manager.post(f"{BLOCKS}/{other.number}/lift").status_code == 404
        assert manager.get(BLOCKS, {"store": "spb-1"}).status_code == 404
        assert len(manager.get(BLOCKS).json()["items"]) == 1
        refused = manager.post(CHANNELS, {"code": "SITE", "name": "x"})
        assert refused.status_code == 403
    with posing_as_staff("CLERK") as clerk:
        assert blocked(clerk, sku="S-1").status_code == 403
        assert clerk.get(BLOCKS).status_code == 200
    with posing_as_staff("HEAD_OFFICE") as boss:
        assert boss.post(CHANNELS, {"code": "SITE", "name": "x"}).status_code == 201
