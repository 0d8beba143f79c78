"""What was done, which steps were taken, and whether the laws hold."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from omniretail.kernel import clock, laws
from omniretail.kernel.admin.base import LedgerAdmin, ReadOnlyAdmin, told
from omniretail.kernel.admin.levers import lever
from omniretail.kernel.models.idempotency import IdempotencyKey
from omniretail.kernel.models.journal import AuditEntry, Heartbeat, LawRun, StateStep


@admin.register(AuditEntry)
class AuditEntryAdmin(LedgerAdmin):
    """Who changed what, where and on which device."""

    list_display = ("at", "action", "subject", "actor_kind", "actor_key", "store", "device")
    list_filter = ("actor_kind", "action", "store")
    search_fields = ("subject", "actor_key", "request_id")
    date_hierarchy = "at"


@admin.register(StateStep)
class StateStepAdmin(LedgerAdmin):
    """Every step of every state machine, written by the database."""

    list_display = ("at", "subject_table", "subject_id", "source", "target")
    list_filter = ("subject_table", "target")
    search_fields = ("=subject_id",)


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(LedgerAdmin):
    """Requests that were answered; the answer itself is not shown."""

    list_display = ("created_at", "operation", "principal", "key", "state", "status")
    list_filter = ("state", "operation", "status")
    search_fields = ("key", "principal")
    exclude = ("body", "request_hash")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When the jobs last came to their end."""

    list_display = ("name", "at")
    ordering = ("name",)


@admin.register(LawRun)
class LawRunAdmin(ReadOnlyAdmin):
    """What must hold at all times, and whether it did when last looked at."""

    list_display = ("law", "sentence", "verdict", "offending", "at", "milliseconds")
    fields = ("law", "sentence", "at", "offending", "offenders", "error")
    ordering = ("law",)
    actions_list = ("look_now",)

    @display(description=_("sentence"))
    def sentence(self, run: LawRun) -> str:
        law = laws.all_laws().get(run.law)
        return gettext(law.sentence) if law else ""

    @display(
        description=_("verdict"),
        label={"holds": "success", "broken": "danger"},
    )
    def verdict(self, run: LawRun) -> tuple[str, Any]:
        if run.offending or run.error:
            return "broken", _("Broken")
        return "holds", _("Holds")

    @display(description=_("ms"))
    def milliseconds(self, run: LawRun) -> int:
        return round(run.seconds * 1000)

    @display(description=_("offending rows"))
    def offenders(self, run: LawRun) -> str:
        if not run.rows:
            return "—"
        columns = list(run.rows[0])
        head = format_html_join("", "<th>{}</th>", ((name,) for name in columns))
        body = format_html_join(
            "",
            "<tr>{}</tr>",
            (
                (format_html_join("", "<td>{}</td>", ((row.get(c, ""),) for c in columns)),)
                for row in run.rows
            ),
        )
        return format_html("<table><tr>{}</tr>{}</table>", head, body)

    @lever(description=_("Look now"))
    def look_now(self, request: HttpRequest) -> HttpResponse:
        with told(request, gettext("Every law was looked at.")):
            laws.record_verdicts(laws.judge(), at=clock.now())
        return redirect("admin:kernel_lawrun_changelist")
