"""Lots become known when their units come in; a wrong date is corrected with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from inventory.lots.models import Lot
from inventory.lots.queries import LotRule, lot_rules
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind


class LotMissing(DomainError):
    """Say which lot it is: the number is printed on the box."""

    kind = Kind.RULE


class ExpiryMissing(DomainError):
    """Nobody knows this lot yet. Say until when it is good."""

    kind = Kind.RULE


class OtherExpiry(DomainError):
    """This lot is known with another date."""

    kind = Kind.CONFLICT


class NoLotsKept(DomainError):
    """The units of this article are not told apart by lots."""


class LotNotFound(DomainError):
    """Nobody knows such a lot."""

    kind = Kind.MISSING
    constraints = ("lot_is_known",)


class ReasonMissing(DomainError):
    """Say why the date changes."""


@dataclass(frozen=True)
class ToldLot:
    """What a line says of its lot; `line` is where in the request it stands."""

    sku_code: str
    lot: str = ""
    expires_on: date | None = None
    line: int = 0


@transaction.atomic
def open_lots(*, lines: Sequence[ToldLot], is_required: bool = True) -> dict[str, LotRule]:
    """Make sure that the lots of these lines are known; answers the SKUs that keep lots.

    The date of a known lot need not be said again. Goods that come from another place have
    their lots with them: there a line need not say one (`is_required`).

    Raises:
        LotMissing: the SKU keeps lots, and the line names none.
        ExpiryMissing: the lot is new, and the line says no date.
        OtherExpiry: the lot is known with another date.
        NoLotsKept: the SKU does not keep lots, and the line names one.
    """
    rules, fresh = _checked(lines, is_required)
    if not fresh:
        return rules
    Lot.objects.bulk_create([fresh[key] for key in sorted(fresh)], ignore_conflicts=True)
    _refuse_other_dates([line for line in lines if line.lot], rules)
    return rules


def check_lots(*, lines: Sequence[ToldLot]) -> None:
    """Refuse lines whose lots could not be opened; nothing is written.

    Raises: as `open_lots`.
    """
    _checked(lines, is_required=True)


@transaction.atomic
def correct_expiry(
    *, sku_code: str, lot: str, expires_on: date, reason: str, by: Actor, at: datetime
) -> None:
    """The date of a lot was written down wrongly.

    What was set aside because of it stays there until somebody has looked.

    Raises:
        LotNotFound: nobody knows the lot.
        ReasonMissing: it is not said why.
    """
    del by, at  # the door's audit entry says who and when
    if not reason.strip():
        raise ReasonMissing(field="reason")
    rows = Lot.objects.filter(sku__code=sku_code, code=lot, expires_on__isnull=False)
    if not rows.update(expires_on=expires_on):
        raise LotNotFound(sku=sku_code, lot=lot)


def _checked(
    lines: Sequence[ToldLot], is_required: bool
) -> tuple[dict[str, LotRule], dict[tuple[int, str], Lot]]:
    """The SKUs that keep lots, and the lots nobody knows yet."""
    rules = lot_rules({line.sku_code for line in lines})
    for line in lines:
        _refuse_unfit(line, line.sku_code in rules, is_required)
    named = [line for line in lines if line.lot]
    known = _refuse_other_dates(named, rules) if named else {}
    fresh: dict[tuple[int, str], Lot] = {}
    for line in named:
        key = rules[line.sku_code].sku_id, line.lot
        if key in known or key in fresh:
            continue
        if line.expires_on is None:
            raise ExpiryMissing(field=f"lines/{line.line}/expires_on", lot=line.lot)
        fresh[key] = Lot(sku_id=key[0], code=key[1], expires_on=line.expires_on)
    return rules, fresh


def _refuse_unfit(line: ToldLot, keeps_lots: bool, is_required: bool) -> None:
    says_something = line.lot or line.expires_on
    if not keeps_lots and says_something:
        raise NoLotsKept(field=f"lines/{line.line}/lot", sku=line.sku_code)
    if keeps_lots and not line.lot and (is_required or says_something):
        raise LotMissing(field=f"lines/{line.line}/lot", sku=line.sku_code)


def _refuse_other_dates(
    lines: Sequence[ToldLot], rules: dict[str, LotRule]
) -> dict[tuple[int, str], date | None]:
    """The dates of the lots that are known, if no line says another one."""
    rows = Lot.objects.filter(
        sku__in={rules[line.sku_code].sku_id for line in lines},
        code__in={line.lot for line in lines},
    )
    known = {(lot.sku_id, lot.code): lot.expires_on for lot in rows}
    for line in lines:
        said = known.get((rules[line.sku_code].sku_id, line.lot))
        if said is not None and line.expires_on not in (None, said):
            raise OtherExpiry(
                field=f"lines/{line.line}/expires_on", lot=line.lot, expires_on=said
            )
    return known
