"""Employees, where they work and the tablets they are signed in on."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.market import house_language
from stores.network.models import Device, Store


class EmployeeQuerySet(LockableQuerySet["Employee"]):
    """The staff."""

    def active(self) -> "EmployeeQuerySet":
        """Those who work here now."""
        return self.filter(is_active=True)


class Employee(models.Model):
    """A person who works for the chain."""

    code = models.SlugField(_("code"), max_length=32)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("login"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    first_name = models.CharField(_("first name"), max_length=60)
    last_name = models.CharField(_("last name"), max_length=60)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default=house_language
    )
    pin_hash = models.CharField(_("PIN"), max_length=128, blank=True, editable=False)
    pin_tries = models.PositiveSmallIntegerField(_("wrong PINs in a row"), default=0)
    is_active = models.BooleanField(_("works here"), default=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering: ClassVar[list[str]] = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="an_employee_code_is_used_once"),
            models.CheckConstraint(
                name="a_pin_is_tried_at_most_five_times", condition=Q(pin_tries__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class StoreAssignmentQuerySet(models.QuerySet["StoreAssignment"]):
    """Who works where, and when."""

    def on(self, day: date) -> "StoreAssignmentQuerySet":
        """Assignments in force on that day: first day included, last day too."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def covering(self, store_code: str) -> "StoreAssignmentQuerySet":
        """Assignments to this store or to every store."""
        return self.filter(Q(store=None) | Q(store__code=store_code))


class StoreAssignment(models.Model):
    """An employee's role in one store, or in every store, for some time."""

    class Role(models.TextChoices):
        CLERK = "CLERK", _("Clerk")
        OPERATOR = "OPERATOR", _("Operator")
        STORE_MANAGER = "STORE_MANAGER", _("Store manager")
        HEAD_OFFICE = "HEAD_OFFICE", _("Head office")

    employee = models.ForeignKey(
        Employee,
        verbose_name=_("employee"),
        on_delete=models.PROTECT,
        related_name="assignments",
    )
    store = models.ForeignKey(
        Store,
        verbose_name=_("store"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty means every store."),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    starts_on = models.DateField(pgettext_lazy("day", "from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = StoreAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("store assignment")
        verbose_name_plural = _("store assignments")
        ordering: ClassVar[list[str]] = ["employee", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "store", "role", "starts_on"],
                name="an_assignment_is_said_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="an_assignment_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="clerks_and_store_managers_have_a_store",
                condition=Q(role__in=["OPERATOR", "HEAD_OFFICE"]) | Q(store__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id}: {self.get_role_display()}"


class StaffSessionQuerySet(LockableQuerySet["StaffSession"]):
    """Who is signed in where."""

    def live(self) -> "StaffSessionQuerySet":
        """Sessions that have not ended."""
        return self.filter(ended_at=None)


class StaffSession(models.Model):
    """An employee signed in with a PIN on one device of one store."""

    employee = models.ForeignKey(
        Employee,
        verbose_name=_("employee"),
        on_delete=models.PROTECT,
        related_name="sessions",
    )
    device = models.ForeignKey(
        Device, verbose_name=_("device"), on_delete=models.PROTECT, related_name="sessions"
    )
    store = models.ForeignKey(
        Store, verbose_name=_("store"), on_delete=models.PROTECT, related_name="+"
    )
    secret_hash = models.CharField(_("secret"), max_length=64, editable=False)
    started_at = models.DateTimeField(_("started at"))
    last_seen_at = models.DateTimeField(_("last seen at"))
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("staff session")
        verbose_name_plural = _("staff sessions")
        ordering: ClassVar[list[str]] = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["secret_hash"], name="a_session_secret_is_used_once"
            ),
            models.CheckConstraint(
                name="a_session_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["device"], name="session_live", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} @ {self.device_id}"
