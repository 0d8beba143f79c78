"""Reading the changes of the stock: in the order of commits, without gaps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from inventory.availability.cursors import BEGINNING, Cursor
from omniretail.kernel.errors import DomainError
from omniretail.kernel.horizon import HORIZON
from omniretail.kernel.limits import limits

# Codes are plain letters by the database's own rule: nothing in them needs escaping.
_MEMBERS = """
    '{{"store":"', s.code, '","sku":"', k.code, '","on_hand":', {row}.on_hand,
    ',"reserved":', {row}.reserved, ',"safety_stock":', {row}.safety_stock,
    ',"available":', GREATEST({row}.on_hand - {row}.reserved - {row}.safety_stock, 0),
    ',"version":'
"""
_JSON = f"""
    concat({_MEMBERS.format(row="c")}, c.id,
           ',"recorded_at":', to_json(c.recorded_at), '}}')
"""
LEVEL_JSON = f"concat({_MEMBERS.format(row='l')}, l.version, '}}')"
"""One level as a line of JSON."""
_EVENT = f"""
    'id: ' || c.position || '.' || c.id || E'\\nevent: change\\ndata: '
    || {_JSON} || E'\\n\\n'
"""
_HERE = f"here AS MATERIALIZED (SELECT {HORIZON} AS horizon)"
_BELOW = "position < (SELECT horizon FROM here)"
_BEHIND = f"""
    SELECT * FROM inventory_levelchange c
    WHERE (c.position, c.id) > (%(position)s, %(change)s) AND c.{_BELOW}
    ORDER BY c.position, c.id LIMIT %(scanned)s
"""  # noqa: S608 - our own words
_WRITTEN = """
    SELECT {line} AS line, c.position, c.id FROM {rows} c
    JOIN stores_store s ON s.id = c.store_id
    JOIN inventory_sku k ON k.id = c.sku_id
"""
# What cannot be read yet is little beside the log, however long that is: named by both its
# ends the planner takes it for little, by one for a third of all, and reads all there is.
_AS_OF = """
    LEAST(statement_timestamp(), (
        SELECT MIN(recorded_at) FROM inventory_levelchange
        WHERE position BETWEEN (SELECT horizon FROM here)
                           AND pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    ))
"""
_IS_AHEAD = "%(position)s > pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
# Read, written and counted in one pass: the last that is read says how far it went.
_WHOLE = f"""
    WITH {_HERE}
    SELECT {_AS_OF}, {_IS_AHEAD}, COUNT(*),
           CASE WHEN COUNT(*) > 0
                THEN ARRAY[MAX(position), (array_agg(id))[COUNT(*)]] END,
           NULL, NULL, string_agg(line, %(between)s)
    FROM ({_WRITTEN.format(line="{line}", rows=f"({_BEHIND})")}
          ORDER BY c.position, c.id) AS told
"""  # noqa: S608 - our own words
_LAST = "(SELECT ARRAY[position, id] FROM {rows} ORDER BY position DESC, id DESC LIMIT 1)"
_NARROW = f"""
    WITH {_HERE}, scanned AS MATERIALIZED ({_BEHIND}), told AS MATERIALIZED (
        {_WRITTEN.format(line="{line}", rows="scanned")}
        WHERE {{wanted}} ORDER BY c.position, c.id LIMIT %(most)s
    )
    SELECT {_AS_OF}, {_IS_AHEAD},
           (SELECT COUNT(*) FROM scanned), {_LAST.format(rows="scanned")},
           (SELECT COUNT(*) FROM told), {_LAST.format(rows="told")},
           (SELECT string_agg(line, %(between)s ORDER BY position, id) FROM told)
