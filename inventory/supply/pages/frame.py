"""What every page that counts goods needs: who counts what, and how a scan sounds."""

import json
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from inventory.catalogue.queries import SkuNotFound
from inventory.stock.queries import serialised
from inventory.supply.operations import Condition, Counted, NotExpected
from inventory.supply.queries import Awaited, Tallied, tallied
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from stores.people.pages import StaffRequest


@dataclass(frozen=True)
class Counting:
    """A page on which goods are counted: its addresses, and what is counted so far."""

    document: str
    rows: list[Tallied]
    last: str = ""
    article: str = ""
    """Of which serialised SKU the next scan may be a unit's number."""
    kind: str = ""

    @property
    def units(self) -> int:
        """All units counted."""
        return sum(row.units for row in self.rows)

    @property
    def expected(self) -> int:
        """All units that should come."""
        return sum(row.expected or 0 for row in self.rows)

    @property
    def may_come_unseen(self) -> bool:
        """Whether all of it can be taken in without a scan: where no lot must be said."""
        has_lots = self.kind == "TRANSFER"
        return has_lots or not any(row.keeps_lots for row in self.rows if row.expected)

    @property
    def lines(self) -> list[Counted]:
        """What was counted, as operations take it."""
        return [
            Counted(
                row.sku_code,
                one.units,
                Condition(one.condition),
                one.serials,
                one.lot,
                one.expires_on,
            )
            for row in self.rows
            for one in row.lots
        ]

    @property
    def all_lines(self) -> list[Counted]:
        """Everything that should come, in good order."""
        return [Counted(row.sku_code, row.expected) for row in self.rows if row.expected]


def staff_request(request: HttpRequest) -> StaffRequest:
    """The request of somebody signed in (the decorator saw to that)."""
    return cast(StaffRequest, request)


def counting(
    request: HttpRequest, document: str, found: Awaited | None = None, last: str = ""
) -> Counting:
    """What this employee has counted for a document."""
    staff = staff_request(request).staff
    rows = tallied(staff.store.code, staff.code, document, found)
    article = last or article_of(request)
    named = serialised([article]) if article else set()
    kind = found.kind if found else ""
    return Counting(document, rows, last, article if named else "", kind)


def article_of(request: HttpRequest) -> str:
    """The article that was scanned last, if its units have numbers."""
    given = request.POST.get("article") or request.GET.get("article") or ""
    return given.replace("\x00", "")[:60]


def code_of(request: HttpRequest) -> str:
    """What the scanner read."""
    return (
        request.POST.get("code", "").strip().replace("\x00", "")[: limits().search_length]
    )


def lot_of(request: HttpRequest) -> str:
    """Which lot the clerk named."""
    return request.POST.get("lot", "").replace("\x00", "").strip()[:20]


def answer(
    request: HttpRequest, template: str, facts: dict[str, object], back: str
) -> HttpResponse:
    """The counted goods after a scan; the whole page where no script runs."""
    if not request.headers.get("HX-Request"):
        page = facts.get("page")
        article = page.article if isinstance(page, Counting) else ""
        asked = f"?{urlencode({'article': article})}" if article else ""
        return redirect(f"{back}{asked}")
    response = render(request, template, facts)
    response["HX-Trigger"] = "scan-good"
    return response


def wrong_scan(
    request: HttpRequest, template: str, facts: dict[str, object], back: str, words: str
) -> HttpResponse:
    """What was scanned and what was expected, seen and heard."""
    if not request.headers.get("HX-Request"):
        messages.error(request, words)
        return redirect(back)
    response = render(request, template, {**facts, "problem": words}, status=422)
    response["HX-Trigger"] = json.dumps({"scan-bad": words})
    return response


def words_for(error: DomainError) -> str:
    """What the clerk reads and hears about."""
    if isinstance(error, NotExpected):
        expected = error.facts.get("expected")
        names = ", ".join(map(str, expected[:3])) if isinstance(expected, list) else ""
        facts = {"sku": error.facts.get("sku"), "names": names}
        if names:
            return _("%(sku)s does not come with this. Expected: %(names)s.") % facts
    if isinstance(error, SkuNotFound):
        return _("Nobody knows this code. Type the article's own code.")
    return str(error)
