"""Which columns each kind of feed has, and how a row of it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from inventory.catalogue.models import MOST_DAYS_LEFT
from inventory.feeds import cells
from omniretail.kernel.api.text import BAD_CHARACTERS, is_clean, normalise
from omniretail.kernel.market import house_country, house_currency


@dataclass(frozen=True)
class Column:
    """One column: its SQL type for staging, how it is read, and its other names. Cells of
    letters, digits and signs of codes for which `plain` holds (SQL, {0} being the cell)
    mean what the database reads in them. An empty cell means the default; so does a column
    that is not there, unless that leaves alone what is known (`is_kept`)."""

    name: str
    read: Callable[[str], Any]
    sql: str = "text"
    is_required: bool = False
    default: Any = None
    aliases: tuple[str, ...] = ()
    plain: str = ""
    is_kept: bool = False


@dataclass(frozen=True)
class Shape:
    """A kind of feed: its columns, and those that name a row."""

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, heading: str) -> Column | None:
        """The column of this heading, in whichever of its names."""
        plain = heading.strip().casefold().replace(" ", "_")
        for column in self.columns:
            if plain == column.name or plain in column.aliases:
                return column
        return None


@dataclass(frozen=True)
class Refusal:
    """Why a row is refused: its line, the field at fault and the reason in words."""

    line: int
    field: str
    value: str
    message: str


@dataclass
class Reading:
    """A row as it was read: values, or what is wrong with it."""

    line: int
    values: list[Any] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def read_row(shape: Shape, line: int, row: Mapping[str, str]) -> Reading:
    """Read the cells of one row; every cell at fault is named."""
    reading = Reading(line)
    for column in shape.columns:
        cell = row.get(column.name, "")
        try:
            is_told = column.name in row or not column.is_kept
            reading.values.append(_read_cell(column, cell) if is_told else None)
        except cells.UnreadableCell as error:
            refusal = Refusal(line, column.name, _shown(cell), str(error))
            reading.refusals.append(refusal)
    return reading


def _read_cell(column: Column, cell: str) -> Any:
    if cell.isascii() and cell.isprintable():
        plain = cell.strip()
    elif is_clean(cell):
        plain = normalise(cell).strip()
    else:
        raise cells.UnreadableCell(BAD_CHARACTERS)
    if plain:
        return column.read(plain)
    if column.is_required:
        raise cells.UnreadableCell(_("Missing."))
    return column.default


def _shown(cell: str) -> str:
    return "".join(ch if is_clean(ch) else "\ufffd" for ch in cell[:100])


def _shape(kind: str, key: Sequence[str], *columns: Column) -> Shape:
    return Shape(kind, columns, tuple(key))


_kept = partial(Column, is_kept=True)


# Such cells hold nothing but letters, digits and these signs, with which no code begins.
_SIGNS = ", ".join(str(ord(sign)) for sign in "-./_")
_PLAIN_CODE = f"ascii({{0}}) NOT IN (0, {_SIGNS})"
_PLAIN_UNITS = (
    "{0} <> '' AND octet_length({0}) <= 6 AND translate({0}, '0123456789', '') = ''"
)
_SKU = Column(
    "sku_code",
    cells.code(),
    is_required=True,
    aliases=("sku", "артикул"),
    plain=f"octet_length({{0}}) <= 60 AND {_PLAIN_CODE}",
)
_STORE = Column(
    "store_code",
    cells.code(32),
    is_required=True,
    aliases=("store", "склад", "магазин"),
    plain=f"octet_length({{0}}) <= 32 AND {_PLAIN_CODE}",
)

SHAPES: dict[str, Shape] = {
    shape.kind: shape
    for shape in (
        _shape(
            "categories",
            ("code",),
            Column("code", cells.code(), is_required=True, aliases=("код",)),
            Column("name", cells.text(150), is_required=True, aliases=("наименование",)),
            _kept("parent", cells.code(), default="", aliases=("родитель",)),
        ),
        _shape(
            "catalogue",
            ("sku_code",),
            _SKU,
            Column("name", cells.text(250), is_required=True, aliases=("наименование",)),
            Column(
                "category_code",
                cells.code(),
                is_required=True,
                aliases=("category", "категория", "группа"),
            ),
            _kept("product_code", cells.code(), default="", aliases=("product", "товар")),
            _kept(
                "product_name",
                cells.text(250),
                default="",
                aliases=("наименование_товара",),
            ),
            _kept("brand", cells.text(100), default="", aliases=("бренд", "марка")),
            _kept("description", cells.text(20_000), default="", aliases=("описание",)),
            _kept(
                "attributes", cells.attributes, "jsonb", default={}, aliases=("свойства",)
            ),
            Column(
                "tax_rate",
                cells.percentage,
                "numeric",
                is_required=True,
                aliases=("ставка_ндс", "ндс"),
            ),
            Column(
                "gtins", cells.gtins, "text[]", aliases=("gtin", "штрихкод", "штрихкоды")
            ),
            _kept("is_active", cells.yes_or_no, "boolean", default=True),
            Column("is_serialised", cells.yes_or_no, "boolean", aliases=("серийный",)),
            Column("keeps_lots", cells.yes_or_no, "boolean", aliases=("учёт_серий",)),
            _kept(
                "shelf_life_left_days",
                cells.whole(MOST_DAYS_LEFT),
                "integer",
                default=0,
                aliases=("остаточный_срок",),
            ),
            Column("outside_id", cells.text(200), aliases=("ид", "ид_1с")),
        ),
        _shape(
            "kits",
            ("sku_code",),
            _SKU,
            Column(
                "parts",
                cells.parts,
                "jsonb",
                is_required=True,
                aliases=("состав", "комплектация"),
            ),
        ),
        _shape(
            "places",
            ("code",),
            Column("code", cells.code(32), is_required=True, aliases=("код",)),
            Column("kind", cells.text(16), is_required=True, aliases=("вид",)),
            Column("name", cells.text(120), is_required=True, aliases=("наименование",)),
            Column("city", cells.text(80), is_required=True, aliases=("город",)),
            _kept("region", cells.text(80), default="", aliases=("регион",)),
            Column("address", cells.text(200), is_required=True, aliases=("адрес",)),
            _kept("postal_code", cells.text(16), default="", aliases=("индекс",)),
            _kept("country", cells.country, default=house_country(), aliases=("страна",)),
            Column("latitude", cells.degrees, "float8", is_required=True),
            Column("longitude", cells.degrees, "float8", is_required=True),
            Column("time_zone", cells.text(64), is_required=True),
            Column("opening_hours", cells.text(200), is_required=True),
            _kept("phone", cells.text(20), default="", aliases=("телефон",)),
            _kept(
                "currency", cells.currency, default=house_currency(), aliases=("валюта",)
            ),
            _kept("can_pickup", cells.yes_or_no, "boolean", default=True),
            _kept("can_ship", cells.yes_or_no, "boolean", default=True),
            _kept("can_sell", cells.yes_or_no, "boolean", default=True),
            _kept("prep_minutes", cells.whole(10_080), "int", default=60),
            _kept("pickup_days", cells.whole(60), "int", default=3),
            _kept("opened_on", cells.day, default=""),
            _kept("closed_on", cells.day, default=""),
        ),
        _shape(
            "prices",
            ("sku_code", "currency"),
            _SKU,
            Column(
                "currency", cells.currency, default=house_currency(), aliases=("валюта",)
            ),
            Column(
                "amount",
                cells.amount,
                "numeric",
                is_required=True,
                aliases=("price", "цена"),
            ),
            Column("starts_at", cells.moment, "timestamptz", aliases=("действует_с",)),
        ),
        _shape(
            "stock",
            ("store_code", "sku_code"),
            _STORE,
            _SKU,
            Column(
                "on_hand",
                cells.whole(),
                "int",
                is_required=True,
                aliases=("quantity", "количество", "остаток"),
                plain=_PLAIN_UNITS,
            ),
            Column(
                "safety_stock",
                cells.whole(),
                "int",
                aliases=("неснижаемый_остаток",),
                plain=_PLAIN_UNITS,
            ),
            Column("observed_at", cells.moment, "timestamptz", aliases=("на_момент",)),
        ),
    )
}
