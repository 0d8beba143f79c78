"""Facts, audit and access; scorecards and points: what is written down of people."""

from django.utils.translation import gettext_noop as _

from omniretail.kernel.laws import Law, When

RECORDS: dict[str, Law] = {
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
}
