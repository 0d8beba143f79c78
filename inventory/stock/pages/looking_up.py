"""What a clerk scanned or typed, understood."""

from django.http import Http404
from django.utils.translation import gettext as _

from inventory.catalogue.queries import (
    SkuCard,
    SkuNotFound,
    sku_by_gtin,
    sku_card,
    sku_ids,
)
from omniretail.kernel.errors import DomainError
from stores.people.pages import StaffRequest


class NotANumber(DomainError):
    """Say how many there are, in figures."""


def code_of(text: str) -> str | None:
    try:
        return sku_by_gtin(text)
    except SkuNotFound:
        return next(iter(sku_ids([text, text.upper()])), None)


def number_of(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotANumber(field=field)
    return int(text)


def card_of(code: str, asked: StaffRequest) -> SkuCard:
    try:
        return sku_card(code, at=asked.at, currency=asked.staff.store.currency)
    except SkuNotFound as error:
        raise Http404(_("There is no such product.")) from error
