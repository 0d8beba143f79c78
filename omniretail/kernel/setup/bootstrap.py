"""Set the checkout up: a virtual environment, locked packages, translations, database.

Run by `make` with whatever Python there is, before anything is installed: standard
library only, by path. Each step leaves a stamp; a second run finds nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[3]
VENV = (ROOT / ".venv").resolve()  # worktrees may share one
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STATIC_MANIFEST = ROOT / ".embedded" / "static" / "staticfiles.json"
APPS = ("omniretail", "stores", "inventory", "loyalty", "orders")
OLDEST = (3, 11)
EXACTLY_THE_LOCK = ("sync", "--require-hashes", LOCK)
# pip's name of a setting -> uv's option, and the variable that already says it
OPTIONS = {
    "index-url": ("--default-index", "UV_DEFAULT_INDEX"),
    "extra-index-url": ("--index", "UV_INDEX"),
    "find-links": ("--find-links", "UV_FIND_LINKS"),
    "trusted-host": ("--allow-insecure-host", "UV_INSECURE_HOST"),
}
VARIABLES = {
    "cert": ("SSL_CERT_FILE",),
    "default-timeout": ("UV_HTTP_TIMEOUT",),
    "timeout": ("UV_HTTP_TIMEOUT",),
    "proxy": ("HTTPS_PROXY", "HTTP_PROXY"),
}


def give_up(reason: str) -> NoReturn:
    """One line that says what is wrong."""
    sys.exit(f"setup: {reason}")


def say(words: str) -> None:
    """One line of progress."""
    print(f"setup: {words}", file=sys.stderr, flush=True)  # noqa: T201 - no Django here


def main() -> None:
    """Do what is missing; `--packages` stops before the database, `--lock` resolves."""
    if sys.version_info < OLDEST:
        give_up(
            f"OmniRetail needs Python 3.11 or newer, this is {platform.python_version()}"
        )
    if "--lock" in sys.argv[1:]:
        resolve()
        return
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_packages()
        ensure_catalogues()
        if "--packages" not in sys.argv[1:]:
            ensure_prepared()


def ensure_packages() -> None:
    """The virtual environment holds exactly what the lock names."""
    wanted = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {VENV}"
    stamp = VENV / "installed.lock"
    installed = stamp.read_text() if stamp.exists() else ""
    if PYTHON.exists() and installed == wanted:
        return
    was_moved = bool(installed) and not installed.endswith(f" {VENV}")
    ensure_venv(anew=was_moved)
    say("installing the locked packages")
    if not (install_with_uv() or install_with_pip()):
        give_up("the locked packages cannot be had (no network, and not in a cache?)")
    stamp.write_text(wanted)


def ensure_venv(*, anew: bool = False) -> None:
    """A working `.venv` of a Python that is new enough; anew when it was moved here."""
    probe = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    if not anew and PYTHON.exists() and run([PYTHON, "-c", probe]).returncode == 0:
        return
    has_pip = find_spec("ensurepip") is not None
    if find_spec("venv") is None or not (has_pip or find_spec("pip") or shutil.which("uv")):
        version = ".".join(map(str, sys.version_info[:2]))
        give_up(
            f"{sys.executable} cannot make virtual environments;"
            f" install its venv module (Debian: apt-get install python{version}-venv)"
        )
    say("making .venv")
    bare = [] if has_pip else ["--without-pip"]
    done = run([sys.executable, "-m", "venv", "--clear", *bare, VENV])
    if done.returncode:
        give_up(f"cannot make .venv: {last_line(done)}")


def install_with_uv(
    words: Sequence[str | Path] = EXACTLY_THE_LOCK, python: Path = PYTHON
) -> bool:
    """Let uv install, from the places pip is configured for; first try needs a network."""
    uv = find_uv()
    if uv is None:
        return False
    arguments, environment = pip_settings()
    verb, *what = words
    command: list[str | Path] = [uv, "pip", verb, "--quiet", "--python", python]
    command += [*arguments, *what]
    attempts: tuple[list[str], ...] = ([], ["--offline"])
    for extra in attempts:
        done = run([*command, *extra], environment)
        if done.returncode == 0:
            return True
    say(f"uv: {last_line(done)}")
    return False


def find_uv() -> Path | str | None:
    """The uv on the path, else one of our own in `.venv/uv`."""
    ours = VENV / "uv" / "bin" / "uv"
    if ours.exists():
        return ours
    if found := shutil.which("uv"):
        return found
    say("fetching uv")
    done = run([*pip_install(), "--target", VENV / "uv", "uv", "pip"])
    if done.returncode:
        say(f"uv cannot be had: {last_line(done)}")
        return None
    return ours


def resolve() -> None:
    """Write `requirements.lock` anew from `pyproject.toml`: hashes, no addresses."""
    ensure_venv()
    uv = find_uv()
    if uv is None:
        give_up("resolving needs uv")
    arguments, environment = pip_settings()
    hidden = ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command"]
    done = run(
        [
            *(uv, "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
            *(*hidden, "make lock", "--python-version", "3.11", "--group", "dev"),
            *(*arguments, "pyproject.toml", "-o", "requirements.lock"),
        ],
        environment,
    )
    if done.returncode:
        give_up(f"resolving: {last_line(done)}")


def install_with_pip(
    words: Sequence[str | Path] = ("--require-hashes", "--no-deps", "-r", LOCK),
    python: Path = PYTHON,
) -> bool:
    """Slower, but every Python brings it."""
    say("using pip instead of uv")
    done = run([*pip_install(python), *words])
    if done.returncode:
        say(f"pip: {last_line(done)}")
    return done.returncode == 0


def pip_install(python: Path = PYTHON) -> list[str | Path]:
    """The beginning of a pip command: the environment's own, else that of this Python."""
    pip: list[str | Path] = [python, "-m", "pip"]
    if run([*pip, "--version"]).returncode and run([python, "-m", "ensurepip"]).returncode:
        pip = [sys.executable, "-m", "pip", "--python", python]
    return [*pip, "install", "--quiet", "--disable-pip-version-check"]


