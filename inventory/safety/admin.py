"""Rules for safety stock in the admin, and what they last said of each level."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.safety.models import SafetyRule
from inventory.safety.operations import apply_rules, check_rule, save_rule
from inventory.safety.ruling import Rule
from inventory.selling.models import SafetyRuling
from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, ReferenceAdmin, actor, lever, told
from omniretail.kernel.errors import DomainError
from stores.network.queries import open_stores


class RuleForm(forms.ModelForm[SafetyRule]):
    """A rule is refused here for the same reasons as at the REST door."""

    class Meta:
        model = SafetyRule
        fields = (
            "code",
            "name",
            "priority",
            "store",
            "category",
            "sold_from",
            "sold_below",
            "accuracy_below",
            "units",
            "days",
            "starts_on",
            "ends_on",
        )

    def rule(self) -> Rule:
        """What was typed, as the operation takes it."""
        given = dict(self.cleaned_data)
        store, category = given.pop("store"), given.pop("category")
        given.pop("name")
        code = given.pop("code", None) or self.instance.code
        return Rule(
            code=code,
            store_code=store.code if store else None,
            category_code=category.code if category else None,
            **given,
        )

    def clean(self) -> dict[str, Any] | None:
        """Ask the operation's own question before anything is saved."""
        cleaned = super().clean()
        if not self.errors:
            try:
                check_rule(self.rule())
            except DomainError as error:
                self.add_error(error.field, error.title)
        return cleaned


@admin.register(SafetyRule)
class SafetyRuleAdmin(ReferenceAdmin):
    """How many units places keep back; the lowest priority of those that fit decides."""

    form = RuleForm
    list_display = (
        "code",
        "name",
        "priority",
        "units",
        "days",
        "store",
        "category",
        "sold_from",
        "sold_below",
        "accuracy_below",
        "starts_on",
        "ends_on",
    )
    list_select_related = ("store", "category")
    list_filter = ("store",)
    search_fields = ("code", "name", "=store__code", "=category__code")
    autocomplete_fields = ("store", "category")
    ordering = ("priority", "code")
    actions = ("apply_now",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A code stays: levels name the rule by it."""
        return ("code",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: SafetyRule, form: Any, change: bool
    ) -> None:
        """Through the operation, like the REST door."""
        save_rule(rule=form.rule(), name=obj.name, by=actor(request), at=clock.now())
        obj.pk = SafetyRule.objects.get(code=form.rule().code).pk

    @lever(description=_("Let all rules decide now"))
    def apply_now(self, request: HttpRequest, queryset: QuerySet[SafetyRule]) -> None:
        """At the places of the chosen rules; at every place, if one names none."""
        at = clock.now()
        codes = {rule.store.code if rule.store else None for rule in queryset}
        if None in codes:
            codes = {place.code for place in open_stores(at)}
        for code in sorted(filter(None, codes)):
            with told(request, gettext("The rules have decided in %s.") % code):
                apply_rules(store_code=code, by=actor(request), at=at)


@admin.register(SafetyRuling)
class SafetyRulingAdmin(ReadOnlyAdmin):
    """What the rules last said of each level they decide about."""

    list_display = ("at", "level", "units", "rule")
    list_select_related = ("level__sku", "level__store")
    search_fields = ("=rule", "=level__sku__code", "=level__store__code")
    ordering = ("-at", "-id")
