"""When the shops close: what is still open, what waits, and whether all ended well."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from loyalty.messaging.queries import messages_waiting
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.laws import Verdict, judge, record_verdicts
from omniretail.kernel.models import OutboxFact
from orders.fulfilment.operations import expire_uncollected, notice_late
from orders.fulfilment.queries import fulfilment_view, fulfilment_views
from orders.ordering.queries import OrderNotFound, order_view
from orders.payments.models import PaymentRequest
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


def tell_late(numbers: Iterable[str]) -> int:
    """Let the promised time of these bags have passed: their buyers are told.

    The clock is put forward to just behind the last promise; whatever else is open at
    that moment is late by the same clock.
    """
    due = [fulfilment_view(number).due_at for number in numbers]
    return _until_none(lambda at: notice_late(at=at, limit=_MOST_AT_ONCE), due)


def expire_no_shows(numbers: Iterable[str]) -> int:
    """Let the pickup time of these bags have run out: their stock goes back.

    The clock is put forward to just behind the last day of keeping, for this operation
    alone.
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


def wait_for_quiet(*, patience: float) -> Backlog:
    """Wait until nothing is left to do; answers what is left when patience ends."""
    given_up_at = time.monotonic() + patience
    left = backlog()
    while not left.is_empty and time.monotonic() < given_up_at:
        time.sleep(_PAUSE)
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


def _until_none(step: Callable[[datetime], int], moments: list[datetime]) -> int:
    """Repeat a bounded step just behind the last of the moments until it finds nothing."""
    if not moments:
        return 0
    at = max(moments) + timedelta(seconds=1)
    total = 0
    while done := step(at):
        total += done
    return total