def pip_settings() -> tuple[list[str], dict[str, str]]:
    """The user's pip configuration in uv's words, where uv is not configured itself."""
    arguments = ["--index-strategy", "unsafe-best-match"]
    environment = dict(os.environ)
    for python in (PYTHON, sys.executable):
        listed = run(
            [python, "-m", "pip", "config", "list"],
            {**os.environ, "PYTHONPATH": str(VENV / "uv")},
        )
        if listed.returncode == 0:
            break
    for line in listed.stdout.splitlines():
        name, _, quoted = line.partition("=")
        option, value = name.split(".")[-1], quoted.strip("'\"")
        flag, variable = OPTIONS.get(option, ("", ""))
        if flag and variable not in os.environ:
            for each in value.replace("\\n", " ").split():
                arguments += [flag, each]
        for variable in VARIABLES.get(option, ()):
            environment.setdefault(variable, value)
        if option == "no-index" and value.lower() in {"1", "true", "yes", "on"}:
            arguments.append("--no-index")
    return arguments, environment


def ensure_catalogues() -> None:
    """Every translation is compiled from its newest text."""
    texts = [p for app in APPS for p in (ROOT / app).glob("**/LC_MESSAGES/*.po")]
    stale = [p for p in texts if not is_newer(p.with_suffix(".mo"), p)]
    if stale:
        say(f"compiling {len(stale)} translations")
        compiler = Path(__file__).with_name("catalogues.py")
        done = run([PYTHON, compiler, *stale])
        if done.returncode:
            give_up(f"translations: {last_line(done)}")


def is_newer(result: Path, source: Path) -> bool:
    """Whether a result was made after its source last changed."""
    return result.exists() and result.stat().st_mtime_ns >= source.stat().st_mtime_ns


def ensure_prepared() -> None:
    """Database tables and static files are those of this checkout."""
    if is_prepared():
        return
    say("preparing database and static files")
    done = subprocess.run([PYTHON, "manage.py", "prepare"], cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        give_up("the database or the static files could not be prepared (see above)")


def is_prepared() -> bool:
    """Whether nothing has changed since the embedded database was last prepared."""
    home = data_home()
    kept = (home / "postgres").is_dir() and STATIC_MANIFEST.exists()
    stamp = home / "prepared"
    if "DATABASE_URL" in os.environ or not kept or not stamp.exists():
        return False
    return stamp.read_text() == fingerprint()


def mark_prepared() -> None:
    """Remember for what the database was prepared."""
    if "DATABASE_URL" not in os.environ:
        (data_home() / "prepared").write_text(fingerprint())


def data_home() -> Path:
    """The embedded engines' folder."""
    named = os.environ.get("OMNIRETAIL_EMBEDDED_DIR")
    return Path(named).resolve() if named else ROOT / ".embedded"


def fingerprint() -> str:
    """Changes when migrations, static files or packages change."""
    sources = [LOCK]
    for app in APPS:
        sources += (ROOT / app).glob("**/migrations/*.py")
        sources += [p for p in (ROOT / app).glob("**/static/**/*") if p.is_file()]
    facts = [(str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in sorted(sources)]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def run(
    words: list[str | Path], environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command from the checkout and keep what it says."""
    return subprocess.run(  # noqa: S603 - our own words only
        [str(word) for word in words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a failed command said last."""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines()]
    return next((line for line in reversed(lines) if line), "no reason given")


if __name__ == "__main__":
    main()
