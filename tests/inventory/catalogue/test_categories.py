"""Categories lie inside categories, never inside one that lies inside them."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from inventory.catalogue.models import Category
from inventory.catalogue.operations import CategoryBelowItself
from omniretail.kernel.errors import from_integrity
from omniretail.kernel.models import User
from tests.factories.inventory import CategoryFactory

pytestmark = pytest.mark.django_db


def chain() -> list[Category]:
    """Audio, and in it headphones, and in them the wireless ones."""
    shelves: list[Category] = []
    for code in ("audio", "headphones", "wireless"):
        above = shelves[-1] if shelves else None
        shelves.append(CategoryFactory.create(code=code, parent=above))
    return shelves


def refused(shelf: Category, above: Category) -> IntegrityError:
    shelf.parent = above
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        shelf.save()
    return caught.value


@pytest.mark.parametrize("below", [1, 2])
def test_none_lies_inside_one_that_lies_inside_it(below: int) -> None:
    shelves = chain()
    refusal = from_integrity(refused(shelves[0], shelves[below]))
    assert isinstance(refusal, CategoryBelowItself)
    shelves[0].refresh_from_db()
    assert shelves[0].parent is None


def test_two_that_are_made_at_once_do_not_lie_in_each_other() -> None:
    ring = [
        Category(id=901, code="a", name="A", parent_id=902),
        Category(id=902, code="b", name="B", parent_id=901),
    ]
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Category.objects.bulk_create(ring)
    assert isinstance(from_integrity(caught.value), CategoryBelowItself)


def test_elsewhere_it_may_lie() -> None:
    shelves = chain()
    shelves[2].parent = shelves[0]
    shelves[2].save()
    shelves[1].parent = shelves[2]
    shelves[1].save()
    assert Category.objects.get(code="headphones").parent == shelves[2]


def test_the_admin_says_so_beside_the_field(client: Client) -> None:
    shelves = chain()
    client.force_login(User.objects.create_superuser("boss"))
    page = reverse("admin:inventory_category_change", args=[shelves[0].pk])
    wanted = {"code": "audio", "name": "Audio", "parent": shelves[2].pk}
    told = client.post(page, wanted, headers={"Accept-Language": "en"})
    assert told.context["adminform"].errors == {
        "parent": ["A category does not lie inside one that lies inside it."]
    }
    assert client.post(page, {**wanted, "parent": ""}).status_code == 302
