"""What every test stands on: a throw-away embedded PostgreSQL and Valkey of our own."""

import os
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
if "DATABASE_URL" not in os.environ:
    os.environ.setdefault("OMNIRETAIL_EMBEDDED_DIR", str(CHECKOUT / ".embedded" / "test"))

import hypothesis  # noqa: E402 - the engines' folder is chosen before settings load
import pytest  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.utils import translation  # noqa: E402
from pytest_django import Settings  # noqa: E402

from tests.databases import django_db_setup  # noqa: E402 - migrate once, copy often

__all__ = ["django_db_setup"]

hypothesis.settings.register_profile(
    "patient",  # a busy machine is no fault of the product; speed is shown by the bench
    parent=hypothesis.settings.get_profile(hypothesis.settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def plain_house(settings: Settings) -> Iterator[None]:
    """Fast password hashes, no manifest for static files, English. No worker runs: a
    woken job waits in its row until the test works it off. No screen looks on: a nudge
    goes nowhere unless the test sets up a channel layer."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "omniretail.kernel.hashers.RandomSecretHasher",
    ]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True  # else each test client lists all static files
    settings.CHANNEL_LAYERS = {}
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    }
    cache.clear()
    with translation.override("en"):
        yield
