"""Questions to counts and to what is proposed, waited for and asked for in vain; and the
files of 1C."""

from functools import partial
from typing import Any

from inventory.models import Sku, StockWait
from tests.callers import as_client
from tests.doors.counted.asking import API, Asked, asking, get, goods, lines, post
from tests.factories.inventory import PriceFactory, SkuFactory
from tests.inventory.feeds.one_c import file_of, mapped_place
from tests.inventory.given import place
from tests.inventory.replenishment.given import (
    numbers,
    policy,
    proposed,
    selling,
    supplier,
)

COUNTS = "counts:write"


def _shelves(size: int) -> list[str]:
    codes = goods(size)
    for code in codes:
        PriceFactory.create(sku=Sku.objects.get(code=code), amount=100)
    return codes


def _seen(codes: list[str], quantity: int) -> dict[str, Any]:
    rows = lines(codes, quantity, is_total=True)
    return {"lines": [{"code": row.pop("sku")} | row for row in rows]}


def _opened(codes: list[str]) -> str:
    answer = post(COUNTS, "/counts", {"store": "msk-1", "skus": codes})()
    assert answer.status_code == 201, answer.content
    return f"/counts/{answer.json()['number']}"


def _counted(size: int, *, rounds: int, quantity: int = 18) -> str:
    """The address of a count that so many rounds found two units short."""
    codes = _shelves(size)
    path = _opened(codes)
    for number in range(rounds):
        if number:
            assert post(COUNTS, f"{path}/finish")().status_code == 200
        assert post(COUNTS, f"{path}/count", _seen(codes, quantity))().status_code == 200
    return path


@asking("GET /api/v1/counts")
def _(size: int) -> Asked:
    codes = _shelves(size)
    for code in codes:
        _opened([code])
    return get("counts:read", "/counts")


@asking("GET /api/v1/counts/<number>")
def _(size: int) -> Asked:
    return get("counts:read", _counted(size, rounds=1))


@asking("POST /api/v1/counts")
def _(size: int) -> Asked:
    return post(COUNTS, "/counts", {"store": "msk-1", "skus": _shelves(size)})


@asking("POST /api/v1/counts/<number>/count")
def _(size: int) -> Asked:
    codes = _shelves(size)
    return post(COUNTS, f"{_opened(codes)}/count", _seen(codes, 20))


@asking("POST /api/v1/counts/<number>/finish")
def _(size: int) -> Asked:
    return post(COUNTS, f"{_counted(size, rounds=2)}/finish")


@asking("POST /api/v1/counts/<number>/cancel")
def _(size: int) -> Asked:
    path = _counted(size, rounds=1)
    return post(COUNTS, f"{path}/cancel", {"reason": "Closing"})


def _found_short(size: int) -> str:
    path = _counted(size, rounds=2)
    assert post(COUNTS, f"{path}/finish")().json()["status"] == "COUNTED"
    return path


@asking("POST /api/v1/counts/<number>/recount")
def _(size: int) -> Asked:
    path = _found_short(size)
    skus = [f"S-{number}" for number in range(1, size + 1)]
    return post(COUNTS, f"{path}/recount", {"skus": skus})


@asking("POST /api/v1/counts/<number>/approve")
def _(size: int) -> Asked:
    return post(COUNTS, f"{_found_short(size)}/approve")


@asking("GET /api/v1/count-accuracy")
def _(size: int) -> Asked:
    path = _found_short(size)
    assert post(COUNTS, f"{path}/approve")().status_code == 200
    period = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2027-01-01T00:00:00Z"}
    return get("counts:read", "/count-accuracy", **period)


def _proposed(size: int) -> list[str]:
    """Proposals to order so many articles."""
    policy(supplier_code=supplier())
    for number in range(size):
        selling(2, 10, days=28, sku=f"S-{number}")
    proposed()
    found = numbers()
    assert len(found) == size
    return found


@asking("GET /api/v1/proposals")
def _(size: int) -> Asked:
    _proposed(size)
    return get("supply:read", "/proposals")


@asking("GET /api/v1/proposals/<number>")
def _(size: int) -> Asked:
    return get("supply:read", f"/proposals/{_proposed(size)[0]}")


@asking("POST /api/v1/proposals/accept")
def _(size: int) -> Asked:
    return post("supply:write", "/proposals/accept", {"numbers": _proposed(size)})


@asking("POST /api/v1/proposals/dismiss")
def _(size: int) -> Asked:
    body = {"numbers": _proposed(size), "reason": "No room"}
    return post("supply:write", "/proposals/dismiss", body)


@asking("GET /api/v1/velocities")
def _(size: int) -> Asked:
    _proposed(size)
    return get("supply:read", "/velocities")


@asking("GET /api/v1/reorder-policies")
def _(size: int) -> Asked:
    for number in range(size):
        policy(code=f"p-{number}", store_code=place(f"spb-{number}"))
    return get("supply:read", "/reorder-policies")


@asking("GET /api/v1/reorder-policies/<code>")
def _(size: int) -> Asked:
    for number in range(size):
        policy(code=f"p-{number}", store_code=place(f"spb-{number}"))
    return get("supply:read", "/reorder-policies/p-0")


@asking("POST /api/v1/reorder-policies")
def _(size: int) -> Asked:
    for number in range(size):
        policy(code=f"p-{number}", store_code=place(f"spb-{number}"))
    return post("supply:write", "/reorder-policies", {"code": "usual"})


def _wait(sku: str) -> dict[str, Any]:
    return {"sku": sku, "store": "msk-1", "phone": "+79161234567"}


def _waiting(size: int) -> str:
    place()
    caller = as_client("waits:write")
    for number in range(size):
        SkuFactory.create(code=f"S-{number}")
        made = caller.post(f"{API}/stock-waits", _wait(f"S-{number}"), format="json")
        assert made.status_code == 201
    return f"/stock-waits/{StockWait.objects.earliest('pk').number}"


@asking("GET /api/v1/stock-waits")
def _(size: int) -> Asked:
    _waiting(size)
    return get("waits:write", "/stock-waits")


@asking("GET /api/v1/stock-waits/<number>")
def _(size: int) -> Asked:
    return get("waits:write", _waiting(size))


@asking("POST /api/v1/stock-waits")
def _(size: int) -> Asked:
    _waiting(size)
    SkuFactory.create(code="S-X")
    return post("waits:write", "/stock-waits", _wait("S-X"))


@asking("POST /api/v1/stock-waits/<number>/cancel")
def _(size: int) -> Asked:
    return post("waits:write", f"{_waiting(size)}/cancel")


def _asked_in_vain(size: int) -> Asked:
    place()
    SkuFactory.create(code="S-1")
    calls = [
        post("demand:write", "/lost-demand", _vain(number)) for number in range(size + 1)
    ]
    for call in calls[1:]:
        assert call().status_code == 201
    return calls[0]


def _vain(number: int) -> dict[str, Any]:
    return {"sku": "S-1", "store": "msk-1", "session": f"cart-12{number}"}


@asking("POST /api/v1/lost-demand")
def _(size: int) -> Asked:
    return _asked_in_vain(size)


@asking("GET /api/v1/lost-demand")
def _(size: int) -> Asked:
    _asked_in_vain(size)
    return get("supply:read", "/lost-demand")


@asking("POST /api/v1/feeds/commerceml")
def _(size: int) -> Asked:
    mapped_place()
    goods(size)
    call: Asked = partial(
        as_client("catalogue:write", "stock:write").post,
        f"{API}/feeds/commerceml",
        file_of("import.xml"),
        content_type="application/xml",
    )
    return call
