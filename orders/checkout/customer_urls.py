"""Addresses of the customer's page."""

from django.urls import path

from orders.checkout import customer_pages

page_urlpatterns = [
    path("o/<str:signed>/", customer_pages.show_order, name="customer-order"),
    path("o/<str:signed>/cancel/", customer_pages.ask_cancel, name="customer-ask-cancel"),
    path("o/<str:signed>/cancel/confirm/", customer_pages.cancel, name="customer-cancel"),
    path(
        "o/<str:signed>/on-the-way/<str:number>/",
        customer_pages.on_the_way,
        name="customer-on-the-way",
    ),
]
