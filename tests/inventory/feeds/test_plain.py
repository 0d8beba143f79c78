"""What the database reads by itself is read as any other file is."""

import io
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from inventory.feeds import plain
from inventory.feeds.operations import FeedReport, FeedTerms, import_csv, importing
from inventory.feeds.shapes import SHAPES
from inventory.stock.models import StockLevel
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.factories.inventory import SkuFactory
from tests.inventory.given import stocked

pytestmark = pytest.mark.django_db
HEAD = b"store_code,sku_code,on_hand\n"
PLAIN = {
    "plain": HEAD + b"msk-1,S-1,8\nmsk-1,S-2,0\n",
    "no end": HEAD + b"msk-1,S-1,8",
    "dos": HEAD.replace(b"\n", b"\r\n") + b"msk-1,S-1,8\r\nmsk-1,S-2,3\r\n",
    "mark": b"\xef\xbb\xbf" + HEAD + b"msk-1,S-1,8\n",
    "russian": "Склад;Артикул;Остаток\n".encode() + b"msk-1;S-1;8\n",
    "safety": b"store;sku;on_hand;safety_stock\nmsk-1;S-1;8;2\nmsk-1;S-2;3;\n",
    "odd units": HEAD + b"msk-1,S-1,8.0\nmsk-1,S-2,0.5\nmsk-1,S-9,-1\n",
    "units of programs": HEAD + b"msk-1,S-1,0x1F\nmsk-1,S-2,1_0\nmsk-1,S-1,0b1\n",
    "large": HEAD + b"msk-1,S-1,1000000\nmsk-1,S-2,1000001\n",
    "empty cells": HEAD + b",S-1,8\nmsk-1,,8\nmsk-1,S-1,\n",
    "no codes": HEAD + b"-msk,S-1,8\nmsk-1,.S,8\n" + b"m" * 33 + b",S-1,8\n",
    "unknown": HEAD + b"nowhere,S-1,8\nmsk-1,none,8\n",
    "twice": HEAD + b"msk-1,S-1,8\nmsk-1,S-1,9\n",
    "only a heading": HEAD,
}
NOT_PLAIN = {
    "quoted": HEAD + b'msk-1,"S-1",8\n',
    "spaces": HEAD + b"msk-1, S-1 ,8\n",
    "letters": HEAD + "msk-1,Ё-1,8\n".encode(),
    "old line ends": HEAD.replace(b"\n", b"\r") + b"msk-1,S-1,8\rmsk-1,S-2,3\n",
    "another column": b"store_code,sku_code,on_hand,observed_at\nmsk-1,S-1,8,\n",
}
RAGGED = {
    "too few": HEAD + b"msk-1,S-1\nmsk-1,S-2,3\n",
    "too many": HEAD + b"msk-1,S-1,8,9\n",
    "mixed line ends": HEAD + b"msk-1,S-1,8\rmsk-1,S-2,3\n",
    "blank line": HEAD + b"msk-1,S-1,8\n\nmsk-1,S-2,3\n",
}


def outcome(raw: bytes, *, by_hand: bool) -> tuple[Any, ...]:
    """What an import comes to, taken back afterwards."""
    slow = patch.object(importing, "plain_file", lambda *_parts: None)
    with slow if by_hand else nullcontext(), transaction.atomic():
        report: FeedReport = import_csv(
            stream=io.BytesIO(raw), terms=FeedTerms("stock"), by=SYSTEM, at=NOON
        )
        levels = StockLevel.objects.order_by("sku__code")
        found = list(levels.values_list("sku__code", "on_hand", "safety_stock"))
        transaction.set_rollback(True)
    counts = (report.rows_read, report.rows_landed, report.rows_changed)
    return (*counts, report.rows_refused, report.refusals, found)


@pytest.mark.parametrize(
    "raw",
    [*PLAIN.values(), *NOT_PLAIN.values(), *RAGGED.values()],
    ids=[*PLAIN, *NOT_PLAIN, *RAGGED],
)
def test_both_ways_of_reading_come_to_the_same(raw: bytes) -> None:
    stocked(5)
    SkuFactory.create(code="S-2")
    assert outcome(raw, by_hand=False) == outcome(raw, by_hand=True)


@pytest.mark.parametrize("raw", PLAIN.values(), ids=PLAIN)
def test_plain_files_are_copied(raw: bytes) -> None:
    stocked(5)
    SkuFactory.create(code="S-2")
    with patch.object(importing, "read_csv", return_value=iter(())):
        assert outcome(raw, by_hand=False)[0] == raw[: len(raw) - 1].count(b"\n")


@pytest.mark.parametrize("raw", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_plain_is_read_row_by_row(raw: bytes) -> None:
    assert plain.plain_file(io.BytesIO(raw), SHAPES["stock"]) is None


def test_a_file_with_many_odd_rows_is_read_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plain, "_MOST_ODD", 1)
    stocked(5)
    raw = HEAD + b"msk-1,S-1,8.0\nmsk-1,S-2,1.5\nmsk-1,S-3,1.5\n"
    report = outcome(raw, by_hand=False)
    assert report[:4] == (3, 1, 1, 2)
