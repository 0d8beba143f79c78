"""The REST doors of every floor under /api/v1/."""

from itertools import chain

from django.utils.module_loading import import_string

FLOORS = ("stores", "inventory", "loyalty", "orders")

urlpatterns = list(
    chain.from_iterable(import_string(f"{floor}.urls.api_urlpatterns") for floor in FLOORS)
)
