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
    "A4": Law(
        "No card number stands in any text column",
        When.REST,
        "omniretail.kernel.queries.card_numbers_in_the_open",
    ),
    "O6": Law(
        "Every state followed a legal step",
        When.ALWAYS,
        "omniretail.kernel.queries.states_off_their_steps",
    ),
}