"""  # noqa: S608 - our own words
# Named by a change that is in, not by the number of a transaction to come: those that ended
# with nothing done may be given out anew after a crash.
PRESENT = f"""(
    SELECT ARRAY[position, id] FROM inventory_levelchange
    WHERE position < (SELECT {HORIZON}) ORDER BY position DESC, id DESC LIMIT 1
)"""  # noqa: S608 - our own names
_FRESH = f"""
    WITH {_HERE}, fresh AS MATERIALIZED (
        SELECT position, id, store_id FROM inventory_levelchange
        WHERE (position, id) > (%(position)s, %(change)s) AND {_BELOW}
        ORDER BY position, id LIMIT %(scanned)s
    )
    SELECT (SELECT ARRAY[position, id] FROM fresh ORDER BY position DESC, id DESC LIMIT 1),
           ARRAY(SELECT DISTINCT s.code FROM fresh f JOIN stores_store s
                 ON s.id = f.store_id ORDER BY s.code)
"""  # noqa: S608 - our own names


class CursorAhead(DomainError):
    """This cursor is not ours: we have not come that far. Begin with a snapshot."""


@dataclass(frozen=True)
class Wanted:
    """Of which SKUs and places somebody wants to hear: no SKU named, of all; and of all
    places, unless they are told (a channel may have none)."""

    stores: Sequence[str] | None = None
    skus: Collection[str] = ()

    @property
    def is_narrow(self) -> bool:
        return self.stores is not None or bool(self.skus)

    def sql(self) -> str:
        """The condition over places `s` and SKUs `k`."""
        parts = ["TRUE"]
        parts += ["s.code = ANY(%(stores)s)"] if self.stores is not None else []
        parts += ["k.code = ANY(%(skus)s)"] if self.skus else []
        return " AND ".join(parts)

    def parameters(self) -> dict[str, Any]:
        """What the condition compares with."""
        return {"stores": list(self.stores or ()), "skus": list(self.skus)}


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Page:
    """A stretch of changes, written out already.

    `next` is where to read on; `is_all` says that nothing more can be read now. Every
    change that was committed before `as_of` has been told once `is_all`.
    """

    text: str
    next: Cursor
    is_all: bool
    as_of: datetime


def changes_after(cursor: Cursor, *, most: int, wanted: Wanted = EVERYTHING) -> Page:
    """The changes behind a cursor as the items of a JSON list.

    Raises:
        CursorAhead: it comes from elsewhere, such as a database that was here before.
    """
    return _page(cursor, most, wanted, line=_JSON, between=",\n")


def events_after(cursor: Cursor, *, most: int, wanted: Wanted = EVERYTHING) -> Page:
    """The changes behind a cursor as server-sent events."""
    return _page(cursor, most, wanted, line=_EVENT, between="")


def places_changed_after(cursor: Cursor) -> tuple[Cursor, list[str]]:
    """The codes of the places where something changed behind a cursor, and how far this
    looked."""
    parameters = {
        "position": cursor.position,
        "change": cursor.change,
        "scanned": limits().changes_looked_through,
    }
    with connection.cursor() as database:
        database.execute(_FRESH, parameters)
        last, codes = database.fetchone()
    return (Cursor(*last) if last else cursor), list(codes)


def the_present() -> Cursor:
    """Behind every change that can be read now, before every other."""
    with connection.cursor() as database:
        database.execute(f"SELECT {PRESENT}")
        (last,) = database.fetchone()
    return cursor_of(last)


def cursor_of(last: Sequence[int] | None) -> Cursor:
    """The cursor behind the last change there is."""
    return Cursor(*last) if last else BEGINNING


def _page(cursor: Cursor, most: int, wanted: Wanted, *, line: str, between: str) -> Page:
    sql, looked = _WHOLE, most
    if wanted.is_narrow:
        sql, looked = _NARROW, max(most, limits().changes_looked_through)
    parameters = {
        "position": cursor.position,
        "change": cursor.change,
        "scanned": looked,
        "most": most,
        "between": between,
        **wanted.parameters(),
    }
    with connection.cursor() as database:
        database.execute(sql.format(line=line, wanted=wanted.sql()), parameters)
        as_of, is_ahead, scanned, last_scanned, told, last_told, text = database.fetchone()
    if is_ahead:
        raise CursorAhead(field="after")
    is_full = told == most
    last = last_told if is_full else last_scanned
    return Page(
        text=text or "",
        next=Cursor(*last) if last else cursor,
        is_all=not is_full and scanned < looked,
        as_of=as_of,
    )
