"""Formats over HTTP: which one is answered, under which headers, and how they lead to each other."""

import csv
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from flask.testing import FlaskClient
from rfc3339_validator import validate_rfc3339
from support import SEED_ID, MakeClient, get
from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header

from service.api.app import create_app
from service.api.formats import ARTICLE_FORMATS, LIST_FORMATS
from service.api.formats.rows import CSV
from service.api.negotiate import JSON
from service.api.search_formats import SEARCH_FORMATS
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine

ARTICLE = "/v1/articles/sturmflut-nordersiel-nacht"
TYPES = {one.name: one.media_type for one in ARTICLE_FORMATS}
OTHERS = [name for name in TYPES if name != "json"]
LISTS = ["/v1/search?q=haus", "/v1/articles", "/v1/tags"]
_LINK = re.compile(r'<([^>]*)>; rel="([a-z]+)"(?:; type="([^"]*)")?')


def _links(headers: Headers) -> list[tuple[str, str, str]]:
    return [found for value in headers.getlist("Link") for found in _LINK.findall(value)]


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("name", TYPES)
def test_format_is_chosen_by_parameter_or_header_with_one_body(client: FlaskClient, name: str) -> None:
    by_name = client.get(f"{ARTICLE}?format={name}")
    by_type = client.get(ARTICLE, headers={"Accept": TYPES[name]})
    assert by_name.status_code == by_type.status_code == 200
    assert by_name.mimetype == by_type.mimetype == TYPES[name]
    assert by_name.data == by_type.data
    assert by_name.headers["ETag"] == by_type.headers["ETag"]
    assert ("Accept" in by_name.vary, "Accept" in by_type.vary) == (False, True)
    assert by_name.data.decode("utf-8")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("application/*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"),
        ("text/markdown, application/json;q=0.9", "markdown"),
        ("text/plain;q=0.3, application/x-bibtex;q=0.4", "bibtex"),
        ("text/plain; charset=utf-8", "text"),
        ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("application/json; charset=utf-8", "json"),
        ("application/json;q=0, */*", "jsonld"),
        ("application/x-research-info-systems, text/x-bibliography;q=0.5", "ris"),
    ],
)
def test_header_accept_says_which_format_is_liked_best(client: FlaskClient, accept: str | None, expected: str) -> None:
    response = client.get(ARTICLE, headers={} if accept is None else {"Accept": accept})
    assert response.mimetype == TYPES[expected]


def test_parameter_goes_before_the_header(client: FlaskClient) -> None:
    assert client.get(f"{ARTICLE}?format=ris", headers={"Accept": "text/markdown"}).mimetype == TYPES["ris"]
    assert client.get(f"{ARTICLE}?format=json", headers={"Accept": "image/png"}).status_code == 200


