"""For which channel somebody speaks at a door."""

from django.conf import settings

from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.errors import DomainError, Kind

_AT_THE_COUNTER = (PrincipalKind.STAFF, PrincipalKind.DEVICE)


class NotYourChannel(DomainError):
    """You cannot sell in this channel."""

    kind = Kind.FORBIDDEN


def is_at_the_counter(principal: Principal) -> bool:
    """Whether it is an employee or a device of a place."""
    return principal.kind in _AT_THE_COUNTER


def channel_of(principal: Principal) -> str:
    """The channel a principal sells in. A program without one of its own has none."""
    if is_at_the_counter(principal):
        return str(settings.COUNTER_CHANNEL)
    if principal.kind is PrincipalKind.CLIENT:
        return principal.channel.upper()
    return str(settings.SHOPPER_CHANNEL)


def channel_for(principal: Principal, asked: str | None) -> str:
    """The channel somebody asks for, if it is theirs; their own, if they name none.

    Raises:
        NotYourChannel: it is somebody else's. A program of the house without a channel
            may speak for any.
    """
    own = channel_of(principal)
    if asked is None:
        return own
    is_free = principal.kind is PrincipalKind.CLIENT and not own
    if asked.upper() != own and not is_free:
        raise NotYourChannel(field="channel", channel=asked)
    return asked.upper()
