"""Channels and what binds them: places, buffers, blocks; and the figure they make."""

from inventory.selling.models.blocks import SaleBlock as SaleBlock
from inventory.selling.models.buffers import ChannelBuffer as ChannelBuffer
from inventory.selling.models.channels import ChannelPlace as ChannelPlace
from inventory.selling.models.channels import SellingChannel as SellingChannel
from inventory.selling.models.demands import LostDemand as LostDemand
from inventory.selling.models.rulings import SafetyRuling as SafetyRuling
from inventory.selling.models.sellable import IN_BUSINESS as IN_BUSINESS
from inventory.selling.models.sellable import KEPT_BACK as KEPT_BACK
from inventory.selling.models.sellable import SELLABLE as SELLABLE
from inventory.selling.models.sellable import TAKEN as TAKEN
from inventory.selling.models.sellable import Kept as Kept
from inventory.selling.models.sellable import promise_levels as promise_levels
