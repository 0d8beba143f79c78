from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KernelConfig(AppConfig):
    name = "omniretail.kernel"
    label = "kernel"
    verbose_name = _("System")

    def ready(self) -> None:
        from omniretail.kernel import checks  # noqa: F401 - registers the checks

        import_module("omniretail.celery")  # whoever wakes a task finds the broker
