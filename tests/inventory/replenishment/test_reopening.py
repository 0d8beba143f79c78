"""Who waits is told whichever way goods come to be had: nothing has to move."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Run, StockWait
from inventory.promises.operations import release_promises
from inventory.replenishment import tasks
from inventory.replenishment.operations import (
    follow_categories,
    follow_kits,
    follow_places,
    follow_sales,
    note_new_terms,
    serve_new_terms,
    serve_what_time_ended,
)
from inventory.selling.operations import set_display
from inventory.selling.showing import Display
from loyalty.messaging.models import Message
from omniretail.kernel import clock, outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.limits import limits
from omniretail.kernel.models import OutboxFact
from tests.clock import NOON
from tests.factories.inventory import CategoryFactory, SkuFactory
from tests.inventory.given import allocated, held, kit, place, stocked, wanted
from tests.inventory.replenishment.causes import (
    CAUSES,
    LATER,
    Deed,
    buffer_smaller,
    hold_over,
    lifted,
    rule_smaller,
)
from tests.inventory.replenishment.given import LAWS, came, told, waits, watched
from tests.inventory.selling.given import block, channel, network
from tests.lawbook import broken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_unit(db: None) -> None:
    """A place that has one of S-1, and one of the kit K-1 of it and two of S-2."""
    CategoryFactory.create(parent=CategoryFactory.create(code="outer"))
    stocked(1)
    stocked(2, sku="S-2")
    kit("K-1")
    looked(NOON)


def phone(n: int) -> str:
    return f"+7916000{n:04}"


def looked(at: datetime) -> None:
    """Facts are delivered, and the clock's jobs run."""
    outbox.drain()
    watched(at)
    serve_what_time_ended(at=at)
    follow_categories(at=at)
    follow_kits(at=at)
    follow_places(at=at)
    follow_sales(at=at)
    serve_new_terms(at=at)


def served() -> list[str]:
    return [fact["wait_number"] for fact in told("wait_served")]


@pytest.mark.parametrize("sku", ["S-1", "K-1"])
@pytest.mark.parametrize("bound", CAUSES, ids=lambda one: one.__name__)
def test_the_first_in_line_is_told_once(bound: Callable[[], Deed], sku: str) -> None:
    """Of the SKU, or of the kit of which it is a part."""
    free_again = bound()
    line = [waits(phone(n), sku_code=sku) for n in range(2)]
    looked(LATER - timedelta(minutes=2))
    assert served() == []
    free_again()
    looked(LATER)
    assert served() == line[:1]
    looked(LATER + timedelta(minutes=1))
    OutboxFact.objects.exclude(name="inventory.wait_served").update(delivered_at=None)
    Run.objects.filter(name="levels").update(after=0)
    looked(LATER + timedelta(minutes=2))
    assert served() == line[:1]
    assert broken(only=LAWS) == set()


def test_all_that_frees_one_unit_tells_one() -> None:
    deeds = [bound() for bound in (hold_over, buffer_smaller, rule_smaller, lifted)]
    line = [waits(phone(n)) for n in range(4)]
    for deed in deeds:
        assert served() == []
        deed()
        looked(LATER)
    assert served() == line[:1]
    assert broken(only=LAWS) == set()


def test_the_next_is_told_when_the_first_let_the_chance_go_by() -> None:
    line = two_told_of_one_after_another()
    over = LATER + limits().wait_first_chance
    looked(over - timedelta(seconds=1))
    assert served() == line[:1]
    looked(over)
    looked(over + timedelta(seconds=15))
    assert served() == line[:2]


def test_the_next_is_told_of_a_kit_when_its_chance_went_by() -> None:
    line = two_told_of_one_after_another("K-1")
    looked(LATER + limits().wait_first_chance)
    assert served() == line[:2]


