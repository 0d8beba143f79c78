"""Questions about what a channel may sell: answers are values."""

from inventory.selling.queries.figures import Sellable as Sellable
from inventory.selling.queries.figures import sellable_of as sellable_of
from inventory.selling.queries.places import availability as availability
from inventory.selling.queries.reasons import Bounds as Bounds
from inventory.selling.queries.reasons import bounds as bounds
from inventory.selling.queries.reasons import rule_of as rule_of
from inventory.selling.queries.shelves import Shelves as Shelves
from inventory.selling.queries.shelves import sellable as sellable
from inventory.selling.queries.shelves import sellable_units as sellable_units
from inventory.selling.queries.shelves import shelves_of as shelves_of
from inventory.selling.queries.terms import BlockNotFound as BlockNotFound
from inventory.selling.queries.terms import BlockView as BlockView
from inventory.selling.queries.terms import BufferView as BufferView
from inventory.selling.queries.terms import ChannelNotFound as ChannelNotFound
from inventory.selling.queries.terms import ChannelView as ChannelView
from inventory.selling.queries.terms import NetworkPlace as NetworkPlace
from inventory.selling.queries.terms import block_view as block_view
from inventory.selling.queries.terms import block_views as block_views
from inventory.selling.queries.terms import blocks_ahead as blocks_ahead
from inventory.selling.queries.terms import channel_view as channel_view
from inventory.selling.queries.terms import channel_views as channel_views
from inventory.selling.queries.terms import display_of as display_of
from inventory.selling.queries.terms import places_of as places_of
