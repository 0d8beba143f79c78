"""Refusals by their names: what a program is told instead of what it asked."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from inventory.catalogue.models import Sku
from inventory.catalogue.operations import (
    LotsKeptForGood,
    SerialsOrLots,
    SerialsStillHere,
)
from inventory.supply.operations import Condition, NotExpected, tally_unit
from inventory.supply.queries import AwaitedNotFound
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import DomainError, from_integrity
from tests.callers import as_client
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, SkuFactory
from tests.inventory.given import stocked
from tests.inventory.lots.given import lotted
from tests.inventory.serials.given import come
from tests.inventory.supply.given import sent, supplier, two_places

pytestmark = pytest.mark.django_db
API = "/api/v1"
SCOPES = ("supply:read", "supply:write", "selling:read", "selling:write", "stock:read")
POLICY: dict[str, Any] = {"code": "odd"}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/sale-blocks/none/lift", {}, 404, "block_not_found"),
        ("/serials/S-1/NONE", None, 404, "serial_not_found"),
        ("/receipts/none", None, 404, "receipt_not_found"),
        (
            "/reorder-policies",
            POLICY | {"sku": "S-1", "category": "phones"},
            422,
            "two_scopes",
        ),
        (
            "/reorder-policies",
            POLICY | {"supplier": "svet", "source_store": "msk-1"},
            422,
            "two_origins",
        ),
    ],
)
def test_a_refusal_has_its_own_name(
    path: str, body: dict[str, Any] | None, status: int, code: str
) -> None:
    stocked(1)
    CategoryFactory.create(code="phones")
    supplier()
    caller = as_client(*SCOPES, channel="")
    address = f"{API}{path}"
    answer = caller.get(address) if body is None else caller.post(address, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"keeps_lots": False}, LotsKeptForGood),
        ({"is_serialised": True}, SerialsOrLots),
    ],
)
def test_what_is_told_apart_by_lots_stays_so(
    change: dict[str, bool], refusal: type[DomainError]
) -> None:
    lotted(1, "A", 30)
    assert isinstance(refused(**change), refusal)


def test_units_with_numbers_keep_them_while_they_are_here() -> None:
    come("A")
    assert isinstance(refused(is_serialised=False), SerialsStillHere)


def refused(**change: bool) -> DomainError | None:
    """What the database says to a change of S-1, in words."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Sku.objects.filter(code="S-1").update(**change)
    return from_integrity(error.value)


@pytest.mark.parametrize(
    ("document", "code", "refusal"),
    [("none", "S-1", AwaitedNotFound), ("", "S-9", NotExpected)],
)
def test_only_what_is_expected_is_tallied(
    document: str, code: str, refusal: type[DomainError]
) -> None:
    two_places()
    SkuFactory.create(code="S-9")
    number = document or sent()
    scan: dict[str, Any] = {"document": number, "code": code, "condition": Condition.GOOD}
    with pytest.raises(refusal):
        tally_unit(store_code="spb-1", **scan, by=SYSTEM, at=NOON)
