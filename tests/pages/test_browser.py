"""The browser itself works here."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.pages import browser


@pytest.mark.browser
def test_a_page_is_rendered_and_runs_its_script(page: Page) -> None:
    page.set_content("<h1>Молоко</h1><script>document.title = 'ready'</script>")
    assert page.title() == "ready"
    assert page.get_by_role("heading").inner_text() == "Молоко"


def test_a_named_browser_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("OMNIRETAIL_CHROMIUM", str(program))
    assert browser.find_chromium() == str(program)


def test_a_bare_machine_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OMNIRETAIL_CHROMIUM", "CHROME_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_USUAL", ())
    assert browser.find_chromium() is None
