"""What holds are asked for with, and how they are shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from omniretail.kernel.api.serializers import Output, StrictSerializer, Text, Whole
from omniretail.kernel.limits import limits

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


class Name(serializers.RegexField):
    """A short name of the caller's own, fit to stand in an address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rf"\A{NAME}\Z", max_length=40, **kwargs)


def _channel() -> Text:
    """The channel it is kept for; the caller's own, if none is named."""
    return Text(max_length=20, required=False)


class UnitsInput(StrictSerializer):
    """Units of one SKU."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=limits().line_quantity)


class HoldLineInput(UnitsInput):
    """Units of one SKU: at one place (`store`), or at the first of several that can
    (`places`, the best first), or at several of them where none has all (`may_split`)."""

    store = Text(max_length=32, required=False)
    places = serializers.ListField(
        child=Text(max_length=32),
        required=False,
        min_length=1,
        max_length=limits().sourcing_places,
    )
    may_split = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One place or a list of them."""
        if ("store" in attrs) == ("places" in attrs):
            raise serializers.ValidationError(
                {"store": _("Name one place, or the places that may serve it.")}
            )
        return attrs


class HoldInput(StrictSerializer):
    """All lines are kept, or none. The same reference again replaces what it kept.

    `owner` is whom it is for (a shopper, a session): an owner has so many at once.
    `one_place` lets one place serve all lines that have a choice, if any can.
    """

    reference = Name()
    owner = Name()
    channel = _channel()
    one_place = serializers.BooleanField(default=False)
    lines = serializers.ListField(
        child=HoldLineInput(), min_length=1, max_length=limits().cart_lines
    )


class WishInput(UnitsInput):
    """Units that one owner wants kept at one place."""

    store = Text(max_length=32)
    reference = Name()
    owner = Name()


class WishesInput(StrictSerializer):
    """The wishes of many owners, in the order of their arrival."""

    channel = _channel()
    wishes = serializers.ListField(
        child=WishInput(), min_length=1, max_length=limits().flash_wishes
    )


class HoldLineOutput(Output):
    """What is kept in one place."""

    store = serializers.CharField(source="store_code")
    sku = serializers.CharField(source="sku_code")
    quantity = serializers.IntegerField()
    is_provisional = serializers.BooleanField(
        help_text="It may be moved to another of its places until somebody picks it."
    )


class HoldOutput(Output):
    """What is kept, for whom, and until when."""

    reference = serializers.CharField()
    owner = serializers.CharField()
    channel = serializers.CharField()
    ends_at = serializers.DateTimeField()
    lines = HoldLineOutput(many=True)


class ReleasedOutput(Output):
    """How many units were given back."""

    released = serializers.IntegerField()


class WishOutput(Output):
    """Kept until a moment, or the reason why not."""

    reference = serializers.CharField()
    is_kept = serializers.BooleanField()
    ends_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class WishesOutput(Output):
    """An answer for each wish, in their order."""

    ends_at = serializers.DateTimeField()
    answers = WishOutput(many=True)
