"""Where every door stands."""

from itertools import chain

from django.contrib import admin
from django.urls import include, path
from django.utils.module_loading import import_string

from omniretail.api_urls import FLOORS

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("omniretail.api_urls")),
    *chain.from_iterable(
        import_string(f"{floor}.urls.page_urlpatterns") for floor in FLOORS
    ),
]