@pytest.mark.parametrize("address", [ARTICLE, *LISTS])
def test_format_that_is_not_there_is_not_acceptable(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept": "image/png, application/json;q=0"})
    assert response.status_code == 406
    assert response.mimetype == "application/problem+json"
    assert "Accept" in response.vary
    problem = response.get_json()
    assert problem["code"] == "not_acceptable"
    assert "text/" in problem["detail"]


@pytest.mark.parametrize("address", [f"{ARTICLE}?", "/v1/search?q=haus&", "/v1/articles?", "/v1/tags?"])
def test_unknown_format_is_refused_with_those_that_there_are(client: FlaskClient, address: str) -> None:
    problem = get(client, f"{address}format=xml", 422)
    assert problem["errors"][0]["parameter"] == "format"
    assert "json, " in problem["errors"][0]["message"]


def test_batch_is_json_and_refuses_a_format(client: FlaskClient) -> None:
    problem = get(client, f"/v1/articles?id={SEED_ID}&format=csv", 422)
    assert [error["parameter"] for error in problem["errors"]] == ["format"]


def test_unknown_article_is_a_problem_in_every_format(client: FlaskClient) -> None:
    for name in TYPES:
        assert get(client, f"/v1/articles/gibt-es-nicht?format={name}", 404)["code"] == "article_not_found"


def test_formats_have_etags_of_their_own_and_are_304_for_who_has_them(client: FlaskClient) -> None:
    etags = {name: client.get(f"{ARTICLE}?format={name}").headers["ETag"] for name in TYPES}
    assert len(set(etags.values())) == len(TYPES)
    for name, etag in etags.items():
        again = client.get(ARTICLE, headers={"Accept": TYPES[name], "If-None-Match": etag})
        assert (again.status_code, again.data, "Accept" in again.vary) == (304, b"", True)
    assert client.get(f"{ARTICLE}?format=ris", headers={"If-None-Match": etags["bibtex"]}).status_code == 200


@pytest.mark.parametrize("name", TYPES)
def test_each_format_leads_to_the_others_each_time(client: FlaskClient, name: str) -> None:
    for _ in range(3):
        found = _links(client.get(f"{ARTICLE}?format={name}").headers)
        assert {relation for _, relation, _ in found} == {"alternate"}
        assert sorted(kind for _, _, kind in found) == sorted(set(TYPES.values()) - {TYPES[name]})
        for address, _, kind in found:
            assert client.get(address).mimetype == kind


def test_article_that_is_not_there_leads_nowhere(client: FlaskClient) -> None:
    assert "Link" not in client.get("/v1/articles/gibt-es-nicht").headers


@pytest.mark.parametrize("length", [100, 150, 300])
def test_links_fit_into_a_header_however_long_the_id(make_client: MakeClient, length: int) -> None:
    client = make_client({"a": f"ID: {'文' * length}\nDatum: 2026\nTitel\n"})
    (result,) = get(client, "/v1/articles")["results"]
    for _ in range(2):
        headers = client.get(result["links"]["self"]).headers
        assert sum(map(len, headers.getlist("Link"))) <= 8_000
        kinds = [kind for _, _, kind in _links(headers)]
        assert kinds == [TYPES[name] for name in OTHERS][: len(kinds)]


@pytest.mark.parametrize("name", OTHERS)
def test_fields_are_refused_beside_a_format_without_parts(client: FlaskClient, name: str) -> None:
    for problem in (
        get(client, f"{ARTICLE}?fields=id&format={name}", 422),
        client.get(f"{ARTICLE}?fields=id", headers={"Accept": TYPES[name]}).get_json(),
    ):
        message = f"does not go with the format {name}; leave it out, or ask for json."
        assert problem["errors"] == [{"parameter": "fields", "message": message}]


@pytest.mark.parametrize(
    ("address", "name"),
    [("/v1/suggest?q=klim", "opensearch"), ("/v1/export?q=deich", "bibtex"), ("/v1/export?q=deich", "ris")],
)
def test_fields_are_refused_where_entries_are_whole(client: FlaskClient, address: str, name: str) -> None:
    fields = "id" if "export" in address else "text"
    (error,) = get(client, f"{address}&fields={fields}&format={name}", 422)["errors"]
    assert error["parameter"] == "fields"


_ABSOLUTE = [
    *(f"{ARTICLE}?format={name}" for name in OTHERS if name != "text"),
    *(f"{address}{'&' if '?' in address else '?'}format=csv" for address in LISTS),
    "/v1/search?q=haus&format=atom",
    "/v1/tags/energie?format=jsonfeed",
    "/v1/export?q=deich&format=csv",
    "/v1/suggest?q=klim&format=opensearch",
]


@pytest.mark.parametrize("address", _ABSOLUTE)
def test_answer_with_absolute_addresses_is_another_at_another_address(
    examples_engine: WhooshEngine, address: str
) -> None:
    before = create_app(examples_engine, Settings()).test_client()
    after = create_app(examples_engine, Settings(public_url="https://archiv.example")).test_client()
    etag = before.get(address).headers["ETag"]
    assert before.get(address, headers={"If-None-Match": etag}).status_code == 304
    for moved in (
        after.get(address, headers={"If-None-Match": etag}),
        before.get(address, headers={"If-None-Match": etag}, base_url="https://archiv.example"),
    ):
        assert moved.status_code == 200
        assert "https://archiv.example/v1/" in moved.text


@pytest.mark.parametrize("address", ["/v1/timeline?q=deich", "/v1/concordance?q=deich", "/v1/export?q=deich", *LISTS])
def test_csv_is_saved_as_a_file(client: FlaskClient, address: str) -> None:
    for _ in range(2):
        given = client.get(address, headers={"Accept": "text/csv"}).headers["Content-Disposition"]
        disposition, options = parse_options_header(given)
        assert disposition == "attachment"
        assert re.fullmatch(r"(timeline|concordance|articles|tags)\.csv", options["filename"])


def test_article_has_links_to_its_formats(client: FlaskClient) -> None:
    links = get(client, ARTICLE)["links"]
    assert list(links) == ["self", "versions", *OTHERS]
    for name in OTHERS:
        assert client.get(links[name]).mimetype == TYPES[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("bibtex", "sturmflut-nordersiel-nacht.bib"), ("ris", "sturmflut-nordersiel-nacht.ris"), ("text", None)],
)
def test_file_for_a_reference_manager_has_a_name(client: FlaskClient, name: str, expected: str | None) -> None:
    disposition, options = parse_options_header(
        client.get(f"{ARTICLE}?format={name}").headers.get("Content-Disposition")
    )
    assert (disposition, options.get("filename")) == ("attachment" if expected else "", expected)


