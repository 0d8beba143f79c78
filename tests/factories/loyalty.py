"""Customers to test with."""

from typing import Any

import factory

from loyalty.identity.models import Customer, Identifier
from tests.clock import NOON


class CustomerFactory(factory.django.DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    number = factory.Sequence(lambda n: f"C-{n:04d}-TEST")
    first_name = "Анна"
    last_name = "Королёва"
    language = "ru"
    registered_at = NOON
    registered_channel = "SITE"


class IdentifierFactory(factory.django.DjangoModelFactory[Identifier]):
    class Meta:
        model = Identifier

    customer = factory.SubFactory(CustomerFactory)
    kind = "PHONE"
    value = factory.Sequence(lambda n: f"+7912{n:07d}")
    is_primary = True
    added_at = NOON
    verified_at = NOON


def a_customer(**fields: Any) -> Customer:
    """A customer with a verified phone."""
    customer: Customer = CustomerFactory.create(**fields)
    IdentifierFactory.create(customer=customer)
    return customer
