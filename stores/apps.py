"""The stores app as Django sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    """Places, people, work and score."""

    name = "stores"
    verbose_name = _("Stores")