@pytest.mark.parametrize("article_id", ['ä"b;c', "日本", "a b", "ordner/datei"])
def test_name_of_a_file_is_plain_whatever_the_id(make_client: MakeClient, article_id: str) -> None:
    client = make_client({article_id: "Titel\nText.\n"})
    (result,) = get(client, "/v1/articles")["results"]
    response = client.get(f"{result['links']['self']}?format=bibtex")
    assert re.fullmatch(r'attachment; filename="?[A-Za-z0-9._-]+\.bib"?', response.headers["Content-Disposition"])


@pytest.mark.parametrize("name", OTHERS)
def test_article_of_which_only_the_title_is_known_has_every_format(make_client: MakeClient, name: str) -> None:
    response = make_client({"a": "Titel allein\n"}).get(f"/v1/articles/a?format={name}")
    assert response.status_code == 200
    assert "Titel allein" in response.text
    assert "None" not in response.text
    assert "null" not in response.text


@pytest.mark.parametrize("public_url", ["", "https://archiv.example/presse"])
def test_addresses_inside_formats_are_absolute(examples_engine: WhooshEngine, public_url: str) -> None:
    client = create_app(examples_engine, Settings(public_url=public_url)).test_client()
    expected = f"{public_url or 'http://localhost'}/v1/articles/{SEED_ID}"
    for name in ("jsonld", "ninjs", "markdown", "bibtex", "ris"):
        assert expected in client.get(f"/v1/articles/{SEED_ID}?format={name}").text


# The properties of NewsArticle that are written, and what schema.org expects as their values.
_NEWS_ARTICLE: dict[str, type | tuple[type, ...]] = {
    "@context": str,
    "@type": str,
    "@id": str,
    "identifier": str,
    "url": str,
    "mainEntityOfPage": str,
    "headline": str,
    "description": str,
    "articleSection": str,
    "articleBody": str,
    "author": list,
    "publisher": dict,
    "datePublished": str,
    "dateModified": str,
    "inLanguage": str,
    "keywords": list,
    "wordCount": int,
    "timeRequired": str,
}


def test_json_ld_of_the_examples_is_a_news_article(client: FlaskClient) -> None:
    for result in get(client, "/v1/articles", page_size=100)["results"]:
        article: dict[str, Any] = orjson.loads(client.get(f"{result['links']['self']}?format=jsonld").data)
        for name, value in article.items():
            assert isinstance(value, _NEWS_ARTICLE[name]), name
        assert re.fullmatch("PT[0-9]+M", article["timeRequired"])
        for maker in [*article.get("author", []), *([article["publisher"]] if "publisher" in article else [])]:
            assert set(maker) == {"@type", "name"}
            assert maker["@type"] in {"Person", "Organization"}
        for name in article.keys() & {"datePublished", "dateModified"}:
            assert validate_rfc3339(article[name])


