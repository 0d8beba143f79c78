"""What was written down before a migration is understood after it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from inventory.promises.models import Promise
from inventory.promises.operations import consume_promises
from inventory.selling.models import SellingChannel
from inventory.selling.operations import set_network
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import SOON, allocated, held, lying, moved, stocked, wanted
from tests.inventory.selling.given import network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


@pytest.fixture
def as_before() -> Iterator[None]:
    """The database as it stood before there were buckets in levels; the data stay."""
    stocked(9)
    moved(3, "ON_HAND>QUARANTINE")
    moved(2, "ON_HAND>DAMAGED")
    moved(1, "QUARANTINE>DAMAGED")
    allocated(wanted(1))
    allocated(wanted(1), reference="R-2")
    consume_promises(reference="R-2", lines={"1": 1}, by=SYSTEM, at=NOON)
    held(wanted(1), ends_at=SOON.replace(year=2036))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stocklevel SET quarantine = 0, damaged = 0")
        cursor.execute("ALTER TABLE inventory_stockmovement DISABLE TRIGGER USER")
        cursor.execute("UPDATE inventory_stockmovement SET kind = 'ADJUSTMENT'")
        cursor.execute("ALTER TABLE inventory_stockmovement ENABLE TRIGGER USER")
    call_command("migrate", "inventory", "0001", verbosity=0)
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.usefixtures("as_before")
def test_what_lay_set_aside_is_in_the_level_afterwards() -> None:
    call_command("migrate", "inventory", verbosity=0)
    assert lying() == {"ON_HAND": 3, "QUARANTINE": 2, "DAMAGED": 3}
    assert broken(only={"S1", "S2", "S3", "S4", "S6"}) == set()
    firm = Promise.objects.exclude(allocated_at=None).values_list("reference", flat=True)
    assert set(firm) == {"R-1", "R-2"}


def test_the_networks_a_channel_gave_up_are_read_off_their_places() -> None:
    """Those that followed upon each other are one time; the one of now is not of then."""
    stocked(1)
    stocked(1, store="spb-1")
    for hour, code in enumerate(["msk-1", "spb-1"]):
        network("SITE", code, at=NOON + hour * HOUR)
    set_network(channel="SITE", places=None, by=SYSTEM, at=NOON + 2 * HOUR)
    network("SITE", "msk-1", at=NOON + 3 * HOUR)
    call_command("migrate", "inventory", "0041", verbosity=0)
    call_command("migrate", "inventory", verbosity=0)
    row = SellingChannel.objects.get()
    assert row.listed_since == NOON + 3 * HOUR
    assert row.listed_before == [DateTimeTZRange(NOON, NOON + 2 * HOUR)]
