"""Questions about promises: answers are values, the rows stay at home."""

from inventory.promises.queries.differences import COLUMNS as COLUMNS
from inventory.promises.queries.differences import LevelDifference as LevelDifference
from inventory.promises.queries.differences import level_differences as level_differences
from inventory.promises.queries.explaining import Why as Why
from inventory.promises.queries.explaining import WhyPart as WhyPart
from inventory.promises.queries.explaining import why as why
from inventory.promises.queries.explaining import why_many as why_many
from inventory.promises.queries.slips import PromiseSlip as PromiseSlip
from inventory.promises.queries.slips import as_asked as as_asked
from inventory.promises.queries.slips import live_promises as live_promises
from inventory.promises.queries.slips import promises_at as promises_at
from inventory.promises.queries.slips import promises_of as promises_of
from inventory.promises.queries.slips import promises_over as promises_over
from inventory.promises.queries.slips import slip as slip
from inventory.promises.queries.slips import slip_of as slip_of
from inventory.promises.queries.slips import weakest_references as weakest_references
