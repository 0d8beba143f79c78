"""A refusal says no more of how many there are than its channel shows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from inventory.selling.missing import noting_refusal
from inventory.selling.queries import display_of
from inventory.selling.showing import Display, Policy, shown
from inventory.selling.speaking import is_at_the_counter
from inventory.stock.operations import NotEnoughStock
from omniretail.kernel.api.principals import Principal
from omniretail.kernel.api.views import ApiViewSet
from omniretail.kernel.errors import DomainError


@contextmanager
def telling_as_shown(principal: Principal, channel: str) -> Iterator[None]:
    """A shortage is told to a program or a customer as their channel shows stock; people
    at the counter are told how many there are."""
    try:
        yield
    except NotEnoughStock as short:
        raise as_shown(short, display_for(principal, channel)) from short


@contextmanager
def noted_and_shown(view: ApiViewSet, session: str, *, channel: str) -> Iterator[None]:
    """The same, and what the asker lacked is written down as it was."""
    with (
        telling_as_shown(view.principal, channel),
        noting_refusal(view, session, channel=channel),
    ):
        yield


def display_for(principal: Principal, channel: str) -> Display:
    """How stock is shown to somebody who sells in a channel."""
    return Display() if is_at_the_counter(principal) else display_of(channel)


def as_shown(short: NotEnoughStock, display: Display) -> NotEnoughStock:
    """The refusal with every number of units there are as the display has it: none, or at
    least so many, and `shown` says which."""
    if display.policy is Policy.EXACT:
        return short
    return type(short)(field=short.field, **_hidden(short.facts, display))


def summary_shown(refusal: DomainError, display: Display) -> dict[str, str]:
    """What one of many answers says of its refusal, as the display has it."""
    if isinstance(refusal, NotEnoughStock):
        refusal = as_shown(refusal, display)
    return refusal.summary()


def _hidden(facts: Any, display: Display) -> Any:
    if isinstance(facts, list):
        return [_hidden(one, display) for one in facts]
    if not isinstance(facts, Mapping):
        return facts
    told = {name: _hidden(value, display) for name, value in facts.items()}
    if isinstance(there := facts.get("available"), int):
        seen = shown(there, display)
        told |= {"available": seen.units, "shown": seen.sight.value}
    return told
