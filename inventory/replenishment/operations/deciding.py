"""Somebody decides: proposals become orders and transfers, or are put aside."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inventory.replenishment.models import Proposal
from inventory.replenishment.queries.proposals import ProposalNotFound, may_touch
from inventory.supply.operations import (
    Purchase,
    ReasonMissing,
    Wanted,
    draft_purchase_order,
    request_transfer,
)
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.limits import limits
from stores.people.queries import require
from stores.people.roles import SUPPLY_MOVE, SUPPLY_ORDER

_DECIDED = ("status", "decided_at", "decided_by")


class NothingChosen(DomainError):
    """Choose at least one proposal, and not too many."""


@transaction.atomic
def accept_proposals(
    *, numbers: Sequence[str], reason: str = "", by: Actor, at: datetime
) -> list[str]:
    """Carry proposals out: one draft order per supplier and place, one request per pair
    of places; answers the numbers of these documents.

    Raises:
        ProposalNotFound: no such proposal, or it concerns another place.
        IllegalTransition: one of them is decided.
        NotYourRole: head office orders from suppliers.
        NothingChosen, SupplierStopped, PlaceClosed.
    """
    ways: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for row in _chosen(numbers, by, at):
        row.become(Proposal.Status.ACCEPTED)
        origin = row.supplier or row.source
        ways[row.store.code, origin.code if origin else ""].append(row)
    documents = []
    for (store_code, origin_code), rows in ways.items():
        number = _document(store_code, origin_code, rows, reason, by, at)
        documents.append(number)
        for row in rows:
            row.document, row.decided_at, row.decided_by = number, at, by.key
        Proposal.objects.bulk_update(rows, [*_DECIDED, "document"])
    return documents


@transaction.atomic
def dismiss_proposals(
    *, numbers: Sequence[str], reason: str, by: Actor, at: datetime
) -> None:
    """Put proposals aside; the same is not proposed again for some days.

    Raises:
        ProposalNotFound, IllegalTransition, NotYourRole, NothingChosen, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    rows = _chosen(numbers, by, at)
    for row in rows:
        row.become(Proposal.Status.DISMISSED)
        row.decided_at, row.decided_by = at, by.key
        row.dismiss_reason = reason.strip()[:200]
    Proposal.objects.bulk_update(rows, [*_DECIDED, "dismiss_reason"])


def _chosen(numbers: Sequence[str], by: Actor, at: datetime) -> list[Proposal]:
    """The proposals, locked, for somebody who may decide on each of them."""
    wanted = set(numbers)
    if not 0 < len(wanted) <= limits().decided_at_once:
        raise NothingChosen(field="numbers")
    rows = Proposal.objects.filter(number__in=wanted)
    found = list(rows.select_related("store", "source", "supplier", "sku").locked())
    known = {row.number for row in found if may_touch(row, by, at)}
    for index, number in enumerate(numbers):
        if number not in known:
            raise ProposalNotFound(field=f"numbers/{index}", number=number)
    for row in found:
        own = row.source and by.store == row.source.code
        place = row.source.code if row.source and own else row.store.code
        require(by, SUPPLY_ORDER if row.supplier else SUPPLY_MOVE, place, at)
    return found


def _document(
    store_code: str,
    origin_code: str,
    rows: Sequence[Proposal],
    reason: str,
    by: Actor,
    at: datetime,
) -> str:
    if rows[0].kind == Proposal.Kind.PURCHASE:
        return draft_purchase_order(
            supplier_code=origin_code,
            store_code=store_code,
            lines=[Purchase(row.sku.code, row.quantity) for row in rows],
            by=by,
            at=at,
        )
    return request_transfer(
        source_code=origin_code,
        target_code=store_code,
        lines=[Wanted(row.sku.code, row.quantity) for row in rows],
        reason=reason.strip()[:200],
        by=by,
        at=at,
    )
