"""Every effect that crosses an app: fact name to dotted reactions.

`manage.py check` refuses a row that does not resolve. Order within a row is the order
in which the reactions run.
"""

REACTIONS: dict[str, list[str]] = {
    "orders.order_placed": [
        "stores.kpi.reactions.score_order",
        "loyalty.messaging.reactions.tell_placed",
    ],
    "orders.order_cancelled": [
        "stores.kpi.reactions.score_cancellation",
        "loyalty.messaging.reactions.tell_cancelled",
    ],
    "orders.order_returned": [
        "stores.kpi.reactions.score_return",
        "loyalty.points.reactions.claw_back_returned",
        "loyalty.messaging.reactions.tell_returned",
    ],
    "orders.fulfilment_allocated": [
        "stores.work.reactions.ask_for_pick",
    ],
    "orders.fulfilment_picking": [
        "stores.work.reactions.note_picker",
    ],
    "orders.fulfilment_lines_short": [
        "stores.work.reactions.shrink_bag",
        "stores.work.asking.shrink_asking",
        "loyalty.messaging.reactions.tell_short",
    ],
    "orders.fulfilment_uncovered": [
        "stores.work.asking.ask_the_customer",
        "loyalty.messaging.reactions.tell_uncovered",
    ],
    "orders.fulfilment_units_sold": ["stores.work.asking.ask_the_customer"],
    "orders.fulfilment_units_replaced": ["stores.work.asking.finish_asking"],
    "orders.fulfilment_ready": [
        "stores.work.reactions.ask_for_handover",
        "stores.work.asking.finish_asking",
        "stores.kpi.reactions.score_ready",
        "loyalty.messaging.reactions.tell_ready",
    ],
    "orders.fulfilment_collected": [
        "orders.fulfilment.reactions.ask_for_units_sold",
        "stores.work.reactions.finish_handover",
        "stores.work.asking.finish_asking",
        "stores.kpi.reactions.score_collection",
        "loyalty.points.reactions.reward_collection",
    ],
    "orders.fulfilment_packed": [
        "stores.work.reactions.ask_for_shipping",
        "stores.work.asking.finish_asking",
    ],
    "orders.fulfilment_shipped": [
        "stores.work.reactions.finish_shipping",
        "stores.kpi.reactions.score_shipment",
        "loyalty.messaging.reactions.tell_shipped",
    ],
    "orders.fulfilment_cancelled": [
        "stores.work.reactions.call_off",
        "loyalty.messaging.reactions.tell_expired",
    ],
    "orders.fulfilment_delivered": [
        "loyalty.points.reactions.reward_delivery",
        "loyalty.messaging.reactions.tell_delivered",
    ],
    "orders.fulfilment_late": [
        "loyalty.messaging.reactions.tell_late",
    ],
    "inventory.transfer_requested": [
        "stores.work.reactions.ask_for_approval",
    ],
    "inventory.transfer_approved": [
        "stores.work.reactions.ask_for_dispatch",
    ],
    "inventory.transfer_dispatched": [
        "stores.work.reactions.ask_for_receipt",
    ],
    "inventory.transfer_received": [
        "stores.work.reactions.finish_receipt",
    ],
    "inventory.transfer_lost": [
        "stores.work.reactions.finish_receipt",
    ],
    "inventory.transfer_cancelled": [
        "stores.work.reactions.call_off_transfer",
    ],
    "inventory.delivery_announced": [
        "stores.work.reactions.ask_for_delivery",
    ],
    "inventory.delivery_closed": [
        "stores.work.reactions.finish_delivery",
    ],
    "inventory.purchase_closed": [
        "stores.work.reactions.call_off_deliveries",
    ],
    "inventory.count_opened": [
        "stores.work.reactions.ask_for_count",
    ],
    "inventory.count_recount_asked": [
        "stores.work.reactions.ask_for_recount",
    ],
    "inventory.count_finished": [
        "stores.work.reactions.ask_for_count_approval",
    ],
    "inventory.count_approved": [
        "stores.work.reactions.finish_count",
    ],
    "inventory.count_short_settled": [
        "stores.work.reactions.finish_short",
    ],
    "inventory.count_cancelled": [
        "stores.work.reactions.call_off_count",
    ],
    "inventory.stock_low": [
        "inventory.replenishment.reactions.propose_at_once",
    ],
    "inventory.stock_out": [
        "inventory.replenishment.reactions.propose_at_once",
    ],
    "inventory.stock_back": [
        "inventory.replenishment.reactions.propose_at_once",
    ],
    "inventory.sale_unblocked": [
        "inventory.replenishment.reactions.serve_unblocked",
    ],
    "inventory.channel_terms_changed": [
        "inventory.replenishment.reactions.serve_on_new_terms",
    ],
    "inventory.wait_served": [
        "loyalty.messaging.reactions.tell_back_in_stock",
    ],
    "loyalty.one_time_code_requested": [
        "loyalty.messaging.reactions.tell_code",
    ],
    "loyalty.points_changed": [
        "loyalty.messaging.reactions.tell_points",
    ],
}
