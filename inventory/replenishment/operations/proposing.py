"""What could be ordered and moved is worked out anew; what no longer holds is outdated."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.catalogue.queries import sku_ids
from inventory.replenishment.balancing import Origin, Reach, Suggestion, suggest
from inventory.replenishment.models import Proposal, Run
from inventory.replenishment.queries.shelves import Stand, marked_skus, stands_of
from inventory.supply.models import Supplier
from omniretail.kernel.codes import new_number
from omniretail.kernel.limits import limits

RUN = "proposals"
Way = tuple[int, int, int | None, int | None]
"""SKU, place, from which place, from which supplier."""


@dataclass(frozen=True)
class _Wanted:
    """A suggestion with its keys and the figures it came from."""

    way: Way
    suggestion: Suggestion
    figures: dict[str, Any]


def propose_everything(*, at: datetime) -> int:
    """Work out the proposals of the day, as far as one turn goes; answers how many are
    new."""
    made = 0
    for _turn in range(limits().proposal_batches):
        batch = _propose_batch(at)
        if batch is None:
            break
        made += batch
    return made


@transaction.atomic
def propose_for(*, sku_codes: Collection[str], at: datetime) -> int:
    """Work out the proposals of these SKUs now; answers how many are new."""
    _locked_run()
    return _propose(list(sku_ids(sku_codes).values()), at)


@transaction.atomic
def _propose_batch(at: datetime) -> int | None:
    """The next SKUs; None when the day is done."""
    run = _locked_run()
    if run.day != at.date():
        run.day, run.after, run.is_done = at.date(), 0, False
    if run.is_done:
        return None
    skus = marked_skus(run.after, limits().proposal_skus)
    made = _propose(skus, at)
    run.after = skus[-1] if skus else run.after
    run.is_done = len(skus) < limits().proposal_skus
    run.save(update_fields=["day", "after", "is_done"])
    return made


def _locked_run() -> Run:
    """One works out proposals at a time."""
    Run.objects.get_or_create(name=RUN)
    return Run.objects.locked().get(name=RUN)


def _propose(skus: Sequence[int], at: datetime) -> int:
    if not skus:
        return 0
    wanted = _suggested(skus, at)
    kept = _outdate(skus, wanted, at)
    fresh = [one for way, one in wanted.items() if way not in kept]
    Proposal.objects.bulk_create(
        Proposal(
            number=new_number("N"),
            kind=one.suggestion.kind,
            sku_id=one.way[0],
            store_id=one.way[1],
            source_id=one.way[2],
            supplier_id=one.way[3],
            quantity=one.suggestion.units,
            figures=one.figures,
            created_at=at,
        )
        for one in fresh
    )
    return len(fresh)


def _suggested(skus: Sequence[int], at: datetime) -> dict[Way, _Wanted]:
    dismissed = _dismissed(skus, at)
    reach = Reach(limits().surplus_weeks, limits().neighbour_km)
    suppliers = dict(Supplier.objects.values_list("code", "pk"))
    found: dict[Way, _Wanted] = {}
    for sku, stands in stands_of(skus, at.date()).items():
        by_code = {stand.shelf.store_code: stand for stand in stands}
        shelves = [stand.shelf for stand in stands]
        for one in suggest(shelves, reach, dismissed[sku]):
            source = by_code.get(one.source_code)
            way = (
                sku,
                by_code[one.store_code].store_id,
                source.store_id if source else None,
                suppliers.get(one.supplier_code),
            )
            figures = _figures(one, by_code[one.store_code], source)
            found[way] = _Wanted(way, one, figures)
    return found


def _figures(one: Suggestion, stand: Stand, source: Stand | None) -> dict[str, Any]:
    """What it was made from; the words are put together when somebody reads them."""
    shelf = stand.shelf
    days = shelf.cover_days
    told: dict[str, Any] = {
        "lying": shelf.position - stand.coming,
        "coming": stand.coming,
        "per_day": str(shelf.per_day),
        "cover_days": None if days is None else int(days),
        "reorder_point": shelf.marks.reorder_point,
        "target": shelf.marks.target,
        "pack": shelf.terms.pack,
    }
    if source is not None:
        told |= {
            "spare": one.spare,
            "distance_km": one.distance_km,
            "weeks": limits().surplus_weeks if source.shelf.gives else None,
        }
    return told


def _dismissed(skus: Sequence[int], at: datetime) -> dict[int, set[Origin]]:
    """What somebody did not want a few days ago is not proposed again yet; what it would
    have brought may come from elsewhere."""
    rows = Proposal.objects.filter(
        status=Proposal.Status.DISMISSED,
        sku__in=skus,
        decided_at__gt=at - limits().proposal_rest,
    )
    found: dict[int, set[Origin]] = defaultdict(set)
    for sku, store, source, supplier in rows.values_list(
        "sku_id", "store__code", "source__code", "supplier__code"
    ):
        found[sku].add((store, source or "", supplier or ""))
    return found


def _outdate(skus: Sequence[int], wanted: dict[Way, _Wanted], at: datetime) -> set[Way]:
    """End the open proposals that do not hold any more; answers the ways of the others."""
    kept: set[Way] = set()
    for row in Proposal.objects.open().filter(sku__in=skus).locked():
        way = (row.sku_id, row.store_id, row.source_id, row.supplier_id)
        if way in wanted and wanted[way].suggestion.units == row.quantity:
            kept.add(way)
            continue
        row.become(Proposal.Status.OUTDATED)
        row.decided_at = at
        row.save(update_fields=["status", "decided_at"])
    return kept
