"""Tablet: units go on show, aside, or back to the shelf; and what went wrong, back."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.stock.models import SHELVES, Bucket
from inventory.stock.movement_words import ToldMovement, told
from inventory.stock.operations import (
    USUAL,
    WAYS,
    MoveReason,
    Placement,
    move_units,
    reverse_movement,
)
from inventory.stock.pages.looking_up import card_of, number_of
from inventory.stock.queries import LevelView, line, reversible, statement
from inventory.stock.serial_numbers import listed
from omniretail.kernel import pages
from omniretail.kernel.limits import limits
from omniretail.kernel.pages import command
from stores.people.pages import StaffRequest, staff_page
from stores.people.roles import STOCK_LOOK, STOCK_MOVE

_PAGE = 30
_ICONS = {
    Bucket.DISPLAY: "tag",
    Bucket.QUARANTINE: "hourglass",
    Bucket.DAMAGED: "alert",
    Bucket.CUSTOMER_HOLD: "user",
}
_VERBS = {
    Bucket.DISPLAY: gettext_lazy("On display"),
    Bucket.QUARANTINE: gettext_lazy("To quarantine"),
    Bucket.DAMAGED: gettext_lazy("Damaged"),
    Bucket.CUSTOMER_HOLD: gettext_lazy("Put aside"),
}
WAYS_ASIDE = [(f"ON_HAND>{one}", _VERBS[one], _ICONS[one]) for one in _VERBS]
"""The buttons: the way they go, their words, their sign."""
REASONS_ASIDE = [
    (reason, reason.label)
    for reason in dict.fromkeys(
        reason
        for bucket in (Bucket.DAMAGED, Bucket.QUARANTINE)
        for reason in WAYS[bucket]
        if reason != MoveReason.MISPLACED
    )
]


@dataclass(frozen=True)
class Aside:
    """Units that lie in the shop and are not for sale."""

    bucket: str
    words: str
    icon: str
    units: int
    way_back: str


def set_aside(level: LevelView) -> list[Aside]:
    """The buckets beside the shelf that hold something."""
    return [
        Aside(
            bucket,
            str(Bucket(bucket).label),
            _ICONS[Bucket(bucket)],
            level.holds(bucket),
            f"{bucket}>ON_HAND",
        )
        for bucket in SHELVES
        if bucket != Bucket.ON_HAND and level.holds(bucket)
    ]


def just_moved(asked: StaffRequest) -> ToldMovement | None:
    """The move that led to this page, if whoever made it may still take it back."""
    key = asked.GET.get("moved", "")
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    if not reversible([int(key)], by=asked.actor, at=asked.at):
        return None
    found = line(int(key))
    return told([found])[0] if found else None


@staff_page(STOCK_MOVE)
@command("stock.move")
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Units go where the pressed button says, for its usual reason unless another one
    is named that fits."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    source, _arrow, target = request.POST.get("way", "").partition(">")
    reason = request.POST.get("reason", "")
    fits = reason in WAYS.get(target, ())
    moved = move_units(
        store_code=store.code,
        lines=[
            Placement(
                card_of(code, asked).code,
                number_of(request.POST.get("quantity", ""), "quantity"),
                source,
                target,
                listed(request.POST.get("serials", ""), limits().line_serials),
            )
        ],
        reason=reason if fits else str(USUAL.get(target, "")),
        by=asked.actor,
        at=asked.at,
    )
    level = reverse("tablet-stock-level", args=[code])
    return pages.go(request, f"{level}?moved={moved.movements[0]}")


@staff_page(STOCK_MOVE)
@command("stock.reverse")
def take_back(request: HttpRequest, code: str, movement: int) -> HttpResponse:
    """The movement is taken back by a new one."""
    asked = cast(StaffRequest, request)
    store = asked.staff.store
    pages.remember(request, subject=f"stock:{store.code}:{code}"[:150])
    reverse_movement(
        movement=movement, reason=_("Made by mistake"), by=asked.actor, at=asked.at
    )
    messages.success(request, _("Taken back."))
    return pages.go(request, reverse("tablet-stock-level", args=[code]))


@staff_page(STOCK_LOOK)
@require_GET
def statement_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every movement of a level with what lay there right after it."""
    asked = cast(StaffRequest, request)
    card = card_of(code, asked)
    found = statement(
        asked.staff.store.code, card.code, after=_position(request), limit=_PAGE
    )
    lines = told(found.lines)
    after = f"{found.next[0].isoformat()}~{found.next[1]}" if found.next else ""
    facts = {
        "card": card,
        "lines": lines,
        "after": after,
        "reversible": reversible([one.id for one in lines], by=asked.actor, at=asked.at),
    }
    return render(request, "tablet/stock_statement.html", facts)


def _position(request: HttpRequest) -> tuple[datetime, int] | None:
    text = request.GET.get("after", "")
    if not text:
        return None
    moment, _tilde, key = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not key.isascii() or not key.isdigit() or len(key) > 18:
            raise ValueError(text)
    except ValueError as error:
        raise Http404 from error
    return at, int(key)
