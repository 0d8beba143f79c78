"""An upload whose process died is repeated under the same key: it is the same import, and
all of the file has landed, wherever the first attempt came to its end."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.db.models.functions import Now

from inventory.feeds.landing import stock
from inventory.feeds.models import Feed
from inventory.feeds.operations import ending, importing
from inventory.stock.models import StockLevel
from omniretail.kernel.api.writes import Write
from omniretail.kernel.limits import limits
from omniretail.kernel.models import AuditEntry, IdempotencyKey
from tests.callers import Answer, Caller, as_client
from tests.inventory.feeds.one_c import RETAIL, file_of, mapped_place
from tests.inventory.given import figures, stocked
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/feeds"
HEADING = "store_code,sku_code,on_hand\n"
TEXT = HEADING + "msk-1,S-1,7\nmsk-1,S-2,8\nmsk-1,S-3,9\n"
ROWS = [
    {"store_code": "msk-1", "sku_code": f"S-{number}", "on_hand": on_hand}
    for number, on_hand in ((1, 7), (2, 8), (3, 9))
]


@pytest.fixture(autouse=True)
def _row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)


@pytest.fixture
def caller() -> Caller:
    for number in (1, 2, 3):
        stocked(5, sku=f"S-{number}")
    return as_client("catalogue:write", "stock:write")


def upload(caller: Caller, text: Any = TEXT, key: str = "k1", **query: Any) -> Answer:
    address = f"{PATH}?{urlencode({'kind': 'stock', **query})}"
    if isinstance(text, list):
        return caller.post(address, {"rows": text}, format="json", key=key)
    return caller.post(address, text.encode(), content_type="text/csv", key=key)


def dies_at(line: int) -> Any:
    """The process ends while it lands what stands in this line, or behind it."""
    land = stock.land

    def until(stage: Any, first: int, *args: Any, **known: Any) -> Any:
        if first >= line:
            raise SystemExit
        return land(stage, first, *args, **known)

    return patch.object(stock, "land", until)


def lease_ends() -> None:
    IdempotencyKey.objects.update(lease_ends_at=Now() - timedelta(seconds=1))


def on_hand() -> list[int]:
    return [figures(sku=f"S-{number}")[0] for number in (1, 2, 3)]


@pytest.mark.parametrize("what", [TEXT, ROWS], ids=["file", "rows"])
@pytest.mark.parametrize("line", [0, 3], ids=["at first", "midway"])
def test_an_import_that_died_is_brought_to_its_end(
    caller: Caller, what: Any, line: int
) -> None:
    with dies_at(line), pytest.raises(SystemExit):
        upload(caller, what)
    begun = Feed.objects.get()
    assert begun.status == "RUNNING"
    lease_ends()
    answer = upload(caller, what)
    assert (answer.status_code, answer.json()["number"]) == (201, begun.number)
    assert (answer.json()["rows_landed"], answer.json()["status"]) == (3, "LANDED")
    assert on_hand() == [7, 8, 9]
    assert Feed.objects.count() == 1
    assert broken(only={"S1", "S4", "E3", "E5"}) == set()


@pytest.mark.parametrize("treatment", [{}, {"dry_run": "true"}], ids=["real", "rehearsal"])
def test_an_import_that_landed_is_told_and_not_run_again(
    caller: Caller, treatment: dict[str, str]
) -> None:
    with patch.object(Write, "_finish"):  # died before it could write the answer
        told = upload(caller, **treatment).json()
    lease_ends()
    with patch.object(stock, "land", side_effect=AssertionError):
        answer = upload(caller, **treatment)
    assert (answer.status_code, answer.json()) == (201, told)
    assert Feed.objects.count() == 1
    assert AuditEntry.objects.filter(subject=f"feed:{told['number']}").count() == 1


def test_a_rehearsal_that_died_begins_anew(caller: Caller) -> None:
    with dies_at(3), pytest.raises(SystemExit):
        upload(caller, dry_run="true")
    lease_ends()
    assert upload(caller, dry_run="true").json()["rows_landed"] == 3
    assert (on_hand(), Feed.objects.count()) == ([5, 5, 5], 1)


def test_while_it_still_runs_the_same_request_waits(caller: Caller) -> None:
    with dies_at(3), pytest.raises(SystemExit):
        upload(caller)
    lease_ends()
    with patch.object(ending, "is_abandoned", return_value=False):
        waiting = upload(caller)
    assert (waiting.status_code, waiting.json()["code"]) == (503, "feed_still_running")
    assert on_hand() == [7, 5, 5]
    assert upload(caller).json()["rows_landed"] == 3
    assert Feed.objects.count() == 1


def test_another_key_is_another_import(caller: Caller) -> None:
    first, second = (upload(caller, key=key).json()["number"] for key in ("k1", "k2"))
    assert first != second


def test_of_a_file_of_1c_each_part_is_one_import() -> None:
    mapped_place()
    caller, raw = as_client("catalogue:write", "stock:write"), file_of("offers.xml")
    address = f"{PATH}/commerceml?{urlencode({'price_type': RETAIL})}"
    terms = {"content_type": "application/xml", "key": "k1"}
    caller.post(f"{PATH}/commerceml", file_of("import.xml"), content_type="application/xml")
    before = Feed.objects.count()
    with dies_at(0), pytest.raises(SystemExit):
        caller.post(address, raw, **terms)
    lease_ends()
    answer = caller.post(address, raw, **terms)
    kinds = [one["kind"] for one in answer.json()["items"]]
    assert (answer.status_code, kinds) == (201, ["catalogue", "prices", "stock"])
    assert Feed.objects.count() == before + 3
    assert set(Feed.objects.values_list("status", flat=True)) == {"LANDED"}
    assert StockLevel.objects.filter(on_hand=7).exists()


def test_a_key_that_was_forgotten_stands_for_a_new_import(caller: Caller) -> None:
    """The keys of requests are kept for a time, and so is what they brought."""
    upload(caller)
    StockLevel.objects.update(on_hand=4)
    IdempotencyKey.objects.all().delete()
    assert upload(caller).status_code == 201
    assert (Feed.objects.count(), on_hand()) == (1, [4, 4, 4])
    IdempotencyKey.objects.all().delete()
    long_ago = Now() - limits().idempotency_kept - timedelta(seconds=1)
    Feed.objects.update(started_at=long_ago)
    assert upload(caller).status_code == 201
    assert (Feed.objects.count(), on_hand()) == (2, [7, 8, 9])
