"""Places and devices in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, ReferenceAdmin, actor, lever, told
from omniretail.kernel.errors import DomainError
from stores.network.models import Device, HoursException, Store
from stores.network.operations import StoreDetails, save_store, unpair_device
from stores.network.operations.places import check_details

_DETAILS = tuple(StoreDetails.__dataclass_fields__)


class StoreForm(forms.ModelForm[Store]):
    """A place is refused here for the same reasons as in a feed."""

    class Meta:
        model = Store
        fields = _DETAILS

    def details(self) -> StoreDetails:
        """What was typed, as the operation takes it."""
        given = {name: self.cleaned_data.get(name) for name in _DETAILS}
        if self.instance.pk:
            given["code"] = self.instance.code
        return StoreDetails(**given)  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any] | None:
        """Ask the operation's own question before anything is saved."""
        cleaned = super().clean()
        if not self.errors:
            try:
                check_details(self.details())
            except DomainError as error:
                self.add_error(error.field, error.title)
        return cleaned


class HoursExceptionInline(TabularInline):
    """Days that differ, beside the week."""

    model = HoursException
    extra = 0
    tab = True


@admin.register(Store)
class StoreAdmin(ReferenceAdmin):
    """Stores and warehouses."""

    form = StoreForm
    inlines = [HoursExceptionInline]
    list_display = ("code", "name", "kind", "city", "opening_hours", "time_zone")
    list_filter = ("kind", "region", "can_pickup", "can_ship")
    search_fields = ("code", "name", "city", "address")
    fieldsets = (
        (None, {"fields": (("code", "kind"), "name", "phone", "currency")}),
        (
            _("Where"),
            {
                "fields": (
                    ("city", "region"),
                    "address",
                    ("postal_code", "country"),
                    ("latitude", "longitude"),
                    "time_zone",
                )
            },
        ),
        (
            _("When and what"),
            {
                "fields": (
                    "opening_hours",
                    ("can_pickup", "can_ship", "can_sell"),
                    ("prep_minutes", "pickup_days"),
                    ("opened_on", "closed_on"),
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code stays: tills, feeds and orders know the place by it."""
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: Store, form: Any, change: bool) -> None:
        """Through the operation, like a feed."""
        save_store(details=form.details(), by=actor(request), at=clock.now())
        obj.pk = Store.objects.get(code=form.details().code).pk


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    """Tablets and tills; they are paired on the tablet's pairing page."""

    list_display = ("code", "name", "kind", "store", "paired_at", "unpaired_at")
    list_filter = ("kind", "store")
    list_select_related = ("store",)
    search_fields = ("code", "name", "store__name")
    actions = ("unpair",)

    @lever(description=_("Unpair"))
    def unpair(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        """Take the devices' tokens away and sign everybody out on them."""
        for device in queryset:
            with told(request, gettext("%s is unpaired.") % device):
                unpair_device(code=device.code, by=actor(request), at=clock.now())
