"""Whose order it is: foreign orders are absent."""

from django.db.models import Q, QuerySet

from omniretail.kernel.api.principals import Principal, PrincipalKind
from orders.ordering.models import Order


def may_see_order(principal: Principal, number: str) -> bool:
    """Whether this order exists for whoever asks."""
    return visible_orders(principal).filter(number=number).exists()


def visible_orders(principal: Principal) -> QuerySet[Order]:
    """The orders of a customer, of a guest's link, of a client's channel, or of a store.

    Staff see what was taken in their store and what it prepares.
    """
    orders = Order.objects.all()
    match principal.kind:
        case PrincipalKind.CUSTOMER:
            return orders.filter(customer__number=principal.key)
        case PrincipalKind.GUEST:
            return orders.filter(number=principal.key)
        case PrincipalKind.CLIENT if principal.channel:
            return orders.filter(channel=principal.channel.upper())
        case PrincipalKind.STAFF if principal.store:
            return orders.filter(
                Q(taken_at_store__code=principal.store)
                | Q(pk__in=_prepared_at(principal.store))
            )
        case _:
            return orders.none()


def _prepared_at(store_code: str) -> QuerySet[Order, int]:
    prepared = Order.objects.filter(fulfilments__store__code=store_code)
    return prepared.values_list("pk", flat=True)
