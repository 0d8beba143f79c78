"""A real browser: the one on this machine, else one we can fetch.

``python -m tests.pages.browser`` (part of `make test`) looks for Chromium, tries to
install it where there is none, and says in one line what it found. In CI, finding none
is a failure; elsewhere browser tests are then skipped.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TRIED = CHECKOUT / ".embedded" / "browser-tried"
NONE = "no Chromium on this machine, and none could be installed"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
_USUAL = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FETCHED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/*/*headless*shell",
)
_DAY_S = 86_400


def in_ci() -> bool:
    """Whether an automatic run asks: then a missing browser is a failure."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def find_chromium() -> str | None:
    """The program to drive; OMNIRETAIL_CHROMIUM names one outright."""
    named = os.environ.get("OMNIRETAIL_CHROMIUM") or os.environ.get("CHROME_PATH")
    if named:
        return shutil.which(named)
    installed = [shutil.which(name) for name in _NAMES]
    usual = [path for path in _USUAL if Path(path).exists()]
    fetched = [str(p) for pattern in _FETCHED for p in _fetched_home().glob(pattern)]
    return next((path for path in [*installed, *usual, *fetched] if path), None)


def _fetched_home() -> Path:
    named = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if named:
        return Path(named)
    mac = Path.home() / "Library" / "Caches"
    cache = mac if sys.platform == "darwin" else Path.home() / ".cache"
    return cache / "ms-playwright"


def install_chromium() -> str | None:
    """Fetch one: by the system's packages as root on Debian, else by Playwright."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        words = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
        if not _run(words) and _run(["apt-get", "update", "-q"]):
            _run(words)
    if not find_chromium():
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return find_chromium()


def _run(words: list[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - our own words only
            words,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=600,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> int:
    """Find or fetch a browser; try to fetch at most once a day, always in CI."""
    chromium = find_chromium()
    lately = TRIED.exists() and time.time() - TRIED.stat().st_mtime < _DAY_S
    if not chromium and (in_ci() or not lately):
        sys.stdout.write("browser: none here, trying to install Chromium\n")
        sys.stdout.flush()
        TRIED.parent.mkdir(exist_ok=True)
        TRIED.touch()
        chromium = install_chromium()
    sys.stdout.write(f"browser: {chromium or NONE + '; browser tests are skipped'}\n")
    return 1 if in_ci() and not chromium else 0


if __name__ == "__main__":
    sys.exit(main())
