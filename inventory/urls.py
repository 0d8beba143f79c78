"""The doors of the inventory floor, gathered for the router."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from inventory.availability.api import GridViewSet, StockChangeViewSet
from inventory.catalogue.api import CategoryViewSet, KitViewSet, SkuViewSet
from inventory.counts import addresses as counts
from inventory.counts.api import AccuracyViewSet, CountViewSet
from inventory.feeds.api import FeedViewSet
from inventory.feeds.pages import exchange
from inventory.lots.api import LotViewSet
from inventory.lots.pages import expiring
from inventory.promises.api import HoldViewSet, LevelReasonsViewSet
from inventory.replenishment import addresses as replenishment
from inventory.replenishment.api import (
    LostDemandViewSet,
    ProposalViewSet,
    ReorderPolicyViewSet,
    StockWaitViewSet,
    VelocityViewSet,
)
from inventory.safety.api import SafetyRuleViewSet
from inventory.selling import pages as selling
from inventory.selling.api import (
    AvailabilityViewSet,
    SaleBlockViewSet,
    SellingChannelViewSet,
)
from inventory.serials import pages as serials
from inventory.serials.api import SerialViewSet
from inventory.stock import pages
from inventory.stock.api import (
    StockLevelViewSet,
    StockMovementViewSet,
    StockWriteViewSet,
)
from inventory.supply import addresses as supply
from inventory.supply.api import (
    DatedPromiseViewSet,
    IncomingViewSet,
    PurchaseOrderViewSet,
    ReceiptViewSet,
    ShipNoticeViewSet,
    SupplierViewSet,
    TransferViewSet,
)

router = SimpleRouter(trailing_slash=False)
router.register("skus", SkuViewSet, basename="skus")
router.register("kits", KitViewSet, basename="kits")
router.register("categories", CategoryViewSet, basename="categories")
router.register("availability", AvailabilityViewSet, basename="availability")
router.register("availability", GridViewSet, basename="availability-grid")
router.register("stock-changes", StockChangeViewSet, basename="stock-changes")
router.register("stock-levels", StockLevelViewSet, basename="stock-levels")
router.register("holds", HoldViewSet, basename="holds")
router.register("stock-levels", LevelReasonsViewSet, basename="level-reasons")
router.register("stock-movements", StockMovementViewSet, basename="stock-movements")
router.register("serials", SerialViewSet, basename="serials")
router.register("lots", LotViewSet, basename="lots")
router.register("stock/writes", StockWriteViewSet, basename="stock-writes")
router.register("feeds", FeedViewSet, basename="feeds")
router.register("suppliers", SupplierViewSet, basename="suppliers")
router.register("purchase-orders", PurchaseOrderViewSet, basename="purchase-orders")
router.register("ship-notices", ShipNoticeViewSet, basename="ship-notices")
router.register("receipts", ReceiptViewSet, basename="receipts")
router.register("transfers", TransferViewSet, basename="transfers")
router.register("incoming", IncomingViewSet, basename="incoming")
router.register("dated-promises", DatedPromiseViewSet, basename="dated-promises")
router.register("counts", CountViewSet, basename="counts")
router.register("count-accuracy", AccuracyViewSet, basename="count-accuracy")
router.register("selling-channels", SellingChannelViewSet, basename="selling-channels")
router.register("safety-rules", SafetyRuleViewSet, basename="safety-rules")
router.register("sale-blocks", SaleBlockViewSet, basename="sale-blocks")
router.register("proposals", ProposalViewSet, basename="proposals")
router.register("reorder-policies", ReorderPolicyViewSet, basename="reorder-policies")
router.register("velocities", VelocityViewSet, basename="velocities")
router.register("stock-waits", StockWaitViewSet, basename="stock-waits")
router.register("lost-demand", LostDemandViewSet, basename="lost-demand")

api_urlpatterns: list[URLPattern | URLResolver] = list(router.urls)
page_urlpatterns: list[URLPattern | URLResolver] = [
    path("exchange/1c", exchange, name="exchange-1c"),
    path("tablet/find/", selling.find, name="tablet-find"),
    path("tablet/find/<path:code>/", selling.product, name="tablet-find-product"),
    path("tablet/stock/", pages.stock, name="tablet-stock"),
    path("tablet/serials/<path:number>/", serials.story, name="tablet-serial"),
    path("tablet/stock/expiring/", expiring, name="tablet-stock-expiring"),
    *supply.page_urlpatterns,
    *counts.page_urlpatterns,
    *replenishment.page_urlpatterns,
    path("tablet/stock/<path:code>/adjust", pages.adjust, name="tablet-stock-adjust"),
    path("tablet/stock/<path:code>/move", pages.move, name="tablet-stock-move"),
    path(
        "tablet/stock/<path:code>/movements/<int:movement>/reverse",
        pages.take_back,
        name="tablet-stock-reverse",
    ),
    path(
        "tablet/stock/<path:code>/statement/",
        pages.statement_page,
        name="tablet-stock-statement",
    ),
    path("tablet/stock/<path:code>/block", selling.block, name="tablet-stock-block"),
    path(
        "tablet/stock/<path:code>/blocks/<str:number>/lift",
        selling.lift,
        name="tablet-stock-sell-again",
    ),
    path("tablet/stock/<path:code>/", selling.stock_level, name="tablet-stock-level"),
]
