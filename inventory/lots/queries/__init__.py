"""Questions about lots."""

from inventory.lots.queries.cards import LotCard as LotCard
from inventory.lots.queries.cards import known_lots as known_lots
from inventory.lots.queries.cards import lot_cards as lot_cards
from inventory.lots.queries.keeping import LotRule as LotRule
from inventory.lots.queries.keeping import lot_rules as lot_rules
from inventory.lots.queries.keeping import lot_rules_of_parts as lot_rules_of_parts
from inventory.lots.queries.lying import LotView as LotView
from inventory.lots.queries.lying import due_for_quarantine as due_for_quarantine
from inventory.lots.queries.lying import expiring_at as expiring_at
from inventory.lots.queries.lying import first_out as first_out
from inventory.lots.queries.lying import lot_views as lot_views
from inventory.lots.queries.lying import lots_lying as lots_lying
from inventory.lots.queries.lying import overdrawn_lots as overdrawn_lots
from inventory.lots.queries.lying import past_sale as past_sale
from inventory.lots.queries.lying import past_sale_lots as past_sale_lots
from inventory.lots.queries.tracing import LotShare as LotShare
from inventory.lots.queries.tracing import PickedLots as PickedLots
from inventory.lots.queries.tracing import expired_picks as expired_picks
from inventory.lots.queries.tracing import lots_received as lots_received
from inventory.lots.queries.tracing import lots_sent as lots_sent
from inventory.lots.queries.tracing import lots_with_customers as lots_with_customers
from inventory.lots.queries.tracing import picked_lots as picked_lots
