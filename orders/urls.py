"""The doors of the orders floor, gathered for the front door."""

from orders.checkout import customer_urls as customer
from orders.checkout import urls as checkout
from orders.fulfilment import urls as fulfilment
from orders.returns import urls as returns
from orders.till import urls as till

api_urlpatterns = [
    *checkout.api_urlpatterns,
    *fulfilment.api_urlpatterns,
    *returns.api_urlpatterns,
    *till.api_urlpatterns,
]
page_urlpatterns = [
    *checkout.page_urlpatterns,
    *customer.page_urlpatterns,
    *fulfilment.page_urlpatterns,
    *returns.page_urlpatterns,
    *till.page_urlpatterns,
]
