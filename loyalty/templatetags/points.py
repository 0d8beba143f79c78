"""Points on pages."""

from django import template

from loyalty.points import queries
from loyalty.points.models import Entry
from loyalty.points.queries import Balance, Movement

register = template.Library()

SHOWN = 10


@register.simple_tag
def points_of(customer_number: str) -> Balance:
    """What a customer has."""
    return queries.balance(customer_number)


@register.simple_tag
def statement_of(customer_number: str) -> list[Movement]:
    """The last movements."""
    return queries.movements(customer_number, limit=SHOWN)


@register.filter
def movement_name(kind: str) -> str:
    """The kind of movement in words."""
    return str(dict(Entry.Kind.choices).get(kind, kind))


@register.filter
def movement_for(reference: str) -> str:
    """What it was for, where a clerk can look that up: an order, a return, a receipt."""
    return "" if ":" in reference else reference


@register.filter
def movement_points(movement: Movement) -> str:
    """By how much, with its sign; what waits or is owed where nothing else moved."""
    points = movement.points or movement.pending or movement.debt
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{abs(points)}"
