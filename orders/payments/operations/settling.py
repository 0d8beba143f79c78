"""Asking the gateway what was wanted, outside any transaction, with the same key."""

from datetime import datetime, timedelta

from django.db import transaction

from omniretail.kernel.limits import limits
from orders.payments.gateways import Answer, GatewaySilent, gateway
from orders.payments.models import (
    UNANSWERED,
    MoneyStep,
    PaymentRequest,
    RequestStatus,
    Tender,
    TenderStatus,
)
from orders.payments.operations.taking import new_key, write_entry

LONGEST_WAIT = timedelta(minutes=5)


def ask(request: PaymentRequest) -> Answer | None:
    """Ask the gateway for what the request wants; None when it stayed silent.

    Not part of any transaction: no lock is held while the gateway thinks.
    """
    port = gateway()
    tender = request.tender
    try:
        if request.kind == MoneyStep.AUTHORISE:
            return port.authorise(
                key=request.key,
                amount=request.amount,
                currency=tender.order.currency,
                method=tender.method,
            )
        call = {
            MoneyStep.CAPTURE: port.capture,
            MoneyStep.VOID: port.void,
            MoneyStep.REFUND: port.refund,
        }[MoneyStep(request.kind)]
        return call(key=request.key, charge_key=tender.key, amount=request.amount)
    except GatewaySilent:
        return None


def settle_wanted(*, at: datetime, limit: int) -> int:
    """Work off requests whose turn it is; answers how many were settled."""
    settled = 0
    due = list(PaymentRequest.objects.due(at).values_list("key", flat=True)[:limit])
    for key in due:
        settled += settle_request(key=key, at=at)
    return settled


def settle_request(*, key: str, at: datetime) -> bool:
    """Ask for one request and write the answer down; whether there was one.

    Two workers with the same request ask the same key, so the gateway acts once and
    the second one finds the answer written.
    """
    request = _sent(key, at)
    if request is None:
        return False
    answer = ask(request)
    if answer is None:
        return False
    _record(request.pk, answer, at)
    return True


@transaction.atomic
def ask_again(*, key: str, at: datetime) -> None:
    """Want a refused request once more.

    A refusal is certain: nothing was moved. So a new key cannot double anything, while
    the old one would get the old answer.
    """
    request = PaymentRequest.objects.locked().get(key=key)
    request.become(RequestStatus.WANTED)
    request.key = new_key()
    request.next_try_at = at
    request.save(update_fields=["status", "key", "next_try_at"])


@transaction.atomic
def _sent(key: str, at: datetime) -> PaymentRequest | None:
    """Mark the request as sent if its turn has come."""
    request = (
        PaymentRequest.objects.due(at)
        .select_related("tender__order")
        .filter(key=key)
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if request is None:
        return None
    if request.status == RequestStatus.WANTED:
        request.become(RequestStatus.SENT)
    wait = min(timedelta(seconds=2 ** min(request.tries, 10)), LONGEST_WAIT)
    request.tries += 1
    request.next_try_at = at + wait
    if request.tries > limits().payment_tries:
        request.problem = "the gateway stays silent"
    request.save(update_fields=["status", "tries", "next_try_at", "problem"])
    return request


@transaction.atomic
def _record(request_id: int, answer: Answer, at: datetime) -> None:
    tender_id = PaymentRequest.objects.values_list("tender", flat=True).get(pk=request_id)
    tender = Tender.objects.locked().get(pk=tender_id)
    request = PaymentRequest.objects.locked().get(pk=request_id)
    if request.status not in UNANSWERED:
        return
    request.problem = answer.reason
    request.gateway_reference = answer.reference
    if not answer.done:
        request.become(RequestStatus.REFUSED)
        request.save(update_fields=["status", "problem", "gateway_reference"])
        return
    request.become(RequestStatus.SETTLED)
    request.settled_at = at
    request.save(update_fields=["status", "settled_at", "problem", "gateway_reference"])
    if tender.status == TenderStatus.AUTHORISED:
        write_entry(
            tender=tender,
            kind=MoneyStep(request.kind),
            amount=request.amount,
            reference=request.reference,
            gateway_reference=answer.reference,
            at=at,
        )
