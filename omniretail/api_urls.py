"""The REST doors of every floor under /api/v1/."""

from itertools import chain
from pathlib import Path

from django.utils.module_loading import import_string

FLOORS = tuple(
    f for f in ("stores", "inventory", "loyalty", "orders") if Path(f"{f}/urls.py").exists()
)

urlpatterns = list(
    chain.from_iterable(import_string(f"{floor}.urls.api_urlpatterns") for floor in FLOORS)
)
