import re
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from support import MakeClient, get, ids, write_archive

from service.api import discovery, sitemaps
from service.api.app import create_app
from service.api.sitemaps import LONGEST_URL, MOST_URLS, news_request
from service.articles.dates import TIME_ZONE
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store
from service.search.query import Field

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
LOCALHOST = "http://localhost"


def _xml(client: FlaskClient, address: str) -> ET.Element:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "application/xml"), response.text
    return ET.fromstring(response.get_data())  # noqa: S314 - our own


def _locations(root: ET.Element) -> list[str]:
    found = [(element.text or "") for element in root.iter(f"{SITEMAP}loc")]
    assert all(address.startswith(LOCALHOST) for address in found)
    return [address.removeprefix(LOCALHOST) for address in found]


def _from_sitemaps(client: FlaskClient) -> list[str]:
    return [address for path in _locations(_xml(client, "/sitemap.xml")) for address in _locations(_xml(client, path))]


@pytest.mark.parametrize("most", [7, 47, MOST_URLS])
def test_sitemaps_have_every_article_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(sitemaps, "MOST_URLS", most)
    listed = get(client, "/v1/articles", page_size=100)
    paths = _from_sitemaps(client)
    assert len(paths) == len(set(paths)) == listed["total"]["value"]
    assert {unquote(path) for path in paths} == {f"/v1/articles/{article_id}" for article_id in ids(listed)}
    assert len(_locations(_xml(client, "/sitemap.xml"))) == -(-len(paths) // most)


def test_sitemap_says_when_articles_were_changed(client: FlaskClient) -> None:
    dated = 0
    for url in _xml(client, "/sitemap-1.xml"):
        article = get(client, (url.findtext(f"{SITEMAP}loc") or "").removeprefix(LOCALHOST))
        known = [datetime.fromisoformat(article[name]) for name in ("published", "modified") if article[name]]
        written = url.findtext(f"{SITEMAP}lastmod")
        assert (written and datetime.fromisoformat(written)) == max(known, default=None)
        dated += bool(known)
    assert dated > 20


def test_new_article_changes_the_last_sitemap_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "MOST_URLS", 3)
    folder = write_archive(
        tmp_path / "articles", {f"a{n}": (f"Datum: 19{n}0-01-01\n" if n else "") + "Titel\n" for n in range(8)}
    )
    store = Store(tmp_path / "index")
    build(folder, store)
    engine = WhooshEngine(store)
    client = create_app(engine, Settings()).test_client()
    before = [client.get(f"/sitemap-{number}.xml").text for number in (1, 2, 3)]
    write_archive(folder, {"A": "Datum: 1999-01-01\nTitel\n"})
    build(folder, store)
    after = [client.get(f"/sitemap-{number}.xml").text for number in (1, 2, 3)]
    engine.close()
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False]


def test_empty_archive_has_one_empty_sitemap(make_client: MakeClient) -> None:
    client = make_client({})
    assert _locations(_xml(client, "/sitemap.xml")) == ["/sitemap-1.xml"]
    assert _from_sitemaps(client) == []


@pytest.mark.parametrize("number", ["0", "2", "9" * 30])
def test_sitemap_that_is_not_there_is_404(client: FlaskClient, number: str) -> None:
    response = client.get(f"/sitemap-{number}.xml", headers={"If-None-Match": "*"})
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")


def test_address_that_is_too_long_for_sitemaps_is_left_out(make_client: MakeClient) -> None:
    room = LONGEST_URL - len(f"{LOCALHOST}/v1/articles/")
    short = "文" * (room // 9) + "k" * (room % 9)  # nine characters each, percent-encoded
    today = date.today().isoformat()  # noqa: DTZ011 - any day near the clock's
    client = make_client(
        {
            "kurz": f"ID: {short}\nDatum: {today}\nTitel\n",
            "lang": f"ID: {short}k\nDatum: {today}\nTitel\n",
            "anders": f"ID: a&b <ü>/x\nDatum: {today}\nTitel\n",
        }
    )
    wanted = {f"/v1/articles/{quote(article_id, safe=':')}" for article_id in (short, "a&b <ü>:x")}
    assert set(_from_sitemaps(client)) == wanted
    assert set(_locations(_xml(client, "/sitemap-news.xml"))) == wanted
    assert MOST_URLS * (LONGEST_URL + 100) < 50 * 1024 * 1024


def test_news_are_of_yesterday_and_of_today_until_now(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = {
        "alt": "Datum: 2026-11-21T23:59:59\nAlt\n",
        "gestern": "Datum: 2026-11-22T00:00\nSprache: en\nYesterday & <before>\n",
        "gleich": "Datum: 2026-11-23T14:31\nGleich\n",
        "heute": "Datum: 2026-11-23T14:30\nQuelle: Küstendienst\nHeute\n",
        "morgen": "Datum: 2026-11-24\nMorgen\n",
        "ohne": "Ohne Datum\n",
    }
    client = make_client(archive)
    monkeypatch.setattr(discovery, "_now", lambda: datetime(2026, 11, 23, 14, 30, tzinfo=TIME_ZONE))
    root = _xml(client, "/sitemap-news.xml")
    assert _locations(root) == ["/v1/articles/heute", "/v1/articles/gestern"]
    said = [
        tuple(url.findtext(f".//{NEWS}{name}") for name in ("name", "language", "publication_date", "title"))
        for url in root
    ]
    assert said == [
        ("Küstendienst", "de", "2026-11-23T14:30:00+01:00", "Heute"),
        ("Artikelsuche", "en", "2026-11-22T00:00:00+01:00", "Yesterday & <before>"),
    ]


def test_news_of_another_minute_have_another_etag(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    etags = []
    for minute in (30, 31):
        now = datetime(2026, 11, 23, 14, minute, tzinfo=TIME_ZONE)
        monkeypatch.setattr(discovery, "_now", lambda now=now: now)
        etags.append(client.get("/sitemap-news.xml").headers["ETag"])
    assert client.get("/sitemap-news.xml", headers={"If-None-Match": etags[0]}).status_code == 200
    assert client.get("/sitemap-news.xml", headers={"If-None-Match": etags[1]}).status_code == 304


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 3, 30), date(2026, 10, 25), date(2026, 10, 26)])
def test_news_are_never_older_than_two_days(day: date) -> None:
    now = datetime.combine(day, datetime.max.time(), TIME_ZONE)
    filters = news_request(now).filters
    assert filters.date_from is not None
    assert filters.date_to is not None
    # Two days by the calendar: one of them has 25 hours when the clocks go back.
    assert now - filters.date_from.moment <= timedelta(days=2)
    assert filters.date_to.moment == now


