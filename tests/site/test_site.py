# SPDX-License-Identifier: GPL-2.0-only
"""make site: each page, in a browser, at a phone's width and on a screen: no script fails, nothing is cut off, and a
link that leads nowhere is found."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "build/site/site"
HANG = 20 * 60  # seconds

# Without the last, a browser asks its maker's servers at every start.
QUIET = ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run",
         "disable-background-networking", "disable-component-update", "disable-sync")  # fmt: skip
PHONE, SCREEN = 400, 1280


def run(*argv: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=HANG, check=False)


@pytest.fixture(scope="module", autouse=True)
def site() -> None:
    done = run("ci/site.sh")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for word in (*QUIET, f"user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(f"--{word}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    try:
        yield driver
    finally:
        driver.quit()


def look_at(browser: webdriver.Chrome, page: Path, width: int) -> list[str]:
    """What is wrong with the page at that width."""
    # A window is at least 500 wide. "mobile" would zoom out until everything fits, and hide what is too wide.
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(page.as_uri())
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    wrong = [f"{wide} wide"] if wide > width else []
    return wrong + [line["message"] for line in browser.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]


@pytest.mark.timeout(HANG)
@pytest.mark.parametrize("width", [PHONE, SCREEN])
def test_every_page_is_whole_in_a_browser(browser: webdriver.Chrome, width: int) -> None:
    pages = sorted(SITE.rglob("*.html"))
    assert len(pages) > 20
    wrong = {str(page.relative_to(SITE)): found for page in pages if (found := look_at(browser, page, width))}
    assert not wrong


def test_the_browser_test_sees_what_is_wrong(browser: webdriver.Chrome, tmp_path: Path) -> None:
    page = tmp_path / "wrong.html"
    page.write_text("<div style='width: 700px'>wide</div><script>nobody()</script><script src='none.js'></script>")
    found = look_at(browser, page, PHONE)
    assert any("700" in one or "wide" in one for one in found)
    assert any("nobody is not defined" in one for one in found)
    assert any("none.js" in one for one in found)


def test_pictures_and_sources_are_there() -> None:
    """The picture of one call; and what a page says about a source is no dead link."""
    assert "one-call.svg" in (SITE / "docs/one-call.html").read_text(encoding="utf-8")
    assert next(SITE.rglob("one-call.svg"), None)
    assert "../lkm/device.c" not in (SITE / "docs/one-call.html").read_text(encoding="utf-8")


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<h1 id="top">x</h1><a href="#top"></a><a href="gone.html"></a>')
    (tmp_path / "other.html").write_text('<a href="index.html#top"></a><a href="index.html#none"></a>')
    done = run("ci/site/check.py", tmp_path)
    assert done.returncode == 1
    assert done.stdout.split("\n")[:2] == ["index.html: gone.html", "other.html: index.html#none"]
