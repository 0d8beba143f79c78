"""REST door of identity."""

from loyalty.identity.api.customers import CustomerViewSet
from loyalty.identity.api.login_codes import LoginCodeViewSet
from loyalty.identity.api.me import MeViewSet

__all__ = ["CustomerViewSet", "LoginCodeViewSet", "MeViewSet"]
