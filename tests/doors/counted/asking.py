"""Questions in two sizes: of one article or document, and of several."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.callers import Answer, as_client
from tests.inventory.given import stocked

API = "/api/v1"
Asked = Callable[[], Answer]
Given = Callable[[int], Asked]
QUESTIONS: dict[str, Given] = {}
"""By operation: makes a history of so many things, and answers the call to be counted."""


def asking(operation: str) -> Callable[[Given], Given]:
    """How this operation is asked about so many things."""

    def kept(given: Given) -> Given:
        QUESTIONS[operation] = given
        return given

    return kept


def get(scope: str, path: str, **query: Any) -> Asked:
    """A reading call by a program with one right."""
    return partial(as_client(scope).get, f"{API}{path}", query)


def post(scope: str, path: str, body: Any = None, *, channel: str = "site") -> Asked:
    """A writing call by a program with one right."""
    caller = as_client(scope, channel=channel)
    return partial(caller.post, f"{API}{path}", body or {}, format="json")


def goods(size: int, units: int = 20, *, store: str = "msk-1") -> list[str]:
    """So many articles of which a place has units."""
    codes = [f"S-{number}" for number in range(1, size + 1)]
    for code in codes:
        stocked(units, sku=code, store=store)
    return codes


def lines(codes: list[str], quantity: int = 2, **more: Any) -> list[dict[str, Any]]:
    """A line for each article."""
    return [{"sku": code, "quantity": quantity} | more for code in codes]
