"""Questions about units with serial numbers: where each is, and its story."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from inventory.stock.models import Bucket, Serial, SerialStep, StockMovement
from inventory.stock.serial_numbers import LONGEST, folded
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from stores.people.queries import names_of

Movement = StockMovement.Kind
Step = SerialStep.Kind


class SerialNotFound(DomainError):
    """Nobody has seen a unit with this serial number."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class StepView:
    """What happened to a unit: when, where, what, by whom, for which document."""

    at: datetime
    kind: str
    cause: str
    store_code: str
    store_name: str
    source: str
    target: str
    reference: str
    actor_kind: str
    actor_key: str
    actor_name: str

    @property
    def words(self) -> str:
        """What happened, as people say it."""
        if self.kind == Step.SEEN:
            return _("Scanned into a bag")
        if self.kind == Step.FIRST_SEEN:
            return _("First seen here")
        if self.kind == Step.TURNED_UP:
            return _("Turned up here")
        if self.kind == Step.MISSING:
            return _("Missing: units left without being scanned")
        return self._way_words()

    def _way_words(self) -> str:
        known = {
            (Bucket.SUPPLIER, Bucket.ON_HAND): _("Received"),
            (Bucket.SUPPLIER, Bucket.QUARANTINE): _("Received, damaged"),
            (Bucket.ON_HAND, Bucket.CUSTOMER): _("Handed to the customer"),
            (Bucket.ON_HAND, Bucket.IN_TRANSIT): _("Sent to another place"),
            (Bucket.IN_TRANSIT, Bucket.ON_HAND): _("Arrived from another place"),
            (Bucket.IN_TRANSIT, Bucket.QUARANTINE): _("Arrived damaged"),
            (Bucket.CUSTOMER, Bucket.ON_HAND): _("Taken back, on sale again"),
            (Bucket.CUSTOMER, Bucket.QUARANTINE): _("Taken back, set aside for a check"),
            (Bucket.CUSTOMER, Bucket.SHRINKAGE): _("Taken back and written off"),
        }
        words = known.get((Bucket(self.source), Bucket(self.target)))
        if words is None or self.cause == Movement.REVERSAL:
            places = {
                "source": Bucket(self.source).label,
                "target": Bucket(self.target).label,
            }
            words = _("Moved: %(source)s → %(target)s") % places
        return words


@dataclass(frozen=True)
class SerialView:
    """One unit, and where it is now; the story is told by `serial_story` only."""

    sku_code: str
    sku_name: str
    number: str
    store_code: str
    store_name: str
    bucket: str
    reference: str
    seen_at: datetime
    steps: tuple[StepView, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether nobody knows where it is, or it was written off."""
        return self.bucket == Bucket.SHRINKAGE

    @property
    def bucket_words(self) -> str:
        """Where it is, in words."""
        return str(Bucket(self.bucket).label)


def serial_story(sku_code: str, number: str) -> SerialView:
    """One unit with all its steps, the latest first.

    Raises:
        SerialNotFound: nobody has seen it.
    """
    rows = Serial.objects.filter(sku__code=sku_code, number=folded(number)[:LONGEST])
    found = serial_views(rows, with_steps=True)
    if not found:
        raise SerialNotFound(sku=sku_code, serial=folded(number)[:60])
    return found[0]


def serials_numbered(number: str) -> list[SerialView]:
    """All units with this number, whichever the article; several makers may use it."""
    rows = Serial.objects.filter(number=folded(number)).order_by("-seen_at", "-pk")
    return serial_views(rows[: limits().page_size])


def serial_views(rows: Iterable[Serial], *, with_steps: bool = False) -> list[SerialView]:
    """The rows as values; one query more, whatever their number, and two for stories."""
    keys = [row.pk for row in rows]
    known = Serial.objects.select_related("sku", "store").in_bulk(keys)
    steps = _steps(keys) if with_steps else {}
    return [_view(known[key], tuple(steps.get(key, ()))) for key in keys]


def _view(row: Serial, steps: tuple[StepView, ...]) -> SerialView:
    return SerialView(
        sku_code=row.sku.code,
        sku_name=row.sku.name,
        number=row.number,
        store_code=row.store.code if row.store else "",
        store_name=row.store.name if row.store else "",
        bucket=row.bucket,
        reference=row.reference,
        seen_at=row.seen_at,
        steps=steps,
    )


def _steps(keys: list[int]) -> dict[int, list[StepView]]:
    rows = list(
        SerialStep.objects.filter(serial__in=keys)
        .select_related("store", "movement")
        .order_by("-pk")
    )
    names = names_of(row.actor_key for row in rows)
    found: dict[int, list[StepView]] = {}
    for row in rows:
        found.setdefault(row.serial_id, []).append(
            StepView(
                at=row.at,
                kind=row.kind,
                cause=row.movement.kind if row.movement else "",
                store_code=row.store.code,
                store_name=row.store.name,
                source=row.source,
                target=row.target,
                reference=row.reference,
                actor_kind=row.actor_kind,
                actor_key=row.actor_key,
                actor_name=names[row.actor_key],
            )
        )
    for story in found.values():
        if story[-1].kind == Step.TURNED_UP:  # written before the two were told apart
            story[-1] = replace(story[-1], kind=Step.FIRST_SEEN)
    return found
