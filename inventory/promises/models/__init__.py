"""What is promised, and which ends holds had before the one they have now."""

from inventory.promises.models.ends import HoldEnd as HoldEnd
from inventory.promises.models.promises import LIVE as LIVE
from inventory.promises.models.promises import STEPS as STEPS
from inventory.promises.models.promises import Decision as Decision
from inventory.promises.models.promises import Intent as Intent
from inventory.promises.models.promises import Promise as Promise
from inventory.promises.models.promises import PromiseQuerySet as PromiseQuerySet
