"""Places and devices."""

from stores.network.operations.devices import BrowserPairing as BrowserPairing
from stores.network.operations.devices import enrol_device as enrol_device
from stores.network.operations.devices import (
    finish_browser_pairing as finish_browser_pairing,
)
from stores.network.operations.devices import pair_device as pair_device
from stores.network.operations.devices import start_browser_pairing as start_browser_pairing
from stores.network.operations.devices import unpair_device as unpair_device
from stores.network.operations.places import StoreDetails as StoreDetails
from stores.network.operations.places import change_store as change_store
from stores.network.operations.places import clear_hours_exception as clear_hours_exception
from stores.network.operations.places import save_store as save_store
from stores.network.operations.places import set_hours_exception as set_hours_exception
