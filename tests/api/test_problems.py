import pytest
from flask.testing import FlaskClient
from support import MakeClient, get

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.generations import Store

MEMBERS = ["type", "title", "status", "detail", "code", "errors"]
LISTS = ["/v1/search", "/v1/articles", "/v1/tags"]
ALL = [*LISTS, "/v1/tags/energie", "/v1/articles/000_692ed9f868c8dedc"]


@pytest.mark.parametrize("address", ALL)
def test_unknown_parameter_is_refused_and_the_known_are_listed(client: FlaskClient, address: str) -> None:
    problem = get(client, address, 422, farbe="rot")
    assert problem["code"] == "unknown_parameter"
    (error,) = problem["errors"]
    assert error["parameter"] == "farbe"
    assert "farbe" in problem["detail"]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("name", ["page", "page_size", "sort", "from", "to"])
def test_single_value_that_is_repeated_is_refused(client: FlaskClient, address: str, name: str) -> None:
    problem = get(client, f"{address}?{name}=1&{name}=1", 422)
    assert problem["code"] == "repeated_parameter"
    assert [error["parameter"] for error in problem["errors"]] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("page", value)
            for value in ["0", "-1", "1_0", " 7 ", "2.5e-42", "1.0", "+1", "٣", "", "x", "1e3", "9" * 40, "01"]
        ),
        *(("page_size", value) for value in ["-1", "101", "alle", "1_0"]),
        *(("sort", value) for value in ["", "RELEVANCE", "datum"]),
        *(("match", value) for value in ["", "some"]),
        *(
            ("from", value)
            for value in ["", "gestern", "2024-13-01", "2024-02-30", "20240101", "2024-01-01T25:00", "2024-W01-1"]
        ),
        *(
            ("to", value)
            for value in ["2024-1-1", "2024-01-01T10", "2024-01-01T10:00+99:00", "2024-01-01 ", "0000-01-01"]
        ),
        *(
            (name, value)
            for name in ["tag", "tag_all", "tag_not", "source", "section", "author", "language"]
            for value in ["", "  "]
        ),
        ("q", "a" * 1001),
    ],
)
def test_wrong_value_is_refused_and_named(client: FlaskClient, name: str, value: str) -> None:
    problem = get(client, "/v1/search", 422, **{name: value})
    assert list(problem) == MEMBERS
    assert problem["code"] == "invalid_parameter"
    (error,) = problem["errors"]
    assert error["parameter"] == name
    assert error["message"].endswith(".")
    assert problem["type"] == "about:blank"
    assert problem["title"] == "Unprocessable Entity"


@pytest.mark.parametrize("address", ["/", "/livez", "/readyz", "/openapi.json", "/openapi.yaml"])
def test_unknown_parameter_outside_v1_is_ignored(client: FlaskClient, address: str) -> None:
    assert client.get(address, query_string={"cachebuster": "1"}).status_code == 200


def test_every_wrong_parameter_is_named_at_once(client: FlaskClient) -> None:
    problem = get(client, "/v1/search", 422, page="x", sort="y", farbe="rot")
    assert {error["parameter"] for error in problem["errors"]} == {"page", "sort", "farbe"}


@pytest.mark.parametrize(
    ("page", "size", "status"), [(100, 100, 200), (101, 100, 422), (10_000, 1, 200), (1001, 10, 422)]
)
def test_pages_go_to_ten_thousand_results_and_no_further(
    client: FlaskClient, page: int, size: int, status: int
) -> None:
    for address in LISTS:
        body = get(client, address, status, page=page, page_size=size)
        assert status == 200 or body["code"] == "page_too_deep"


@pytest.mark.parametrize(
    "address", ["/nope", "/v1", "/v1/", "/v1/search/", "/v1//search", "/v2/search", "/v1/articles/a/b", "/favicon.ico"]
)
def test_unknown_path_is_not_found(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.get_json()["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("address", [*ALL, "/", "/livez", "/openapi.json"])
def test_wrong_method_is_refused_and_the_right_ones_listed(client: FlaskClient, method: str, address: str) -> None:
    if address == "/v1/search" and method == "POST":
        method = "CONNECT"
    response = client.open(address, method=method)
    assert response.status_code == 405
    assert response.get_json()["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"} | (
        {"QUERY", "POST"} if address == "/v1/search" else set()
    )


@pytest.mark.parametrize("address", ["/v1/search?page=0", "/v1/articles/x", "/nope"])
def test_problem_is_problem_json_that_nobody_stores(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_json()["status"] == response.status_code


def test_service_without_an_index_is_not_ready_but_lives(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = create_app(WhooshEngine(Store(tmp_path_factory.mktemp("none"))), Settings()).test_client()
    for address in [*ALL, "/readyz"]:
        response = client.get(address)
        assert response.status_code == 503
        assert response.get_json()["code"] == "not_ready"
        assert response.headers["Retry-After"] == "5"
    assert get(client, "/livez") == {"status": "ok"}


class _Broken(WhooshEngine):
    """An engine that fails in a way that nobody foresaw."""

    def snapshot(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
        raise RuntimeError("whoosh at /secret/path has failed")


def test_unforeseen_failure_leaks_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    client = create_app(_Broken(Store(tmp_path_factory.mktemp("none"))), Settings()).test_client()
    response = client.get("/v1/search?q=a")
    assert response.status_code == 500
    assert response.get_json()["code"] == "internal"
    for leak in ("whoosh", "secret", "Traceback", "RuntimeError"):
        assert leak.lower() not in (response.text + str(response.headers)).lower()


def test_engine_is_named_in_no_answer(make_client: MakeClient) -> None:
    client = make_client({"a": "Titel\nText.\n"})
    for address in ["/", "/readyz", "/openapi.json", "/v1/search?q=a(", "/v1/search?q=title:*", "/nope"]:
        assert "whoosh" not in client.get(address).text.lower()


def test_repeated_and_unknown_parameters_are_named_together(client: FlaskClient) -> None:
    problem = get(client, "/v1/search?page=1&page=2&foo=1", 422)
    assert problem["code"] == "repeated_parameter"
    assert [error["parameter"] for error in problem["errors"]] == ["page", "foo"]


_STRANGE_HOSTS = [
    "",
    "[",
    'böse"<&',
    'a"b',
    "a@b",
    "<script>",
    "a b",
    "zürich.example",
    ".",
    "x" * 300,
    "a:b",
    "a,b",
    "-a",
    "a:1:1",
]


@pytest.mark.parametrize("host", _STRANGE_HOSTS)
@pytest.mark.parametrize("address", ["/v1/search?format=atom", "/sitemap.xml", "/livez", "/nope"])
def test_header_host_that_names_none_is_refused(client: FlaskClient, address: str, host: str) -> None:
    response = client.get(address, headers={"Host": host})
    assert (response.status_code, response.headers["Cache-Control"]) == (400, "no-store")
    assert "header Host" in response.get_json()["detail"]


@pytest.mark.parametrize("host", ["[::1]:8000", "[::1]", "archiv.example:8443", "127.0.0.1", "a", "xn--mnchen-3ya.de"])
def test_absolute_links_begin_with_the_host_of_the_request(client: FlaskClient, host: str) -> None:
    assert f"<loc>http://{host}/sitemap-1.xml</loc>" in client.get("/sitemap.xml", headers={"Host": host}).text
