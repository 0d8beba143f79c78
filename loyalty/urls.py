"""Where the loyalty floor's doors stand."""

api_urlpatterns: list[object] = []
page_urlpatterns: list[object] = []
