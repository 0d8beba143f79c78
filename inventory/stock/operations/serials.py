"""Serials where they are: looked for before they move, seen, and turned up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.stock.models import Bucket, Serial, SerialStep, StockLevel
from inventory.stock.operations.scanned import checked_serial
from inventory.stock.queries import (
    LevelKey,
    Whereabouts,
    level_keys,
    whereabouts,
)
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Step = SerialStep.Kind


class SerialElsewhere(DomainError):
    """The unit with this serial number is somewhere else."""

    kind = Kind.CONFLICT
    constraints = ("serial_is_where_it_is_taken_from",)


class EveryUnitNamed(DomainError):
    """All units here have other serial numbers. Look again, or count them."""

    kind = Kind.CONFLICT
    constraints = ("every_unit_there_has_another_serial",)


@dataclass(frozen=True)
class Taken:
    """Scanned units of a SKU that leave a bucket of a place, or the road."""

    store_code: str
    sku_code: str
    bucket: str
    reference: str
    serials: Sequence[str]
    field: str | None = None


def check_whereabouts(taken: Sequence[Taken]) -> None:
    """Refuse serials that are not where units are taken from. The database refuses those
    that move meanwhile.

    Raises:
        SerialElsewhere: the answer says which one, and where it is.
    """
    known = whereabouts((one.sku_code, number) for one in taken for number in one.serials)
    for one in taken:
        for number in one.serials:
            place = known.get((one.sku_code, number))
            if place and not place.is_in(one.store_code, one.bucket, one.reference):
                raise elsewhere(place, field=one.field)


def elsewhere(one: Whereabouts, *, field: str | None = None) -> SerialElsewhere:
    """The refusal that says where the serial is."""
    return SerialElsewhere(
        field=field,
        sku=one.sku_code,
        serial=one.number,
        store=one.store_code,
        bucket=one.bucket,
        reference=one.reference,
    )


@transaction.atomic
def see_serial(
    *,
    store_code: str,
    sku_code: str,
    number: str,
    reference: str,
    by: Actor,
    at: datetime,
    field: str = "serial",
) -> str:
    """A serial on hand is scanned where it is, as when it is put into a bag. One that was
    never seen gives its name to a unit that has none; one that was missing is found.

    Raises:
        NotASerial, NotSerialised: nothing that has such a number.
        SerialElsewhere: it is not on hand here; the answer says where it is.
        EveryUnitNamed: it was never seen, and all units here are known by others.
    """
    serial = checked_serial(sku_code, number, field=field)
    check_whereabouts(
        [Taken(store_code, sku_code, Bucket.ON_HAND, reference, [serial], field)]
    )
    keys = level_keys([(store_code, sku_code)])
    if not keys:
        raise EveryUnitNamed(field=field, sku=sku_code, store=store_code)
    (key,) = keys.values()
    _refuse_if_all_named(key, serial, field)
    _step_here(Step.SEEN, key, [serial], reference, by, at)
    return serial


@transaction.atomic
def turn_up_serials(
    *,
    store_code: str,
    serials: Mapping[str, Collection[str]],
    reference: str,
    by: Actor,
    at: datetime,
) -> None:
    """These serials, by SKU, are on hand here, wherever we thought they were: somebody
    held them in hand. What nobody has seen before is first seen here. Where all units here
    had other names, those seen longest ago are missing from now on.

    Raises:
        EveryUnitNamed: there are fewer units here than serials.
    """
    wanted = {sku: sorted(numbers) for sku, numbers in serials.items() if numbers}
    keys = level_keys([(store_code, sku) for sku in wanted])
    known = whereabouts((sku, one) for sku, numbers in wanted.items() for one in numbers)
    for (_store, sku), key in sorted(keys.items(), key=lambda item: item[1].id):
        strangers = [
            one for one in wanted[sku] if not _is_on_hand(known.get((sku, one)), key)
        ]
        _step_here(Step.TURNED_UP, key, strangers, reference, by, at)


def _refuse_if_all_named(key: LevelKey, number: str, field: str) -> None:
    """Say that there is no unit here that this could be: none at all, or none without a
    name for one that nobody has seen before. The level stays locked."""
    (row,) = StockLevel.objects.filter(pk=key.id).locked()
    here = Serial.objects.filter(
        sku=key.sku_id, store=key.store_id, bucket=Bucket.ON_HAND
    ).count()
    is_known = bool(whereabouts([(key.sku_code, number)]))
    if not row.on_hand or (here >= row.on_hand and not is_known):
        raise EveryUnitNamed(
            field=field, sku=key.sku_code, store=key.store_code, serial=number
        )


def _is_on_hand(one: Whereabouts | None, key: LevelKey) -> bool:
    return one is not None and (one.store_code, one.bucket) == (
        key.store_code,
        Bucket.ON_HAND,
    )


def _step_here(
    kind: Step,
    key: LevelKey,
    numbers: Sequence[str],
    reference: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write down that serials are on hand at a level, which is locked before them."""
    if not numbers:
        return
    list(StockLevel.objects.filter(pk=key.id).locked())
    Serial.objects.bulk_create(
        [
            Serial(sku_id=key.sku_id, number=number, bucket=Bucket.SHRINKAGE, seen_at=at)
            for number in numbers
        ],
        ignore_conflicts=True,
    )
    rows = Serial.objects.filter(sku_id=key.sku_id, number__in=numbers)
    SerialStep.objects.bulk_create(
        SerialStep(
            serial_id=pk,
            kind=kind,
            store_id=key.store_id,
            source=Bucket.ON_HAND,
            target=Bucket.ON_HAND,
            reference=reference,
            actor_kind=by.kind,
            actor_key=by.key,
            at=at,
        )
        for pk in rows.order_by("number").values_list("pk", flat=True)
    )
