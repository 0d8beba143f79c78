"""Files as 1C writes them, and the places its warehouses are mapped to."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from inventory.feeds.models import OutsideCode
from inventory.feeds.operations import ExchangeTerms, FeedReport, import_commerceml
from omniretail.kernel.actors import SYSTEM
from tests.clock import NOON
from tests.inventory.given import place

FILES = Path(__file__).with_name("files")
TVERSKAYA = "6f87e83f-722c-11df-b336-0011955cba6b"
KETTLE, KETTLE_ID = "BINATONE-AEJ1001", "dee6e1c0-55bc-11d9-848a-00112f43529a"
BOOTS = "bd72d910-55bc-11d9-848a-00112f43529a"
RETAIL = "Розничная"
AFTERNOON = NOON + timedelta(hours=1)


def file_of(name: str) -> bytes:
    """A file, in the encoding that it says it has."""
    text = (FILES / name).read_text()
    return text.encode("cp1251" if "windows-1251" in text[:60] else "utf-8")


def packed(*names: str, folder: str = "") -> bytes:
    """Files in one archive."""
    return zipped({folder + name: file_of(name) for name in names})


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """One archive that holds this."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


def mapped_place(store: str = "msk-1", outside_id: str = TVERSKAYA) -> None:
    """A warehouse of 1C that is a place of ours."""
    place(store)
    OutsideCode.objects.create(kind="PLACE", outside_id=outside_id, code=store)


def bring(raw: bytes, *, at: datetime = AFTERNOON, **terms: Any) -> dict[str, FeedReport]:
    """Import a file; what each part came to, by kind."""
    asked = ExchangeTerms(**({"price_type": RETAIL} | terms))
    reports = import_commerceml(stream=io.BytesIO(raw), terms=asked, by=SYSTEM, at=at)
    return {report.kind: report for report in reports}
