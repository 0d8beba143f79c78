"""Which role may do what. Pure: one table."""

from collections.abc import Iterable

CLERK, OPERATOR = "CLERK", "OPERATOR"
STORE_MANAGER, HEAD_OFFICE = "STORE_MANAGER", "HEAD_OFFICE"

WORK_PICK = "work.pick"
WORK_HANDOVER = "work.handover"
HANDOVER_OVERRIDE = "handover.override"
ORDERS_SELL = "orders.sell"
ORDERS_CANCEL = "orders.cancel"
ORDERS_RETURN = "orders.return"
STOCK_LOOK = "stock.look"
STOCK_MOVE = "stock.move"
STOCK_ADJUST = "stock.adjust"
COUNTS_COUNT = "counts.count"
COUNTS_APPROVE = "counts.approve"
SELLING_BLOCK = "selling.block"
SELLING_SET = "selling.set"
SUPPLY_MOVE = "supply.move"
SUPPLY_APPROVE = "supply.approve"
SUPPLY_ORDER = "supply.order"
CUSTOMERS_LOOK = "customers.look"
STAFF_MANAGE = "staff.manage"
KPI_READ = "kpi.read"

_CLERK = frozenset(
    {
        WORK_PICK,
        WORK_HANDOVER,
        ORDERS_SELL,
        ORDERS_RETURN,
        STOCK_LOOK,
        STOCK_MOVE,
        COUNTS_COUNT,
        SUPPLY_MOVE,
        CUSTOMERS_LOOK,
    }
)
_OPERATOR = frozenset({ORDERS_SELL, ORDERS_CANCEL, STOCK_LOOK, CUSTOMERS_LOOK, KPI_READ})
_MANAGER = _CLERK | {
    HANDOVER_OVERRIDE,
    ORDERS_CANCEL,
    STOCK_ADJUST,
    COUNTS_APPROVE,
    SELLING_BLOCK,
    SUPPLY_APPROVE,
    STAFF_MANAGE,
    KPI_READ,
}

PERMISSIONS: dict[str, frozenset[str]] = {
    CLERK: _CLERK,
    OPERATOR: _OPERATOR,
    STORE_MANAGER: _MANAGER,
    HEAD_OFFICE: _MANAGER | _OPERATOR | {SELLING_SET, SUPPLY_ORDER},
}

ALL: frozenset[str] = frozenset().union(*PERMISSIONS.values())

# What those without a role may do where the door has let them in.
SHOPPER: frozenset[str] = frozenset({ORDERS_SELL, ORDERS_CANCEL})
DEVICE: frozenset[str] = frozenset({ORDERS_SELL, ORDERS_RETURN, STOCK_LOOK, CUSTOMERS_LOOK})

_RANK = (CLERK, OPERATOR, STORE_MANAGER, HEAD_OFFICE)


def allows(roles: Iterable[str], permission: str) -> bool:
    """Whether one of the roles has the permission; an unknown role has none."""
    return any(permission in PERMISSIONS.get(role, frozenset()) for role in roles)


def highest(roles: Iterable[str]) -> str:
    """The role to show beside a name."""
    return max(roles, key=lambda role: _RANK.index(role) if role in _RANK else -1)
