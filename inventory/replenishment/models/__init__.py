"""The nouns of replenishment."""

from inventory.replenishment.models.policies import ReorderPolicy as ReorderPolicy
from inventory.replenishment.models.proposals import Proposal as Proposal
from inventory.replenishment.models.runs import Run as Run
from inventory.replenishment.models.shelves import ShelfState as ShelfState
from inventory.replenishment.models.velocities import Velocity as Velocity
from inventory.replenishment.models.waits import StockWait as StockWait