def test_opensearch_description_leads_to_answers_of_its_types(client: FlaskClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ET.fromstring(response.get_data())  # noqa: S314 - our own
    assert len(root.findtext(f"{OPENSEARCH}ShortName") or "") <= 16
    kinds = []
    for url in root.findall(f"{OPENSEARCH}Url"):
        address = url.attrib["template"].removeprefix(LOCALHOST).replace("{searchTerms}", quote("Löwe & Bär"))
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, url.attrib["type"])
        kinds.append((url.attrib["rel"], url.attrib["type"]))
    assert len(set(kinds)) == len(kinds) == 5


def test_suggestions_for_browsers_are_those_of_the_service(client: FlaskClient) -> None:
    response = client.get("/v1/suggest?q=%20klim%20&format=opensearch")
    assert response.content_type == "application/x-suggestions+json"
    typed, texts, descriptions, addresses = response.get_json()
    results = get(client, "/v1/suggest?q=klim")["results"]
    assert typed == " klim "
    assert texts == [result["text"] for result in results]
    assert descriptions[0] == f"{results[0]['kind']}, {results[0]['count']} articles"
    links = [result["links"]["search"] or result["links"]["article"] for result in results]
    assert addresses == [f"{LOCALHOST}{link}" for link in links]
    assert response.headers["ETag"] != client.get("/v1/suggest?q=klim&format=opensearch").headers["ETag"]


def test_robots_may_read_articles_but_not_every_search_and_find_the_sitemaps(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    parser = RobotFileParser()
    parser.parse(response.text.splitlines())
    may_read = {"/v1/articles/x": True, "/v1/tags": True, "/v1/search?q=x": False, "/v1/export": False}
    assert {path: parser.can_fetch("AnyBot", path) for path in may_read} == may_read
    for address in parser.site_maps() or ():
        assert client.get(address.removeprefix(LOCALHOST)).status_code == 200
    assert len(parser.site_maps() or ()) == 2


def test_guide_for_language_models_is_in_the_form_of_llmstxt(client: FlaskClient) -> None:
    response = client.get("/llms.txt")
    assert response.content_type == "text/markdown; charset=utf-8"
    title, summary, *details = response.text.split("\n\n")
    assert title == "# Artikelsuche"
    assert all(line.startswith("> ") for line in summary.splitlines())
    sections = re.split(r"^## .*$", response.text, flags=re.MULTILINE)[1:]
    assert len(sections) == 2
    for section in sections:
        for line in re.split(r"\n(?=- )", section.strip()):
            (address,) = re.findall(r"^- \[[^]]+\]\((\S+)\): ", line)
            assert client.get(address.removeprefix(LOCALHOST)).status_code == 200
    paths = set(re.findall(r"^- `(/v1/\S+)`: [A-Z]", "\n\n".join(details), flags=re.MULTILINE))
    assert paths == {path for path in get(client, "/openapi.json")["paths"] if path.startswith("/v1/")}


def test_guide_for_language_models_says_what_get_does_and_knows_the_grammar(client: FlaskClient) -> None:
    guide = client.get("/llms.txt").text
    for path, operations in get(client, "/openapi.json")["paths"].items():
        if path.startswith("/v1/"):
            said = " ".join(f"{operations['get']['summary']} {operations['get']['description']}".split())
            assert f"- `{path}`: {said}\n" in guide
    grammar = guide.partition("What there is:")[0]
    for name in Field:
        assert f"`{name}:`" in grammar
        assert get(client, "/v1/search", q=f"{name}:energie")["query"]["notes"] == []


@pytest.mark.parametrize("path", ["/opensearch.xml", "/sitemap.xml", "/sitemap-1.xml", "/robots.txt", "/llms.txt"])
def test_addresses_and_etags_are_those_of_the_public_address(examples_engine: WhooshEngine, path: str) -> None:
    settings = (Settings(), Settings(public_url="https://archiv.example/suche/"))
    local, public = (create_app(examples_engine, one).test_client().get(path) for one in settings)
    assert "https://archiv.example/suche/" in public.text
    assert LOCALHOST not in public.text
    assert local.headers["ETag"] != public.headers["ETag"]
    assert local.text.replace(LOCALHOST, "https://archiv.example/suche") == public.text


@pytest.mark.parametrize(("path", "status"), [("/robots.txt", 200), ("/llms.txt", 200), ("/sitemap.xml", 503)])
def test_what_needs_no_archive_is_there_before_it(tmp_path: Path, path: str, status: int) -> None:
    client = create_app(WhooshEngine(Store(tmp_path)), Settings()).test_client()
    assert client.get(path).status_code == status
