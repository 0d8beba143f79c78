"""The REST doors of replenishment."""

from inventory.replenishment.api.demand import LostDemandViewSet as LostDemandViewSet
from inventory.replenishment.api.policies import (
    ReorderPolicyViewSet as ReorderPolicyViewSet,
)
from inventory.replenishment.api.proposals import ProposalViewSet as ProposalViewSet
from inventory.replenishment.api.velocities import VelocityViewSet as VelocityViewSet
from inventory.replenishment.api.waits import StockWaitViewSet as StockWaitViewSet
