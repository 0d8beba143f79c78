"""Setting up respects the user's pip, notices what changed, and says what is wrong."""

import gettext
import os
import subprocess
import sys
from pathlib import Path

import pytest

from omniretail.kernel.setup import bootstrap
from omniretail.kernel.setup.catalogues import compile_catalogue

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Milk"
msgstr "Молоко"

#, fuzzy
msgid "Bread"
msgstr "Наверное, хлеб"
"""


@pytest.fixture
def pip_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pip that is configured in files and in the environment."""
    for name in ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_FIND_LINKS", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    said = (
        "global.index-url='https://packages.example/simple'\n"
        "global.extra-index-url='https://one.example/simple https://two.example/simple'\n"
        ":env:.cert='/etc/ca.pem'\n"
        "install.no-index='true'\n"
    )
    answer = subprocess.CompletedProcess([], 0, stdout=said, stderr="")
    monkeypatch.setattr(bootstrap, "run", lambda *_: answer)


@pytest.mark.usefixtures("pip_says")
def test_uv_looks_where_pip_is_told_to_look() -> None:
    arguments, environment = bootstrap.pip_settings()
    words = " ".join(arguments)
    assert "--default-index https://packages.example/simple" in words
    assert "--index https://one.example/simple --index https://two.example/simple" in words
    assert arguments[-1] == "--no-index"
    assert environment["SSL_CERT_FILE"] == "/etc/ca.pem"


@pytest.mark.usefixtures("pip_says")
def test_what_uv_was_told_itself_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://other.example/simple")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/mine.pem")
    arguments, environment = bootstrap.pip_settings()
    assert "--default-index" not in arguments
    assert environment["SSL_CERT_FILE"] == "/etc/mine.pem"


@pytest.mark.skipif(
    not (bootstrap.VENV / "installed.lock").exists(), reason="not set up by make"
)
def test_a_second_set_up_of_packages_does_nothing() -> None:
    done = subprocess.run(  # noqa: S603 - our own words only
        [sys.executable, str(Path(bootstrap.__file__)), "--packages"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "installing" not in done.stderr


def test_too_old_a_python_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        bootstrap.main()


def test_a_changed_migration_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    migration = tmp_path / "stores" / "migrations" / "0001_initial.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("")
    (tmp_path / "requirements.lock").write_text("")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOCK", tmp_path / "requirements.lock")
    before = bootstrap.fingerprint()
    assert bootstrap.fingerprint() == before
    migration.write_text("# more")
    assert bootstrap.fingerprint() != before


def test_translations_are_compiled_without_doubtful_ones(tmp_path: Path) -> None:
    text = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    text.parent.mkdir(parents=True)
    text.write_text(CATALOGUE)
    assert not bootstrap.is_newer(text.with_suffix(".mo"), text)
    compiled = compile_catalogue(text)
    assert bootstrap.is_newer(compiled, text)
    with compiled.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Milk") == "Молоко"
    assert words.gettext("Bread") == "Bread"
