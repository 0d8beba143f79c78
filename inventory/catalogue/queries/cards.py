"""Questions about what is sold: answers are values, the rows stay at home."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, FloatField, Func, Q, QuerySet, Value

from inventory.catalogue import gs1, gtin
from inventory.catalogue.glyphs import glyph_of
from inventory.catalogue.models import Barcode, Category, Folded, Price, Sku
from omniretail.kernel.errors import DomainError, Kind
from omniretail.kernel.limits import limits
from omniretail.kernel.money import Money


class SkuNotFound(DomainError):
    """There is no such SKU in the catalogue."""

    kind = Kind.MISSING


@dataclass(frozen=True)
class SkuCard:
    """What there is to say about a SKU, with its price at a moment."""

    id: int
    code: str
    name: str
    product_code: str
    product_name: str
    brand: str
    category_code: str
    category_name: str
    description: str
    attributes: dict[str, str]
    tax_rate: Decimal
    is_active: bool
    gtins: tuple[str, ...]
    price: Money | None
    is_kit: bool = False
    is_serialised: bool = False
    keeps_lots: bool = False

    @property
    def glyph(self) -> str:
        """The symbol that stands for it where there is no picture."""
        return glyph_of(self.category_code)


@dataclass(frozen=True)
class CategoryCard:
    """A category and the one it stands inside."""

    code: str
    name: str
    parent_code: str | None


def sku_cards(codes: Collection[str], *, at: datetime, currency: str) -> dict[str, SkuCard]:
    """The cards of these SKUs, by code; unknown codes are left out."""
    return {
        card.code: card for card in _cards(Sku.objects.filter(code__in=codes), at, currency)
    }


def sku_card(code: str, *, at: datetime, currency: str) -> SkuCard:
    """The card of one SKU.

    Raises:
        SkuNotFound: the catalogue does not have it.
    """
    card = sku_cards([code], at=at, currency=currency).get(code)
    if card is None:
        raise SkuNotFound(sku=code)
    return card


def matching_skus(
    text: str = "", *, category: str | None = None, only_active: bool = True
) -> QuerySet[Sku]:
    """SKUs whose name, brand, code or GTIN has every word, in order of code; case and
    «ё» make no difference."""
    found = Sku.objects.filter(_fits(text)).order_by("code")
    if only_active:
        found = found.filter(is_active=True)
    if category:
        found = found.filter(product__category_id__in=subtree(category))
    return found


def alike_skus(text: str) -> QuerySet[Sku]:
    """SKUs on sale whose name is like the text, the most alike first."""
    likeness = Func(
        Folded(Value(text)),
        Folded("name"),
        function="word_similarity",
        output_field=FloatField(),
    )
    found = Sku.objects.filter(is_active=True).annotate(likeness=likeness)
    return found.filter(likeness__gt=0.4).order_by(F("likeness").desc(), "code")


def find_skus(
    text: str = "",
    *,
    at: datetime,
    currency: str,
    category: str | None = None,
    only_active: bool = True,
    limit: int | None = None,
) -> list[SkuCard]:
    """SKUs that fit the words; when none has them all, those most alike."""
    most = min(limit or limits().page_size, limits().page_size_most)
    found = matching_skus(text, category=category, only_active=only_active)
    cards = _cards(found[:most], at, currency)
    if cards or not text.strip():
        return cards
    return _cards(alike_skus(text)[:most], at, currency)


def prices(codes: Collection[str], currency: str, at: datetime) -> dict[str, Decimal]:
    """The published prices of that moment; SKUs without one are left out."""
    rows = Price.objects.at(at).filter(sku__code__in=codes, currency=currency)
    return dict(rows.values_list("sku__code", "amount"))


def sku_by_gtin(text: str) -> str:
    """The code of the SKU that carries this barcode.

    Raises:
        SkuNotFound: no SKU carries it, or it is no GTIN.
    """
    code = skus_by_gtin([text]).get(text)
    if code is None:
        raise SkuNotFound(gtin=text[:20])
    return code


def skus_by_gtin(texts: Collection[str]) -> dict[str, str]:
    """The codes of the SKUs that carry these barcodes, by the barcode as it was given;
    what no SKU carries, or is no GTIN, is left out."""
    numbers = {text: number for text in texts if (number := _gtin(text)) is not None}
    found = Barcode.objects.filter(gtin__in=numbers.values())
    codes = dict(found.values_list("gtin", "sku__code"))
    return {text: codes[number] for text, number in numbers.items() if number in codes}


def _gtin(text: str) -> str | None:
    try:
        return gtin.normalise(gs1.gtin_of(text) or text)
    except ValueError:
        return None


def sku_ids(codes: Collection[str]) -> dict[str, int]:
    """The keys of these SKUs, by code; unknown codes are left out."""
    return dict(Sku.objects.filter(code__in=codes).values_list("code", "id"))


def categories() -> list[CategoryCard]:
    """The whole category tree, by code."""
    rows = Category.objects.order_by("code").values_list("code", "name", "parent__code")
    return [CategoryCard(*row) for row in rows]


def _fits(text: str) -> Q:
    fits = Q()
    for word in text.split():
        skus = Sku.objects.alias(folded=Folded("name"))
        fits &= (
            Q(code__in=[word, word.upper()])
            | Q(id__in=skus.filter(folded__contains=Folded(Value(word))).values("id"))
            | Q(product__brand__iexact=word)
            | Q(id__in=Barcode.objects.filter(gtin=_as_gtin(word)).values("sku"))
        )
    return fits


def _as_gtin(word: str) -> str:
    try:
        return gtin.normalise(word)
    except ValueError:
        return ""


def subtree(code: str) -> list[int]:
    """The keys of a category and all below it, each once: also in a ring that was made
    before the database refused them."""
    children: dict[int | None, list[int]] = {}
    root = None
    for key, parent, own in Category.objects.values_list("id", "parent_id", "code"):
        children.setdefault(parent, []).append(key)
        root = key if own == code else root
    found: list[int] = [] if root is None else [root]
    for key in found:
        found.extend(inner for inner in children.get(key, []) if inner != root)
    return found


def _cards(rows: QuerySet[Sku], at: datetime, currency: str) -> list[SkuCard]:
    skus = list(rows.select_related("product__category"))
    amounts = dict(
        Price.objects.at(at)
        .filter(sku__in=skus, currency=currency)
        .values_list("sku_id", "amount")
    )
    gtins: dict[int, list[str]] = {}
    for sku, number in (
        Barcode.objects.filter(sku__in=skus).order_by("id").values_list("sku_id", "gtin")
    ):
        gtins.setdefault(sku, []).append(number)
    return [
        _card(sku, amounts.get(sku.pk), gtins.get(sku.pk, []), currency) for sku in skus
    ]


def _card(sku: Sku, amount: Decimal | None, gtins: Sequence[str], currency: str) -> SkuCard:
    product = sku.product
    return SkuCard(
        id=sku.pk,
        code=sku.code,
        name=sku.name,
        product_code=product.code,
        product_name=product.name,
        brand=product.brand,
        category_code=product.category.code,
        category_name=product.category.name,
        description=product.description,
        attributes=sku.attributes,
        tax_rate=sku.tax_rate,
        is_active=sku.is_active,
        gtins=tuple(gtins),
        price=None if amount is None else Money(amount, currency),
        is_kit=sku.is_kit,
        is_serialised=sku.is_serialised,
        keeps_lots=sku.keeps_lots,
    )
