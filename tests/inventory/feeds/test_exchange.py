"""A 1C installation brings its files by itself: checkauth, init, file, import."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from inventory.feeds.commerceml import elements
from inventory.feeds.models import ExchangeFile, ExchangePart, Feed, OutsideCode
from inventory.feeds.operations import (
    NothingInside,
    exchanging,
    forget_exchange_files,
    importing,
    land_exchange_files,
)
from inventory.feeds.operations.receiving import (
    ExchangeDenied,
    FileMissing,
    FileTooLarge,
    SessionEnded,
)
from inventory.feeds.pages import COOKIE
from inventory.feeds.tasks import land_files
from omniretail.kernel import clock
from omniretail.kernel.actors import SYSTEM
from omniretail.kernel.clients import switch_off_client
from omniretail.kernel.errors import title_of
from omniretail.kernel.models import AuditEntry
from tests.inventory.feeds.installation import OneC, admitted
from tests.inventory.feeds.one_c import KETTLE, RETAIL, file_of, mapped_place, packed
from tests.inventory.given import figures
from tests.lawbook import broken

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def settled(settings: Settings) -> None:
    """Nobody waits for a worker, and the retail price is published."""
    settings.LIMITS = replace(
        settings.LIMITS, exchange_wait=timedelta(0), exchange_part_bytes=3_000
    )
    settings.EXCHANGE_PRICE_TYPE = RETAIL
    settings.LANGUAGE_CODE = "en"


def test_a_whole_exchange_by_the_letter() -> None:
    mapped_place()
    one_c = OneC()
    assert one_c.sign_in()[:2] == ["success", COOKIE]
    assert one_c.ask("init") == ["zip=yes", "file_limit=3000"]
    catalogue = one_c.brought("import.xml", file_of("import.xml"))
    assert catalogue[0] == "success"
    assert catalogue[1].startswith("categories I-")
    assert one_c.brought("offers.xml", file_of("offers.xml"))[0] == "success"
    off = one_c.ask("deactivate")
    assert (off[0], off[1].split(": ")[1]) == (
        "success",
        "0 landed, 0 changed, 0 refused",
    )
    assert one_c.ask("complete") == ["success"]
    assert figures(sku=KETTLE) == (7, 0)
    assert not ExchangePart.objects.exists()
    assert AuditEntry.objects.filter(action="exchange.import").count() == 2
    assert set(Feed.objects.values_list("actor_key", flat=True)) == {
        one_c.client.client.client_id
    }
    assert broken(only={"S1", "S4"}) == set()


def test_files_come_in_archives_of_several_pieces() -> None:
    mapped_place()
    one_c = OneC()
    one_c.sign_in()
    one_c.send_all("v8_2C7E_125d5b.zip", packed("import.xml", "offers.xml"), size=700)
    one_c.send("import_files/5e/picture.jpg", b"\xff\xd8")
    for name in ("import.xml", "offers.xml"):
        assert one_c.ask("import", filename=name)[0] == "progress"
        land_files()
        assert one_c.ask("import", filename=name)[0] == "success"
    assert figures(sku=KETTLE) == (7, 0)
    assert not ExchangeFile.objects.filter(name="picture.jpg").exists()


def test_a_piece_sent_twice_is_kept_once() -> None:
    one_c = OneC()
    one_c.sign_in()
    raw = file_of("import.xml")
    for first in range(0, len(raw), 3_000):
        one_c.send("import.xml", raw[first : first + 3_000])
        one_c.send("import.xml", raw[first : first + 3_000])
    assert ExchangeFile.objects.get().size == len(raw)
    assert one_c.ask("import", filename="import.xml")[0] == "progress"
    land_files()
    assert one_c.ask("import", filename="import.xml")[0] == "success"


def test_the_same_exchange_again_changes_nothing() -> None:
    mapped_place()
    for _time in range(2):
        one_c = OneC()
        one_c.sign_in()
        for name in ("import.xml", "offers.xml"):
            assert one_c.brought(name, file_of(name))[0] == "success"
    again = Feed.objects.order_by("-pk")[:5]
    assert {feed.rows_changed for feed in again} == {0}
    assert Feed.objects.count() == 10


def test_an_import_that_dies_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_c = OneC()
    one_c.sign_in()
    monkeypatch.setattr(importing, "BATCH", 65)
    one_c.send_all("import.xml", file_of("import.xml"))
    one_c.ask("import", filename="import.xml")
    land = importing._LANDINGS["catalogue"].land
    seen: list[int] = []

    def die_once(*parts: Any, **terms: Any) -> Any:
        seen.append(parts[1])
        if len(seen) == 2:
            raise RuntimeError("the lights went out")
        return land(*parts, **terms)

    monkeypatch.setattr(importing._LANDINGS["catalogue"], "land", die_once)
    land_files()
    assert Feed.objects.get(kind="catalogue").status == "BROKEN_OFF"
    assert one_c.ask("import", filename="import.xml")[0] == "progress"
    land_files()
    assert one_c.ask("import", filename="import.xml")[0] == "success"
    assert seen == [1, 66, 66]
    assert Feed.objects.count() == 2
    assert Feed.objects.get(kind="catalogue").rows_landed == 2


def test_an_import_that_always_dies_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_parts: Any, **_terms: Any) -> None:
        raise RuntimeError("secret detail")

    one_c = OneC()
    one_c.sign_in()
    one_c.send_all("import.xml", file_of("import.xml"))
    one_c.ask("import", filename="import.xml")
    monkeypatch.setattr(exchanging, "look_through", die)
    for _time in range(6):
        land_files()
    assert one_c.ask("import", filename="import.xml") == [
        "failure",
        "The import died too often.",
    ]


def test_a_file_that_was_refused_may_come_again() -> None:
    one_c = OneC()
    one_c.sign_in()
    refused = one_c.brought("import.xml", b"<a/>")
    assert refused[0] == "failure"
    assert refused[1].startswith("The file cannot be read.")
    assert one_c.brought("import.xml", file_of("import.xml"))[0] == "success"


@pytest.mark.parametrize(
    "inside",
    [
        "<Классификатор><Склады><Склад><Ид>w</Ид></Склад></Склады></Классификатор>",
        '<Каталог СодержитТолькоИзменения="true"><Ид>c</Ид><Товары/></Каталог>',
    ],
    ids=["warehouses", "no changes"],
)
def test_a_file_with_nothing_for_us_does_not_end_the_exchange(inside: str) -> None:
    root = "КоммерческаяИнформация"
    one_c = OneC()
    one_c.sign_in()
    raw = f'<{root} ВерсияСхемы="2.10">{inside}</{root}>'.encode()
    told = ["success", title_of(NothingInside)]
    assert one_c.brought("storages0_1.xml", raw) == told
    assert one_c.brought("import.xml", file_of("import.xml"))[0] == "success"
    assert one_c.ask("deactivate")[0] == "success"


def test_a_bomb_is_refused_in_words() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("import.xml", b" " * 20_000_000)
    one_c = OneC()
    one_c.sign_in()
    one_c.send_all("v8.zip", target.getvalue())
    one_c.ask("import", filename="import.xml")
    land_files()
    assert one_c.ask("import", filename="import.xml")[:1] == ["failure"]


@pytest.mark.parametrize(
    ("mode", "query"),
    [
        ("init", {}),
        ("file", {"filename": "import.xml"}),
        ("import", {"filename": "import.xml"}),
        ("complete", {}),
    ],
)
def test_nothing_goes_without_a_session(mode: str, query: dict[str, str]) -> None:
    one_c = OneC()
    for cookie in ("", "nonsense", "a:b:c"):
        one_c.http.cookies[COOKIE] = cookie
        assert one_c.ask(mode, **query) == ["failure", title_of(SessionEnded)]
    assert not ExchangeFile.objects.exists()


def test_a_client_that_is_switched_off_is_out_at_once() -> None:
    one_c = OneC()
    one_c.sign_in()
    switch_off_client(client=one_c.client.client, by=SYSTEM, at=clock.now())
    assert one_c.ask("init")[0] == "failure"
    assert one_c.sign_in()[0] == "failure"


def test_who_may_not_exchange_is_refused() -> None:
    denied = ["failure", title_of(ExchangeDenied)]
    assert OneC(admitted("stock:read")).sign_in() == [*denied, "scope: feeds:exchange"]
    one_c = OneC()
    assert one_c.ask("checkauth") == denied
    assert one_c.ask("checkauth", HTTP_AUTHORIZATION="Basic !!!") == denied
    assert one_c.sign_in(secret="wrong") == denied
    assert COOKIE not in one_c.http.cookies


def test_guessing_ends_in_a_pause() -> None:
    one_c = OneC()
    for _try in range(5):
        assert one_c.sign_in(secret="wrong")[0] == "failure"
    assert one_c.sign_in()[0] == "failure"
    assert AuditEntry.objects.filter(action="exchange.wrong_secret").count() == 5


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"mode": "query", "type": "sale"}, "Only the catalogue is exchanged here"),
        ({"mode": "checkout"}, "This step of the exchange is not known."),
        ({"mode": "import", "filename": "none.xml"}, title_of(FileMissing)),
        ({"mode": "import"}, title_of(FileMissing)),
        ({"mode": "file"}, title_of(FileMissing)),
    ],
)
def test_what_is_not_done_is_refused_in_the_words_of_the_protocol(
    asked: dict[str, str], words: str
) -> None:
    one_c = OneC()
    one_c.sign_in()
    lines = one_c.ask(**asked)
    assert lines[0] == "failure"
    assert lines[1].startswith(words)
    assert not ExchangeFile.objects.exists()


def test_pieces_and_files_are_bounded(settings: Settings) -> None:
    one_c = OneC()
    one_c.sign_in()
    refused = ["failure", title_of(FileTooLarge)]
    assert one_c.send("import.xml", b"x" * 3_001) == refused
    assert not ExchangeFile.objects.exists()
    settings.LIMITS = replace(settings.LIMITS, exchange_file_bytes=5_000, exchange_files=1)
    assert one_c.send("import.xml", b"x" * 3_000) == ["success"]
    assert one_c.send("import.xml", b"y" * 3_000) == [*refused, "file: import.xml"]
    assert ExchangeFile.objects.get().size == 3_000
    one_c.send("a.xml", b"x")
    assert one_c.send("b.xml", b"x") == [*refused, "file: b.xml"]
    assert not ExchangeFile.objects.filter(name="b.xml").exists()


def test_nothing_of_our_insides_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_parts: Any, **_terms: Any) -> None:
        raise RuntimeError("secret detail")

    one_c = OneC()
    one_c.sign_in()
    monkeypatch.setattr("inventory.feeds.pages.begin_exchange", die)
    assert one_c.ask("init") == ["failure", "Something went wrong on our side."]


def test_old_files_are_let_go() -> None:
    one_c = OneC()
    one_c.sign_in()
    one_c.send("import.xml", b"x")
    now = clock.now()
    assert forget_exchange_files(at=now, limit=10) == 0
    assert forget_exchange_files(at=now + timedelta(days=8), limit=10) == 1
    assert land_exchange_files(at=now, limit=10) == 0
    assert not OutsideCode.objects.exists()
    assert elements.Element("a", {}, 1).value("b") == ""
