"""Programs that may call the REST door."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication


class ApiClient(AbstractApplication):  # type: ignore[misc]
    """A site, an app, a till program or a partner: how it signs in and what it may do.

    The secret is shown once and kept as a hash; the scopes are a space-separated list.
    """

    user = None  # a program belongs to the house, not to a person
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    allowed_scopes = models.TextField(_("scopes"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hash_client_secret=True),
                name="client_secret_is_kept_as_a_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    authorization_grant_type__in=[
                        AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                        AbstractApplication.GRANT_DEVICE_CODE,
                    ]
                ),
                name="client_uses_credentials_or_device_flow",
            ),
        ]

    def is_usable(self, request: Any) -> bool:
        """A switched-off client gets no token and its tokens open nothing."""
        del request
        return self.is_active

    @property
    def scopes(self) -> frozenset[str]:
        """What its tokens may ask for."""
        return frozenset(self.allowed_scopes.split())
