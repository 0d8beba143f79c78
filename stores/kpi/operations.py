"""Writing the ledger and keeping the cards."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F, Sum

from omniretail.kernel.actors import Actor
from omniretail.kernel.periods import business_date
from omniretail.kernel.realtime import nudge
from stores.kpi.models import MEASURES, Scorecard, ScoreEntry
from stores.kpi.scoring import Score
from stores.network.models import Store


@transaction.atomic
def record_scores(*, scores: Iterable[Score], at: datetime) -> None:
    """Write lines into the ledger and add them to their cards; a line that stands there
    already changes nothing."""
    del at
    for score in sorted(scores, key=lambda one: (one.store_code, one.channel)):
        _record(score)
    nudge("board")


@transaction.atomic
def rebuild_scorecards(
    *, business_date: date | None = None, by: Actor, at: datetime
) -> int:
    """Work the cards out afresh from the ledger, of one day or of all; answers how
    many cards there are. Whoever scores meanwhile waits."""
    del by, at
    with connection.cursor() as cursor:
        cursor.execute(
            f'LOCK TABLE "{Scorecard._meta.db_table}", "{ScoreEntry._meta.db_table}"'
            " IN SHARE ROW EXCLUSIVE MODE"
        )
    cards, entries = Scorecard.objects.all(), ScoreEntry.objects.all()
    if business_date is not None:
        cards = cards.filter(business_date=business_date)
        entries = entries.filter(business_date=business_date)
    cards.delete()
    keys = ("business_date", "store_id", "channel", "currency")
    sums = (
        entries.order_by()
        .values(*keys)
        .annotate(**{f"sum_{name}": Sum(name) for name in MEASURES})
    )
    made = [
        Scorecard(
            **{key: row[key] for key in keys},
            **{name: row[f"sum_{name}"] for name in MEASURES},
        )
        for row in sums
    ]
    Scorecard.objects.bulk_create(made, batch_size=1000)
    nudge("board")
    return len(made)


def _record(score: Score) -> None:
    store = Store.objects.get(code=score.store_code)
    day = business_date(score.at, store.time_zone)
    key = {
        "business_date": day,
        "store": store,
        "channel": score.channel,
        "currency": score.currency,
    }
    _entry, is_new = ScoreEntry.objects.get_or_create(
        kind=score.kind,
        reference=score.reference,
        store=store,
        defaults={
            **key,
            **score.amounts,
            "order_number": score.order_number,
            "at": score.at,
        },
    )
    if not is_new:
        return
    # The card comes into being at most once, and the change is one statement.
    Scorecard.objects.bulk_create([Scorecard(**key)], ignore_conflicts=True)
    changes = {name: F(name) + amount for name, amount in score.amounts.items()}
    Scorecard.objects.filter(**key).update(**changes)
