"""Kits in bags: their parts are written down, found one by one, and counted as kits."""

from collections.abc import Iterable, Mapping, Sequence

from inventory.catalogue.queries import kit_contents
from orders.fulfilment.models import FulfilmentLine, FulfilmentPart

PartsByLine = Mapping[int, Sequence[FulfilmentPart]]


def lay_out_parts(lines: Iterable[FulfilmentLine], *, found: bool = False) -> None:
    """Write down what the kits among new lines are made of; `found` where all of it left
    with the customer already. Lines of other goods cost nothing."""
    of_kits = [line for line in lines if line.order_line.sku.is_kit]
    if not of_kits:
        return
    contents = kit_contents({line.order_line.sku_code for line in of_kits})
    FulfilmentPart.objects.bulk_create(
        FulfilmentPart(
            line=line,
            sku_id=part.sku_id,
            sku_code=part.code,
            name=part.name,
            per_kit=part.quantity,
            picked_quantity=part.quantity * line.quantity if found else 0,
        )
        for line in of_kits
        for part in contents[line.order_line.sku_code]
    )


def parts_of(lines: Iterable[FulfilmentLine]) -> dict[int, list[FulfilmentPart]]:
    """The parts of the kits among the lines, by the key of the line. Their bag is locked,
    so they cannot change meanwhile; without kits nothing is asked."""
    of_kits = [line.pk for line in lines if line.order_line.sku.is_kit]
    found: dict[int, list[FulfilmentPart]] = {key: [] for key in of_kits}
    if of_kits:
        rows = FulfilmentPart.objects.filter(line__in=of_kits).select_related("sku")
        for part in rows.order_by("pk"):
            found[part.line_id].append(part)
    return found


def pick_part(
    lines: Sequence[FulfilmentLine], parts: PartsByLine, sku_code: str, quantity: int
) -> FulfilmentLine | None:
    """Put units of a part into the bag for the first kit that still wants that many."""
    for line in lines:
        for part in parts.get(line.pk, ()):
            if part.sku_code == sku_code and part.missing_quantity(line) >= quantity:
                part.picked_quantity += quantity
                part.save(update_fields=["picked_quantity"])
                recount(line, parts[line.pk])
                return line
    return None


def put_back_part(
    line: FulfilmentLine, parts: Sequence[FulfilmentPart], sku_code: str
) -> bool:
    """Take one unit of a part out again; answers whether there was one."""
    for part in parts:
        if part.sku_code == sku_code and part.picked_quantity:
            part.picked_quantity -= 1
            part.save(update_fields=["picked_quantity"])
            recount(line, parts)
            return True
    return False


def leave_out(line: FulfilmentLine, parts: Sequence[FulfilmentPart]) -> dict[str, int]:
    """What was found for kits that will not be goes back to its shelf; answers how many
    units of which SKU."""
    left = {}
    for part in parts:
        most = part.live_quantity(line)
        if part.picked_quantity > most:
            left[part.sku_code] = part.picked_quantity - most
            part.picked_quantity = most
            part.save(update_fields=["picked_quantity"])
    return left


def recount(line: FulfilmentLine, parts: Sequence[FulfilmentPart]) -> None:
    """A kit is in the bag when all of its parts are."""
    whole = min(part.picked_quantity // part.per_kit for part in parts)
    if whole != line.picked_quantity:
        line.picked_quantity = whole
        line.save(update_fields=["picked_quantity"])
