"""Who may sign in."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm

from omniretail.kernel.admin.base import ReferenceAdmin, told
from omniretail.kernel.admin.levers import lever
from omniretail.kernel.models.users import User
from omniretail.kernel.pairing import revoke_tokens


class NewUserForm(UserCreationForm[User]):
    class Meta:
        model = User
        fields = ("username", "name")


@admin.register(User)
class UserAdmin(ReferenceAdmin, DjangoUserAdmin[User]):
    """People and devices. A person's shops and roles stand with the employees."""

    form = UserChangeForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "name", "kind", "is_staff", "is_active", "last_login")
    list_filter = ("kind", "is_staff", "is_active")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    filter_horizontal = ()  # two lists side by side are wider than the page
    readonly_fields = ("last_login", "date_joined", "kind")
    actions = ("end_tokens",)
    fieldsets = (
        (None, {"fields": ("username", "password", "kind")}),
        (_("Person"), {"fields": ("name", "email", "language")}),
        (
            _("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "name", "usable_password", "password1", "password2")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @lever(description=_("End every token"))
    def end_tokens(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Shut the chosen users' devices out at once."""
        for user in queryset:
            with told(request, gettext("Ended.")):
                revoke_tokens(user=user)


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReferenceAdmin):
    """Named sets of rights."""

    search_fields = ("name",)
    filter_horizontal = ("permissions",)
