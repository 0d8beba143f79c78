"""What a clerk scanned or typed, understood."""

from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from inventory.catalogue.queries import (
    SkuCard,
    SkuNotFound,
    kit_contents,
    sku_by_gtin,
    sku_card,
    sku_ids,
)
from inventory.stock.queries import LevelView, levels
from omniretail.kernel.errors import DomainError
from stores.people.pages import StaffRequest


@dataclass(frozen=True)
class PartHere:
    """A part of a kit: how many one takes, and how many of it this place may promise."""

    code: str
    name: str
    per_kit: int
    available: int

    @property
    def is_scarce(self) -> bool:
        """Whether there is not enough of it for one kit."""
        return self.available < self.per_kit


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


def parts_here(card: SkuCard, store_code: str) -> list[PartHere]:
    """What a kit is made of and what of it is here; other products have no parts."""
    parts = kit_contents([card.code])[card.code] if card.is_kit else []
    if not parts:
        return []
    here = levels(store_code, [part.code for part in parts])
    return [
        PartHere(one.code, one.name, one.quantity, _free(here.get(one.code)))
        for one in parts
    ]


def _free(level: LevelView | None) -> int:
    return level.available if level else 0
