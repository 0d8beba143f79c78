"""When the shops close: what is still open, what waits, and whether all ended well."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from loyalty.messaging.operations import send_due
from loyalty.messaging.queries import messages_waiting
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.laws import Verdict, judge, record_verdicts
from omniretail.kernel.models import OutboxFact
from orders.fulfilment.operations import expire_uncollected, notice_late
from orders.fulfilment.queries import fulfilment_view, fulfilment_views
from orders.ordering.queries import OrderNotFound, order_view
from orders.payments.models import PaymentRequest
from orders.payments.operations import settle_wanted
from orders.trading_day.book import Told

ORDER_ENDS = frozenset({"COMPLETED", "CANCELLED"})
BAG_ENDS = frozenset({"COLLECTED", "DELIVERED", "CANCELLED", "EXPIRED"})
_PAUSE = 0.5
_MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Ends:
    """How the day's orders ended, and the sentences about those that did not end well."""

    by_state: Counter[tuple[str, str]]
    returned: int
    wrong: list[str]


@dataclass(frozen=True)
class Backlog:
    """What has not been worked off yet."""

    facts: int
    messages: int
    payments: int

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.messages or self.payments)


def tell_late(numbers: Iterable[str]) -> tuple[int, datetime]:
    """Let the promised time of these bags have passed: their buyers are told.

    The clock is put forward to just behind the last promise; whatever else is open at
    that moment is late by the same clock.
    """
    due = [fulfilment_view(number).due_at for number in numbers]
    return _until_none(lambda at: notice_late(at=at, limit=_MOST_AT_ONCE), due)


def expire_no_shows(numbers: Iterable[str]) -> tuple[int, datetime]:
    """Let the pickup time of these bags have run out: their stock goes back.

    The clock is put forward to just behind the last day of keeping, for this operation
    and what follows from it. Answers how many bags, and that moment.
    """
    kept = [bag.keep_until for bag in map(fulfilment_view, numbers) if bag.keep_until]
    return _until_none(
        lambda at: expire_uncollected(by=SYSTEM, at=at, limit=_MOST_AT_ONCE), kept
    )


def backlog() -> Backlog:
    """What relay and workers still have to do."""
    return Backlog(
        facts=OutboxFact.objects.filter(delivered_at=None, parked_at=None).count(),
        messages=messages_waiting(),
        payments=PaymentRequest.objects.unanswered().count(),
    )


def wait_for_quiet(*, patience: float, until: datetime) -> Backlog:
    """Wait until nothing is left to do; answers what is left when patience ends.

    What was put off to a moment that only the closing has seen (`until`) is done here,
    by the operations the workers call.
    """
    given_up_at = time.monotonic() + patience
    left = backlog()
    while not left.is_empty and time.monotonic() < given_up_at:
        time.sleep(_PAUSE)
        if until > clock.now() and not left.facts:
            settle_wanted(at=until, limit=_MOST_AT_ONCE)
            send_due(at=until, limit=_MOST_AT_ONCE)
        left = backlog()
    return left


def look_back(told: Iterable[Told]) -> Ends:
    """Compare what buyers were told with what the service kept."""
    by_state: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    returned = 0
    for order in told:
        try:
            kept = order_view(order.number)
        except OrderNotFound:
            wrong.append(f"{order.number} was acknowledged and is lost")
            continue
        by_state[order.channel, kept.status] += 1
        returned += any(line.returned_quantity for line in kept.lines)
        wrong += _contradictions(order, kept.status, kept.total_amount)
    return Ends(by_state, returned, wrong)


def audit() -> list[Verdict]:
    """Every law, looked at now and kept for the admin page."""
    verdicts = judge()
    record_verdicts(verdicts, at=clock.now())
    return verdicts


def _contradictions(told: Told, status: str, total_amount: Decimal) -> Iterable[str]:
    if status not in ORDER_ENDS:
        yield f"{told.number} ended {status}"
    if told.total_amount is not None and Decimal(told.total_amount) != total_amount:
        yield f"{told.number} costs {total_amount}, its buyer was told {told.total_amount}"
    for bag in fulfilment_views(told.number):
        if bag.status not in BAG_ENDS:
            yield f"{bag.number} of {told.number} ended {bag.status}"


def _until_none(
    step: Callable[[datetime], int], moments: list[datetime]
) -> tuple[int, datetime]:
    """Repeat a bounded step just behind the last of the moments until it finds nothing;
    answers how much it found, and that moment (now when there is none)."""
    if not moments:
        return 0, clock.now()
    at = max(moments) + timedelta(seconds=1)
    total = 0
    while done := step(at):
        total += done
    return total, at
