"""What the lines of a document say of their units: which numbers, of which lots."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from inventory.lots.queries import LotShare
from inventory.supply.models import Receipt
from omniretail.kernel.admin import ReadingInline

Units = tuple[Sequence[str], Sequence[LotShare]]
"""Serial numbers, and shares of lots."""


class UnitLines(ReadingInline):
    """Lines with their units; asked once for all lines of a document."""

    document: ClassVar[str]
    _known: Mapping[object, Units] | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Each line with its article."""
        rows: QuerySet[Model] = super().get_queryset(request).select_related("sku")
        return rows

    def units_of(self, document: Model) -> Mapping[object, Units]:
        """What the units of a document are, by line."""
        raise NotImplementedError

    def key_of(self, line: Model) -> object:
        """By what a line is known there."""
        raise NotImplementedError

    @display(description=_("serial numbers"))
    def numbers(self, line: Model) -> str:
        """The numbers of its units."""
        return ", ".join(self._units(line)[0])

    @display(description=pgettext_lazy("goods", "lots"))
    def lots(self, line: Model) -> str:
        """How many units of which lot, and until when they are good."""
        return words_of(self._units(line)[1])

    def _units(self, line: Model) -> Units:
        if self._known is None:  # made anew for each page
            self._known = self.units_of(getattr(line, self.document))
        return self._known.get(self.key_of(line), ((), ()))


class ReceiptInline(ReadingInline):
    """What of it has come, each receipt with its own page."""

    model = Receipt
    fields = readonly_fields = ("at", "reference", "received_by")
    show_change_link = True
    hide_title = False  # its number leads there


def words_of(shares: Iterable[LotShare]) -> str:
    """Lots in one line."""
    return "; ".join(_words(one) for one in shares)


def _words(one: LotShare) -> str:
    if not one.lot:
        return gettext("%(n)s without a lot") % {"n": one.units}
    day = date_format(one.expires_on, "SHORT_DATE_FORMAT") if one.expires_on else "—"
    told = {"n": one.units, "lot": one.lot, "day": day}
    return gettext("%(n)s of lot %(lot)s, until %(day)s") % told
