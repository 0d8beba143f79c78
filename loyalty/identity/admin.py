"""Customers in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from loyalty.identity.models import (
    Consent,
    Customer,
    CustomerToken,
    Identifier,
    LoginCode,
)
from loyalty.identity.operations import sign_out_everywhere
from omniretail.kernel import audit, clock
from omniretail.kernel.admin import (
    LedgerAdmin,
    ReadingInline,
    ReadOnlyAdmin,
    actor,
    lever,
    told,
)


class IdentifierInline(ReadingInline):
    tab = True
    model = Identifier
    fields = ("kind", "value", "is_primary", "verified_at")


class ConsentInline(ReadingInline):
    tab = True
    model = Consent
    fields = ("purpose", "channel", "source", "granted_at", "withdrawn_at")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """People who shop with us."""

    list_display = ("number", "full_name", "points", "language", "registered_at")
    list_filter = ("language", "registered_channel")
    list_select_related = ("account",)
    search_fields = ("number", "search_name", "identifiers__value")
    date_hierarchy = "registered_at"
    ordering = ("-registered_at", "-id")
    exclude = ("search_name",)
    inlines = (IdentifierInline, ConsentInline)
    actions_detail = ("sign_out",)

    @display(description=_("points"))
    def points(self, customer: Customer) -> int:
        return customer.account.balance if hasattr(customer, "account") else 0

    @lever(description=_("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End every token of the customer."""
        customer = Customer.objects.get(pk=object_id)
        at = clock.now()
        with told(request, gettext("Signed out everywhere.")):
            sign_out_everywhere(customer_number=customer.number, by=actor(request), at=at)
            audit.record(
                actor=actor(request),
                action="customers.sign_out_everywhere",
                subject=f"customer:{customer.number}",
                at=at,
            )
        return redirect("admin:loyalty_customer_change", object_id)


@admin.register(Identifier)
class IdentifierAdmin(ReadOnlyAdmin):
    """Phones, e-mails and cards."""

    list_display = ("value", "kind", "customer", "is_primary", "verified_at")
    list_filter = ("kind", "is_primary")
    list_select_related = ("customer",)
    search_fields = ("value", "customer__number")
    ordering = ("-id",)


@admin.register(Consent)
class ConsentAdmin(LedgerAdmin):
    """What customers allowed, and took back."""

    list_display = (
        "customer",
        "purpose",
        "channel",
        "source",
        "granted_at",
        "withdrawn_at",
    )
    list_filter = ("purpose", "channel")
    list_select_related = ("customer",)
    search_fields = ("customer__number",)


@admin.register(LoginCode)
class LoginCodeAdmin(LedgerAdmin):
    """One-time codes that were asked for; the codes themselves are nowhere."""

    list_display = ("requested_at", "purpose", "value", "tries", "used_at", "ends_at")
    list_filter = ("purpose", "kind")
    search_fields = ("value", "client_address")
    exclude = ("code_hash",)


@admin.register(CustomerToken)
class CustomerTokenAdmin(LedgerAdmin):
    """Signed-in devices of customers."""

    list_display = ("customer", "created_at", "ends_at", "revoked_at")
    list_select_related = ("customer",)
    search_fields = ("customer__number",)
    exclude = ("secret_hash",)
    actions = ("revoke",)

    @lever(description=_("Sign their customers out everywhere"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """End every token of the customers chosen."""
        numbers = set(queryset.values_list("customer__number", flat=True))
        at = clock.now()
        for number in sorted(numbers):
            with told(request, gettext("Signed out everywhere.")):
                sign_out_everywhere(customer_number=number, by=actor(request), at=at)
                audit.record(
                    actor=actor(request),
                    action="customers.sign_out_everywhere",
                    subject=f"customer:{number}",
                    at=at,
                )
