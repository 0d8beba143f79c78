"""The doors of the inventory floor, gathered for the router."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from inventory.catalogue.api import CategoryViewSet, SkuViewSet
from inventory.feeds.api import FeedViewSet
from inventory.stock.api import AvailabilityViewSet, StockLevelViewSet

router = SimpleRouter(trailing_slash=False)
router.register("skus", SkuViewSet, basename="skus")
router.register("categories", CategoryViewSet, basename="categories")
router.register("availability", AvailabilityViewSet, basename="availability")
router.register("stock-levels", StockLevelViewSet, basename="stock-levels")
router.register("feeds", FeedViewSet, basename="feeds")

api_urlpatterns: list[URLPattern | URLResolver] = list(router.urls)
page_urlpatterns: list[URLPattern | URLResolver] = []
