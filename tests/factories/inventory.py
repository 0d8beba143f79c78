"""Nouns of the inventory floor."""

from decimal import Decimal
from typing import Any

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from factory.django import DjangoModelFactory

from inventory.models import Barcode, Category, Price, Product, Sku, Supplier
from tests.clock import NOON


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category
        django_get_or_create = ("code",)

    code = "phones"
    name = "Смартфоны"


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    code = factory.Sequence(lambda n: f"P-{n:05}")
    name = factory.Sequence(lambda n: f"Смартфон Берёза {n}")
    brand = "Берёза"
    category = factory.SubFactory(CategoryFactory)


class SkuFactory(DjangoModelFactory[Sku]):
    class Meta:
        model = Sku

    code = factory.Sequence(lambda n: f"S-{n:05}")
    product = factory.SubFactory(ProductFactory)
    name = factory.LazyAttribute(lambda sku: f"{sku.product.name} чёрный")
    tax_rate = Decimal(20)


class BarcodeFactory(DjangoModelFactory[Barcode]):
    class Meta:
        model = Barcode

    sku = factory.SubFactory(SkuFactory)
    gtin = "4600051000057"


class PriceFactory(DjangoModelFactory[Price]):
    class Meta:
        model = Price

    sku = factory.SubFactory(SkuFactory)
    currency = "RUB"
    amount = Decimal("19990.00")
    valid = DateTimeTZRange(NOON.replace(year=2026, month=1), None)


class SupplierFactory(DjangoModelFactory[Supplier]):
    class Meta:
        model = Supplier
        django_get_or_create = ("code",)

    code = "svet"
    name = "Свет"


def sku(code: str, **fields: Any) -> Sku:
    """A SKU of this code."""
    made: Sku = SkuFactory.create(code=code, **fields)
    return made
