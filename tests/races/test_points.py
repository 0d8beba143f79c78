"""Two tills, one balance: it is spent once. With the lock off, it is spent twice."""

import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import pytest

from loyalty.identity.models import Customer, CustomerToken
from loyalty.identity.operations import CodeRefused, SignedIn, redeem_login_code
from loyalty.identity.operations import request_login_code as request_code
from loyalty.identity.queries import customer_of
from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import mailbox
from loyalty.points.models import Account, Entry
from loyalty.points.operations import (
    LineBase,
    NotEnoughPoints,
    Redemption,
    claw_back,
    earn_points,
    grant_points,
    ledger,
    redeem_points,
    reverse_redemption,
    spend,
)
from loyalty.points.queries import balance
from omniretail.kernel import outbox
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.locking import LockableQuerySet
from tests.clock import NOON
from tests.factories.loyalty import a_customer
from tests.lawbook import broken
from tests.races.barrier import run_together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
TILLS = 8
LAWS = {"L1", "L2", "L3", "L4"}


@pytest.fixture
def anna() -> Customer:
    customer = a_customer()
    grant(customer, 100)
    return customer


def grant(customer: Customer, points: int) -> None:
    grant_points(
        customer_number=customer.number,
        points=points,
        reference=f"G-{points}",
        by=SYSTEM,
        at=NOON,
    )


def spend_all(customer: Customer, order: str) -> Redemption:
    return redeem_points(
        customer_number=customer.number, points=100, reference=order, by=SYSTEM, at=NOON
    )


def rush(calls: Sequence[Callable[[], object]]) -> tuple[list[object], list[Exception]]:
    answers = run_together(calls)
    refusals = [answer for answer in answers if isinstance(answer, Exception)]
    return [one for one in answers if not isinstance(one, Exception)], refusals


def test_a_balance_is_spent_once(anna: Customer) -> None:
    done, refusals = rush([partial(spend_all, anna, f"R-{n}") for n in range(TILLS)])
    assert len(done) == 1
    assert {type(refusal) for refusal in refusals} == {NotEnoughPoints}
    assert balance(anna.number).active == 0
    assert broken(only=LAWS) == set()


def test_one_order_told_at_many_tills_spends_once(anna: Customer) -> None:
    done, refusals = rush([partial(spend_all, anna, "R-1")] * TILLS)
    assert (len(done), refusals) == (TILLS, [])
    assert Entry.objects.filter(kind="REDEEM").count() == 1
    assert broken(only=LAWS) == set()


def test_with_the_lock_off_a_balance_is_spent_twice(
    anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ledger.bring_up_to_date

    def slowly(account: Account, at: object) -> int:
        time.sleep(0.3)
        return whole(account, NOON)

    monkeypatch.setattr(LockableQuerySet, "locked", lambda rows: rows.order_by("pk"))
    monkeypatch.setattr(spend, "bring_up_to_date", slowly)
    done, _refusals = rush([partial(spend_all, anna, f"R-{n}") for n in range(TILLS)])
    assert len(done) > 1
    assert "L1" in broken(only=LAWS)


def test_points_given_back_are_given_back_once(anna: Customer) -> None:
    spend_all(anna, "R-1")
    back = partial(reverse_redemption, reference="R-1", by=SYSTEM, at=NOON)
    done, refusals = rush([back] * TILLS)
    assert (sum(int(str(one)) for one in done), refusals) == (100, [])
    assert balance(anna.number).active == 100
    assert broken(only=LAWS) == set()


def test_spending_and_clawing_back_meet_without_loss(anna: Customer) -> None:
    lines = [LineBase(1, Decimal(1000))]
    earn = partial(
        earn_points,
        customer_number=anna.number,
        order_number="R-9",
        lines=lines,
        currency="RUB",
        by=SYSTEM,
        at=NOON,
    )
    claw = partial(
        claw_back,
        customer_number=anna.number,
        order_number="R-9",
        lines=lines,
        by=SYSTEM,
        at=NOON,
    )
    calls: list[Callable[[], object]] = [
        partial(earn, reference="F-1"),
        partial(claw, reference="RT-1"),
    ] * 3
    spent: Callable[[], object] = partial(spend_all, anna, "R-1")
    done, refusals = rush([*calls, spent])
    assert (len(done), refusals) == (7, [])
    assert broken(only=LAWS) == set()


def test_a_first_account_is_opened_once() -> None:
    customer = a_customer()

    def give(number: int) -> object:
        return grant_points(
            customer_number=customer.number,
            points=10,
            reference=f"G-{number}",
            by=SYSTEM,
            at=NOON,
        )

    _done, refusals = rush([partial(give, n) for n in range(TILLS)])
    assert refusals == []
    assert balance(customer.number).active == 10 * TILLS


def test_a_code_signs_in_once_and_makes_one_customer() -> None:
    phone = "+79123456789"
    request_code(kind="PHONE", value=phone, client_address="", language="ru", at=NOON)
    outbox.drain()
    send_due(at=NOON, limit=1)
    code = "".join(ch for ch in mailbox(phone)[0].body if ch.isdigit())[:6]

    def sign_in() -> SignedIn:
        return redeem_login_code(kind="PHONE", value=phone, code=code, at=NOON)

    done, refusals = rush([sign_in] * 4)
    assert len(done) == 1
    assert {type(refusal) for refusal in refusals} == {CodeRefused}
    assert CustomerToken.objects.count() == 1
    assert customer_of("PHONE", phone) is not None


def test_a_code_has_five_tries_however_fast_they_come() -> None:
    phone = "+79123456789"
    request_code(kind="PHONE", value=phone, client_address="", language="ru", at=NOON)

    def guess(digits: str) -> SignedIn:
        return redeem_login_code(kind="PHONE", value=phone, code=digits, at=NOON)

    _done, refusals = rush([partial(guess, f"x{n}") for n in range(12)])
    looked_at = [one for one in refusals if "tries_left" in getattr(one, "facts", {})]
    assert len(looked_at) == 5
