"""Every law of the house: id to its sentence, when it holds, and its dotted query.

`manage.py audit` runs them; `manage.py check` refuses a row that does not resolve.
"""

from omniretail.kernel.laws import Law, When

LAWS: dict[str, Law] = {
    "E2": Law(
        "Every fact is delivered, in the order of its subject, without gaps",
        When.REST,
        "omniretail.kernel.queries.facts_undelivered_or_out_of_order",
    ),
    "A1": Law(
        "No act outside the actor's stores at that moment",
        When.ALWAYS,
        "stores.people.laws.acts_outside_the_actors_stores",
    ),
    "A3": Law(
        "No usable token of a disabled user or unpaired device",
        When.ALWAYS,
        "stores.people.laws.usable_access_of_the_dismissed",
    ),
    "K1": Law(
        "A scorecard equals the sum of its entries",
        When.ALWAYS,
        "stores.kpi.laws.scorecards_off_their_entries",
    ),
    "A4": Law(
        "No card number stands in any text column",
        When.REST,
        "omniretail.kernel.queries.card_numbers_in_the_open",
    ),
    "L1": Law(
        "Points balance ≥ 0 and = Σ entries = Σ open lots",
        When.ALWAYS,
        "loyalty.points.laws.accounts_off_their_entries_or_lots",
    ),
    "L2": Law(
        "The points of a returned line are reversed exactly once, taken or owed",
        When.REST,
        "loyalty.points.laws.clawbacks_off_their_returns",
    ),
    "L3": Law(
        "One entry per (source, reference, kind)",
        When.ALWAYS,
        "loyalty.points.laws.entries_told_twice",
    ),
    "L4": Law(
        "A lot is not spent beyond its size",
        When.ALWAYS,
        "loyalty.points.laws.lots_spent_beyond_their_size",
    ),
    "O6": Law(
        "Every state followed a legal step",
        When.ALWAYS,
        "omniretail.kernel.queries.states_off_their_steps",
    ),
    "P1": Law(
        "A hold ends in exactly one of consumed, released, expired",
        When.ALWAYS,
        "inventory.promises.laws.promises_not_ended_once",
    ),
    "P2": Law(
        "No live hold past its end + 60 s, unless its payment is in flight",
        When.ALWAYS,
        "inventory.promises.laws.holds_past_their_end",
    ),
    "P3": Law(
        "A promise is consumed exactly when its goods leave",
        When.REST,
        "inventory.promises.laws.consumed_promises_off_their_sales",
    ),
    "P5": Law(
        "No promise without an owner; none at a closed place",
        When.ALWAYS,
        "inventory.promises.laws.promises_without_owner_or_place",
    ),
    "S1": Law(
        "A level equals the sum of its movements",
        When.ALWAYS,
        "inventory.stock.laws.levels_off_their_movements",
    ),
    "S2": Law(
        "0 ≤ reserved ≤ on hand",
        When.ALWAYS,
        "inventory.stock.laws.levels_reserved_beyond_on_hand",
    ),
    "S3": Law(
        "Reserved = live holds + live allocations of that level",
        When.ALWAYS,
        "inventory.promises.laws.levels_off_their_promises",
    ),
    "S4": Law(
        "Per SKU, all buckets sum to zero",
        When.ALWAYS,
        "inventory.stock.laws.goods_that_appeared_or_vanished",
    ),
    "S6": Law(
        "Movements are never changed or deleted",
        When.ALWAYS,
        "inventory.stock.laws.movements_unguarded",
    ),
}
