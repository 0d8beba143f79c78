"""Every law of the house: id to its sentence, when it holds, and its dotted query."""

from django.utils.translation import gettext_noop as _

from omniretail.kernel.laws import Law, When

LAWS: dict[str, Law] = {
    "E2": Law(
        _("Every fact is delivered, in the order of its subject, without gaps"),
        When.REST,
        "omniretail.kernel.queries.facts_undelivered_or_out_of_order",
    ),
    "E3": Law(
        _("Same principal and key = same request and one effect"),
        When.ALWAYS,
        "omniretail.kernel.api.laws.requests_with_two_effects",
    ),
    "E5": Law(
        _("Every state-changing answer has an audit row: who, device, store, what"),
        When.ALWAYS,
        "omniretail.kernel.api.laws.changes_without_an_audit_entry",
    ),
    "A1": Law(
        _("No act outside the actor's stores at that moment"),
        When.ALWAYS,
        "stores.people.laws.acts_outside_the_actors_stores",
    ),
    "A3": Law(
        _("No usable token of a disabled user or unpaired device"),
        When.ALWAYS,
        "stores.people.laws.usable_access_of_the_dismissed",
    ),
    "K1": Law(
        _("A scorecard equals the sum of its entries"),
        When.ALWAYS,
        "stores.kpi.laws.scorecards_off_their_entries",
    ),
    "A4": Law(
        _("No card number stands in any text column"),
        When.REST,
        "omniretail.kernel.queries.card_numbers_in_the_open",
    ),
    "A4b": Law(
        _("No customer's one-time code or token stands anywhere in clear"),
        When.REST,
        "loyalty.identity.laws.customer_secrets_in_the_open",
    ),
    "L1": Law(
        _("Points balance ≥ 0 and = Σ entries = Σ open lots"),
        When.ALWAYS,
        "loyalty.points.laws.accounts_off_their_entries_or_lots",
    ),
    "L2": Law(
        _("The points of a returned line are reversed exactly once, taken or owed"),
        When.REST,
        "loyalty.points.laws.clawbacks_off_their_returns",
    ),
    "L3": Law(
        _("One entry per (source, reference, kind)"),
        When.ALWAYS,
        "loyalty.points.laws.entries_told_twice",
    ),
    "L4": Law(
        _("A lot is not spent beyond its size"),
        When.ALWAYS,
        "loyalty.points.laws.lots_spent_beyond_their_size",
    ),
    "O6": Law(
        _("Every state followed a legal step"),
        When.ALWAYS,
        "omniretail.kernel.queries.states_off_their_steps",
    ),
    "P1": Law(
        _("A hold ends in exactly one of consumed, released, expired"),
        When.ALWAYS,
        "inventory.promises.laws.promises_not_ended_once",
    ),
    "P2": Law(
        _("No live hold past its end + 60 s, unless its payment is in flight"),
        When.ALWAYS,
        "inventory.promises.laws.holds_past_their_end",
    ),
    "P3": Law(
        _("A promise is consumed exactly when its goods leave"),
        When.REST,
        "inventory.promises.laws.consumed_promises_off_their_sales",
    ),
    "P5": Law(
        _("No promise without an owner; none at a closed place"),
        When.ALWAYS,
        "inventory.promises.laws.promises_without_owner_or_place",
    ),
    "S1": Law(
        _("A level equals the sum of its movements, bucket by bucket"),
        When.ALWAYS,
        "inventory.stock.laws.levels_off_their_movements",
    ),
    "S2": Law(
        _("0 ≤ reserved ≤ on hand"),
        When.ALWAYS,
        "inventory.stock.laws.levels_reserved_beyond_on_hand",
    ),
    "S3": Law(
        _("Reserved = live holds + live allocations of that level"),
        When.ALWAYS,
        "inventory.promises.laws.levels_off_their_promises",
    ),
    "S4": Law(
        _("Per SKU, all buckets sum to zero"),
        When.ALWAYS,
        "inventory.stock.laws.goods_that_appeared_or_vanished",
    ),
    "S5": Law(
        _("A transfer is never at both ends: dispatched = received + lost + in transit"),
        When.ALWAYS,
        "inventory.supply.laws.transfers_at_both_ends",
    ),
    "S5b": Law(
        _("Incoming is what open documents still owe, and covers what is promised of it"),
        When.ALWAYS,
        "inventory.supply.laws.incoming_off_its_documents",
    ),
    "S5c": Law(
        _("What documents say has come is what their receipts and the stock say"),
        When.ALWAYS,
        "inventory.supply.laws.receipts_off_their_documents",
    ),
    "S8": Law(
        _("A kit sells only what its parts allow; a shared part is counted once"),
        When.ALWAYS,
        "inventory.promises.laws.kits_off_their_parts",
    ),
    "S11": Law(
        _("The lots of a place account for every unit in each of its buckets"),
        When.ALWAYS,
        "inventory.lots.laws.levels_off_their_lots",
    ),
    "S11b": Law(
        _("A lot lies where its steps put it; the steps of a movement sum to its units"),
        When.ALWAYS,
        "inventory.lots.laws.lots_off_their_steps",
    ),
    "S11c": Law(
        _("Nothing lies for sale an hour after its last day of sale, bags excepted"),
        When.REST,
        "inventory.lots.laws.expired_units_for_sale",
    ),
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
    "C1": Law(
        _("What a count put right is what its lines say, and only approved counts did"),
        When.ALWAYS,
        "inventory.counts.laws.counts_off_their_movements",
    ),
    "C2": Law(
        _("What was counted is the sum of its scans, and scans are never changed"),
        When.ALWAYS,
        "inventory.counts.laws.counts_off_their_scans",
    ),
    "A2c": Law(
        _("Nobody approves a large variance of their own count"),
        When.ALWAYS,
        "inventory.counts.laws.counts_approved_by_their_counters",
    ),
    "R1": Law(
        _("An accepted proposal stands in its document with all its units"),
        When.ALWAYS,
        "inventory.replenishment.laws.proposals_off_their_documents",
    ),
    "R2": Law(
        _("Who waits for goods is told once, and only while they had come"),
        When.ALWAYS,
        "inventory.replenishment.laws.waits_off_their_facts",
    ),
    "R3": Law(
        _("What was told last of a shelf is what its facts say"),
        When.ALWAYS,
        "inventory.replenishment.laws.shelves_off_their_facts",
    ),
    "S6": Law(
        _("Movements are never changed or deleted"),
        When.ALWAYS,
        "inventory.stock.laws.movements_unguarded",
    ),
    "S6b": Law(
        _("A reversal takes back exactly one movement, whole, and is final"),
        When.ALWAYS,
        "inventory.stock.laws.reversals_off_what_they_reverse",
    ),
    "S9": Law(
        _("Safety stock and channel buffers are kept by the channels they bind"),
        When.ALWAYS,
        "inventory.promises.laws.promises_beyond_what_channels_may_sell",
    ),
    "S7": Law(
        _("Followers of the stock were told of each level just what it says, in order"),
        When.ALWAYS,
        "inventory.stock.laws.levels_off_what_was_told",
    ),
    "S10": Law(
        _("A serial number is in at most one place, and came there step by step"),
        When.ALWAYS,
        "inventory.serials.laws.serials_in_two_places",
    ),
    "S10b": Law(
        _("Nowhere are more serial numbers known than there are units"),
        When.ALWAYS,
        "inventory.serials.laws.more_names_than_units",
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
    "E4": Law(
        _("A till's sequence has no hole older than 24 h"),
        When.REST,
        "orders.till.laws.sequences_with_old_holes",
    ),
}
