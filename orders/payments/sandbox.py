"""A gateway inside the house, with books of its own, for demos and tests.

The means of payment decides how it behaves: `card-4242` pays, `card-0002` is declined,
`card-0119` pays but the first answer gets lost, `card-0127` is not heard the first time,
`card-0259` is slow, `card-0341` pays but no answer to an authorisation ever comes back.
"""

import time
from collections.abc import Callable
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from omniretail.kernel.codes import random_code
from orders.payments.gateways import Answer, GatewaySilent
from orders.payments.models import MoneyStep, SandboxCall, SandboxCharge

PAYS = "card-4242"
DECLINED = "card-0002"
ANSWER_LOST = "card-0119"
NOT_HEARD = "card-0127"
SLOW = "card-0259"
MUTE = "card-0341"
KNOWN = frozenset({PAYS, DECLINED, ANSWER_LOST, NOT_HEARD, SLOW, MUTE})
SLOW_SECONDS = 2.0

_unheard: set[str] = set()


class SandboxGateway:
    """Answers at once, remembers every key, and keeps its own books."""

    name = "sandbox"
    terminal_method = PAYS

    def authorise(self, *, key: str, amount: Decimal, currency: str, method: str) -> Answer:
        if method == NOT_HEARD and key not in _unheard:
            _unheard.add(key)
            raise GatewaySilent
        if method == SLOW:
            time.sleep(SLOW_SECONDS)

        def decide() -> Answer:
            return _authorise(key, amount, currency, method)

        answer, asked_times = _once(MoneyStep.AUTHORISE, key, key, amount, decide)
        if method == MUTE or (method == ANSWER_LOST and asked_times == 1):
            raise GatewaySilent
        return answer

    def capture(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        def decide() -> Answer:
            charge = _charge(charge_key)
            if charge is None or charge.amount < (
                charge.captured_amount + charge.voided_amount + amount
            ):
                return Answer(False, reason="not_authorised")
            return _book(charge, "captured_amount", amount)

        return _once(MoneyStep.CAPTURE, key, charge_key, amount, decide)[0]

    def void(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        def decide() -> Answer:
            charge = _charge(charge_key)
            if charge is None:
                return Answer(True, reason="nothing_held")
            held = charge.amount - charge.captured_amount - charge.voided_amount
            if amount > held:
                return Answer(False, reason="not_held")
            return _book(charge, "voided_amount", amount)

        return _once(MoneyStep.VOID, key, charge_key, amount, decide)[0]

    def refund(self, *, key: str, charge_key: str, amount: Decimal) -> Answer:
        def decide() -> Answer:
            charge = _charge(charge_key)
            if charge is None or charge.captured_amount < charge.refunded_amount + amount:
                return Answer(False, reason="not_captured")
            return _book(charge, "refunded_amount", amount)

        return _once(MoneyStep.REFUND, key, charge_key, amount, decide)[0]


def _authorise(key: str, amount: Decimal, currency: str, method: str) -> Answer:
    withdrawn = SandboxCall.objects.filter(charge_key=key, kind=MoneyStep.VOID)
    if withdrawn.exists():
        return Answer(False, reason="withdrawn")
    if method not in KNOWN:
        return Answer(False, reason="unknown_card")
    if method == DECLINED:
        return Answer(False, reason="card_declined")
    charge = SandboxCharge.objects.create(
        reference=f"ch_{random_code(16)}",
        key=key,
        method=method,
        currency=currency,
        amount=amount,
    )
    return Answer(True, reference=charge.reference)


def _charge(key: str) -> SandboxCharge | None:
    return SandboxCharge.objects.locked().filter(key=key).first()


def _book(charge: SandboxCharge, column: str, amount: Decimal) -> Answer:
    SandboxCharge.objects.filter(pk=charge.pk).update(**{column: F(column) + amount})
    return Answer(True, reference=charge.reference)


def _once(
    kind: MoneyStep,
    key: str,
    charge_key: str,
    amount: Decimal,
    decide: Callable[[], Answer],
) -> tuple[Answer, int]:
    """Answer a key for the first time, or again as before; and how often it was asked."""
    asked = SandboxCall.objects.filter(key=key)
    if asked.update(asked_times=F("asked_times") + 1):
        return _as_before(asked.get())
    try:
        with transaction.atomic():
            _one_at_a_time(charge_key)
            call = SandboxCall.objects.create(
                key=key, kind=kind, charge_key=charge_key, amount=amount, done=False
            )
            answer = decide()
            call.done = answer.done
            call.reason = answer.reason
            call.gateway_reference = answer.reference
            call.save(update_fields=["done", "reason", "gateway_reference"])
    except IntegrityError:
        asked.update(asked_times=F("asked_times") + 1)
        return _as_before(asked.get())
    return answer, 1


def _one_at_a_time(charge_key: str) -> None:
    """A void and an authorisation of one key must see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [charge_key])


def _as_before(call: SandboxCall) -> tuple[Answer, int]:
    return Answer(call.done, call.gateway_reference, call.reason), call.asked_times
