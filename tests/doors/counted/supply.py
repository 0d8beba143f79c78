"""Questions to what is ordered, announced, sent and received."""

from typing import Any

from tests.doors.counted.asking import Asked, asking, get, goods, lines, post
from tests.factories.inventory import SkuFactory
from tests.inventory.given import place
from tests.inventory.supply.given import supplier

READ, WRITE = "supply:read", "supply:write"
SOON = "2036-11-25T10:00:00Z"


def _made(path: str, body: dict[str, Any]) -> str:
    answer = post(WRITE, path, body)()
    assert answer.status_code in {200, 201}, answer.content
    return str(answer.json()["number"])


def _done(path: str, body: dict[str, Any] | None = None) -> None:
    answer = post(WRITE, path, body)()
    assert answer.status_code == 200, answer.content


def _codes(size: int) -> list[str]:
    """Articles that nobody has."""
    place()
    return [SkuFactory.create(code=f"S-{n}").code for n in range(1, size + 1)]


def _order(codes: list[str], **more: Any) -> dict[str, Any]:
    return {"supplier": "svet", "store": "msk-1", "lines": lines(codes, 10)} | more


def _ordered(size: int, **more: Any) -> str:
    supplier()
    return _made("/purchase-orders", _order(_codes(size), **more))


def _come(size: int, quantity: int = 5) -> dict[str, Any]:
    return {"lines": lines([f"S-{n}" for n in range(1, size + 1)], quantity)}


@asking("GET /api/v1/suppliers")
def _(size: int) -> Asked:
    for number in range(size):
        supplier(f"svet-{number}")
    return get(READ, "/suppliers")


@asking("POST /api/v1/suppliers")
def _(size: int) -> Asked:
    for number in range(size):
        supplier(f"svet-{number}")
    return post(WRITE, "/suppliers", {"code": "svet", "name": "Свет"})


@asking("GET /api/v1/purchase-orders")
def _(size: int) -> Asked:
    supplier()
    codes = _codes(size)
    for _number in range(size):
        _made("/purchase-orders", _order(codes))
    return get(READ, "/purchase-orders")


@asking("GET /api/v1/purchase-orders/<number>")
def _(size: int) -> Asked:
    return get(READ, f"/purchase-orders/{_ordered(size)}")


@asking("POST /api/v1/purchase-orders")
def _(size: int) -> Asked:
    supplier()
    return post(WRITE, "/purchase-orders", _order(_codes(size)))


@asking("POST /api/v1/purchase-orders/<number>/place")
def _(size: int) -> Asked:
    return post(WRITE, f"/purchase-orders/{_ordered(size, is_draft=True)}/place")


@asking("POST /api/v1/purchase-orders/<number>/cancel")
def _(size: int) -> Asked:
    body = {"reason": "Wrong"}
    return post(WRITE, f"/purchase-orders/{_ordered(size)}/cancel", body)


@asking("POST /api/v1/purchase-orders/<number>/close")
def _(size: int) -> Asked:
    number = _ordered(size)
    _done(f"/purchase-orders/{number}/receive", _come(size))
    return post(WRITE, f"/purchase-orders/{number}/close", {"reason": "No more"})


@asking("POST /api/v1/purchase-orders/<number>/receive")
def _(size: int) -> Asked:
    return post(WRITE, f"/purchase-orders/{_ordered(size)}/receive", _come(size))


def _announced(size: int) -> str:
    order = _ordered(size)
    body = {"number": "N-1", "order": order, "expected_at": SOON} | _come(size)
    return _made("/ship-notices", body)


@asking("GET /api/v1/ship-notices")
def _(size: int) -> Asked:
    order = _ordered(size)
    for number in range(size):
        body = {"number": f"N-{number}", "order": order, "expected_at": SOON}
        _made("/ship-notices", body | _come(size, 1))
    return get(READ, "/ship-notices")


@asking("GET /api/v1/ship-notices/<number>")
def _(size: int) -> Asked:
    return get(READ, f"/ship-notices/{_announced(size)}")


