"""Fields and lines that the doors of supply share."""

from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inventory.supply.models import ReceiptLine
from inventory.supply.quantities import Condition, Counted, Wanted
from omniretail.kernel.api import serializers as kernel
from omniretail.kernel.api.principals import Principal, PrincipalKind
from omniretail.kernel.api.serializers import StrictSerializer, Text, Whole
from omniretail.kernel.limits import limits
from stores.people.queries import may
from stores.people.roles import SUPPLY_ORDER

Lines = serializers.ListSerializer[Any]
NUMBER = r"[A-Za-z0-9._-]{1,32}"
MOST_UNITS = 1_000_000
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
_TOO_FAR = _("Nobody can mean that day.")


class Moment(kernel.Moment):
    """A moment of this century."""

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not FIRST <= moment.date() < LAST:
            raise serializers.ValidationError(_TOO_FAR, code="too_far")
        return moment.astimezone(UTC)


class Day(serializers.DateField):
    """A day of this century."""

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not FIRST <= day < LAST:
            raise serializers.ValidationError(_TOO_FAR, code="too_far")
        return day


def number_field(**options: Any) -> serializers.RegexField:
    """The number of a document, as it stands on paper."""
    return serializers.RegexField(rf"^{NUMBER}\Z", max_length=32, **options)


class NothingInput(StrictSerializer):
    """The verb says it all."""


class ReasonInput(StrictSerializer):
    """Why."""

    reason = Text(max_length=200)


class WantedInput(StrictSerializer):
    """Units of one SKU."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=MOST_UNITS)


class GrantedInput(StrictSerializer):
    """Units of one SKU; none is possible."""

    sku = Text(max_length=60)
    quantity = Whole(max_value=MOST_UNITS)


def serials_field() -> serializers.ListField:
    """The serial number of each unit, where the SKU has them."""
    return serializers.ListField(
        child=Text(max_length=60), required=False, max_length=limits().line_serials
    )


class CountedInput(StrictSerializer):
    """Units of one SKU that came, and how they look; of a serialised SKU which ones. More
    of them than a line takes stand on several lines. Where the SKU keeps lots: of which
    lot, and until when it is good, if nobody knows that of the lot yet."""

    sku = Text(max_length=60)
    quantity = Whole(min_value=1, max_value=MOST_UNITS)
    condition = serializers.ChoiceField(
        choices=ReceiptLine.Condition.choices, default=ReceiptLine.Condition.GOOD
    )
    serials = serials_field()
    lot = Text(max_length=20, required=False)
    expires_on = Day(required=False)


def lines_field(shape: type[StrictSerializer], **options: Any) -> Lines:
    """At least one line, and not too many."""
    return serializers.ListSerializer(
        child=shape(), min_length=1, max_length=limits().supply_lines, **options
    )


class LeavingInput(GrantedInput):
    """Units of one SKU that leave; of a serialised SKU, which ones."""

    serials = serials_field()


class OncePerSku(StrictSerializer):
    """Lines of which each names another SKU."""

    def validate_lines(self, lines: list[dict[str, object]]) -> list[dict[str, object]]:
        """Each SKU at most once."""
        if len({line["sku"] for line in lines}) < len(lines):
            raise serializers.ValidationError("repeated", code="repeated")
        return lines


class ReceiveInput(StrictSerializer):
    """What came. The same `reference` is received once."""

    reference = Text(max_length=100, required=False)
    lines: Lines = lines_field(CountedInput)


def wanted(given: list[dict[str, Any]]) -> list[Wanted]:
    """The lines as operations take them."""
    return [Wanted(line["sku"], line["quantity"]) for line in given]


def counted(given: list[dict[str, Any]]) -> list[Counted]:
    """The lines as operations take them."""
    return [
        Counted(
            line["sku"],
            line["quantity"],
            Condition(line["condition"]),
            tuple(line.get("serials", ())),
            line.get("lot", ""),
            line.get("expires_on"),
        )
        for line in given
    ]


def units(given: dict[str, Any]) -> dict[str, int] | None:
    """How many of each SKU; nothing said means all."""
    if "lines" not in given:
        return None
    return {line["sku"]: line["quantity"] for line in given["lines"]}


def serials_of(given: dict[str, Any]) -> dict[str, list[str]]:
    """The serial numbers that are said, by SKU."""
    return {
        line["sku"]: line["serials"]
        for line in given.get("lines", ())
        if line.get("serials")
    }


def place_of(principal: Principal, at: datetime) -> str | None:
    """The place a principal is bound to: an employee's own, unless head office orders
    for the whole chain."""
    if principal.kind is not PrincipalKind.STAFF:
        return None
    is_everywhere = may(principal.actor, SUPPLY_ORDER, None, at)
    return None if is_everywhere else principal.store