def test_the_next_is_told_of_another_unit_when_the_first_took_theirs() -> None:
    """What one was told of was promised; an older order is called off."""
    came(1, at=NOON)
    allocated(wanted(1))
    line = two_told_of_one_after_another()
    held(wanted(1), reference="cart-2", at=LATER, ends_at=LATER + timedelta(days=2))
    looked(LATER)
    release_promises(reference="R-1", by=SYSTEM, at=LATER)
    looked(LATER)
    assert served() == line[:2]


def two_told_of_one_after_another(sku: str = "S-1") -> list[str]:
    """Three wait, and the first is told of the one unit."""
    free_again = lifted()
    line = [waits(phone(n), sku_code=sku) for n in range(3)]
    free_again()
    looked(LATER)
    assert served() == line[:1]
    return line


def test_what_is_still_bound_is_told_of_to_nobody() -> None:
    free_again = lifted()
    block(channel=None, sku="S-2")
    network("SITE")
    waits(), waits(phone(2), sku_code="K-1", channel="APP")
    free_again()
    looked(LATER)
    assert served() == []


def test_a_name_or_another_display_looks_at_nobody() -> None:
    set_display(channel=channel(), display=Display(), by=SYSTEM, at=LATER)
    outbox.drain()
    assert not Run.objects.filter(name__startswith="terms:").exists()


def test_many_waits_of_a_channel_are_looked_at_in_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = limits().__class__(terms_skus=2, watched_batches=2)
    monkeypatch.setattr("inventory.replenishment.queries.waits.limits", lambda: small)
    monkeypatch.setattr(
        "inventory.replenishment.operations.reopening.limits", lambda: small
    )
    place("spb-1")
    codes = [SkuFactory.create(code=f"M-{n}").code for n in range(6)]
    network("SITE", "msk-1")
    line = [waits(phone(n), sku_code=code, store=None) for n, code in enumerate(codes)]
    other = waits(phone(9), sku_code="M-5", store=None, channel="APP")
    for code in codes:
        came(1, at=NOON, store="spb-1", sku=code)
    Run.objects.filter(name="levels").update(after=10_000_000)
    network("SITE", "msk-1", "spb-1", at=LATER)
    outbox.drain()
    assert serve_new_terms(at=LATER) == 4
    assert serve_new_terms(at=LATER) == 2
    assert serve_new_terms(at=LATER) == 0
    assert sorted(served()) == sorted(line)
    assert StockWait.objects.waiting().get().number == other


def test_new_terms_while_the_last_are_looked_at_begin_anew() -> None:
    note_new_terms(channel="SITE", at=NOON)
    Run.objects.filter(name="terms:SITE").update(after=9, is_done=True)
    note_new_terms(channel="SITE", at=NOON)
    assert Run.objects.get(name="terms:SITE").after == 9
    note_new_terms(channel="SITE", at=LATER)
    run = Run.objects.get(name="terms:SITE")
    assert (run.after, run.is_done) == (0, False)


@pytest.mark.parametrize("number", [1, 12])
def test_many_blocks_that_end_take_as_many_questions_as_one(number: int) -> None:
    for n in range(number):
        code = SkuFactory.create(code=f"M-{n}").code
        came(1, at=NOON, sku=code)
        block(sku=code, until=LATER)
        waits(phone(n), sku_code=code, quantity=2)
    looked(LATER - timedelta(minutes=2))
    with CaptureQueriesContext(connection) as queries:
        serve_what_time_ended(at=LATER)
    statements = [one for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 15


def test_the_clock_s_job_does_all_of_it() -> None:
    """From a block that ends by itself to the message in the customer's hands."""
    now = clock.now()
    block(at=now, until=now + timedelta(milliseconds=1))
    number = waits(at=now)
    tasks.watch_shelves()
    tasks.watch_shelves()
    outbox.drain()
    assert served() == [number]
    message = Message.objects.get(template="back_in_stock")
    assert (message.channel, message.address) == ("SMS", "+79161234567")