@pytest.mark.parametrize("address", LISTS)
def test_list_as_csv_has_the_rows_of_its_json(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    response = client.get(address, headers={"Accept": "text/csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "Accept" in response.vary
    assert response.headers["ETag"] != client.get(address).headers["ETag"]
    rows = _rows(response.text)
    assert [row["id"] for row in rows] == [result["id"] for result in page["results"]]
    for row, result in zip(rows, page["results"], strict=True):
        assert row["link"] == f"http://localhost{result['links']['self']}"
        if "title" in result:
            assert row["title"] == result["title"]
            assert row["published"] == (result["published"] or "")
            assert row["tags"] == "; ".join(tag["name"] for tag in result["tags"])
        else:
            assert (row["name"], int(row["count"])) == (result["name"], result["count"])


@pytest.mark.parametrize("address", ["/v1/articles?page_size=7", "/v1/tags?page_size=5"])
def test_csv_is_paged_through_by_its_links(client: FlaskClient, address: str) -> None:
    found: list[str] = []
    following: str | None = f"{address}&format=csv"
    while following is not None:
        response = client.get(following)
        found += [row["id"] for row in _rows(response.text)]
        leads = {relation: target for target, relation, _ in _links(response.headers)}
        following = leads.get("next")
        assert all(parse_qs(urlsplit(target).query)["format"] == ["csv"] for target in leads.values())
    path = urlsplit(address).path
    assert found == [result["id"] for result in get(client, path, page_size=100)["results"]]
    assert len(found) == get(client, path)["total"]["value"]


def test_csv_of_nothing_is_its_header_line(client: FlaskClient) -> None:
    text = client.get("/v1/search?q=gibtesnicht&format=csv").text
    assert text.startswith("id,title,")
    assert text.count("\r\n") == 1


def test_cells_that_a_spreadsheet_would_run_have_an_apostrophe(make_client: MakeClient) -> None:
    titles = ["=1+1 ist zwei", "-5 Grad", "+49 ruft an", "@home bleiben", "'s Ländle", "Titel"]
    client = make_client({str(number): f"{title}\nText.\n" for number, title in enumerate(titles)})
    rows = _rows(client.get("/v1/articles?format=csv").text)
    assert {int(row["id"]): row["title"] for row in rows} == {
        number: title if title == "Titel" else f"'{title}" for number, title in enumerate(titles)
    }


@pytest.mark.parametrize(
    ("path", "offered"),
    [
        ("/v1/articles/{article_id}", ARTICLE_FORMATS),
        ("/v1/search", SEARCH_FORMATS),
        ("/v1/articles", LIST_FORMATS),
        ("/v1/tags", (JSON, CSV)),
        ("/v1/authors", (JSON, CSV)),
    ],
)
def test_document_has_every_format_with_an_example(client: FlaskClient, path: str, offered: Any) -> None:
    operation = get(client, "/openapi.json")["paths"][path]["get"]
    content = operation["responses"]["200"]["content"]
    assert list(content) == [one.media_type for one in offered]
    assert all(one.name in content[one.media_type]["examples"] for one in offered)
    refused = operation["responses"]["406"]["content"]["application/problem+json"]["examples"]["not_acceptable"]
    assert refused["value"]["detail"].endswith(f"{', '.join(content)}.")


@pytest.mark.parametrize(
    ("address", "fields", "columns"),
    [
        ("/v1/search?q=deich", "title,tags.name,score", "id,title,tags,score"),
        ("/v1/articles?", "links", "id,link"),
        ("/v1/tags?", "count", "id,count"),
        ("/v1/export?q=deich", "text", "id,text,cursor"),
        ("/v1/concordance?q=deich", "article.title,match", "title,match"),
        ("/v1/concordance?q=deich", "article,left", "id,title,published,source,left"),
        ("/v1/timeline?q=deich", "q,points.count", "q,count,articles,words"),
        ("/v1/timeline?q=deich", "total", "articles,words"),
    ],
)
def test_csv_has_the_columns_of_the_fields_that_are_asked_for(
    client: FlaskClient, address: str, fields: str, columns: str
) -> None:
    whole = _rows(client.get(f"{address}&format=csv").text)
    text = client.get(f"{address}&format=csv&fields={fields}").text
    assert text.split("\r\n")[0] == columns
    kept = columns.split(",")
    assert _rows(text) == [{name: row[name] for name in kept} for row in whole] != []


def test_csv_of_a_concordance_runs_nothing(make_client: MakeClient) -> None:
    client = make_client({"a": 'Quelle: =HYPERLINK("x")\n+1 Titel\n=cmd|calc Deich - =1+1 Ende.\n'})
    (row,) = _rows(client.get("/v1/concordance?q=Deich&format=csv").text)
    assert (row["source"], row["title"], row["left"], row["right"]) == (
        '\'=HYPERLINK("x")',
        "'+1 Titel",
        "'=cmd|calc ",
        " - =1+1 Ende.",
    )


@pytest.mark.parametrize("kind", ["similar", "versions", "tag-suggestions"])
def test_what_there_is_as_json_alone_may_be_asked_for_so(client: FlaskClient, kind: str) -> None:
    address = f"/v1/articles/{SEED_ID}/{kind}"
    assert get(client, f"{address}?format=json")["results"] == get(client, address)["results"]
    assert client.get(address, headers={"Accept": "text/csv"}).status_code == 406
