"""The rule of past ends is broken, and the database refuses it by its name."""

import pytest

from inventory.promises.models import HoldEnd
from tests.clock import NOON
from tests.rulebook import Breach, Usual, assert_refused_for_this_alone

pytestmark = pytest.mark.django_db

USUAL: Usual = {
    HoldEnd: {"reference": "cart-1", "line": "1", "ends_at": NOON, "until": NOON}
}
BREACHES = [
    Breach("past_end_is_of_a_line", HoldEnd, {"reference": ""}),
    Breach("past_end_is_of_a_line", HoldEnd, {"line": ""}),
]


@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_the_database_refuses_by_its_name(breach: Breach) -> None:
    assert_refused_for_this_alone(breach, USUAL)
