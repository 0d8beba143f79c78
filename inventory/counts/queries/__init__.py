"""Questions about counts: answers are values."""

from inventory.counts.queries.accuracy import AccuracyRow as AccuracyRow
from inventory.counts.queries.accuracy import accuracy_by_store as accuracy_by_store
from inventory.counts.queries.accuracy import accuracy_of as accuracy_of
from inventory.counts.queries.asof import contradicted as contradicted
from inventory.counts.queries.asof import levels_as_of as levels_as_of
from inventory.counts.queries.asof import newer_looks as newer_looks
from inventory.counts.queries.risks import Risk as Risk
from inventory.counts.queries.risks import riskiest as riskiest
from inventory.counts.queries.risks import unattended as unattended
from inventory.counts.queries.sessions import CountLineView as CountLineView
from inventory.counts.queries.sessions import CountNotFound as CountNotFound
from inventory.counts.queries.sessions import CountView as CountView
from inventory.counts.queries.sessions import count_view as count_view
from inventory.counts.queries.sessions import count_views as count_views
from inventory.counts.queries.sessions import counts_at as counts_at
from inventory.counts.queries.tolerances import tolerances_of as tolerances_of
