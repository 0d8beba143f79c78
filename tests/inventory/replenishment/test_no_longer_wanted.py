"""What nobody wants to be brought, or to be kept, any more."""

from datetime import timedelta

import pytest

from inventory.models import Proposal, ReorderPolicy, Sku
from inventory.replenishment.operations import dismiss_proposals, propose_for
from tests.clock import NOON
from tests.inventory.given import place
from tests.inventory.replenishment.given import (
    BOSS,
    open_ways,
    policy,
    proposed,
    selling,
    supplier,
)

pytestmark = pytest.mark.django_db
TOMORROW = NOON + timedelta(days=1)


def test_what_one_giver_is_not_to_bring_comes_from_the_next() -> None:
    policy()
    place("msk-1")
    place("tver", latitude=56.86, longitude=35.9)
    place("spb-1", latitude=59.0, longitude=33.0)
    selling(2, 4)
    selling(1, 70, store="tver")
    selling(1, 90, store="spb-1")
    places = ("msk-1", "tver", "spb-1")
    assert proposed(*places) == [("spb-1", "msk-1", 10), ("tver", "msk-1", 14)]
    (tver,) = Proposal.objects.filter(source__code="tver").values_list("number", flat=True)
    dismiss_proposals(numbers=[tver], reason="Their window", by=BOSS, at=NOON)
    propose_for(sku_codes=["S-1"], at=TOMORROW)
    assert open_ways() == [("spb-1", "msk-1", 24)]


def test_what_no_policy_keeps_any_more_is_outdated() -> None:
    policy(supplier_code=supplier())
    selling(2, 10)
    proposed()
    ReorderPolicy.objects.update(is_active=False)
    assert proposed(at=TOMORROW) == []
    assert Proposal.objects.get().status == "OUTDATED"


def test_what_went_off_sale_is_not_ordered_any_more() -> None:
    policy(supplier_code=supplier())
    for sku in ("S-1", "S-2"):
        selling(2, 10, sku=sku)
    assert len(proposed()) == 2
    Sku.objects.filter(code="S-1").update(is_active=False)
    assert proposed(at=TOMORROW) == [("svet", "msk-1", 20)]
    assert Proposal.objects.open().get().sku.code == "S-2"
