"""The kernel's own addresses: tokens, health, measurements, the API's documentation."""

from django.urls import path

from omniretail.kernel import health
from omniretail.kernel.api.documentation import docs, schema
from omniretail.kernel.api.oauth import DeviceAuthorizationView, RevokeTokenView, TokenView

urlpatterns = [
    path("oauth/token", TokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", RevokeTokenView.as_view(), name="oauth-revoke"),
    path(
        "oauth/device-authorization",
        DeviceAuthorizationView.as_view(),
        name="oauth-device-authorization",
    ),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/schema/", schema, name="schema"),
    path("api/docs/", docs, name="api-docs"),
]
