"""How far work that goes on for ever has come."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omniretail.kernel.locking import LockableQuerySet


class RunQuerySet(LockableQuerySet["Run"]):
    """Runs; whoever works at one holds its row."""


class Run(models.Model):
    """The place to go on at, for one kind of work. Whoever works holds the row.

    `after` is the last key that was seen. Of `waited_for`, keys below it that were not
    there yet, each still may appear until the transaction `until_transaction` has ended;
    `noticed` are those missed since. `looked_at` is when it was looked at last, or what is
    to be looked at came about. `seen` are the keys that were there then, where it is
    followed what is there.
    """

    name = models.CharField(_("work"), max_length=60, primary_key=True)
    day = models.DateField(_("day"), null=True, blank=True)
    after = models.BigIntegerField(_("after"), default=0)
    is_done = models.BooleanField(_("done"), default=False)
    waited_for = models.TextField(_("waited for"), default="{}")
    until_transaction = models.BigIntegerField(_("until the transaction"), default=0)
    noticed = models.TextField(_("missed since"), default="{}")
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    seen = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("seen then"),
        default=list,
        db_default=[],
        blank=True,
    )

    objects: ClassVar[RunQuerySet] = RunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("run of replenishment")
        verbose_name_plural = _("runs of replenishment")

    def __str__(self) -> str:
        return self.name
