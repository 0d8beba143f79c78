"""OAuth: where machines fetch tokens and devices ask to be paired (RFC 6749, 8628).

What the library leaves open is closed here: a device code is kept as a hash, ends in
time, belongs to the client that asked for it and is worth one token; scopes are those
the client was given.
"""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider import views as library
from oauth2_provider.models import (
    DeviceCodeResponse,
    DeviceRequest,
    create_device_grant,
    get_device_grant_model,
)
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes
from oauthlib.oauth2 import Server as OAuthServer
from oauthlib.oauth2.rfc6749 import errors as oauth_errors

from omniretail.kernel import clock
from omniretail.kernel.api.text import is_clean
from omniretail.kernel.models.clients import ApiClient

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def hash_device_code(device_code: str) -> str:
    """What is stored of a device code (128 random bits, so a fast hash will do)."""
    return hashlib.sha256(device_code.encode("utf-8", "surrogatepass")).hexdigest()


class ClientScopes(SettingsScopes):  # type: ignore[misc]
    """A client may ask for the scopes it was given, and gets them all by default."""

    def get_available_scopes(
        self, application: ApiClient | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return (
            sorted(application.scopes & set(self.get_all_scopes())) if application else []
        )

    def get_default_scopes(
        self, application: ApiClient | None = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """A device code is redeemed only by the client it was given to."""

    def validate_grant_type(
        self,
        client_id: str,
        grant_type: str,
        client: ApiClient,
        request: Any,
        **kwargs: Any,
    ) -> bool:
        if grant_type == DEVICE_GRANT:
            grant = getattr(request, "device_grant", None)
            if grant is None or grant.client_id != client.client_id:
                return False
        return bool(super().validate_grant_type(client_id, grant_type, client, request))


def set_device_user(request: Any) -> None:
    """oauthlib's step before a device's token is made: whose token it will be."""
    if request.grant_type != DEVICE_GRANT:
        return
    grant = _grant(request.device_code or "")
    if grant is None or grant.user is None or not grant.user.is_active:
        raise oauth_errors.InvalidGrantError(request=request)
    request.device_grant = grant
    request.user = grant.user
    request.scopes = grant.scope.split()


class Server(OAuthServer):  # type: ignore[misc]
    """The library's server, made to look device codes up by their hash."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["pre_token"] = [set_device_user]
        super().__init__(*args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class TokenView(library.TokenView):  # type: ignore[misc]
    """Give a token for client credentials, an approved device code or a refresh token."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_clean(request):
            return _refusal("invalid_request")
        if request.POST.get("grant_type") == DEVICE_GRANT:
            return self._device(request, request.POST.get("device_code", ""))
        response: HttpResponseBase = self.authorization_flow_token_response(request)
        return response

    def _device(self, request: HttpRequest, device_code: str) -> HttpResponseBase:
        grant = _grant(device_code)
        if grant is None:
            return _refusal("invalid_grant")
        if waiting := _not_yet(grant):
            return _refusal(waiting)
        with transaction.atomic():
            _url, headers, body, status = self.create_token_response(request)
            if (
                status == 200
                and not get_device_grant_model().objects.filter(pk=grant.pk).delete()[0]
            ):
                transaction.set_rollback(True)
                return _refusal("invalid_grant")
        return HttpResponse(body, status=status, headers=headers)


@method_decorator(never_cache, name="dispatch")
class DeviceAuthorizationView(library.DeviceAuthorizationView):  # type: ignore[misc]
    """A device asks to be paired and gets a code to show to a person."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_clean(request) or request.content_type != _FORM:
            return _refusal("invalid_request")
        headers, answer, status = self.create_device_authorization_response(request)
        if status != 200:
            return JsonResponse(json.loads(answer), status=status, headers=headers)
        client = ApiClient.objects.filter(client_id=_client_id(request)).first()
        if client is None or client.authorization_grant_type != client.GRANT_DEVICE_CODE:
            return _refusal("unauthorized_client")
        scopes = request.POST.get("scope", "").split() or sorted(client.scopes)
        if not client.scopes.issuperset(scopes):
            return _refusal("invalid_scope")
        kept = {**answer, "device_code": hash_device_code(answer["device_code"])}
        create_device_grant(
            DeviceRequest(client_id=client.client_id, scope=" ".join(scopes)),
            DeviceCodeResponse(**kept),
        )
        grant = get_device_grant_model().objects.filter(device_code=kept["device_code"])
        grant.update(last_checked=clock.now() - _LONG_AGO)  # the first look is never early
        return JsonResponse(answer, headers=headers)


@method_decorator(csrf_exempt, name="dispatch")
class RevokeTokenView(library.RevokeTokenView):  # type: ignore[misc]
    """A client gives a token back (RFC 7009)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_clean(request) or not request.POST.get("token"):
            return _refusal("invalid_request")
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


_FORM = "application/x-www-form-urlencoded"
_LONG_AGO = timedelta(hours=1)


def _client_id(request: HttpRequest) -> str:
    return request.POST.get("client_id", "")


def _is_clean(request: HttpRequest) -> bool:
    return all(
        is_clean(text)
        for name in request.POST
        for text in (name, *request.POST.getlist(name))
    )


def _grant(device_code: str) -> Any:
    model = get_device_grant_model()
    hashed = hash_device_code(device_code)
    return model.objects.select_related("user").filter(device_code=hashed).first()


def _not_yet(grant: Any) -> str:
    """RFC 8628's word for why there is no token (yet); empty when there may be one."""
    now = clock.now()
    if grant.expires <= now:
        return "expired_token"
    if grant.status == grant.DENIED:
        return "access_denied"
    if grant.status == grant.AUTHORIZED:
        return ""
    impatient = now - grant.last_checked < timedelta(seconds=grant.interval - 1)
    type(grant).objects.filter(pk=grant.pk).update(last_checked=now)
    return "slow_down" if impatient else "authorization_pending"


def _refusal(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=400)
