"""Every write to counts."""

from inventory.catalogue.queries import SkuNotFound as SkuNotFound
from inventory.counts.operations.approving import OwnCount as OwnCount
from inventory.counts.operations.approving import approve_count as approve_count
from inventory.counts.operations.cancelling import cancel_count as cancel_count
from inventory.counts.operations.entering import CountedItem as CountedItem
from inventory.counts.operations.entering import CountIsOver as CountIsOver
from inventory.counts.operations.entering import Entry as Entry
from inventory.counts.operations.entering import MomentOutOfRange as MomentOutOfRange
from inventory.counts.operations.entering import NotOnTheList as NotOnTheList
from inventory.counts.operations.entering import SomebodyElseCounts as SomebodyElseCounts
from inventory.counts.operations.entering import count_item as count_item
from inventory.counts.operations.entering import count_items as count_items
from inventory.counts.operations.finishing import NothingCounted as NothingCounted
from inventory.counts.operations.finishing import NothingToRecount as NothingToRecount
from inventory.counts.operations.finishing import StillToCount as StillToCount
from inventory.counts.operations.finishing import finish_count as finish_count
from inventory.counts.operations.finishing import recount as recount
from inventory.counts.operations.opening import NothingToCount as NothingToCount
from inventory.counts.operations.opening import ProposedAlready as ProposedAlready
from inventory.counts.operations.opening import TooManyArticles as TooManyArticles
from inventory.counts.operations.opening import ZoneMissing as ZoneMissing
from inventory.counts.operations.opening import open_count as open_count
from inventory.counts.operations.proposing import propose_counts as propose_counts
from inventory.counts.operations.proposing import (
    propose_everywhere as propose_everywhere,
)
from inventory.counts.operations.shortage import settle_short as settle_short
from inventory.counts.operations.shortage import settle_short_counts as settle_short_counts
from inventory.counts.queries import CountNotFound as CountNotFound
