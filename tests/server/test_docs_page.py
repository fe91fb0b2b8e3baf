"""The page of the API in a browser."""

from playwright.sync_api import Locator, Page, expect
from support import Server

_METHODS = {"get", "post"}


def _open(server: Server, page: Page) -> str:
    """Show the page; its address without the path."""
    host, port = server.address
    page.goto(f"http://{host}:{port}/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    return f"http://{host}:{port}"


def _try(operation: Locator) -> None:
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()


def test_page_shows_the_api_and_tries_it_within_its_policy(server: Server, page: Page) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    address = _open(server, page)
    paths = server.get("/openapi.json")[2]["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(len(_METHODS & set(operations)) for operations in paths))

    search = page.locator("#operations-search-search")
    _try(search)
    search.locator("tr[data-param-name=q] input").fill("Verteidigungspakt")
    search.get_by_role("button", name="Execute").click()
    expect(search.locator(".live-responses-table .response-col_status").last).to_have_text("200")
    expect(search.locator(".live-responses-table .response-col_description").last).to_contain_text("Verteidigungspakt")

    assert complaints == []
    assert all(url.startswith((f"{address}/", "data:")) for url in asked)


def test_first_request_of_every_operation_finds_something(server: Server, page: Page) -> None:
    address = _open(server, page)
    for operation in page.locator(".opblock").all():
        _try(operation)
        with page.expect_response(lambda response: response.url.startswith(address)) as answered:
            operation.get_by_role("button", name="Execute").click()
        response = answered.value
        assert response.status == 200, response.url
        assert response.text().strip(), response.url
        assert '"results":[]' not in response.text(), response.url
        operation.locator(".opblock-summary-control").click()


def test_examples_stand_below_inputs_and_are_not_sent(server: Server, page: Page) -> None:
    address = _open(server, page)
    search = page.locator("#operations-search-search")
    _try(search)
    for name, example in {"tag": "energie", "from": "2024-01-01", "fields": "id,title,tags.name"}.items():
        expect(search.locator(f"tr[data-param-name={name}]")).to_contain_text(f"Example: {example}")
    with page.expect_request(lambda request: request.url.startswith(address)) as sent:
        search.get_by_role("button", name="Execute").click()
    assert "q=sicherheitsrat" in sent.value.url
    assert not [name for name in ("tag", "from", "fields", "cursor", "format") if f"{name}=" in sent.value.url]
