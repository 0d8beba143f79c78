"""Where a receipt or an order number leads when it is scanned on the tablet."""

from django.urls import reverse

from orders.till.queries import find_sales
from stores.people.roles import ORDERS_RETURN
from stores.people.staff import StaffMember


def resolve_receipt(code: str, staff: StaffMember) -> str | None:
    """A receipt or an order: take its goods back."""
    if not staff.may(ORDERS_RETURN):
        return None
    sales = find_sales(code, by_phone=False)
    if not sales:
        return None
    if len(sales) > 1:
        return f"{reverse('tablet-return')}?code={code}"
    return reverse("tablet-return-order", args=[sales[0].order_number])
