"""Everything that happens to a bag or parcel."""

from inventory.promises.operations import PartNotNamed
from orders.fulfilment.operations.bagging import (
    UnitsMissing,
    WrongKind,
    mark_ready,
    pack_fulfilment,
)
from orders.fulfilment.operations.calling_off import (
    cancel_fulfilments,
    expire_uncollected,
    notice_late,
)
from orders.fulfilment.operations.creating import create_fulfilments, start_fulfilments
from orders.fulfilment.operations.giving_way import (
    free_units_for,
    sell_promised,
    take_off_expired,
    tell_uncovered,
)
from orders.fulfilment.operations.handing_over import (
    AlreadyHandedOver,
    OverrideNeedsReason,
    PickupCodeLocked,
    WrongPickupCode,
    hand_over,
    issue_new_code,
)
from orders.fulfilment.operations.lots import GoodsExpired
from orders.fulfilment.operations.picking import (
    AllPicked,
    NotThisItem,
    accept_fulfilment,
    pick_unit,
    put_back_unit,
    start_picking,
)
from orders.fulfilment.operations.scans import SerialWanted, is_article
from orders.fulfilment.operations.serials import (
    SerialBeingPaid,
    SerialInAnotherBag,
    UnitSoldMeanwhile,
    keep_in_hand,
    let_go,
    write_down_units,
)
from orders.fulfilment.operations.shipping import (
    deliver_fulfilment,
    say_on_the_way,
    ship_fulfilment,
)
from orders.fulfilment.operations.shortages import (
    MoreThanMissing,
    SoldUnitNotNamed,
    report_short,
)
from orders.fulfilment.operations.sold_units import NoOtherOneWanted, ask_for_other_units
from orders.fulfilment.queries import FulfilmentNotFound

__all__ = [
    "AllPicked",
    "AlreadyHandedOver",
    "FulfilmentNotFound",
    "GoodsExpired",
    "MoreThanMissing",
    "NoOtherOneWanted",
    "NotThisItem",
    "OverrideNeedsReason",
    "PartNotNamed",
    "PickupCodeLocked",
    "SerialBeingPaid",
    "SerialInAnotherBag",
    "SerialWanted",
    "SoldUnitNotNamed",
    "UnitSoldMeanwhile",
    "UnitsMissing",
    "WrongKind",
    "WrongPickupCode",
    "accept_fulfilment",
    "ask_for_other_units",
    "cancel_fulfilments",
    "create_fulfilments",
    "deliver_fulfilment",
    "expire_uncollected",
    "free_units_for",
    "hand_over",
    "is_article",
    "issue_new_code",
    "keep_in_hand",
    "let_go",
    "mark_ready",
    "notice_late",
    "pack_fulfilment",
    "pick_unit",
    "put_back_unit",
    "report_short",
    "say_on_the_way",
    "sell_promised",
    "ship_fulfilment",
    "start_fulfilments",
    "start_picking",
    "take_off_expired",
    "tell_uncovered",
    "write_down_units",
]
