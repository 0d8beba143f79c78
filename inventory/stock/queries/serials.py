"""Questions about serial numbers: where each is, and which lie where."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from inventory.catalogue.kits import shelf_codes
from inventory.catalogue.models import Sku
from inventory.catalogue.queries import kits
from inventory.stock.models import Bucket, Serial, StockMovement


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

    @property
    def is_with_customer(self) -> bool:
        """Whether somebody has taken it away."""
        return self.bucket == Bucket.CUSTOMER

    def is_on_hand_in(self, store_code: str) -> bool:
        """Whether it may be what a customer takes from there."""
        return self.is_in(store_code, Bucket.ON_HAND)


def serials_sent(transfer: str) -> dict[str, list[str]]:
    """The numbers of the units that left with a transfer, by SKU."""
    rows = StockMovement.objects.filter(
        kind=StockMovement.Kind.TRANSFER, reference=transfer, target=Bucket.IN_TRANSIT
    )
    found: dict[str, list[str]] = {}
    for sku, numbers in rows.order_by("pk").values_list("sku__code", "serials"):
        found.setdefault(sku, []).extend(numbers)
    return found


def bucket_words(bucket: str) -> str:
    """A bucket as people call it."""
    return str(Bucket(bucket).label) if bucket in Bucket.values else bucket


_COLUMNS = ("sku__code", "number", "store__code", "bucket", "reference", "id")


def serialised(codes: Collection[str]) -> set[str]:
    """Those of these SKUs whose units have serial numbers."""
    rows = Sku.objects.filter(code__in=codes, is_serialised=True)
    return set(rows.values_list("code", flat=True))


def goods_with_serials(codes: Collection[str]) -> set[str]:
    """Those of these SKUs whose units have serial numbers; of kits, those with such a
    part."""
    made_up = kits(codes)
    named = serialised(shelf_codes(codes, made_up))
    return {
        code
        for code in codes
        if not named.isdisjoint(made_up[code].parts if code in made_up else {code})
    }


def serialised_units(goods: Sequence[tuple[str, int]]) -> list[dict[str, int]]:
    """Of so many units of each SKU: how many have serial numbers, by SKU; of kits, the
    units of such parts."""
    made_up = kits({sku for sku, _units in goods})
    lying = [
        {part: each * units for part, each in made_up[sku].parts.items()}
        if sku in made_up
        else {sku: units}
        for sku, units in goods
    ]
    named = serialised({sku for one in lying for sku in one})
    return [{sku: n for sku, n in one.items() if sku in named} for one in lying]


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


@dataclass
class SoldUnits:
    """Units of a SKU that left with a sale: the numbers of those that were scanned, and
    how many were not."""

    serials: set[str] = field(default_factory=set)
    unnamed: int = 0


def units_sold(reference: str) -> dict[str, SoldUnits]:
    """What left for a customer with this sale, by SKU."""
    found: dict[str, SoldUnits] = {}
    rows = StockMovement.objects.filter(
        kind=StockMovement.Kind.SALE, reference=reference, target=Bucket.CUSTOMER
    )
    for sku, units, serials in rows.values_list("sku__code", "quantity", "serials"):
        sold = found.setdefault(sku, SoldUnits())
        sold.serials |= set(serials)
        sold.unnamed += units - len(serials)
    return found


def _whereabouts(rows: Iterable[Serial]) -> Iterable[Whereabouts]:
    columns = rows.values_list(*_COLUMNS)  # type: ignore[attr-defined]
    for sku, number, store, bucket, reference, key in columns:
        yield Whereabouts(sku, number, store or "", bucket, reference, key)
