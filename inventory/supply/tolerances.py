"""How much more or less than ordered still counts as what was ordered. Pure."""


def most_units(quantity: int, over_percent: int) -> int:
    """The most units that may come for an order of so many."""
    return quantity + quantity * over_percent // 100


def least_units(quantity: int, under_percent: int) -> int:
    """The fewest units with which an order of so many is complete."""
    return quantity - quantity * under_percent // 100
