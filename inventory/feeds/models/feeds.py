"""Feeds that came in and the rows of them that were refused."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Feed(models.Model):
    """One import: what came, how much of it landed, and when. `request` is the fingerprint
    of the REST request that brought it: said again, it is the same import."""

    class Kind(models.TextChoices):
        CATEGORIES = "categories", _("categories")
        CATALOGUE = "catalogue", _("catalogue")
        KITS = "kits", _("kits")
        PLACES = "places", _("places")
        PRICES = "prices", _("prices")
        STOCK = "stock", _("stock")

    class Status(models.TextChoices):
        RUNNING = "RUNNING", _("running")
        LANDED = "LANDED", _("landed")
        REFUSED = "REFUSED", _("refused")
        BROKEN_OFF = "BROKEN_OFF", _("broken off")

    number = models.CharField(_("number"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.RUNNING
    )
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    is_dry_run = models.BooleanField(_("dry run"), default=False)
    is_all_or_nothing = models.BooleanField(_("all or nothing"), default=False)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    rows_tried = models.PositiveIntegerField(
        _("rows gone through"), default=0, db_default=0
    )
    rows_landed = models.PositiveIntegerField(_("rows landed"), default=0)
    rows_changed = models.PositiveIntegerField(_("rows that changed something"), default=0)
    rows_refused = models.PositiveIntegerField(_("rows refused"), default=0)
    landed_through = models.PositiveIntegerField(
        _("landed up to line"),
        default=0,
        help_text=_("Behind it an import that broke off goes on."),
    )
    digest = models.CharField(_("fingerprint of the file"), max_length=64, blank=True)
    request = models.CharField(
        _("request"), max_length=64, blank=True, db_default="", default="", editable=False
    )
    refusal = models.CharField(_("refused because"), max_length=300, blank=True)
    actor_key = models.CharField(_("brought by"), max_length=150)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=~Q(request=""),
                name="feed_is_begun_once_for_a_request",
            ),
            models.CheckConstraint(
                condition=Q(status="RUNNING", ended_at=None)
                | (~Q(status="RUNNING") & Q(ended_at__isnull=False)),
                name="feed_has_ended_unless_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(rows_changed__lte=F("rows_landed"))
                & Q(rows_landed__lte=F("rows_read") - F("rows_refused")),
                name="feed_lands_no_more_than_it_read",
            ),
            models.CheckConstraint(
                condition=Q(rows_tried__lte=F("rows_read")),
                name="feed_goes_through_no_more_than_it_read",
            ),
            models.CheckConstraint(
                condition=~Q(status="BROKEN_OFF", is_dry_run=True),
                name="rehearsal_leaves_nothing_to_go_on_with",
            ),
            models.CheckConstraint(
                condition=~Q(status="REFUSED") | Q(rows_landed=0),
                name="refused_feed_has_landed_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def percent(self) -> int | None:
        """How much of what was read it has gone through; None if it has read nothing."""
        return self.rows_tried * 100 // self.rows_read if self.rows_read else None

    @property
    def has_come_to_its_end(self) -> bool:
        """Whether all of its rows were judged: it neither runs nor broke off."""
        judged = self.status == self.Status.REFUSED and not self.refusal
        return judged or self.status == self.Status.LANDED

    @property
    def is_whole(self) -> bool:
        """Whether all of it lands at once, or nothing."""
        at_once = self.is_dry_run or self.is_all_or_nothing
        return at_once or self.kind == self.Kind.CATEGORIES


class FeedError(models.Model):
    """A row that was refused: its line in the file, the field and why."""

    feed = models.ForeignKey(
        Feed, models.CASCADE, related_name="errors", verbose_name=_("feed")
    )
    line = models.PositiveIntegerField(_("line"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    value = models.CharField(_("value"), max_length=100, blank=True)
    message = models.CharField(_("why"), max_length=300)

    class Meta:
        verbose_name = _("refused row")
        verbose_name_plural = _("refused rows")
        ordering = ("line", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(line__gt=0), name="line_is_counted_from_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.message}"
