"""Questions about proposals: answers are values, the reason in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inventory.replenishment.models import Proposal
from inventory.replenishment.proposal_words import reason_words
from omniretail.kernel.actors import Actor, ActorKind
from omniretail.kernel.errors import DomainError, Kind
from stores.people.queries import may
from stores.people.roles import SUPPLY_ORDER


class ProposalNotFound(DomainError):
    """There is no such proposal."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class ProposalView:
    """What might be brought where, from where, and why."""

    number: str
    kind: str
    status: str
    store_code: str
    store_name: str
    sku_code: str
    sku_name: str
    source_code: str | None
    source_name: str
    supplier_code: str | None
    quantity: int
    reason: str
    created_at: datetime
    decided_at: datetime | None
    decided_by: str
    dismiss_reason: str
    document: str


def may_touch(row: Proposal, by: Actor, at: datetime) -> bool:
    """Whether a proposal concerns the actor: an employee's own place, unless head office
    decides for the whole chain."""
    if by.kind is not ActorKind.STAFF or may(by, SUPPLY_ORDER, None, at):
        return True
    return by.store == row.store.code or (
        row.source is not None and by.store == row.source.code
    )


def proposal_views(rows: Iterable[Proposal]) -> list[ProposalView]:
    """These proposals, in their order, in the reader's language."""
    keys = [row.pk for row in rows]
    full = Proposal.objects.select_related("store", "source", "supplier", "sku")
    found = full.in_bulk(keys)
    return [_view(found[key]) for key in keys]


def proposal_view(number: str) -> ProposalView:
    """One proposal.

    Raises:
        ProposalNotFound: no such proposal.
    """
    found = proposal_views(list(Proposal.objects.filter(number=number)))
    if not found:
        raise ProposalNotFound(number=number)
    return found[0]


def open_transfers_at(store_code: str, *, limit: int = 50) -> list[ProposalView]:
    """What a place might ask other places for, or be asked for."""
    rows = Proposal.objects.open().touching(store_code).filter(kind="TRANSFER")
    return proposal_views(list(rows.order_by("-created_at", "-pk")[:limit]))


def _view(row: Proposal) -> ProposalView:
    return ProposalView(
        number=row.number,
        kind=row.kind,
        status=row.status,
        store_code=row.store.code,
        store_name=row.store.name,
        sku_code=row.sku.code,
        sku_name=row.sku.name,
        source_code=row.source.code if row.source else None,
        source_name=row.source.name if row.source else "",
        supplier_code=row.supplier.code if row.supplier else None,
        quantity=row.quantity,
        reason=reason_words(
            row.figures,
            store=row.store.name,
            origin=str(row.source.name if row.source else row.supplier),
        ),
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        dismiss_reason=row.dismiss_reason,
        document=row.document,
    )
