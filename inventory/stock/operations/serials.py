"""Serial numbers as they are scanned: checked, named by movements, seen where they are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from inventory.catalogue.queries import skus_by_gtin
from inventory.stock.models import Bucket, Serial, SerialStep, StockLevel
from inventory.stock.queries import (
    LevelKey,
    Whereabouts,
    level_keys,
    serialised,
    whereabouts,
)
from inventory.stock.serial_numbers import folded, is_serial
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind

Step = SerialStep.Kind


class NotASerial(DomainError):
    """This is no serial number. Scan the one that is on the unit itself."""

    constraints = ("serial_is_plain_and_in_capitals", "serial_is_no_barcode")


class NotSerialised(DomainError):
    """Units of this article have no serial numbers."""

    constraints = ("only_serialised_units_have_serials",)


class SerialsWanted(DomainError):
    """Scan the serial number of every unit."""


class MoreSerialsThanUnits(DomainError):
    """There are more serial numbers than units."""

    constraints = ("movement_names_no_more_than_it_moves",)


class SerialTwice(DomainError):
    """This serial number was scanned before."""

    constraints = ("serial_moves_once_at_a_time",)


class SerialElsewhere(DomainError):
    """The unit with this serial number is somewhere else."""

    kind = Kind.CONFLICT
    constraints = ("serial_is_where_it_is_taken_from",)


class EveryUnitNamed(DomainError):
    """All units here have other serial numbers. Look again, or count them."""

    kind = Kind.CONFLICT
    constraints = ("every_unit_there_has_another_serial",)


@dataclass(frozen=True)
class Scanned:
    """Units of a SKU and the serial numbers that were scanned of them; `field` is where
    the numbers stand in the request."""

    sku_code: str
    quantity: int
    serials: Sequence[str]
    field: str


def checked_serials(
    lines: Sequence[Scanned], *, are_wanted: bool = True
) -> list[tuple[str, ...]]:
    """The serial numbers of each line as they are kept; of a serialised SKU one for each
    unit, unless they are not wanted. Lines of other goods have none.

    Raises:
        NotASerial, SerialTwice, MoreSerialsThanUnits, SerialsWanted, NotSerialised:
            `field` names the number or the line at fault.
    """
    with_serials = serialised({line.sku_code for line in lines})
    found: list[tuple[str, ...]] = []
    seen: set[tuple[str, str]] = set()
    for line in lines:
        numbers = tuple(folded(text) for text in line.serials)
        if numbers and line.sku_code not in with_serials:
            raise NotSerialised(field=line.field, sku=line.sku_code)
        _check_numbers(line, numbers, seen)
        if len(numbers) > line.quantity:
            raise MoreSerialsThanUnits(field=line.field, sku=line.sku_code)
        if are_wanted and line.sku_code in with_serials and len(numbers) < line.quantity:
            raise SerialsWanted(
                field=line.field,
                sku=line.sku_code,
                wanted=line.quantity,
                scanned=len(numbers),
            )
        found.append(numbers)
    return found


def checked_serial(sku_code: str, text: str, *, field: str = "serial") -> str:
    """One serial number as it is kept.

    Raises:
        NotASerial: it is the barcode of the article, or nothing anybody can read.
        NotSerialised: units of this SKU have none.
    """
    scanned = Scanned(sku_code, 1, [text], field)
    return checked_serials([scanned])[0][0]


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
    *, store_code: str, sku_code: str, number: str, reference: str, by: Actor, at: datetime
) -> str:
    """A serial on hand is scanned where it is, as when it is put into a bag. One that was
    never seen gives its name to a unit that has none; one that was missing is found.

    Raises:
        NotASerial, NotSerialised: nothing that has such a number.
        SerialElsewhere: it is not on hand here; the answer says where it is.
        EveryUnitNamed: it was never seen, and all units here are known by others.
    """
    serial = checked_serial(sku_code, number)
    check_whereabouts(
        [Taken(store_code, sku_code, Bucket.ON_HAND, reference, [serial], "serial")]
    )
    keys = level_keys([(store_code, sku_code)])
    if not keys:
        raise EveryUnitNamed(field="serial", sku=sku_code, store=store_code)
    (key,) = keys.values()
    _refuse_if_all_named(key, serial)
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
    held them in hand. Where all units here had other names, those seen longest ago are
    missing from now on.

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


def _refuse_if_all_named(key: LevelKey, number: str) -> None:
    """Say that there is no unit here that this could be: none at all, or none without a
    name for one that nobody has seen before. The level stays locked."""
    (row,) = StockLevel.objects.filter(pk=key.id).locked()
    here = Serial.objects.filter(
        sku=key.sku_id, store=key.store_id, bucket=Bucket.ON_HAND
    ).count()
    is_known = bool(whereabouts([(key.sku_code, number)]))
    if not row.on_hand or (here >= row.on_hand and not is_known):
        raise EveryUnitNamed(
            field="serial", sku=key.sku_code, store=key.store_code, serial=number
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


def _check_numbers(
    line: Scanned, numbers: Sequence[str], seen: set[tuple[str, str]]
) -> None:
    if not numbers:
        return
    barcodes = skus_by_gtin(numbers)
    for index, number in enumerate(numbers):
        where = f"{line.field}/{index}"
        is_own_code = line.sku_code in (number, barcodes.get(number))
        if not is_serial(number) or is_own_code or number == line.sku_code.upper():
            raise NotASerial(field=where, serial=number[:60], sku=line.sku_code)
        if (line.sku_code, number) in seen:
            raise SerialTwice(field=where, serial=number, sku=line.sku_code)
        seen.add((line.sku_code, number))
