"""The page of the API in a browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support import Server

_CHROMIUM = shutil.which("chromium")
_METHODS = {"get", "post"}


@pytest.fixture
def page() -> Iterator[Page]:
    if _CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("chromium is not on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(60_000)
        yield page
        browser.close()


def test_page_shows_the_api_and_tries_it_within_its_policy(server: Server, page: Page) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    host, port = server.address
    page.goto(f"http://{host}:{port}/docs")
    paths = server.get("/openapi.json")[2]["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(len(_METHODS & set(operations)) for operations in paths))

    search = page.locator("#operations-search-search")
    search.locator(".opblock-summary-control").click()
    search.get_by_role("button", name="Try it out").click()
    search.locator("tr[data-param-name=q] input").fill("Sicherheitsrat")
    search.get_by_role("button", name="Execute").click()
    expect(search.locator(".live-responses-table .response-col_status").last).to_have_text("200")
    expect(search.locator(".live-responses-table .response-col_description").last).to_contain_text("Sicherheitsrat")

    assert complaints == []
    assert all(url.startswith((f"http://{host}:{port}/", "data:")) for url in asked)
