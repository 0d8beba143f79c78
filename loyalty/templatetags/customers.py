"""Customers on pages."""

from django import template

from loyalty.identity import identifiers

register = template.Library()


@register.filter
def as_phone(value: str) -> str:
    """A phone number as people write it; anything else as it is."""
    return identifiers.phone_for_people(value) if value.startswith("+") else value
