"""The channels by the names people call them."""

from django.utils.translation import pgettext_lazy

_NAMES = {
    "SITE": pgettext_lazy("channel", "Site"),
    "APP": pgettext_lazy("channel", "App"),
    "TABLET": pgettext_lazy("channel", "Store tablet"),
    "POS": pgettext_lazy("channel", "Till"),
    "PHONE": pgettext_lazy("channel", "Phone"),
}


def channel_name(channel: str) -> str:
    """The channel's name in the reader's language."""
    return str(_NAMES.get(channel, channel))
