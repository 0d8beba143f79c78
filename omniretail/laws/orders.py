"""Orders: their money, bags, hand-overs and returns."""

from django.utils.translation import gettext_noop as _

from omniretail.kernel.laws import Law, When

ORDERS: dict[str, Law] = {
    "F4": Law(
        _("A kit is in the bag as far as all of its parts are"),
        When.ALWAYS,
        "orders.fulfilment.laws.kits_picked_off_their_parts",
    ),
    "F5": Law(
        _("A bag holds the units it names and leaves with them; one in hand is being paid"),
        When.ALWAYS,
        "orders.fulfilment.laws.serials_off_their_bags",
    ),
    "O1": Law(
        _("Order total = lines − discounts + delivery, tax included, to the minor unit"),
        When.ALWAYS,
        "orders.ordering.laws.totals_off_their_lines",
    ),
    "O2": Law(
        _("Captures − refunds = what the order owes, for settled orders"),
        When.REST,
        "orders.checkout.laws.settled_orders_off_their_money",
    ),
    "O3": Law(
        _("Captured ≤ authorised and refunded ≤ captured, per tender and per line"),
        When.ALWAYS,
        "orders.payments.laws.tenders_beyond_their_bounds",
    ),
    "O5": Law(
        _("One order per cart; one live capture per attempt"),
        When.ALWAYS,
        "orders.ordering.laws.carts_ordered_twice",
    ),
    "O7": Law(
        _("No money at the gateway without an order, none here without the gateway's"),
        When.REST,
        "orders.payments.laws.money_off_the_gateways_books",
    ),
    "O8": Law(
        _("Every acknowledged order exists as the client was told"),
        When.REST,
        "orders.ordering.laws.answers_without_their_order",
    ),
    "O9": Law(
        _("The price paid was the published one of that moment, or names why not"),
        When.ALWAYS,
        "orders.ordering.laws.prices_off_the_published_ones",
    ),
    "P4": Law(
        _("For an order line, allocated + fulfilled + cancelled = ordered"),
        When.ALWAYS,
        "orders.checkout.laws.lines_off_their_promises",
    ),
    "P6": Law(
        _("No order that stands has an expired promise without a re-sourcing record"),
        When.ALWAYS,
        "orders.checkout.laws.paid_orders_with_expired_promises",
    ),
    "P7": Law(
        _("Whoever is promised what a till has sold is asked about it"),
        When.REST,
        "orders.fulfilment.laws.lacking_bags_nobody_asks_about",
    ),
    "P3b": Law(
        _("What left the stock for an order is what its bags say"),
        When.REST,
        "orders.fulfilment.laws.goods_gone_without_a_hand_over",
    ),
    "O4": Law(
        _("Returned ≤ handed over, per line, over all stores"),
        When.ALWAYS,
        "orders.returns.laws.returns_beyond_the_hand_over",
    ),
    "F1": Law(
        _("One hand-over per unit; nothing is both handed over and shipped"),
        When.ALWAYS,
        "orders.fulfilment.laws.units_handed_over_twice",
    ),
    "F2": Law(
        _("A hand-over is in its store, by its staff, with a code or a recorded override"),
        When.ALWAYS,
        "orders.fulfilment.laws.hand_overs_without_evidence",
    ),
    "F3": Law(
        _("Ready is followed by collected, or released with the stock back once"),
        When.REST,
        "orders.fulfilment.laws.ready_bags_without_an_end",
    ),
    "F6": Law(
        _("What a bag is still to hold is promised to it where it stands"),
        When.REST,
        "orders.fulfilment.laws.bags_off_their_promises",
    ),
    "E4": Law(
        _("A till's sequence has no hole older than 24 h"),
        When.REST,
        "orders.till.laws.sequences_with_old_holes",
    ),
}
