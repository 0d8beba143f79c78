"""Questions about replenishment: answers are values, the rows stay at home."""

from inventory.replenishment.queries.offers import Change as Change
from inventory.replenishment.queries.policies import policies_of as policies_of
from inventory.replenishment.queries.proposals import ProposalNotFound as ProposalNotFound
from inventory.replenishment.queries.proposals import ProposalView as ProposalView
from inventory.replenishment.queries.proposals import may_touch as may_touch
from inventory.replenishment.queries.proposals import (
    open_transfers_at as open_transfers_at,
)
from inventory.replenishment.queries.proposals import proposal_view as proposal_view
from inventory.replenishment.queries.proposals import proposal_views as proposal_views
from inventory.replenishment.queries.waits import WaitNotFound as WaitNotFound
from inventory.replenishment.queries.waits import WaitView as WaitView
from inventory.replenishment.queries.waits import can_be_had as can_be_had
from inventory.replenishment.queries.waits import wait_view as wait_view
from inventory.replenishment.queries.waits import wait_views as wait_views
from inventory.replenishment.queries.waits import waiting_for as waiting_for
