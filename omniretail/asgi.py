"""The live process: nudges over WebSocket under /ws/, events under /live/. Pages and the
REST door are served by `omniretail.wsgi`."""

import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

http: Any = get_asgi_application()

from omniretail.sockets import (  # noqa: E402 - needs the apps loaded
    http_urlpatterns,
    told_of_the_stock,
    websocket_urlpatterns,
)

sockets = SessionMiddlewareStack(URLRouter(websocket_urlpatterns))
from_our_pages = AllowedHostsOriginValidator(sockets)


async def from_whom(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Pages say where they come from; a machine shows its token, which no page of a
    stranger can."""
    has_token = any(name == b"authorization" for name, _value in scope["headers"])
    await (sockets if has_token else from_our_pages)(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": URLRouter([*http_urlpatterns, re_path("", http)]),
        "websocket": told_of_the_stock(from_whom),
    }
)
