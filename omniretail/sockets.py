"""The addresses of the live process, by dotted string."""

from django.urls import path
from django.utils.module_loading import import_string

websocket_urlpatterns = [
    path("ws/live/", import_string("stores.consumers.LiveConsumer").as_asgi()),
]
http_urlpatterns = [
    path("live/stock-changes", import_string("inventory.availability.live.stock_changes")),
]
told_of_the_stock = import_string("inventory.availability.live.told_of_the_stock")
