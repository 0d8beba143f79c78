"""REST door of promises."""

from inventory.promises.api.holds import HoldViewSet
from inventory.promises.api.reasons import LevelReasonsViewSet

__all__ = ["HoldViewSet", "LevelReasonsViewSet"]
