"""Employees, where they work, and who is signed in."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminPasswordWidget

from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, ReferenceAdmin, actor, lever, told
from stores.people import operations, pins
from stores.people.models import Employee, StaffSession, StoreAssignment


class EmployeeForm(forms.ModelForm[Employee]):
    """An employee; a new PIN may be typed, the old one cannot be read."""

    new_pin = forms.CharField(
        label=_("New PIN"), max_length=8, required=False, widget=UnfoldAdminPasswordWidget
    )

    class Meta:
        model = Employee
        fields = ("code", "first_name", "last_name", "language")

    def clean_new_pin(self) -> str:
        """Refuse what anybody would guess."""
        pin: str = self.cleaned_data["new_pin"]
        if pin and not pins.is_acceptable(pin):
            message = _("A PIN is four to eight digits, not all the same and not a run.")
            raise forms.ValidationError(message)
        return pin


@admin.register(Employee)
class EmployeeAdmin(ReferenceAdmin):
    """The staff."""

    form = EmployeeForm
    list_display = ("code", "name", "language", "is_active", "pin_tries")
    list_filter = ("is_active", "language")
    search_fields = ("code", "first_name", "last_name")
    actions = ("unlock", "dismiss")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code stays: the past knows the employee by it."""
        return ("code",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Employee, form: Any, change: bool
    ) -> None:
        """Through the operations."""
        by, at = actor(request), clock.now()
        operations.save_employee(
            code=obj.code,
            first_name=obj.first_name,
            last_name=obj.last_name,
            language=obj.language,
            by=by,
            at=at,
        )
        if pin := form.cleaned_data.get("new_pin"):
            operations.set_pin(employee_code=obj.code, pin=pin, by=by, at=at)
        obj.pk = Employee.objects.get(code=obj.code).pk

    @lever(description=_("Forget wrong PINs"))
    def unlock(self, request: HttpRequest, queryset: QuerySet[Employee]) -> None:
        """Let them try again."""
        for employee in queryset:
            with told(request, gettext("%s may try again.") % employee):
                operations.forgive_tries(
                    employee_code=employee.code, by=actor(request), at=clock.now()
                )

    @lever(description=_("Dismiss"))
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Employee]) -> None:
        """Switch the logins off and end every session."""
        for employee in queryset:
            with told(request, gettext("%s no longer works here.") % employee):
                operations.dismiss_employee(
                    employee_code=employee.code, by=actor(request), at=clock.now()
                )


@admin.register(StoreAssignment)
class StoreAssignmentAdmin(ReferenceAdmin):
    """Who works where, and when. What was said stays; only its end may be moved."""

    list_display = ("employee", "store", "role", "starts_on", "ends_on")
    list_filter = ("role", "store")
    list_select_related = ("employee", "store")
    search_fields = ("employee__code", "employee__first_name", "employee__last_name")
    autocomplete_fields = ("employee", "store")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Another role or store is another assignment."""
        return ("employee", "store", "role", "starts_on") if obj else ()

    def save_model(
        self, request: HttpRequest, obj: StoreAssignment, form: Any, change: bool
    ) -> None:
        """Through the operation."""
        operations.assign(
            employee_code=obj.employee.code,
            store_code=obj.store.code if obj.store else None,
            role=obj.role,
            starts_on=obj.starts_on,
            ends_on=obj.ends_on,
            by=actor(request),
            at=clock.now(),
        )
        obj.pk = StoreAssignment.objects.get(
            employee=obj.employee, store=obj.store, role=obj.role, starts_on=obj.starts_on
        ).pk


@admin.register(StaffSession)
class StaffSessionAdmin(ReadOnlyAdmin):
    """Who is signed in on which tablet."""

    list_display = ("employee", "store", "device", "started_at", "last_seen_at", "ended_at")
    list_filter = ("store",)
    list_select_related = ("employee", "store", "device")
    search_fields = ("employee__code", "employee__last_name", "device__code")
    actions = ("sign_out",)

    @lever(description=_("Sign out"))
    def sign_out(self, request: HttpRequest, queryset: QuerySet[StaffSession]) -> None:
        """A tablet was left behind or lost."""
        for session in queryset:
            with told(request, gettext("%s is signed out.") % session.employee):
                operations.end_session(
                    session_id=session.pk, by=actor(request), at=clock.now()
                )
