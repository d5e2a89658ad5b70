"""The report in a browser and on paper: it draws without a network, reads on a phone, and its first page is one
sheet."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from wardsim.report.page import write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"no browser: install one of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def report(comparison: Any, tmp_path: Path) -> Path:
    return write_report(replace(comparison, same_people=comparison), tmp_path / "report.html")


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """The report, opened where there is no network; complaints of the browser fail the test."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(report.as_uri())
    page.wait_for_function("document.querySelectorAll('.plot .main-svg').length > 0")
    yield page
    context.close()
    assert not complaints


def sheets(page: Page) -> int:
    """How many sheets of A4 the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def test_every_chart_is_drawn_without_a_network(page: Page) -> None:
    places, drawn = page.locator(".plot"), page.locator(".plot:has(.main-svg)")
    page.wait_for_function("[...document.querySelectorAll('.plot')].every(p => p.querySelector('.main-svg'))")
    assert places.count() == drawn.count() > 5


def test_whoever_cannot_see_or_use_a_mouse_can_read_it(page: Page) -> None:
    """WCAG 2.2 AA as far as a program can tell, with every fold open."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    told = [(v["id"], v["nodes"][0]["html"][:120]) for v in found.response["violations"]]
    assert not told


def test_on_a_phone_nothing_runs_off_the_screen(page: Page) -> None:
    """Who gains and who loses is seen whole; longer tables scroll in their own box, not the page."""
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(
        "[...document.querySelectorAll('table.sides')].every(t => t.offsetWidth <= t.parentElement.clientWidth + 1)"
    )


def test_the_first_page_is_one_sheet_and_the_rest_a_readable_pile(page: Page) -> None:
    """What a board gets on paper; the tables of everything are printed only when they were opened."""
    whole = sheets(page)
    assert whole <= 40
    page.evaluate("document.querySelector('#annex details:not([data-print])').open = true")
    assert sheets(page) > whole
    page.evaluate("document.querySelectorAll('section:not(#board), header, footer').forEach(s => s.remove())")
    page.evaluate("document.querySelector('#board').style.breakAfter = 'auto'")  # no empty sheet after it
    assert sheets(page) == 1
