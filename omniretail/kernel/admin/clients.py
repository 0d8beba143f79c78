"""Programs at the REST door."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import (
    get_access_token_model,
    get_application_model,
    get_device_grant_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)
from unfold.decorators import display

from omniretail.kernel import clock
from omniretail.kernel.admin.base import ReadOnlyAdmin, actor, told
from omniretail.kernel.admin.levers import lever
from omniretail.kernel.clients import renew_secret, switch_off_client, switch_on_client
from omniretail.kernel.models.clients import ApiClient


class ApiClientAdmin(ReadOnlyAdmin):
    """Admitted by `manage.py create_client`; switched off and given new secrets here."""

    list_display = ("name", "identifier", "channel", "way_in", "is_active")
    list_filter = ("is_active", "channel")
    search_fields = ("name", "client_id")
    fields = readonly_fields = (
        "name",
        "identifier",
        "channel",
        "way_in",
        "allowed_scopes",
        "is_active",
        "created",
        "changed_at",
    )
    ordering = ("name",)
    actions = ("switch_off", "switch_on")
    actions_detail = ("new_secret",)

    @display(description=_("id of the program"), ordering="client_id")
    def identifier(self, client: ApiClient) -> str:
        return str(client.client_id)

    @display(description=_("signs in by"), ordering="authorization_grant_type")
    def way_in(self, client: ApiClient) -> str:
        is_device = client.authorization_grant_type == ApiClient.GRANT_DEVICE_CODE
        return gettext("a code on its screen") if is_device else gettext("its own secret")

    @display(description=_("changed"), ordering="updated")
    def changed_at(self, client: ApiClient) -> datetime:
        changed: datetime = client.updated
        return changed

    @lever(description=_("Switch off"))
    def switch_off(self, request: HttpRequest, queryset: QuerySet[ApiClient]) -> None:
        for client in queryset:
            with told(request, gettext("%s is switched off.") % client):
                switch_off_client(client=client, by=actor(request), at=clock.now())

    @lever(description=_("Switch on"))
    def switch_on(self, request: HttpRequest, queryset: QuerySet[ApiClient]) -> None:
        for client in queryset:
            with told(request, gettext("%s is switched on.") % client):
                switch_on_client(client=client, by=actor(request), at=clock.now())

    @lever(description=_("New secret"))
    def new_secret(self, request: HttpRequest, object_id: int) -> HttpResponse:
        client = ApiClient.objects.get(pk=object_id)
        with told(request):
            made = renew_secret(client=client, by=actor(request), at=clock.now())
            messages.warning(
                request, gettext("The new secret, shown once: %s") % made.secret
            )
        return redirect("admin:kernel_apiclient_change", object_id)


class TokenAdmin(ReadOnlyAdmin):
    """Tokens in force; only their hashes are kept."""

    list_display = ("id", "user", "application", "scope", "expires", "created")
    list_filter = ("application",)
    list_select_related = ("user", "application")
    exclude = ("token", "token_checksum", "id_token", "source_refresh_token", "resource")
    ordering = ("-id",)


def _replace_the_librarys() -> None:
    unwanted: list[Any] = [
        get_application_model(),
        get_access_token_model(),
        get_refresh_token_model(),
        get_grant_model(),
        get_id_token_model(),
        get_device_grant_model(),
    ]
    for model in unwanted:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
    admin.site.register(ApiClient, ApiClientAdmin)
    admin.site.register(get_access_token_model(), TokenAdmin)


_replace_the_librarys()
