"""Questions about bags and parcels; answers are values."""

from orders.fulfilment.queries.bags import FulfilmentNotFound as FulfilmentNotFound
from orders.fulfilment.queries.bags import FulfilmentView as FulfilmentView
from orders.fulfilment.queries.bags import LineView as LineView
from orders.fulfilment.queries.bags import PartView as PartView
from orders.fulfilment.queries.bags import fulfilment_view as fulfilment_view
from orders.fulfilment.queries.bags import fulfilment_views as fulfilment_views
from orders.fulfilment.queries.bags import lacking_units as lacking_units
from orders.fulfilment.queries.bags import short_name as short_name
from orders.fulfilment.queries.bags import views_of as views_of
from orders.fulfilment.queries.lots import with_lots as with_lots
from orders.fulfilment.queries.passes import PickupPass as PickupPass
from orders.fulfilment.queries.passes import pickup_passes as pickup_passes
