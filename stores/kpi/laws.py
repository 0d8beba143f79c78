"""What must hold of the score."""

from omniretail.kernel.laws import Row, rows_of
from stores.kpi.models import MEASURES


def scorecards_off_their_entries() -> list[Row]:
    """Cards that are not the sums of their ledger entries, and sums without a card."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in MEASURES)
    same = ", ".join(f"c.{name}" for name in MEASURES)
    told = ", ".join(f"coalesce(e.{name}, 0)" for name in MEASURES)
    keys = "business_date, store_id, channel, currency"
    return rows_of(
        f"""
        SELECT business_date, store_id, channel, currency
          FROM stores_scorecard c
          FULL JOIN (SELECT {keys}, {sums} FROM stores_scoreentry GROUP BY {keys}) e
         USING ({keys})
         WHERE c.id IS NULL OR ({same}) IS DISTINCT FROM ({told})
        """  # noqa: S608 - built from the names of our own columns
    )
