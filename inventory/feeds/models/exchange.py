"""Files that a 1C installation sends by itself, piece by piece."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.locking import LockableQuerySet


class ExchangeFileQuerySet(LockableQuerySet["ExchangeFile"]):
    """Files of one session."""

    def of(self, session: str) -> "ExchangeFileQuerySet":
        return self.filter(session=session)


class ExchangeFile(models.Model):
    """One file of one session: what has come of it, and how its import went. A file may
    lie inside an archive that came before."""

    class Status(models.TextChoices):
        COMING = "COMING", _("coming in")
        WAITING = "WAITING", _("waits to be imported")
        LANDED = "LANDED", pgettext_lazy("file", "landed")
        REFUSED = "REFUSED", pgettext_lazy("file", "refused")

    session = models.CharField(_("session"), max_length=32)
    actor_key = models.CharField(_("brought by"), max_length=150)
    name = models.CharField(_("file"), max_length=200)
    archive = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="inside",
        verbose_name=_("inside the archive"),
    )
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.COMING
    )
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # The catalogue whose goods, or whose offers, it named in full, if it did.
    goods_of = models.CharField(_("all goods of"), max_length=200, blank=True)
    offers_of = models.CharField(_("all offers of"), max_length=200, blank=True)
    words = models.TextField(_("what came of it"), blank=True)
    came_at = models.DateTimeField(_("came at"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects: ClassVar[ExchangeFileQuerySet] = ExchangeFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("file of an exchange")
        verbose_name_plural = _("files of exchanges")
        ordering = ("-came_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "name"], name="a_session_has_one_file_of_a_name"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["COMING", "WAITING"], ended_at=None)
                | Q(status__in=["LANDED", "REFUSED"], ended_at__isnull=False),
                name="exchange_file_has_ended_unless_it_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(status="WAITING"),
                name="exchange_files_that_wait",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ExchangePart(models.Model):
    """A piece of a file, where it begins. It goes when the file has landed."""

    file = models.ForeignKey(
        ExchangeFile, models.CASCADE, related_name="parts", verbose_name=_("file")
    )
    position = models.PositiveBigIntegerField(_("begins at byte"))
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField(_("fingerprint"), max_length=64)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("piece of a file")
        verbose_name_plural = _("pieces of files")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["file", "position"], name="a_piece_begins_where_none_does"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_piece_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.position} + {self.size}"
