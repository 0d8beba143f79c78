"""Every write to what a channel may sell."""

from inventory.selling.operations.blocks import BlockedAlready as BlockedAlready
from inventory.selling.operations.blocks import BlockEndsTooEarly as BlockEndsTooEarly
from inventory.selling.operations.blocks import BlockOver as BlockOver
from inventory.selling.operations.blocks import block_sale as block_sale
from inventory.selling.operations.blocks import lift_block as lift_block
from inventory.selling.operations.buffers import BufferNotFound as BufferNotFound
from inventory.selling.operations.buffers import CategoryNotFound as CategoryNotFound
from inventory.selling.operations.buffers import Goods as Goods
from inventory.selling.operations.buffers import SkuOrCategory as SkuOrCategory
from inventory.selling.operations.buffers import drop_buffer as drop_buffer
from inventory.selling.operations.buffers import set_buffer as set_buffer
from inventory.selling.operations.channels import CodeNotPlain as CodeNotPlain
from inventory.selling.operations.channels import DisplayNeedsNumber as DisplayNeedsNumber
from inventory.selling.operations.channels import PlaceListedTwice as PlaceListedTwice
from inventory.selling.operations.channels import save_channel as save_channel
from inventory.selling.operations.channels import set_display as set_display
from inventory.selling.operations.channels import set_network as set_network
from inventory.selling.operations.missing import Miss as Miss
from inventory.selling.operations.missing import misses_of as misses_of
from inventory.selling.operations.missing import note_misses as note_misses
from inventory.selling.operations.missing import record_lost_demand as record_lost_demand
