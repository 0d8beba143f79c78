"""The queue in the admin."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omniretail.kernel import clock
from omniretail.kernel.admin import ReadOnlyAdmin, actor, lever, told
from stores.work.models import WorkItem
from stores.work.operations import put_back_work


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    """What is to do, by deadline."""

    list_display = (
        "kind",
        "reference",
        "store",
        "title",
        "units",
        "due_at",
        "taken_by",
        "done_at",
    )
    list_filter = ("kind", "outcome", "store")
    list_select_related = ("store",)
    search_fields = ("reference", "order_number", "customer_name", "taken_by")
    actions = ("put_back",)

    @lever(description=_("Put back into the queue"))
    def put_back(self, request: HttpRequest, queryset: QuerySet[WorkItem]) -> None:
        """Whoever took it has gone: let the others have it."""
        for item in queryset:
            with told(request, gettext("%s is free again.") % item):
                put_back_work(
                    kind=item.kind,
                    reference=item.reference,
                    by=actor(request),
                    at=clock.now(),
                )
