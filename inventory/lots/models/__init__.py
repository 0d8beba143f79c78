"""Lots, where their units lie, and the steps that explain it."""

from inventory.lots.models.lots import NAMELESS as NAMELESS
from inventory.lots.models.lots import Lot as Lot
from inventory.lots.models.lots import LotLevel as LotLevel
from inventory.lots.models.lots import LotLevelQuerySet as LotLevelQuerySet
from inventory.lots.models.lots import LotPick as LotPick
from inventory.lots.models.lots import LotPickQuerySet as LotPickQuerySet
from inventory.lots.models.lots import LotStep as LotStep
from inventory.lots.models.splitting import SkuWithLots as SkuWithLots
from inventory.lots.models.splitting import SplitMovement as SplitMovement
