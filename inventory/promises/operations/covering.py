"""Units that a till was thought to have sold of promises, and that are there after all."""

from collections.abc import Mapping

from inventory.promises.models import Promise


def cover_lacking(*, store_code: str, short: Mapping[str, int]) -> None:
    """Somebody has looked at the shelf: of each of these SKUs so many units that are
    promised here are not there, so no more are lacking. The weakest promises go on
    lacking them.

    For the caller's transaction, with the levels locked. Promises are taken before levels
    everywhere else: what somebody has in hand just now is left to them.
    """
    rows = Promise.objects.live().filter(
        store__code=store_code, sku__code__in=short, uncovered__gt=0
    )
    lacking = rows.select_related("sku").select_for_update(
        of=("self",), no_key=True, skip_locked=True
    )
    left, covered = dict(short), []
    for row in sorted(lacking, key=_strength):
        goes_on = min(row.uncovered, left[row.sku.code])
        left[row.sku.code] -= goes_on
        if goes_on < row.uncovered:
            row.uncovered = goes_on
            covered.append(row)
    Promise.objects.bulk_update(covered, ["uncovered"])


def _strength(row: Promise) -> tuple[bool, bool, int]:
    """The weakest sorts first, as where promises give way."""
    is_firm = row.status == Promise.Status.ALLOCATED or row.payment_in_flight
    return not row.is_provisional, is_firm, -row.pk
