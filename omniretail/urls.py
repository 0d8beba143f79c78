"""Where every door stands."""

from itertools import chain

from django.contrib import admin
from django.urls import include, path
from django.utils.module_loading import import_string

from omniretail import api_urls
from omniretail.kernel.api.addresses import ByNoun

urlpatterns = [
    ByNoun("api/v1/", api_urls.urlpatterns),  # first: looked up the most often
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("omniretail.kernel.urls")),
    *chain.from_iterable(
        import_string(f"{floor}.urls.page_urlpatterns") for floor in api_urls.FLOORS
    ),
]
handler400 = "omniretail.kernel.edge.bad_request"
handler403 = "omniretail.kernel.edge.forbidden"
handler404 = "omniretail.kernel.edge.not_found"
handler500 = "omniretail.kernel.edge.server_error"
