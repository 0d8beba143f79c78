"""Questions about the queue."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from omniretail.kernel.periods import business_date, day_period
from stores.network.places import StorePlace
from stores.people.queries import names_of
from stores.work import urgency
from stores.work.models import WorkItem


@dataclass(frozen=True)
class WorkRow:
    """One row of the queue, ready to be read in three seconds."""

    kind: str
    reference: str
    order_number: str
    title: str
    customer_name: str
    bay: str
    units: int
    due_at: datetime
    url_name: str
    taken_by: str
    taken_by_name: str
    urgency: str

    @property
    def kind_name(self) -> str:
        """The verb, in the reader's language."""
        return str(WorkItem.Kind(self.kind).label)


def open_rows(store_code: str, at: datetime, *, kind: str | None = None) -> list[WorkRow]:
    """What is to do in the store, most pressing first; at most 200 rows."""
    items = WorkItem.objects.open().filter(store__code=store_code)
    if kind is not None:
        items = items.filter(kind=kind)
    found = list(items.order_by("due_at", "pk")[:200])
    names = names_of(item.taken_by for item in found)
    return [_row(item, names, at) for item in found]


def open_counts(store_code: str) -> dict[str, int]:
    """How much there is to do, by kind."""
    items = WorkItem.objects.open().filter(store__code=store_code)
    counted = items.order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(counted)


def done_by(employee_code: str, store: StorePlace, at: datetime) -> dict[str, int]:
    """How much the employee has finished today, by kind."""
    today = day_period(business_date(at, store.time_zone), store.time_zone)
    items = WorkItem.objects.filter(
        done_by=employee_code,
        done_at__gte=today.starts_at,
        done_at__lt=today.ends_at,
        outcome=WorkItem.Outcome.DONE,
    )
    return dict(items.order_by().values_list("kind").annotate(n=Count("pk")))


def _row(item: WorkItem, names: dict[str, str], at: datetime) -> WorkRow:
    return WorkRow(
        kind=item.kind,
        reference=item.reference,
        order_number=item.order_number,
        title=item.title,
        customer_name=item.customer_name,
        bay=item.bay,
        units=item.units,
        due_at=item.due_at,
        url_name=item.url_name,
        taken_by=item.taken_by,
        taken_by_name=names[item.taken_by],
        urgency=urgency.urgency_of(item.due_at, at),
    )
