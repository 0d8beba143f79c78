"""What doors note of those who asked in vain: once the answer is out, at no cost to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from inventory.selling.operations import Miss, misses_of, note_misses
from inventory.stock.operations import NotEnoughStock
from omniretail.kernel.actors import Actor
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.api.views import ApiViewSet


def asker(principal: Principal, session: str = "") -> str:
    """Who asks, as one who may count: a program asks for somebody only when it names the
    cart or visit, else it only looks; people ask for themselves."""
    if principal.kind is PrincipalKind.CLIENT and not session:
        return ""
    return f"{principal.reference}:{session}" if session else principal.reference


def looker(employee: Actor) -> str:
    """A clerk who looks something up for whoever stands there: one asker a day, until a tap
    says that somebody wanted it."""
    return f"look:{employee.key}"


def note_later(view: ApiViewSet, misses: Sequence[Miss], *, channel: str) -> None:
    """Write down what was missed once the door has answered."""
    if misses:
        view.afterwards(
            partial(note_misses, misses, channel=channel, by=view.by, at=view.at)
        )


@contextmanager
def noting_refusal(view: ApiViewSet, session: str, *, channel: str) -> Iterator[None]:
    """If an asker is refused for want of stock, write that down later; the refusal goes
    on."""
    try:
        yield
    except NotEnoughStock as short:
        note_later(view, misses_of(short, session), channel=channel)
        raise
