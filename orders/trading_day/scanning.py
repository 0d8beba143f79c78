"""Numbers on units: a serialised article is scanned unit by unit, wherever it goes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Any

from orders.trading_day.client import Json, Refused
from orders.trading_day.reference import Article

_ALL_NAMED = "every_unit_named"
TAKEN = frozenset({"serial_in_another_bag", "serial_elsewhere", _ALL_NAMED})
Read = Callable[[str, Json], Any]


def new_serial(chance: Random) -> str:
    """What is printed on a unit that nobody has scanned yet: fifteen digits, as of a
    telephone (3GPP TS 23.003, IMEI: type, number of the unit, check digit)."""
    digits = f"35{chance.randrange(10**12):012d}"
    doubled = (int(one) * (1 + place % 2) for place, one in enumerate(digits))
    total = sum(number // 10 + number % 10 for number in doubled)
    return f"{digits}{-total % 10}"


def units_on_shelf(
    sku_code: str, store_code: str, chance: Random, read: Read
) -> Iterator[str]:
    """The units a clerk finds there, one after the other: one that was never scanned, and
    those that were."""
    yield new_serial(chance)
    known = {"sku": sku_code, "store": store_code, "bucket": "ON_HAND"}
    yield from (row["number"] for row in read("/api/v1/serials", known)["items"])


def scan_first(units: Iterator[str], scan: Callable[[str], object]) -> str:
    """Scan unit after unit until one is taken; answers which.

    Raises:
        Refused: none of them was.
    """
    last: Refused | None = None
    for number in units:
        try:
            scan(number)
        except Refused as refused:
            if refused.code not in TAKEN:
                raise
            last = refused
        else:
            return number
    raise last or RuntimeError("there was nothing to scan")


def lines_back(
    returnable: Iterable[Json], articles: Mapping[str, Article], chance: Random
) -> list[Json]:
    """All that the customer has of an order, with the number of every unit that has one;
    what left unscanned is scanned now."""
    lines: list[Json] = []
    used: set[tuple[str, str]] = set()
    for line in returnable:
        told = {"position": line["position"], "quantity": line["quantity"]}
        known = [(one["sku"], one["number"]) for one in line["serials"]]
        serials: list[str] = []
        for sku, per_unit in (articles[line["sku"]].parts or {line["sku"]: 1}).items():
            if not articles[sku].is_serialised:
                continue
            theirs = [one for one in known if one[0] == sku and one not in used]
            theirs = theirs[: line["quantity"] * per_unit]
            used.update(theirs)
            serials += [number for _sku, number in theirs]
            unscanned = line["quantity"] * per_unit - len(theirs)
            serials += [new_serial(chance) for _unit in range(unscanned)]
        lines.append(told | ({"serials": serials} if serials else {}))
    return lines
