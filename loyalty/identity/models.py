"""Customers and how they are recognised."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import connection, models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omniretail.kernel.locking import LockableQuerySet

HASH_FORM = r"^[0-9a-f]{64}$"


class CustomerQuerySet(LockableQuerySet["Customer"]):
    def present(self) -> "CustomerQuerySet":
        """Customers who have not asked to be forgotten."""
        return self.filter(erased_at=None)


class Customer(models.Model):
    """A person who shops with us, in any channel."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registered"))
    registered_channel = models.CharField(_("channel"), max_length=20)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    search_name = models.GeneratedField(
        expression=Func(
            Lower(Concat(F("last_name"), Value(" "), F("first_name"))),
            Value("ё"),
            Value("е"),
            function="translate",
        ),
        output_field=models.CharField(max_length=201),
        db_persist=True,
    )

    objects: ClassVar[CustomerQuerySet] = CustomerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(first_name="", last_name="", birth_date=None),
                name="erased_customer_has_no_name",
            ),
        ]
        indexes = [
            GinIndex(
                OpClass(F("search_name"), name="gin_trgm_ops"), name="customers_by_name"
            ),
            models.Index(fields=["-registered_at", "-id"], name="customers_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name or '—'} ({self.number})"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Identifier(models.Model):
    """A phone, e-mail or card by which a customer is recognised.

    Anybody may claim a phone; it belongs to the customer who proved to hold it.
    """

    class Kind(models.TextChoices):
        PHONE = "PHONE", _("Phone")
        EMAIL = "EMAIL", _("E-mail")
        CARD = "CARD", _("Loyalty card")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="identifiers", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    value = models.CharField(_("value"), max_length=254)
    is_primary = models.BooleanField(_("main one"), default=False)
    added_at = models.DateTimeField(_("added"))
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)

    objects: ClassVar[LockableQuerySet["Identifier"]] = LockableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(verified_at__isnull=False),
                name="one_customer_per_verified_identifier",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "value"],
                name="customer_has_an_identifier_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(is_primary=True),
                name="one_primary_identifier_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="PHONE", value__regex=r"^\+[1-9][0-9]{6,14}$")
                | Q(kind="CARD", value__regex=r"^29[0-9]{11}$")
                | (Q(kind="EMAIL", value__contains="@") & Q(value=Lower("value"))),
                name="identifier_is_in_its_normal_form",
            ),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="identifiers_by_value")]

    def __str__(self) -> str:
        return self.value


class Consent(models.Model):
    """What the customer allowed us to send, by which channel, and where they said so."""

    class Purpose(models.TextChoices):
        SERVICE = "SERVICE", _("About orders")
        MARKETING = "MARKETING", _("Offers and news")

    class Channel(models.TextChoices):
        SMS = "SMS", _("SMS")
        EMAIL = "EMAIL", _("E-mail")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="consents", verbose_name=_("customer")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    source = models.CharField(_("where given"), max_length=100)
    granted_at = models.DateTimeField(_("granted"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[LockableQuerySet["Consent"]] = LockableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel"],
                condition=Q(withdrawn_at=None),
                name="one_live_consent_per_purpose_and_channel",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("granted_at")),
                name="consent_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"


class LoginCodeQuerySet(LockableQuerySet["LoginCode"]):
    def usable(self, at: datetime, tries: int) -> "LoginCodeQuerySet":
        """Codes that may still be tried."""
        return self.filter(used_at=None, ends_at__gt=at, tries__lt=tries)

    def serialise(self, identifier: str) -> None:
        """Let one transaction at a time decide about an identifier, known or not."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [identifier]
            )

    def spend_try(self, at: datetime, tries: int) -> int:
        """Count one more try where one is left; answers how many rows had one."""
        return self.usable(at, tries).update(tries=F("tries") + 1)

    def use(self, at: datetime) -> int:
        """Use the code up; answers 0 if somebody was faster."""
        return self.filter(used_at=None, ends_at__gt=at).update(used_at=at)


class LoginCode(models.Model):
    """A six-digit code sent to a phone or e-mail: proof of holding it.

    Of the code itself only a hash is kept, bound to the identifier and the purpose.
    """

    class Purpose(models.TextChoices):
        LOGIN = "LOGIN", pgettext_lazy("code", "Sign in")
        VERIFY = "VERIFY", _("Confirm")

    key = models.CharField(_("key"), max_length=20, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices)
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Identifier.Kind.choices)
    value = models.CharField(_("value"), max_length=254)
    code_hash = models.CharField(_("hash"), max_length=64)
    client_address = models.CharField(_("asked from"), max_length=64, blank=True)
    requested_at = models.DateTimeField(_("requested"))
    ends_at = models.DateTimeField(_("ends"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects: ClassVar[LoginCodeQuerySet] = LoginCodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="LOGIN", customer=None)
                | Q(purpose="VERIFY", customer__isnull=False),
                name="code_confirms_for_one_customer",
            ),
            models.CheckConstraint(
                condition=Q(code_hash__regex=HASH_FORM),
                name="code_is_kept_as_a_hash",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "value", "-requested_at"], name="codes_by_value"),
            models.Index(
                fields=["client_address", "-requested_at"], name="codes_by_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class CustomerTokenQuerySet(LockableQuerySet["CustomerToken"]):
    def usable(self, at: datetime) -> "CustomerTokenQuerySet":
        """Tokens that open something at this moment."""
        return self.filter(revoked_at=None, ends_at__gt=at, customer__erased_at=None)


class CustomerToken(models.Model):
    """A customer's signed-in device. The secret was shown once; a hash is kept."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="tokens", verbose_name=_("customer")
    )
    secret_hash = models.CharField(_("hash"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))
    ends_at = models.DateTimeField(_("ends"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects: ClassVar[CustomerTokenQuerySet] = CustomerTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("customer token")
        verbose_name_plural = _("customer tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(secret_hash__regex=HASH_FORM),
                name="customer_token_is_kept_as_a_hash",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("created_at")),
                name="customer_token_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.created_at:%Y-%m-%d}"
