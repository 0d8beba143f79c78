"""What other systems call what is ours."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutsideCode(models.Model):
    """What another system calls a place, a category, a SKU or a type of price of ours.

    SKUs come with the catalogue; places are mapped here by hand. A type of price that is
    mapped is the one we publish.
    """

    class Kind(models.TextChoices):
        PLACE = "PLACE", _("place")
        CATEGORY = "CATEGORY", _("category")
        SKU = "SKU", _("SKU")
        PRICE_TYPE = "PRICE_TYPE", _("type of price")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    outside_id = models.CharField(
        _("Ид of the other system"),
        max_length=200,
        help_text=_("Of a place: the warehouse, or * if 1C names none."),
    )
    code = models.CharField(
        _("our code"), max_length=60, help_text=_("Of a type of price: its currency.")
    )

    # Of a SKU: with which catalogue it came last, and when a full one named it last.
    catalogue = models.CharField(
        _("Ид of the catalogue"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    named_at = models.DateTimeField(
        _("named in full"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("code of another system")
        verbose_name_plural = _("codes of other systems")
        ordering = ("kind", "outside_id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "outside_id"], name="an_outside_id_stands_for_one_code"
            ),
            models.CheckConstraint(
                condition=~Q(outside_id="") & ~Q(code=""),
                name="outside_code_names_both_sides",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "code"], name="outside_ids_of_a_code"),
            models.Index(
                fields=["catalogue"],
                condition=~Q(catalogue=""),
                name="outside_ids_of_a_catalogue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outside_id} → {self.code}"
