"""Stock and what is promised of it."""

from django.utils.translation import gettext_noop as _

from omniretail.kernel.laws import Law, When

STOCK: dict[str, Law] = {
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
    "S12": Law(
        _("No category lies inside one that lies inside it"),
        When.ALWAYS,
        "inventory.catalogue.laws.categories_inside_themselves",
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
}
