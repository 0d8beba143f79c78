"""Where a customer's pass leads when it is scanned anywhere on the tablet."""

from orders.fulfilment.pages.handing_over import pass_page
from orders.fulfilment.pickup_codes import read_pass
from orders.fulfilment.queries import FulfilmentNotFound, fulfilment_view
from stores.people.staff import StaffMember


def resolve_pass(code: str, staff: StaffMember) -> str | None:
    """A pass of a bag in this store: hand it over."""
    scanned = read_pass(code)
    if scanned is None:
        return None
    try:
        fulfilment_view(scanned[0], store_code=staff.store.code)
    except FulfilmentNotFound:
        return None
    return pass_page(*scanned)
