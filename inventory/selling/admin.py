"""Channels, buffers and blocks in the admin: to read, and with levers that call
operations."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.selling import operations
from inventory.selling.models import (
    ChannelBuffer,
    ChannelPlace,
    SaleBlock,
    SellingChannel,
)
from inventory.selling.operations import Goods
from inventory.selling.showing import Display, Policy
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, ReferenceAdmin, actor, lever, told
from omniretail.kernel.admin.base import ReadingInline


class ChannelForm(forms.ModelForm[SellingChannel]):
    """A channel is refused here for the same reasons as at the REST door."""

    class Meta:
        model = SellingChannel
        fields = ("code", "name", "display", "display_units")

    def display_as(self) -> Display:
        """What was chosen, as the operation takes it."""
        given = self.cleaned_data
        return Display(Policy(given["display"]), given["display_units"])


class ChannelPlaceInline(ReadingInline):
    """The places it sells from, or sold from."""

    model = ChannelPlace
    fields = ("store", "priority", "starts_at", "ends_at")
    readonly_fields = fields


class ChannelBufferInline(ReadingInline):
    """What it leaves, or left."""

    model = ChannelBuffer
    fields = ("units", "store", "category", "sku", "starts_at", "ends_at", "set_by")
    readonly_fields = fields


@admin.register(SellingChannel)
class SellingChannelAdmin(ReferenceAdmin):
    """Channels with terms of their own; their places are set at the REST door."""

    form = ChannelForm
    list_display = ("code", "name", "listed_since", "display", "display_units")
    search_fields = ("code", "name")
    inlines = (ChannelPlaceInline, ChannelBufferInline)
    actions = ("sell_from_every_place",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code stays: carts and programs know the channel by it."""
        return ("code",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: SellingChannel, form: Any, change: bool
    ) -> None:
        """Through the operations, like the REST door."""
        by, at = actor(request), clock.now()
        operations.save_channel(code=obj.code, name=obj.name, by=by, at=at)
        operations.set_display(channel=obj.code, display=form.display_as(), by=by, at=at)
        obj.pk = SellingChannel.objects.get(code=obj.code).pk

    @lever(description=_("Let it sell from every place"))
    def sell_from_every_place(
        self, request: HttpRequest, queryset: QuerySet[SellingChannel]
    ) -> None:
        """No list of places any more."""
        for channel in queryset:
            with told(request, gettext("%s sells from every place.") % channel):
                operations.set_network(
                    channel=channel.code, places=None, by=actor(request), at=clock.now()
                )


class BufferForm(forms.ModelForm[ChannelBuffer]):
    """Units that a channel is to leave."""

    class Meta:
        model = ChannelBuffer
        fields = ("channel", "store", "category", "sku", "units")

    def goods(self) -> Goods:
        """Of what, as the operation takes it."""
        given = self.cleaned_data
        return Goods(
            store_code=given["store"].code if given["store"] else None,
            category_code=given["category"].code if given["category"] else None,
            sku_code=given["sku"].code if given["sku"] else None,
        )


@admin.register(ChannelBuffer)
class ChannelBufferAdmin(ReferenceAdmin):
    """What channels leave. A buffer is never changed: another one takes its place."""

    form = BufferForm
    list_display = (
        "channel",
        "units",
        "sku",
        "category",
        "store",
        "starts_at",
        "ends_at",
        "set_by",
    )
    list_select_related = ("channel", "sku", "category", "store")
    list_filter = ("channel", "store")
    search_fields = ("=sku__code", "=category__code", "=store__code")
    autocomplete_fields = ("sku", "category", "store")
    ordering = ("-id",)
    actions = ("drop",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was in force stays written as it was."""
        return obj is None and bool(super().has_change_permission(request))

    def save_model(
        self, request: HttpRequest, obj: ChannelBuffer, form: Any, change: bool
    ) -> None:
        """Through the operation, like the REST door."""
        operations.set_buffer(
            channel=obj.channel.code,
            goods=form.goods(),
            units=obj.units,
            by=actor(request),
            at=clock.now(),
        )
        same = {name: getattr(obj, f"{name}_id") for name in ("store", "category", "sku")}
        obj.pk = obj.channel.buffers.get(ends_at=None, **same).pk

    @lever(description=_("Drop"))
    def drop(self, request: HttpRequest, queryset: QuerySet[ChannelBuffer]) -> None:
        """A wider buffer, or none, binds from now on."""
        rows = queryset.filter(ends_at=None).select_related(
            "channel", "store", "category", "sku"
        )
        for row in rows:
            with told(request, gettext("%s is dropped.") % row):
                operations.drop_buffer(
                    channel=row.channel.code,
                    goods=Goods(
                        row.store.code if row.store else None,
                        row.category.code if row.category else None,
                        row.sku.code if row.sku else None,
                    ),
                    by=actor(request),
                    at=clock.now(),
                )


@admin.register(SaleBlock)
class SaleBlockAdmin(ReadOnlyAdmin):
    """What places do not sell for a time; places block on their tablets."""

    list_display = (
        "number",
        "sku",
        "store",
        "channel",
        "reason",
        "starts_at",
        "ends_at",
        "blocked_by",
        "lifted_by",
    )
    list_select_related = ("sku", "store", "channel")
    list_filter = ("reason", "channel", "store")
    search_fields = ("=number", "=sku__code", "=store__code")
    date_hierarchy = "starts_at"
    ordering = ("-id",)
    actions = ("lift",)

    @lever(description=_("Sell again"))
    def lift(self, request: HttpRequest, queryset: QuerySet[SaleBlock]) -> None:
        """The place sells it again from now on."""
        for block in queryset:
            with told(request, gettext("%s is lifted.") % block.number):
                operations.lift_block(
                    number=block.number, by=actor(request), at=clock.now()
                )
