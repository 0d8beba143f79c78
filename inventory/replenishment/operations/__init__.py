"""Every write to replenishment."""

from inventory.replenishment.operations.deciding import NothingChosen as NothingChosen
from inventory.replenishment.operations.deciding import accept_proposals as accept_proposals
from inventory.replenishment.operations.deciding import (
    dismiss_proposals as dismiss_proposals,
)
from inventory.replenishment.operations.following import (
    follow_categories as follow_categories,
)
from inventory.replenishment.operations.following import follow_kits as follow_kits
from inventory.replenishment.operations.following import follow_places as follow_places
from inventory.replenishment.operations.following import follow_sales as follow_sales
from inventory.replenishment.operations.measuring import (
    refresh_everywhere as refresh_everywhere,
)
from inventory.replenishment.operations.measuring import (
    refresh_velocities as refresh_velocities,
)
from inventory.replenishment.operations.policies import CategoryNotFound as CategoryNotFound
from inventory.replenishment.operations.policies import (
    FiguresOutOfRange as FiguresOutOfRange,
)
from inventory.replenishment.operations.policies import PolicyDetails as PolicyDetails
from inventory.replenishment.operations.policies import PolicyTaken as PolicyTaken
from inventory.replenishment.operations.policies import TwoOrigins as TwoOrigins
from inventory.replenishment.operations.policies import TwoScopes as TwoScopes
from inventory.replenishment.operations.policies import save_policy as save_policy
from inventory.replenishment.operations.proposing import (
    propose_everything as propose_everything,
)
from inventory.replenishment.operations.proposing import propose_for as propose_for
from inventory.replenishment.operations.reopening import note_new_terms as note_new_terms
from inventory.replenishment.operations.reopening import serve_goods as serve_goods
from inventory.replenishment.operations.reopening import serve_new_terms as serve_new_terms
from inventory.replenishment.operations.reopening import (
    serve_what_time_ended as serve_what_time_ended,
)
from inventory.replenishment.operations.serving import serve_waits as serve_waits
from inventory.replenishment.operations.telling import tell_shelves as tell_shelves
from inventory.replenishment.operations.waiting import AlreadyHere as AlreadyHere
from inventory.replenishment.operations.waiting import AlreadyWaiting as AlreadyWaiting
from inventory.replenishment.operations.waiting import Contact as Contact
from inventory.replenishment.operations.waiting import NobodyToTell as NobodyToTell
from inventory.replenishment.operations.waiting import NotAContact as NotAContact
from inventory.replenishment.operations.waiting import OffSale as OffSale
from inventory.replenishment.operations.waiting import TooManyWaits as TooManyWaits
from inventory.replenishment.operations.waiting import cancel_wait as cancel_wait
from inventory.replenishment.operations.waiting import expire_waits as expire_waits
from inventory.replenishment.operations.waiting import register_wait as register_wait
from inventory.replenishment.operations.watching import watch_levels as watch_levels
from inventory.replenishment.queries import Change as Change
from inventory.replenishment.queries import ProposalNotFound as ProposalNotFound
from inventory.replenishment.queries import WaitNotFound as WaitNotFound
