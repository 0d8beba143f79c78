"""An employee on a device: the device's bearer token and the session beside it."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omniretail.kernel import clock
from omniretail.kernel.api.authentication import CHALLENGE, bearer_token, principal_of
from omniretail.kernel.api.headers import header
from omniretail.kernel.api.principals import Principal, PrincipalKind
from stores.people.queries import SessionEnded, find_session

HEADER = "X-Staff-Session"


class StaffAuthentication(BaseAuthentication):
    """Header X-Staff-Session, good only on the device the session was begun on."""

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        secret = header(request, HEADER)
        if secret is None:
            return None
        device = principal_of(bearer_token(request) or "")
        if device is None or device.kind is not PrincipalKind.DEVICE:
            raise AuthenticationFailed(
                _("A staff session needs the token of its device."), "bad_token"
            )
        principal = _staff(secret, device)
        return principal, principal

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _staff(secret: str, device: Principal) -> Principal:
    try:
        staff = find_session(secret, device.device or "", clock.now())
    except SessionEnded as error:
        raise AuthenticationFailed(error.title, "session_ended") from error
    if staff.is_locked:
        raise AuthenticationFailed(SessionEnded().title, "session_ended")
    return Principal(
        kind=PrincipalKind.STAFF,
        key=staff.code,
        scopes=device.scopes,
        channel=device.channel,
        store=staff.store.code,
        device=device.device,
        name=staff.name,
    )
