"""Messages in the admin, and the sandbox mailbox."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from loyalty.messaging.models import Message, SandboxMail
from loyalty.messaging.operations import retry_message
from omniretail.kernel import audit, clock
from omniretail.kernel.admin import LedgerAdmin, actor, lever, told

COLOURS = {"QUEUED": "info", "SENT": "success", "FAILED": "warning", "PARKED": "danger"}


@admin.register(Message)
class MessageAdmin(LedgerAdmin):
    """What customers were told, and what could not be sent."""

    list_display = ("created_at", "template", "address", "state", "tries", "order_number")
    list_filter = ("status", "template", "channel", "language", "purpose")
    search_fields = ("address", "order_number", "event_key")
    date_hierarchy = "created_at"
    actions = ("retry",)

    @display(description=_("status"), label=COLOURS)
    def state(self, message: Message) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @lever(description=_("Try again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Give messages that were given up a fresh set of tries."""
        at = clock.now()
        for message in queryset.filter(status=Message.Status.PARKED):
            with told(request, gettext("%s will be tried again.") % message):
                retry_message(event_key=message.event_key, by=actor(request), at=at)
                audit.record(
                    actor=actor(request),
                    action="messages.retry",
                    subject=f"message:{message.event_key}"[:150],
                    at=at,
                )


@admin.register(SandboxMail)
class SandboxMailAdmin(LedgerAdmin):
    """The mailbox of the sandbox: what customers would have received."""

    list_display = ("received_at", "channel", "address", "subject", "beginning")
    list_filter = ("channel",)
    search_fields = ("address", "subject", "body")
    date_hierarchy = "received_at"

    @display(description=_("text"))
    def beginning(self, mail: SandboxMail) -> str:
        return mail.body[:80]
