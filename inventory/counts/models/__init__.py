"""The nouns of counting."""

from inventory.counts.models.lines import CountEntry as CountEntry
from inventory.counts.models.lines import CountLine as CountLine
from inventory.counts.models.sessions import BLIND as BLIND
from inventory.counts.models.sessions import LIVE as LIVE
from inventory.counts.models.sessions import CountSession as CountSession
from inventory.counts.models.tolerances import CountTolerance as CountTolerance