@asking("POST /api/v1/ship-notices")
def _(size: int) -> Asked:
    body = {"number": "N-1", "order": _ordered(size), "expected_at": SOON}
    return post(WRITE, "/ship-notices", body | _come(size))


@asking("POST /api/v1/ship-notices/<number>/receive")
def _(size: int) -> Asked:
    return post(WRITE, f"/ship-notices/{_announced(size)}/receive", _come(size))


@asking("POST /api/v1/ship-notices/<number>/close")
def _(size: int) -> Asked:
    return post(WRITE, f"/ship-notices/{_announced(size)}/close")


@asking("GET /api/v1/receipts")
def _(size: int) -> Asked:
    _codes(size)
    for _number in range(size):
        _made("/receipts", {"store": "msk-1"} | _come(size))
    return get(READ, "/receipts")


@asking("GET /api/v1/receipts/<number>")
def _(size: int) -> Asked:
    _codes(size)
    return get(READ, f"/receipts/{_made('/receipts', {'store': 'msk-1'} | _come(size))}")


@asking("POST /api/v1/receipts")
def _(size: int) -> Asked:
    _codes(size)
    return post(WRITE, "/receipts", {"store": "msk-1"} | _come(size))


@asking("GET /api/v1/incoming")
def _(size: int) -> Asked:
    _ordered(size)
    codes = [row["sku"] for row in _come(size)["lines"]]
    return get(READ, "/incoming", sku=codes, store="msk-1")


def _dated(size: int) -> dict[str, Any]:
    rows = [row | {"store": "msk-1", "line": row["sku"]} for row in _come(size, 4)["lines"]]
    return {"reference": "R-1", "lines": rows}


@asking("POST /api/v1/dated-promises")
def _(size: int) -> Asked:
    _ordered(size)
    return post(WRITE, "/dated-promises", _dated(size))


@asking("GET /api/v1/dated-promises/<reference>")
def _(size: int) -> Asked:
    _ordered(size)
    post(WRITE, "/dated-promises", _dated(size))()
    return get(READ, "/dated-promises/R-1")


@asking("POST /api/v1/dated-promises/<reference>/cancel")
def _(size: int) -> Asked:
    _ordered(size)
    post(WRITE, "/dated-promises", _dated(size))()
    return post(WRITE, "/dated-promises/R-1/cancel")


def _transfer(size: int) -> dict[str, Any]:
    place("spb-1")
    return {
        "source_store": "msk-1",
        "target_store": "spb-1",
        "lines": lines(goods(size), 4),
    }


def _transferred(size: int, *steps: str) -> str:
    """The address of a transfer that has taken these steps."""
    path = f"/transfers/{_made('/transfers', _transfer(size))}"
    for step in steps:
        _done(f"{path}/{step}")
    return path


@asking("GET /api/v1/transfers")
def _(size: int) -> Asked:
    body = _transfer(size)
    for _number in range(size):
        _made("/transfers", body)
    return get(READ, "/transfers")


@asking("GET /api/v1/transfers/<number>")
def _(size: int) -> Asked:
    return get(READ, _transferred(size))


@asking("POST /api/v1/transfers")
def _(size: int) -> Asked:
    return post(WRITE, "/transfers", _transfer(size))


@asking("POST /api/v1/transfers/<number>/approve")
def _(size: int) -> Asked:
    return post(WRITE, f"{_transferred(size)}/approve")


@asking("POST /api/v1/transfers/<number>/cancel")
def _(size: int) -> Asked:
    path = _transferred(size, "approve")
    return post(WRITE, f"{path}/cancel", {"reason": "Not now"})


@asking("POST /api/v1/transfers/<number>/dispatch")
def _(size: int) -> Asked:
    return post(WRITE, f"{_transferred(size, 'approve')}/dispatch")


@asking("POST /api/v1/transfers/<number>/receive")
def _(size: int) -> Asked:
    path = _transferred(size, "approve", "dispatch")
    return post(WRITE, f"{path}/receive", _come(size, 4))


@asking("POST /api/v1/transfers/<number>/write-off")
def _(size: int) -> Asked:
    path = _transferred(size, "approve", "dispatch")
    return post(WRITE, f"{path}/write-off", {"reason": "Torn"})
