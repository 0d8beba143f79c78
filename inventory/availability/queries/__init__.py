"""Questions about what may be had where, and about its changes."""

from inventory.availability.queries.changes import EVERYTHING as EVERYTHING
from inventory.availability.queries.changes import CursorAhead as CursorAhead
from inventory.availability.queries.changes import Page as Page
from inventory.availability.queries.changes import Wanted as Wanted
from inventory.availability.queries.changes import changes_after as changes_after
from inventory.availability.queries.changes import events_after as events_after
from inventory.availability.queries.changes import (
    places_changed_after as places_changed_after,
)
from inventory.availability.queries.changes import the_present as the_present
from inventory.availability.queries.channels import ChannelLook as ChannelLook
from inventory.availability.queries.channels import (
    looks_of_channels as looks_of_channels,
)
from inventory.availability.queries.figures import SkuFigures as SkuFigures
from inventory.availability.queries.figures import figures as figures
from inventory.availability.queries.figures import sums as sums
from inventory.availability.queries.snapshot import SnapshotsUnderWay as SnapshotsUnderWay
from inventory.availability.queries.snapshot import snapshot as snapshot
