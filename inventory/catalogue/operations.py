"""What the catalogue refuses; saying what a kit is made of: once, for good."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from inventory.catalogue.kits import MOST_OF_A_PART, MOST_PARTS
from inventory.catalogue.models import KitPart, Sku
from inventory.catalogue.queries import SkuNotFound
from omniretail.kernel.actors import Actor
from omniretail.kernel.errors import DomainError, Kind


class CategoryBelowItself(DomainError):
    """A category does not lie inside one that lies inside it."""

    kind = Kind.CONFLICT
    constraints = ("category_is_not_below_itself", "category_is_not_inside_itself")


class KitMadeUpBefore(DomainError):
    """What is in this kit was said before. Another content needs another code."""

    kind = Kind.CONFLICT
    constraints = ("kit_is_made_up_once",)


class KitInKit(DomainError):
    """A kit is not part of a kit. Name its parts."""

    constraints = ("kit_is_part_of_no_kit", "kit_is_no_part_of_itself")


class KitWasStocked(DomainError):
    """This has its own place on the shelves. A kit needs a code of its own."""

    kind = Kind.CONFLICT
    constraints = ("kit_was_never_stocked",)


class KitKeepsNoLots(DomainError):
    """A kit has no units of its own to tell apart. Its parts may keep lots."""

    kind = Kind.CONFLICT
    constraints = ("kit_keeps_no_lots",)


class LotsKeptForGood(DomainError):
    """Its units are told apart by lots already. Another article needs another code."""

    kind = Kind.CONFLICT
    constraints = ("lots_are_kept_for_good",)


class KitWithoutParts(DomainError):
    """A kit has parts: name from one to fifty."""


class PartQuantityOutOfRange(DomainError):
    """A kit takes from one to a thousand units of a part."""

    constraints = ("kit_takes_some_of_each_part",)


class KitHasNoSerials(DomainError):
    """A kit has no serial numbers of its own. Its parts may have."""

    constraints = ("kit_has_no_serials_of_its_own",)


class SerialsOrLots(DomainError):
    """Units are told apart by serial numbers or by lots, not by both."""

    constraints = ("units_are_told_apart_in_one_way",)


class SerialsStillHere(DomainError):
    """Units of this article with serial numbers are in stock."""

    kind = Kind.CONFLICT
    constraints = ("serials_of_a_sku_are_kept",)


@transaction.atomic
def make_up_kit(
    *, sku_code: str, parts: Mapping[str, int], by: Actor, at: datetime
) -> None:
    """Sell this SKU from parts from now on; it has no stock of its own.

    What is in a kit never changes: who bought one can bring back just these parts, and a
    label never lies. Another content is another kit with a code of its own, as it needs
    another GTIN.

    Raises:
        SkuNotFound: the catalogue does not have the kit or one of its parts.
        KitWithoutParts, PartQuantityOutOfRange, KitInKit, KitMadeUpBefore.
        KitWasStocked: it lies, or lay, on some shelf.
        KitHasNoSerials: its units were to have serial numbers.
        KitKeepsNoLots: its units are told apart by lots.
    """
    del by, at  # the door's audit entry says who and when
    if not 1 <= len(parts) <= MOST_PARTS:
        raise KitWithoutParts(field="parts")
    skus = {sku.code: sku for sku in Sku.objects.filter(code__in=[sku_code, *parts])}
    kit = skus.get(sku_code)
    if kit is None:
        raise SkuNotFound(sku=sku_code)
    for index, (code, quantity) in enumerate(parts.items()):
        _check(kit, skus.get(code), code, quantity, index)
    if kit.is_kit:
        raise KitMadeUpBefore(sku=sku_code)
    if kit.is_serialised:
        raise KitHasNoSerials(sku=sku_code)
    if kit.keeps_lots:
        raise KitKeepsNoLots(sku=sku_code)
    KitPart.objects.bulk_create(
        KitPart(kit=kit, part=skus[code], quantity=quantity)
        for code, quantity in parts.items()
    )


def _check(kit: Sku, part: Sku | None, code: str, quantity: int, index: int) -> None:
    if part is None:
        raise SkuNotFound(field=f"parts/{index}/sku", sku=code)
    if part.is_kit or part == kit:
        raise KitInKit(field=f"parts/{index}/sku", sku=code)
    if not 1 <= quantity <= MOST_OF_A_PART:
        raise PartQuantityOutOfRange(field=f"parts/{index}/quantity")
