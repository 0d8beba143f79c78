"""What only people's pages need: a program's request passes it by.

Programs sign in anew with each request; no session and no message waits for them.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

PROGRAMS = "/api/"

if TYPE_CHECKING:
    _Middleware = MiddlewareMixin
else:
    _Middleware = object


class _ForPeople(_Middleware):
    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(PROGRAMS):
            return self.get_response(request)
        return super().__call__(request)


class Sessions(_ForPeople, SessionMiddleware):
    """The browser's session."""


class SignedIn(_ForPeople, AuthenticationMiddleware):
    """Who is signed in."""


class Messages(_ForPeople, MessageMiddleware):
    """What is said on the next page."""
