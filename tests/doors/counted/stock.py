"""Questions to the catalogue, to levels and their movements, and to who follows them."""

from functools import partial
from typing import Any

from omniretail.kernel import clock
from tests.callers import Answer, as_client
from tests.doors.counted.asking import API, Asked, asking, get, goods, lines, post
from tests.factories.inventory import SkuFactory
from tests.inventory.given import allocated, kit, moved, place, wanted
from tests.inventory.lots.given import lotted
from tests.inventory.serials.given import come


@asking("GET /api/v1/categories")
def _(size: int) -> Asked:
    goods(size)
    return get("catalogue:read", "/categories")


@asking("GET /api/v1/skus")
def _(size: int) -> Asked:
    goods(size)
    return get("catalogue:read", "/skus")


@asking("GET /api/v1/skus/<code>")
def _(size: int) -> Asked:
    goods(size)
    return get("catalogue:read", "/skus/S-1")


@asking("GET /api/v1/kits/<code>")
def _(size: int) -> Asked:
    kit("K-1", dict.fromkeys(goods(size), 1))
    return get("catalogue:read", "/kits/K-1")


@asking("POST /api/v1/kits")
def _(size: int) -> Asked:
    SkuFactory.create(code="K-1")
    body = {"sku": "K-1", "parts": lines(goods(size))}
    return post("catalogue:write", "/kits", body)


@asking("GET /api/v1/stock-levels")
def _(size: int) -> Asked:
    goods(size)
    return get("stock:read", "/stock-levels", store="msk-1")


@asking("GET /api/v1/stock-levels/<store>/<sku>/statement")
def _(size: int) -> Asked:
    goods(1)
    for _number in range(size):
        moved(1, "ON_HAND>DISPLAY")
    return get("stock:read", "/stock-levels/msk-1/S-1/statement")


@asking("GET /api/v1/stock-levels/<store>/<sku>/why")
def _(size: int) -> Asked:
    goods(1)
    for number in range(size):
        allocated(wanted(1), reference=f"R-{number}")
    return get("stock:read", "/stock-levels/msk-1/S-1/why")


@asking("GET /api/v1/stock-levels/why")
def _(size: int) -> Asked:
    codes = goods(size)
    for code in codes:
        allocated(wanted(1, sku=code), reference=f"R-{code}")
    return get("stock:read", "/stock-levels/why", sku=codes, store="msk-1")


@asking("POST /api/v1/stock-levels/adjust")
def _(size: int) -> Asked:
    said = {"store": "msk-1", "on_hand": 7, "safety_stock": 1}
    rows = [said | {"sku": code} for code in goods(size)]
    body = {"reason": "counted", "lines": rows}
    return post("stock:write", "/stock-levels/adjust", body)


@asking("POST /api/v1/stock-levels/move")
def _(size: int) -> Asked:
    rows = lines(goods(size), source="ON_HAND", target="DISPLAY")
    body = {"store": "msk-1", "reason": "ON_SHOW", "lines": rows}
    return post("stock:write", "/stock-levels/move", body)


@asking("POST /api/v1/stock-movements/<movement>/reverse")
def _(size: int) -> Asked:
    goods(size)
    (movement,) = moved(2, "ON_HAND>DISPLAY").movements
    body = {"reason": "a slip"}
    return post("stock:write", f"/stock-movements/{movement}/reverse", body)


@asking("POST /api/v1/stock/writes")
def _(size: int) -> Asked:
    rows = [
        {"key": code, "store": "msk-1", "sku": code, "mode": "delta", "units": 2}
        for code in goods(size)
    ]
    return post("stock:write", "/stock/writes", {"reference": "D-1", "rows": rows})


@asking("GET /api/v1/availability")
def _(size: int) -> Asked:
    for number in range(size):
        goods(1, store=f"spb-{number}")
    return get("stock:read", "/availability", sku="S-1")


@asking("GET /api/v1/availability/grid")
def _(size: int) -> Asked:
    place("spb-1")
    codes = goods(size)
    return get("stock:read", "/availability/grid", sku=codes, store=["msk-1", "spb-1"])


@asking("GET /api/v1/stock-changes")
def _(size: int) -> Asked:
    goods(size)
    return get("stock:read", "/stock-changes")


@asking("GET /api/v1/stock-changes/snapshot")
def _(size: int) -> Asked:
    goods(size)

    def read_through() -> Answer:
        answer: Answer = caller.get(f"{API}/stock-changes/snapshot")
        assert len(b"".join(answer.streaming_content).splitlines()) > size
        return answer

    caller = as_client("stock:read")
    return read_through


@asking("GET /api/v1/lots")
def _(size: int) -> Asked:
    for number in range(size):
        lotted(1, f"L-{number}", 10 + number)
    return get("stock:read", "/lots", store="msk-1")


@asking("POST /api/v1/lots/correct")
def _(size: int) -> Asked:
    for number in range(size):
        lotted(1, f"L-{number}", 10 + number)
    day = clock.now().date().replace(year=2036).isoformat()
    body = {"sku": "S-1", "lot": "L-0", "expires_on": day, "reason": "a misprint"}
    return post("stock:write", "/lots/correct", body)


@asking("GET /api/v1/serials")
def _(size: int) -> Asked:
    come(*(f"N-{number}" for number in range(size)))
    return get("stock:read", "/serials", sku="S-1")


@asking("GET /api/v1/serials/<sku>/<number>")
def _(size: int) -> Asked:
    come(*(f"N-{number}" for number in range(size)))
    return get("stock:read", "/serials/S-1/N-0")


def _feed(kind: str, size: int) -> Any:
    rows = "".join(f"msk-1;{code};7\n" for code in [*goods(size), "none"])
    raw = f"store_code;sku_code;on_hand\n{rows}".encode()
    address = f"{API}/feeds?kind={kind}&file_name=stock.csv"
    erp = as_client("catalogue:write", "stock:write")
    return partial(erp.post, address, raw, content_type="text/csv")


@asking("POST /api/v1/feeds")
def _(size: int) -> Asked:
    call: Asked = _feed("stock", size)
    return call


@asking("GET /api/v1/feeds")
def _(size: int) -> Asked:
    _feed("stock", size)()
    return get("catalogue:write", "/feeds")


@asking("GET /api/v1/feeds/<number>")
def _(size: int) -> Asked:
    number = _feed("stock", size)().json()["number"]
    return get("catalogue:write", f"/feeds/{number}")


@asking("GET /api/v1/feeds/<number>/refusals")
def _(size: int) -> Asked:
    number = _feed("stock", size)().json()["number"]
    return get("catalogue:write", f"/feeds/{number}/refusals")
