"""Each rule that a row of stock or promises must keep is broken once, past all code, and
the database refuses it by its name."""

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from inventory.promises.models import Promise
from inventory.promises.operations import confirm_holds, consume_promises
from inventory.stock.models import StockLevel, StockMovement
from inventory.stock.operations import reverse_movement
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.errors import constraint_name
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, held, kit, moved, stocked, wanted
from tests.rulebook import at_once, forget

pytestmark = pytest.mark.django_db
HELD = "UPDATE inventory_promise SET {} WHERE reference = 'held'"
FIRM = "UPDATE inventory_promise SET {} WHERE reference = 'firm'"
KIT = "UPDATE inventory_promise SET {} WHERE reference = 'kit'"
GONE = "UPDATE inventory_promise SET {} WHERE status = 'CONSUMED'"
LEVEL = "UPDATE inventory_stocklevel SET {}"
MOVED = "UPDATE inventory_stockmovement SET {} WHERE kind = 'MOVE'"
BACK = "UPDATE inventory_stockmovement SET {} WHERE kind = 'REVERSAL'"

MOVEMENT = (
    "store_id, sku_id, quantity, source, target, kind, reference, reason, actor_kind,"
    " actor_key, at, {}"
)
AGAIN = (
    f"INSERT INTO inventory_stockmovement ({MOVEMENT.format('line, reverses_id')})"  # noqa: S608
    f" SELECT {MOVEMENT} FROM inventory_stockmovement WHERE kind = 'REVERSAL'"
)
OPENED = (
    "INSERT INTO inventory_stocklevel (store_id, sku_id)"
    " SELECT store_id, sku_id FROM inventory_stocklevel"
)


DEEDS = [
    ("one_live_promise_per_reference_and_line", FIRM.format("reference = 'held'")),
    (
        "one_live_promise_per_part_of_a_line",
        KIT.format("sku_id = (SELECT min(sku_id) FROM inventory_stocklevel)"),
    ),
    ("promise_counts_kits_for_parts_only", HELD.format("per_kit = 2")),
    ("promise_counts_kits_for_parts_only", KIT.format("per_kit = 0")),
    (
        "kit_stays_where_its_parts_stand",
        KIT.format("is_provisional = true, ranking = ARRAY[store_id]"),
    ),
    ("promise_keeps_something", HELD.format("quantity = 0")),
    ("promise_has_an_owner", HELD.format("owner = ''")),
    ("promise_has_an_owner", HELD.format("reference = ''")),
    ("promise_has_an_owner", HELD.format("line = ''")),
    ("hold_has_an_end", HELD.format("ends_at = NULL")),
    ("allocation_never_expires", FIRM.format("ends_at = now()")),
    ("allocation_says_since_when", FIRM.format("allocated_at = NULL")),
    ("promise_is_ended_exactly_when_it_says_so", HELD.format("ended_at = now()")),
    ("promise_is_ended_exactly_when_it_says_so", GONE.format("ended_at = NULL")),
    ("payment_is_under_way_for_holds_only", FIRM.format("payment_in_flight = true")),
    ("promise_says_what_it_left_its_channel", HELD.format("spare = -1")),
    ("promise_says_what_it_left_its_channel", HELD.format("spare = NULL")),
    (
        "provisional_promise_stands_on_one_of_its_places",
        HELD.format("is_provisional = true, ranking = ARRAY[0]"),
    ),
    (
        "provisional_promise_stands_on_one_of_its_places",
        HELD.format("ranking = ARRAY[store_id]"),
    ),
    ("promise_lacks_no_more_than_it_keeps", HELD.format("uncovered = 3")),
    ("only_what_is_allocated_is_picked", HELD.format("picked_at = now()")),
    ("one_level_per_place_and_sku", OPENED),
    ("reserved_is_between_zero_and_on_hand", LEVEL.format("reserved = -1")),
    ("reserved_is_between_zero_and_on_hand", LEVEL.format("reserved = on_hand + 1")),
    ("safety_stock_is_not_negative", LEVEL.format("safety_stock = -1")),
    ("no_bucket_of_a_place_owes_units", LEVEL.format("display = -1")),
    ("no_bucket_of_a_place_owes_units", LEVEL.format("quarantine = -1")),
    ("no_bucket_of_a_place_owes_units", LEVEL.format("damaged = -1")),
    ("no_bucket_of_a_place_owes_units", LEVEL.format("customer_hold = -1")),
    ("movement_moves_something", MOVED.format("quantity = 0")),
    (
        "movement_names_no_more_than_it_moves",
        MOVED.format("serials = ARRAY['A1', 'A2', 'A3', 'A4']"),
    ),
    ("movement_goes_somewhere_else", MOVED.format("target = source")),
    ("movement_is_between_known_buckets", MOVED.format("source = 'NOWHERE'")),
    ("movement_has_a_reference", MOVED.format("reference = ''")),
    ("reversal_points_at_what_it_reverses", BACK.format("reverses_id = NULL")),
    (
        "reversal_points_at_what_it_reverses",
        MOVED.format("reverses_id = (SELECT min(id) FROM inventory_stockmovement)"),
    ),
    (
        "one_movement_per_reference_place_sku_and_line",
        AGAIN.format("line, reverses_id + 1"),
    ),
    ("movement_is_reversed_at_most_once", AGAIN.format("'again', reverses_id")),
]


@pytest.fixture(autouse=True)
def history() -> Iterator[None]:
    """A hold, an allocation, a kit's, one whose goods have left; a move taken back."""
    stocked(20)
    stocked(20, sku="S-2")
    kit()
    held(wanted(2), reference="held", ends_at=SOON.replace(year=2036))
    held(wanted(2), reference="firm")
    confirm_holds(reference="firm", by=SYSTEM, at=NOON)
    allocated(wanted(1, sku="K-1"), reference="kit")
    allocated(wanted(1), reference="gone")
    consume_promises(reference="gone", lines={"1": 1}, by=SYSTEM, at=NOON)
    (movement,) = moved(3, "ON_HAND>DAMAGED").movements
    reverse_movement(movement=movement, reason="", by=SYSTEM, at=NOON)
    yield
    at_once()


@pytest.mark.parametrize(("rule", "deed"), DEEDS)
def test_the_database_refuses_by_its_name(rule: str, deed: str) -> None:
    """For this alone: where the rule is gone, the same is done."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        done(deed)
    assert constraint_name(refused.value) == rule
    forget(rule, Promise, StockLevel, StockMovement)
    done(deed)


def done(deed: str) -> None:
    """With the triggers of the ledger down: the rule itself is asked."""
    at_once()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE inventory_stockmovement DISABLE TRIGGER USER")
        cursor.execute(deed)
