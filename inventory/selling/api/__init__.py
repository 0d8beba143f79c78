"""REST doors of selling: what may be promised where, by which channel."""

from inventory.selling.api.availability import AvailabilityViewSet as AvailabilityViewSet
from inventory.selling.api.blocks import SaleBlockViewSet as SaleBlockViewSet
from inventory.selling.api.channels import SellingChannelViewSet as SellingChannelViewSet
