"""Whether what channels may sell looks different now."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from inventory.selling.models import IN_BUSINESS
from omniretail.kernel import clock

_IN_FORCE = "{0}.starts_at <= now() AND ({0}.ends_at IS NULL OR {0}.ends_at > now())"
_SELLS_EVERYWHERE = "(c.listed_since IS NULL OR c.listed_since > now())"
# A transaction that began early may be seen late: the last hundred are told apart.
_REARRANGED = """
    SELECT position FROM inventory_rearrangement ORDER BY position DESC LIMIT 100
"""
# One text for all that binds a channel at this moment: another text, other terms. What
# begins or ends by the clock changes it as much as what somebody writes.
# Kits are made up one after another: the newest part stands for all.
_LOOKED = f"""
    SELECT w.code,
           md5(concat_ws('/', c.display, c.display_units, c.listed_since <= now(), (
               SELECT string_agg(p.id::text, ',' ORDER BY p.id)
               FROM inventory_channelplace p
               WHERE p.channel_id = c.id AND {_IN_FORCE.format("p")}
           ), (
               SELECT string_agg(b.id || ':' || b.units, ',' ORDER BY b.id)
               FROM inventory_channelbuffer b
               WHERE b.channel_id = c.id AND {_IN_FORCE.format("b")}
           ), (
               SELECT string_agg(s.id::text, ',' ORDER BY s.id)
               FROM inventory_saleblock s
               WHERE (s.channel_id IS NULL OR s.channel_id = c.id)
                 AND {_IN_FORCE.format("s")}
           ), (
               SELECT string_agg(s.id::text, ',' ORDER BY s.id)
               FROM stores_store s
               WHERE NOT {IN_BUSINESS} AND ({_SELLS_EVERYWHERE} OR EXISTS (
                   SELECT FROM inventory_channelplace p
                   WHERE p.channel_id = c.id AND p.store_id = s.id
                     AND {_IN_FORCE.format("p")}
               ))
           ), (SELECT MAX(id) FROM inventory_kitpart), CASE WHEN EXISTS (
               SELECT FROM inventory_channelbuffer b
               WHERE b.channel_id = c.id AND b.category_id IS NOT NULL
                 AND {_IN_FORCE.format("b")}
           ) THEN (SELECT string_agg(position::text, ',') FROM ({_REARRANGED}) AS r) END)),
           CASE WHEN c.listed_since <= now() THEN EXISTS (
               SELECT FROM inventory_channelplace p
               JOIN stores_store s ON s.id = p.store_id
               WHERE p.channel_id = c.id AND s.code = ANY(%(stores)s)
                 AND {_IN_FORCE.format("p")}
           ) ELSE cardinality(%(stores)s::text[]) > 0 END
    FROM unnest(%(channels)s::text[]) AS w(code)
    LEFT JOIN inventory_sellingchannel c ON c.code = w.code
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class ChannelLook:
    """All that binds a channel, as one text, and whether some of the places where stock
    changed are its own."""

    terms: str
    is_touched: bool


def looks_of_channels(
    channels: Collection[str], store_codes: Collection[str]
) -> dict[str, ChannelLook]:
    """How these channels look now, where stock changed at these places."""
    asked = {"channels": list(channels), "stores": list(store_codes)}
    with connection.cursor() as cursor:
        cursor.execute(_LOOKED, {**asked, "at": clock.now()})
        return {code: ChannelLook(*look) for code, *look in cursor.fetchall()}
