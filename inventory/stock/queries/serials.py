"""Questions about serial numbers: where each is, and which lie where."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inventory.catalogue.models import Sku
from inventory.stock.demand import Pair
from inventory.stock.models import Bucket, Serial


@dataclass(frozen=True)
class Whereabouts:
    """Where one serial is now, and which document it went there with. It is nowhere when
    it is missing or was never seen."""

    sku_code: str
    number: str
    store_code: str
    bucket: str
    reference: str
    id: int

    @property
    def is_nowhere(self) -> bool:
        """Whether nobody knows where it is."""
        return self.bucket == Bucket.SHRINKAGE

    def is_in(self, store_code: str, bucket: str, reference: str = "") -> bool:
        """Whether units taken from there, with this document if they are on the road, may
        be this one."""
        return self.is_nowhere or (
            self.bucket == bucket
            and self.store_code in ("", store_code)
            and (bucket != Bucket.IN_TRANSIT or self.reference == reference)
        )


_COLUMNS = ("sku__code", "number", "store__code", "bucket", "reference", "id")


def serialised(codes: Collection[str]) -> set[str]:
    """Those of these SKUs whose units have serial numbers."""
    rows = Sku.objects.filter(code__in=codes, is_serialised=True)
    return set(rows.values_list("code", flat=True))


def whereabouts(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Whereabouts]:
    """Where these serials are, by SKU and number; those never seen are left out."""
    wanted = set(pairs)
    if not wanted:
        return {}
    rows = Serial.objects.filter(
        sku__code__in={sku for sku, _number in wanted},
        number__in={number for _sku, number in wanted},
    )
    found = {(one.sku_code, one.number): one for one in _whereabouts(rows)}
    return {pair: one for pair, one in found.items() if pair in wanted}


def serials_on_the_way(transfer: str) -> dict[str, list[str]]:
    """The serials that are on the road with a transfer, by SKU."""
    found: dict[str, list[str]] = {}
    rows = Serial.objects.on_the_way(transfer).order_by("number")
    for sku, number in rows.values_list("sku__code", "number"):
        found.setdefault(sku, []).append(number)
    return found


def serials_with_customer(reference: str) -> dict[tuple[str, str], Whereabouts]:
    """The serials that a customer has from this sale, by SKU and number."""
    rows = Serial.objects.filter(bucket=Bucket.CUSTOMER, reference=reference)
    return {(one.sku_code, one.number): one for one in _whereabouts(rows)}


def named_units(pairs: Collection[Pair], bucket: str = Bucket.ON_HAND) -> dict[Pair, int]:
    """How many units in a bucket of each place have a known serial."""
    found: dict[Pair, int] = {}
    rows = Serial.objects.filter(
        store__code__in={pair[0] for pair in pairs},
        sku__code__in={pair[1] for pair in pairs},
        bucket=bucket,
    )
    for store, sku in rows.values_list("store__code", "sku__code"):
        found[store, sku] = found.get((store, sku), 0) + 1
    return {pair: units for pair, units in found.items() if pair in pairs}


def _whereabouts(rows: Iterable[Serial]) -> Iterable[Whereabouts]:
    columns = rows.values_list(*_COLUMNS)  # type: ignore[attr-defined]
    for sku, number, store, bucket, reference, key in columns:
        yield Whereabouts(sku, number, store or "", bucket, reference, key)
