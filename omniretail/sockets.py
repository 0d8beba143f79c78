"""The addresses of the live sockets, by dotted string."""

from django.urls import path
from django.utils.module_loading import import_string

websocket_urlpatterns = [
    path("ws/live/", import_string("stores.consumers.LiveConsumer").as_asgi()),
]
