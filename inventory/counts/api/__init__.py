"""The REST door of counting."""

from inventory.counts.api.accuracy import AccuracyViewSet as AccuracyViewSet
from inventory.counts.api.counts import CountViewSet as CountViewSet
