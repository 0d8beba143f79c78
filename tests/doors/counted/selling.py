"""Questions to holds, channels, blocks and rules."""

from typing import Any

from omniretail.kernel import clock
from tests.callers import Caller, as_client
from tests.doors.counted.asking import API, Asked, asking, get, goods, lines, post
from tests.inventory.given import place
from tests.inventory.selling.given import block, buffer, channel, network


def _held(size: int) -> Caller:
    """A shop that keeps so many articles under one reference."""
    shop = as_client("stock:hold")
    rows = lines(goods(size), store="msk-1")
    body = {"reference": "r-1", "owner": "ann", "lines": rows}
    assert shop.post(f"{API}/holds", body, format="json").status_code == 201
    return shop


@asking("POST /api/v1/holds")
def _(size: int) -> Asked:
    rows = lines(goods(size), store="msk-1")
    body = {"reference": "r-1", "owner": "ann", "lines": rows}
    return post("stock:hold", "/holds", body)


@asking("POST /api/v1/holds/first-come")
def _(size: int) -> Asked:
    wishes = [
        row | {"store": "msk-1", "reference": row["sku"], "owner": row["sku"]}
        for row in lines(goods(size))
    ]
    return post("stock:hold", "/holds/first-come", {"wishes": wishes})


@asking("GET /api/v1/holds/<reference>")
def _(size: int) -> Asked:
    shop = _held(size)
    return lambda: shop.get(f"{API}/holds/r-1")


@asking("POST /api/v1/holds/<reference>/extend")
def _(size: int) -> Asked:
    shop = _held(size)
    return lambda: shop.post(f"{API}/holds/r-1/extend")


@asking("POST /api/v1/holds/<reference>/release")
def _(size: int) -> Asked:
    shop = _held(size)
    return lambda: shop.post(f"{API}/holds/r-1/release")


def _channels(size: int) -> list[str]:
    """Channels with places and buffers of their own."""
    codes = [f"SITE{number}" for number in range(size)]
    skus = goods(size)
    for code in codes:
        network(code, "msk-1")
        for sku in skus:
            buffer(1, code=code, sku=sku)
    return codes


@asking("GET /api/v1/selling-channels")
def _(size: int) -> Asked:
    _channels(size)
    return get("selling:read", "/selling-channels")


@asking("GET /api/v1/selling-channels/<code>")
def _(size: int) -> Asked:
    _channels(size)
    return get("selling:read", "/selling-channels/SITE0")


@asking("POST /api/v1/selling-channels")
def _(size: int) -> Asked:
    _channels(size)
    body = {"code": "APP", "name": "App"}
    return post("selling:write", "/selling-channels", body, channel="")


@asking("POST /api/v1/selling-channels/<code>/network")
def _(size: int) -> Asked:
    channel("SITE")
    places = [{"store": place(f"spb-{n}"), "priority": n + 1} for n in range(size)]
    path = "/selling-channels/SITE/network"
    return post("selling:write", path, {"places": places}, channel="")


@asking("POST /api/v1/selling-channels/<code>/display")
def _(size: int) -> Asked:
    _channels(size)
    body = {"policy": "FEW", "units": 3}
    return post("selling:write", "/selling-channels/SITE0/display", body, channel="")


@asking("POST /api/v1/selling-channels/<code>/buffer")
def _(size: int) -> Asked:
    _channels(size)
    path = "/selling-channels/SITE0/buffer"
    return post("selling:write", path, {"units": 3}, channel="")


@asking("POST /api/v1/selling-channels/<code>/drop-buffer")
def _(size: int) -> Asked:
    _channels(size)
    path = "/selling-channels/SITE0/drop-buffer"
    return post("selling:write", path, {"sku": "S-1"}, channel="")


@asking("GET /api/v1/sale-blocks")
def _(size: int) -> Asked:
    for code in goods(size):
        block(sku=code, at=clock.now())
    return get("selling:read", "/sale-blocks", store="msk-1")


@asking("POST /api/v1/sale-blocks")
def _(size: int) -> Asked:
    goods(size)
    body = {"store": "msk-1", "sku": "S-1", "reason": "QUALITY"}
    return post("selling:write", "/sale-blocks", body, channel="")


@asking("POST /api/v1/sale-blocks/<number>/lift")
def _(size: int) -> Asked:
    blocks = [block(sku=code, at=clock.now()) for code in goods(size)]
    path = f"/sale-blocks/{blocks[0].number}/lift"
    return post("selling:write", path, channel="")


RULE: dict[str, Any] = {"code": "any", "name": "Everywhere", "units": 3}


def _ruled(size: int) -> list[str]:
    """Rules for articles of a place."""
    codes = goods(size)
    for number in range(size):
        body = RULE | {"code": f"rule-{number}", "priority": number + 1}
        made = post("selling:write", "/safety-rules", body, channel="")()
        assert made.status_code == 201
    return codes


@asking("GET /api/v1/safety-rules")
def _(size: int) -> Asked:
    _ruled(size)
    return get("selling:read", "/safety-rules")


@asking("POST /api/v1/safety-rules")
def _(size: int) -> Asked:
    goods(size)
    return post("selling:write", "/safety-rules", RULE, channel="")


@asking("POST /api/v1/safety-rules/<code>/end")
def _(size: int) -> Asked:
    _ruled(size)
    path = "/safety-rules/rule-0/end"
    return post("selling:write", path, {"on": "2036-01-01"}, channel="")


@asking("POST /api/v1/safety-rules/apply")
def _(size: int) -> Asked:
    _ruled(size)
    return post("selling:write", "/safety-rules/apply", {"store": "msk-1"}, channel="")


@asking("POST /api/v1/safety-rules/follow")
def _(size: int) -> Asked:
    body = {"store": "msk-1", "skus": _ruled(size)}
    return post("selling:write", "/safety-rules/follow", body, channel="")
