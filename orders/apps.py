"""Carts, orders, payments, sourcing, fulfilment, returns, checkout and till."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """The top floor: at checkout it promises stock, spends points and takes money."""

    name = "orders"
    label = "orders"
    verbose_name = _("Orders")
