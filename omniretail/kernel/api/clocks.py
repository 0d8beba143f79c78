"""How far a caller's clock is off, as the caller says itself."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from omniretail.kernel.api.problems import InvalidInput
from omniretail.kernel.limits import limits

DATE = OpenApiParameter(
    "Date",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="What the caller's clock shows as it sends. Where that is clearly off, the"
    " moments that the caller tells are set right by it.",
)


def clock_ahead(request: Request, *, at: datetime) -> timedelta:
    """By how much the caller's clock runs ahead of ours (or, below zero, behind it).

    A user agent may say what its clock shows where the server is to allow for the
    difference (RFC 9110, 6.6.1). It takes a moment to reach us, and clocks are never
    quite equal: what is not clearly off is not off.

    Raises:
        InvalidInput: the header is no moment.
    """
    told = request.headers.get("Date")
    if told is None:
        return timedelta()
    try:
        sent_at = parsedate_to_datetime(told)
        ahead = (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)) - at
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            {("Date",): [_("This is no moment.")]}, where="header"
        ) from error
    return ahead if abs(ahead) > limits().clocks_apart else timedelta()
