"""Who waits is told of what their channel may sell; of a kit, when its parts make one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from inventory.catalogue.kits import Kit
from inventory.catalogue.models import Sku
from inventory.replenishment.offering import Chance, Offer, Step, lost_chances, pieces
from inventory.replenishment.operations import AlreadyHere, Change, serve_waits
from omniretail.kernel.limits import limits
from stores.network.models import Store
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import kit, place, stocked
from tests.inventory.replenishment.given import LAWS, came, sold, told, waits, watched
from tests.inventory.selling.given import block, buffer, network
from tests.lawbook import broken

LATER = NOON + timedelta(hours=1)
needs_database = pytest.mark.usefixtures("_nothing_there")


@pytest.fixture
def _nothing_there(db: None) -> None:
    """A place that has none of S-1, S-2 and of the kit K-1 of them (one and two)."""
    place("msk-1")
    kit("K-1")
    watched()


def phone(n: int) -> str:
    return f"+7916000{n:04}"


def served() -> list[str]:
    return [fact["wait_number"] for fact in told("wait_served")]


@needs_database
def test_nobody_is_told_of_what_their_channel_must_leave() -> None:
    buffer(2, code="SITE")
    line = [waits(phone(n)) for n in range(2)]
    came(2, at=LATER)
    watched(LATER)
    assert served() == []
    came(1, at=LATER)
    watched(LATER)
    assert served() == line[:1]


@needs_database
def test_one_channel_s_terms_do_not_hold_up_another_s_customers() -> None:
    network("SITE")
    site, app = waits(phone(1)), waits(phone(2), channel="APP")
    came(5, at=LATER)
    watched(LATER)
    assert served() == [app]
    network("SITE", "msk-1", at=LATER)
    came(1, at=LATER)
    watched(LATER)
    assert served() == [app, site]


@needs_database
def test_what_is_blocked_is_not_told_of_and_may_be_waited_for() -> None:
    came(3, at=NOON)
    with pytest.raises(AlreadyHere):
        waits()
    block()
    number = waits()
    came(1, at=LATER)
    watched(LATER)
    assert (served(), number.startswith("W")) == ([], True)


@needs_database
def test_a_large_wish_is_told_when_enough_came_in_small_lots() -> None:
    large = waits(quantity=3)
    for _lot in range(3):
        assert served() == []
        came(1, at=LATER)
        watched(LATER)
    assert served() == [large]


@needs_database
def test_who_was_told_lately_is_not_outrun_by_another() -> None:
    first, second = waits(phone(1)), waits(phone(2))
    came(1, at=LATER)
    watched(LATER)
    came(1, at=LATER, sku="S-2")
    watched(LATER)
    assert served() == [first]
    much_later = LATER + limits().wait_first_chance + timedelta(hours=1)
    sold(1, at=much_later)
    came(1, at=much_later)
    watched(much_later)
    assert served() == [first, second]


@needs_database
def test_a_kit_has_come_when_its_parts_make_one() -> None:
    number = waits(sku_code="K-1")
    came(3, at=LATER)
    watched(LATER)
    came(1, at=LATER, sku="S-2")
    watched(LATER)
    assert served() == []
    came(1, at=LATER, sku="S-2")
    watched(LATER)
    watched(LATER)
    assert served() == [number]
    (fact,) = told("wait_served")
    assert (fact["sku_code"], fact["store_code"]) == ("K-1", "msk-1")
    with pytest.raises(AlreadyHere):
        waits(phone(2), sku_code="K-1")
    assert broken(only=LAWS) == set()


@needs_database
def test_as_many_are_told_as_whole_kits_came_to_be() -> None:
    line = [waits(phone(n), sku_code="K-1") for n in range(3)]
    came(9, at=LATER)
    came(4, at=LATER, sku="S-2")
    watched(LATER)
    assert served() == line[:2]
    came(2, at=LATER, sku="S-2")
    watched(LATER)
    assert served() == line


@needs_database
def test_a_kit_and_its_part_are_not_told_of_the_same_unit() -> None:
    """In the order of asking, whether the part was asked for or the kit."""
    stocked(8, sku="S-2")
    watched()
    kit_first, part, kit_last = (
        waits(phone(1), sku_code="K-1"),
        waits(phone(2)),
        waits(phone(3), sku_code="K-1", store=None),
    )
    came(2, at=LATER)
    watched(LATER)
    assert served() == [kit_first, part]
    came(1, at=LATER)
    watched(LATER)
    assert served() == [kit_first, part, kit_last]


@needs_database
def test_who_was_told_of_a_kit_is_not_outrun_by_one_who_waits_for_its_part() -> None:
    stocked(2, sku="S-2")
    watched()
    kit_first, part = waits(phone(1), sku_code="K-1"), waits(phone(2))
    came(1, at=LATER)
    watched(LATER)
    assert served() == [kit_first]
    here = Change(Store.objects.get().pk, Sku.objects.get(code="S-1").pk)
    assert serve_waits([here], at=LATER) == 0
    assert serve_waits([here], at=LATER + limits().wait_first_chance) == 1
    assert served() == [kit_first, part]


@needs_database
def test_a_kit_is_made_of_what_the_channel_may_sell_in_one_place() -> None:
    place("spb-1")
    block("msk-1", "S-2")
    anywhere = waits(sku_code="K-1", store=None)
    came(1, at=LATER)
    came(2, at=LATER, sku="S-2")
    came(5, at=LATER, store="spb-1")
    watched(LATER)
    assert served() == []
    came(2, at=LATER, store="spb-1", sku="S-2")
    watched(LATER)
    assert served() == [anywhere]
    assert told("wait_served")[0]["store_code"] == "spb-1"


@needs_database
@pytest.mark.parametrize("number", [1, 15])
def test_many_changes_take_as_many_questions_as_one(number: int) -> None:
    """Who lost a first chance, and what is waited for; its turn; the kits, the shelves,
    the places; what may be sold there, and whether what cannot is a kit; then who has a
    first chance."""
    skus = [SkuFactory.create() for _n in range(number)]
    for sku in skus:
        waits(sku_code=sku.code)
    store = Store.objects.get().pk
    changes = [Change(store, sku.pk, ((1, 1),)) for sku in skus]
    with CaptureQueriesContext(connection) as queries:
        assert serve_waits(changes, at=LATER) == 0
    statements = [one for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(statements) == 9


kits = st.dictionaries(st.sampled_from("abc"), st.integers(1, 3), min_size=1)
units = st.fixed_dictionaries({sku: st.integers(0, 9) for sku in "abc"})


@given(kits, units, st.lists(st.integers(1, 4), max_size=9))
def test_nobody_is_told_of_more_than_is_free(
    parts: dict[str, int], free: dict[str, int], line: list[int]
) -> None:
    made = Kit(1, "kit", parts)
    offer = Offer(free={"SITE": free}, kits={"kit": made})
    told_of = 0
    for quantity in line:
        if quantity <= offer.room("kit", "SITE"):
            offer.tell([("kit", quantity)])
            told_of += quantity
    assert told_of <= made.whole(free)
    assert offer.room("kit", "APP") == 0
    if line and told_of == 0:
        assert made.whole(free) < min(line)


wishes = st.lists(st.tuples(st.sampled_from(["a", "kit"]), st.integers(1, 4)))


@given(kits, units, wishes, wishes)
def test_the_chances_left_are_no_more_than_units_the_latest_first(
    parts: dict[str, int],
    least: dict[str, int],
    line: list[tuple[str, int]],
    later: list[tuple[str, int]],
) -> None:
    made = {"kit": Kit(1, "kit", parts)}
    before = [Chance(key, *wish, 10) for key, wish in enumerate(line)]
    after = [Chance(100 + key, *wish, 20) for key, wish in enumerate(later)]
    steps = [Step(20, sku, free) for sku, free in least.items()]
    lost = lost_chances([*before, *after], steps, made)
    left = [one for one in before if one.key not in lost]
    spoken_for = pieces([(one.sku_code, one.quantity) for one in left], made)
    assert all(units <= least[sku] for sku, units in spoken_for.items())
    assert lost <= {one.key for one in before}
    only_a = [one for one in before if one.sku_code == "a"]
    given_first = sorted(lost_chances(only_a, steps, made))
    assert given_first == [one.key for one in only_a[: len(given_first)]]
    plenty = [Step(20, sku, 1_000) for sku in least]
    assert lost_chances(before, plenty, made) == lost_chances(before, [], made) == set()
