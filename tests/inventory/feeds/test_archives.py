"""Archives as they come: full of pictures, or damaged on their way."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from pytest_django import Settings

from inventory.feeds.unpacking import ArchiveRefused, names_inside, unpacked
from tests.inventory.feeds.one_c import bring, file_of, zipped

CSV = b"store_code;sku_code;on_hand\nmsk-1;S-1;5\n" * 20


def archive_of(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("stock.csv", CSV)
    return target.getvalue()


def damaged(raw: bytes) -> list[bytes]:
    """The archive with each of its bytes spoilt, behind the mark it begins with."""
    return [
        raw[:place] + bytes([raw[place] ^ bits]) + raw[place + 1 :]
        for place in range(4, len(raw))
        for bits in (0x01, 0x80, 0xFF)
    ]


def read_or_refused(stream: BinaryIO) -> str:
    """What comes of an archive; whatever else is raised is a fault of ours."""
    try:
        names_inside(stream)
        with unpacked(stream, ending=".csv") as plain:
            return "read" if plain.read() == CSV else "read otherwise"
    except ArchiveRefused:
        return "refused"


@pytest.mark.parametrize(
    "method",
    [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA],
    ids=["stored", "deflated", "bzip2", "lzma"],
)
def test_an_archive_damaged_anywhere_is_refused_or_read_as_it_was(
    method: int, tmp_path: Path
) -> None:
    """In memory, as an upload comes, and from the disk, as the command reads it."""
    path = tmp_path / "stock.zip"
    found = set()
    for raw in damaged(archive_of(method)):
        found.add(read_or_refused(io.BytesIO(raw)))
        path.write_bytes(raw)
        with path.open("rb") as stream:
            found.add(read_or_refused(stream))
    assert found == {"read", "refused"}


@pytest.mark.django_db
def test_1c_packs_its_pictures_beside_the_catalogue() -> None:
    pictures = {f"import_files/{one:04x}.jpg": b"\xff\xd8" for one in range(3_000)}
    raw = zipped({"import.xml": file_of("import.xml")} | pictures)
    assert bring(raw)["catalogue"].rows_landed == 2


def test_there_is_an_end_to_how_many_files_an_archive_holds(settings: Settings) -> None:
    settings.LIMITS = replace(settings.LIMITS, feed_packed_files=2)
    raw = zipped({f"{one}.csv": CSV for one in range(3)})
    with pytest.raises(ArchiveRefused), unpacked(io.BytesIO(raw), ending=".csv"):
        pass
