"""One import in a process of its own: how long it took, and how large it grew."""

import json
import logging
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

import django

django.setup()

from inventory.feeds.operations import FeedTerms, import_csv  # noqa: E402
from omniretail.kernel import clock  # noqa: E402
from omniretail.kernel.actors import SYSTEM  # noqa: E402


def main(path: Path) -> None:
    """Import the file and print the figures; starting up is not measured."""
    logging.getLogger().setLevel(logging.WARNING)
    began = time.perf_counter()
    with path.open("rb") as stream:
        import_csv(stream=stream, terms=FeedTerms("stock"), by=SYSTEM, at=clock.now())
    taken = (time.perf_counter() - began) * 1000
    peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(json.dumps({"milliseconds": taken, "megabytes": peak}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
