"""A file of 1C that comes once more in the same session, whether it was imported or is
being imported."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from pytest_django import Settings

from inventory.catalogue.models import Category
from inventory.feeds.landing import catalogue
from inventory.feeds.models import ExchangeFile, Feed
from inventory.feeds.operations import ending
from inventory.feeds.operations.receiving import FileBeingImported
from inventory.feeds.tasks import land_files
from omniretail.kernel.errors import title_of
from omniretail.kernel.limits import limits
from tests.inventory.feeds.installation import OneC
from tests.inventory.feeds.one_c import file_of, zipped

pytestmark = pytest.mark.django_db(transaction=True)
WORD, OTHER = "Чайники".encode(), "Самовары".encode()


@pytest.fixture(autouse=True)
def one_c(settings: Settings) -> OneC:
    """Nobody waits for a worker."""
    settings.LIMITS = replace(
        settings.LIMITS, exchange_wait=timedelta(0), exchange_part_bytes=3_000
    )
    settings.LANGUAGE_CODE = "en"
    one_c = OneC()
    one_c.sign_in()
    return one_c


def imported(one_c: OneC, name: str = "import.xml") -> list[str]:
    """The answers until 1C may go on."""
    answers: list[str] = []
    while not answers or answers[-1] == "progress":
        answers.append(one_c.ask("import", filename=name)[0])
        land_files()
    return answers


@pytest.mark.parametrize("second", ["v8.zip", "v9.zip"])
@pytest.mark.parametrize("size", [700, 3_000])
def test_an_archive_that_comes_anew_is_imported_anew(
    one_c: OneC, second: str, size: int
) -> None:
    """What a second exchange of the session brings is not taken for landed."""
    told = file_of("import.xml")
    for name, raw in (("v8.zip", told), (second, told.replace(WORD, OTHER))):
        one_c.ask("init")
        one_c.send_all(name, zipped({"import.xml": raw}), size=size)
        assert imported(one_c) == ["progress", "success"]
    assert Feed.objects.filter(kind="categories").count() == 2
    assert Category.objects.filter(name=OTHER.decode()).exists()


def test_the_other_files_of_an_older_archive_are_still_imported(one_c: OneC) -> None:
    raw = {name: file_of(name) for name in ("import.xml", "offers.xml")}
    one_c.send_all("v8.zip", zipped(raw))
    assert imported(one_c) == ["progress", "success"]
    anew = {"import.xml": raw["import.xml"].replace(WORD, OTHER)}
    one_c.send_all("v9.zip", zipped(anew))
    assert imported(one_c) == ["progress", "success"]
    assert one_c.ask("import", filename="offers.xml")[0] == "progress"
    assert ExchangeFile.objects.get(name="offers.xml").archive.name == "v8.zip"  # type: ignore[union-attr]


def test_a_file_comes_by_itself_after_it_lay_in_an_archive(one_c: OneC) -> None:
    told = file_of("import.xml")
    one_c.send_all("v8.zip", zipped({"import.xml": told}))
    assert imported(one_c) == ["progress", "success"]
    one_c.send_all("import.xml", told.replace(WORD, OTHER))
    assert imported(one_c) == ["progress", "success"]
    assert Category.objects.filter(name=OTHER.decode()).exists()


def test_the_same_archive_again_is_imported_once(one_c: OneC) -> None:
    for _time in range(2):
        one_c.send_all("v8.zip", zipped({"import.xml": b"<a/>"}))
        imported(one_c)
    assert ExchangeFile.objects.get(name="import.xml").tries == 1


@pytest.mark.parametrize("name", ["v8.zip", "import.xml"])
def test_no_piece_is_added_to_what_is_being_imported(one_c: OneC, name: str) -> None:
    told = file_of("import.xml")
    content = zipped({"import.xml": told}) if name.endswith("zip") else told
    one_c.send_all(name, content)
    assert one_c.ask("import", filename="import.xml")[0] == "progress"
    assert one_c.send(name, b"x") == [
        "failure",
        title_of(FileBeingImported),
        f"file: {name}",
    ]
    assert ExchangeFile.objects.get(name=name).size == len(content)
    land_files()
    assert one_c.ask("import", filename="import.xml")[0] == "success"


def test_the_same_file_of_two_exchanges_at_once_is_waited_for(one_c: OneC) -> None:
    """1C was stopped and began again while a worker still imported what it had sent."""
    again = OneC(one_c.client)
    again.sign_in()
    for each in (one_c, again):
        each.send_all("import.xml", file_of("import.xml"))
        assert each.ask("import", filename="import.xml")[0] == "progress"
    with patch.object(catalogue, "land", side_effect=SystemExit), pytest.raises(SystemExit):
        land_files()
    with patch.object(ending, "is_abandoned", return_value=False):
        for _time in range(limits().exchange_tries + 1):
            land_files()
    assert again.ask("import", filename="import.xml")[0] == "progress"
    land_files()
    for each in (one_c, again):
        assert each.ask("import", filename="import.xml")[0] == "success"
