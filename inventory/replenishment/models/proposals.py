"""What might be ordered or moved, until somebody decides."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku
from inventory.supply.models import Supplier
from omniretail.kernel.locking import LockableQuerySet
from omniretail.kernel.states import Stateful, legal_steps


class ProposalStatus(models.TextChoices):
    """What became of a proposal."""

    OPEN = "OPEN", pgettext_lazy("proposal", "open")
    ACCEPTED = "ACCEPTED", pgettext_lazy("proposal", "accepted")
    DISMISSED = "DISMISSED", pgettext_lazy("proposal", "dismissed")
    OUTDATED = "OUTDATED", pgettext_lazy("proposal", "outdated")


_S = ProposalStatus

PROPOSAL_STEPS: Mapping[str, frozenset[str]] = {
    _S.OPEN: frozenset({_S.ACCEPTED, _S.DISMISSED, _S.OUTDATED}),
    _S.ACCEPTED: frozenset(),
    _S.DISMISSED: frozenset(),
    _S.OUTDATED: frozenset(),
}


class ProposalQuerySet(LockableQuerySet["Proposal"]):
    """Proposals."""

    def open(self) -> "ProposalQuerySet":
        """Proposals that wait for somebody."""
        return self.filter(status=_S.OPEN)

    def touching(self, store_code: str) -> "ProposalQuerySet":
        """Transfers that would leave or reach a place, and what it might order."""
        return self.filter(Q(store__code=store_code) | Q(source__code=store_code))


class Proposal(Stateful):
    """Units of a SKU that a place should get: ordered from a supplier, or brought from
    another place. The figures are those it was made from."""

    Status = ProposalStatus
    TRANSITIONS: ClassVar[Mapping[str, frozenset[str]]] = PROPOSAL_STEPS

    class Kind(models.TextChoices):
        PURCHASE = "PURCHASE", _("purchase")
        TRANSFER = "TRANSFER", pgettext_lazy("stock", "transfer")

    number = models.CharField(_("number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    status = models.CharField(
        _("status"), max_length=9, choices=ProposalStatus.choices, default=_S.OPEN
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="+", verbose_name=_("for the place")
    )
    sku = models.ForeignKey(
        Sku, models.PROTECT, related_name="+", db_index=False, verbose_name=_("SKU")
    )
    source = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("from the place"),
    )
    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplier"),
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    figures = models.JSONField(_("figures"), default=dict)
    created_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True, default="")
    dismiss_reason = models.CharField(
        _("why dismissed"), max_length=200, blank=True, default=""
    )
    document = models.CharField(_("document"), max_length=32, blank=True, default="")

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "store", "source", "supplier"],
                condition=Q(status=_S.OPEN),
                nulls_distinct=False,
                name="one_open_proposal_per_sku_and_way",
            ),
            models.CheckConstraint(
                condition=Q(kind="TRANSFER", source__isnull=False, supplier=None)
                | Q(kind="PURCHASE", source=None, supplier__isnull=False),
                name="proposal_says_where_from",
            ),
            models.CheckConstraint(
                condition=Q(source=None) | ~Q(source=F("store")),
                name="proposal_brings_goods_from_elsewhere",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="proposal_brings_something"
            ),
            models.CheckConstraint(
                condition=Q(status=_S.OPEN, decided_at=None)
                | ~Q(status=_S.OPEN) & Q(decided_at__isnull=False),
                name="proposal_is_decided_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=Q(status=_S.ACCEPTED) & ~Q(document="")
                | ~Q(status=_S.ACCEPTED) & Q(document=""),
                name="accepted_proposal_names_its_document",
            ),
            models.CheckConstraint(
                condition=Q(status=_S.DISMISSED) & ~Q(dismiss_reason="")
                | ~Q(status=_S.DISMISSED) & Q(dismiss_reason=""),
                name="dismissed_proposal_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sku"], condition=Q(status=_S.OPEN), name="open_proposals_of_a_sku"
            ),
            models.Index(
                fields=["sku", "store", "decided_at"],
                condition=Q(status=_S.DISMISSED),
                name="dismissed_proposals",
            ),
        ]
        triggers = [legal_steps("proposal", PROPOSAL_STEPS)]

    def __str__(self) -> str:
        return self.number
