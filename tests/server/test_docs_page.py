"""The page of the API in a browser."""

from playwright.sync_api import Page, expect
from support import Server

_METHODS = {"get", "post"}


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
