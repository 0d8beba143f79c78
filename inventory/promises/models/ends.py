"""The ends that holds had: what an extension and a payment wrote over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.ledgers import append_only


class HoldEnd(models.Model):
    """A hold was to end then, until it was extended or became firm. The database itself
    writes it down, whichever way the end changes.

    It names the line, not the row: what leaves in parts or moves to another place goes on
    in other rows.
    """

    reference = models.CharField(_("reference"), max_length=100)
    line = models.CharField(_("line"), max_length=100)
    ends_at = models.DateTimeField(_("was to end"))
    until = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("past end of a hold")
        verbose_name_plural = _("past ends of holds")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(line=""), name="past_end_is_of_a_line"
            ),
        ]
        indexes = [
            models.Index(fields=["reference", "line", "until"], name="past_ends_of_a_line")
        ]
        triggers = [append_only("past_ends")]

    def __str__(self) -> str:
        return f"{self.reference} {self.line}: {self.ends_at}"
