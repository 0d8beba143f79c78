"""Handing the bag to the one who has the code."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.states import IllegalTransition
from orders.fulfilment.models import Fulfilment
from orders.fulfilment.models.fulfilment import WITH_THE_CUSTOMER
from orders.fulfilment.operations.coding import issue_code
from orders.fulfilment.operations.looking_up import staff_fulfilment
from orders.fulfilment.operations.releasing import release_to_customer
from orders.fulfilment.pickup_codes import code_opens
from stores.people.queries import require
from stores.people.roles import HANDOVER_OVERRIDE, WORK_HANDOVER


class WrongPickupCode(DomainError):
    """This is not the code of this order."""

    kind = Kind.RULE


class PickupCodeLocked(DomainError):
    """Too many wrong codes. A store manager can hand over, or issue a new code."""

    kind = Kind.CONFLICT


class AlreadyHandedOver(DomainError):
    """The customer has these goods already."""

    kind = Kind.CONFLICT


class OverrideNeedsReason(DomainError):
    """Handing over without the code needs a reason."""

    kind = Kind.RULE


@dataclass(frozen=True)
class Evidence:
    """What the clerk has to show for it: the customer's code, or a reason to do without."""

    code: str | None
    reason: str


def hand_over(
    *,
    number: str,
    by: Actor,
    at: datetime,
    code: str | None = None,
    override_reason: str = "",
    is_again: bool = False,
) -> Fulfilment:
    """The customer shows the code and takes the bag away.

    A wrong code is counted even though it is refused, so this manages its own
    transaction and cannot be part of another. Without a code, a store manager may
    hand over for a written reason. The same clerk may repeat it within a minute, as
    after a lost answer, and at any time where the attempt before is known to have died
    (`is_again`): nothing happens twice.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        AlreadyHandedOver: somebody took it before.
        WrongPickupCode: another code, with the tries that are left.
        PickupCodeLocked: no tries are left.
        OverrideNeedsReason: neither a code nor a reason was given.
        IllegalTransition: the bag is not ready.
    """
    with transaction.atomic(durable=True):
        fulfilment = staff_fulfilment(number, permission=WORK_HANDOVER, by=by, at=at)
        evidence = Evidence(code, override_reason.strip())
        if _said_again(fulfilment, evidence, by, at, is_again=is_again):
            return fulfilment
        refusal = _verify(fulfilment, evidence, by, at)
        if refusal is None:
            release_to_customer(fulfilment, by=by, at=at)
    if refusal is not None:
        raise refusal
    return fulfilment


@transaction.atomic
def issue_new_code(*, number: str, by: Actor, at: datetime) -> Fulfilment:
    """The customer's page shows a new code; the old one opens nothing any more.

    Raises:
        FulfilmentNotFound: no such bag in the actor's store.
        AlreadyHandedOver: somebody took it before.
        WrongPickupCode: it is not waiting for a customer, so it has no code.
    """
    fulfilment = staff_fulfilment(number, permission=HANDOVER_OVERRIDE, by=by, at=at)
    _refuse_gone(fulfilment)
    if fulfilment.status != Fulfilment.Status.READY:
        raise WrongPickupCode(number=number)
    issue_code(fulfilment)
    fulfilment.save(update_fields=["code_generation", "code_tries", "code_hash"])
    return fulfilment


def _verify(
    fulfilment: Fulfilment, evidence: Evidence, by: Actor, at: datetime
) -> DomainError | None:
    """Put the evidence on the bag, or say why there is none (a wrong try is kept)."""
    _refuse_gone(fulfilment)
    if fulfilment.status != Fulfilment.Status.READY:
        raise IllegalTransition(current=fulfilment.status, wanted="COLLECTED")
    code = evidence.code
    if not code:
        _waive(fulfilment, evidence.reason, by, at)
        return None
    most = limits().pickup_code_tries
    if fulfilment.code_tries >= most:
        return PickupCodeLocked(number=fulfilment.number)
    if _opens(fulfilment, code):
        fulfilment.code_verified_at = at
        return None
    Fulfilment.objects.count_wrong_code(fulfilment.pk, most)
    left = most - fulfilment.code_tries - 1
    return WrongPickupCode(number=fulfilment.number, tries_left=left, field="code")


def _said_again(
    fulfilment: Fulfilment, evidence: Evidence, by: Actor, at: datetime, *, is_again: bool
) -> bool:
    """The same clerk repeats the same hand-over, as after a lost answer."""
    taken_at = fulfilment.collected_at
    if taken_at is None or fulfilment.released_by != by.key:
        return False
    if not is_again and at - taken_at >= limits().idempotency_lease:
        return False
    if evidence.code:
        return _opens(fulfilment, evidence.code)
    waived = (fulfilment.override_by, fulfilment.override_reason)
    return waived == (by.key, evidence.reason)


def _opens(fulfilment: Fulfilment, code: str) -> bool:
    return code_opens(
        code,
        fulfilment.code_hash,
        order_number=fulfilment.order.number,
        store_code=fulfilment.store.code,
    )


def _waive(fulfilment: Fulfilment, reason: str, by: Actor, at: datetime) -> None:
    if not reason:
        raise OverrideNeedsReason(field="code")
    require(by, HANDOVER_OVERRIDE, fulfilment.store.code, at)
    fulfilment.override_by, fulfilment.override_reason = by.key, reason


def _refuse_gone(fulfilment: Fulfilment) -> None:
    if fulfilment.status in WITH_THE_CUSTOMER:
        raise AlreadyHandedOver(number=fulfilment.number)
