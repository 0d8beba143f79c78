"""How often strangers may knock."""

from typing import TYPE_CHECKING

from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from omniretail.kernel.api.permissions import access_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


class NobodyThrottle(SimpleRateThrottle):
    """Bounds the calls of strangers to the operations that anyone may call, by address.

    It counts in the cache; with the cache out of reach the shop stays open.
    """

    scope = "nobody"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        try:
            return super().allow_request(request, view)
        except (RedisError, OSError):
            return True

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        access = access_of(view)
        if request.auth is not None or access is None or not access.anyone:
            return None
        return f"nobody.{self.get_ident(request)}.{type(view).__name__}"
