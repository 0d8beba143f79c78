"""What was told last about a shelf."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.catalogue.models import Sku


class ShelfState(models.Model):
    """Whether one SKU at one place is there, running low or gone, as it was last told.
    A shelf of which nothing was ever told is there."""

    class State(models.TextChoices):
        THERE = "THERE", pgettext_lazy("stock", "there")
        LOW = "LOW", pgettext_lazy("stock", "running low")
        OUT = "OUT", pgettext_lazy("stock", "gone")

    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("place"),
    )
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("SKU"))
    state = models.CharField(_("state"), max_length=5, choices=State.choices)
    on_hand = models.PositiveIntegerField(_("on hand"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("state of a shelf")
        verbose_name_plural = _("states of shelves")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "sku"], name="one_state_per_place_and_sku"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id}/{self.sku_id}: {self.state}"
