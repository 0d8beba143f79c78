"""Files over REST and by the command: zipped or plain, CSV or as 1C writes them."""

import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from inventory.feeds.models import Feed, OutsideCode
from inventory.stock.models import StockLevel
from tests.callers import Answer, as_client
from tests.inventory.feeds.one_c import (
    KETTLE,
    RETAIL,
    file_of,
    mapped_place,
    packed,
)
from tests.inventory.given import figures, stocked

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/feeds"


def upload(path: str, raw: bytes, content: str, **query: Any) -> Answer:
    caller = as_client("catalogue:write", "stock:write")
    return caller.post(f"{path}?{urlencode(query)}", raw, content_type=content)


def zipped(raw: bytes, name: str = "stock.csv") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, raw)
    return target.getvalue()


def test_a_file_of_1c_is_uploaded_and_each_part_reported() -> None:
    mapped_place()
    for name, kind, raw in (
        ("import.xml", "application/xml", file_of("import.xml")),
        ("offers.zip", "application/zip", packed("offers.xml")),
    ):
        answer = upload(f"{PATH}/commerceml", raw, kind, file_name=name, price_type=RETAIL)
        assert answer.status_code == 201, answer.json()
    assert [one["kind"] for one in answer.json()["items"]] == [
        "catalogue",
        "prices",
        "stock",
    ]
    assert {row["field"] for row in answer.json()["items"][2]["refusals"]} == {
        "Ид",
        "ИдСклада",
    }
    assert StockLevel.objects.get(sku__code=KETTLE).on_hand == 7
    runs = as_client("catalogue:write", "stock:write").get(PATH).json()["items"]
    assert [run["kind"] for run in runs] == [
        "stock",
        "prices",
        "catalogue",
        "catalogue",
        "categories",
    ]
    assert {run["status"] for run in runs} == {"LANDED"}


def test_what_is_no_file_of_1c_is_a_problem() -> None:
    answer = upload(f"{PATH}/commerceml", b"<a/>", "application/xml")
    assert (answer.status_code, answer.json()["code"]) == (422, "feed_unreadable")
    answer = upload(f"{PATH}/commerceml", b"PK\x03\x04", "application/zip")
    assert (answer.status_code, answer.json()["code"]) == (422, "archive_refused")
    assert upload(f"{PATH}/commerceml", b"{}", "application/json").status_code == 415


def test_a_zipped_csv_lands_like_a_plain_one() -> None:
    stocked(5)
    raw = zipped(b"store_code,sku_code,on_hand\nmsk-1,S-1,8\n")
    answer = upload(PATH, raw, "application/zip", kind="stock", go_on="true")
    assert answer.status_code == 201, answer.json()
    assert figures() == (8, 0)


def test_a_feed_says_when_its_figures_were_seen() -> None:
    stocked(5)
    head = b"store_code,sku_code,on_hand,observed_at\n"
    answer = upload(
        PATH, head + b"msk-1,S-1,8,2020-01-01T00:00Z\n", "text/csv", kind="stock"
    )
    (refusal,) = answer.json()["refusals"]
    assert refusal["field"] == "observed_at"
    assert figures() == (5, 0)


def test_the_command_takes_files_of_1c(tmp_path: Path) -> None:
    mapped_place()
    for name in ("import.xml", "offers.xml"):
        path = tmp_path / name
        path.write_bytes(file_of(name))
        said = io.StringIO()
        call_command(
            "import_feed", "commerceml", str(path), "--price-type", RETAIL, stdout=said
        )
    assert "stock: 4 rows read, 2 landed" in " ".join(said.getvalue().split())
    (tmp_path / "none.xml").write_text("<a/>")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_feed", "commerceml", str(tmp_path / "none.xml"))
    assert Feed.objects.filter(status="LANDED").count() == 5
    assert OutsideCode.objects.filter(kind="SKU").count() == 3


@pytest.mark.parametrize(
    ("path", "raw", "content"),
    [
        (f"{PATH}?kind=stock", b"store_code;sku_code;on_hand\nmsk-1;S-1;8\n", "text/csv"),
        (f"{PATH}?kind=places", b"code;name\nmsk-1;Tverskaya\n", "text/csv"),
        (f"{PATH}/commerceml", file_of("offers.xml"), "application/xml"),
    ],
    ids=["stock", "places", "1C"],
)
def test_who_may_write_the_catalogue_may_not_set_stock(
    path: str, raw: bytes, content: str
) -> None:
    stocked(5)
    answer = as_client("catalogue:write").post(path, raw, content_type=content)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "scope_missing")
    assert problem["scope"] == "stock:write"
    assert not Feed.objects.exists()
    assert figures() == (5, 0)
