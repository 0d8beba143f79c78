"""The places of a channel come and go while somebody follows it."""

import pytest

from omniretail.kernel import clock
from tests.inventory.availability.following import Follower, truth
from tests.inventory.given import stocked
from tests.inventory.selling.given import network

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_follows_a_channel_learns_which_places_come_and_go() -> None:
    """What lies at a place that joins is no change: it is in a snapshot of the place."""
    stocked(1)
    stocked(3, store="msk-2")
    network("SITE", "msk-1")
    follower = Follower(asked={"channel": "SITE"})
    follower.begin()
    for stores in (["msk-1", "msk-2"], ["msk-2"], []):
        network("SITE", *stores, at=clock.now())
        stocked(1)
        follower.follow()
        assert follower.stores == stores
        here = {pair: said for pair, said in truth().items() if pair[0] in stores}
        assert follower.figures() == here
