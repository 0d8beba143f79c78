"""How those who acted are called on pages."""

import pytest
from django.utils import translation

from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.models import User
from stores.people.queries import name_of, names_of
from tests.callers import a_client
from tests.factories.stores import DeviceFactory, EmployeeFactory

pytestmark = pytest.mark.django_db


def test_everybody_who_may_act_has_a_name() -> None:
    clerk, till, site = EmployeeFactory(), DeviceFactory(), a_client()
    User.objects.create_user("boss", name="Anna Boss")
    keys = [clerk.code, till.code, site.client_id, "boss", "O-77", ""]
    told = names_of(keys)
    assert list(told) == keys
    names = [clerk.name, till.name, site.name, "Anna Boss", "O-77", ""]
    assert list(told.values()) == names


def test_who_has_no_name_keeps_the_key() -> None:
    User.objects.create_user("boss")
    assert name_of("boss") == "boss"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "OmniRetail itself"), ("ru", "Сам OmniRetail")]
)
def test_the_service_names_itself_without_asking(
    language: str, words: str, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with translation.override(language), django_assert_num_queries(0):  # type: ignore[operator]
        assert name_of(SYSTEM.key) == words
        assert names_of([]) == {}


def test_nobody_takes_the_name_of_the_service() -> None:
    User.objects.create_user("system", name="Somebody")
    with translation.override("en"):
        assert name_of("system") == "OmniRetail itself"
