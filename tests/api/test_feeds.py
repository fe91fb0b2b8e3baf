import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from support import SEED_ID, MakeClient, get, write_archive

from service.api import moments
from service.api.app import create_app
from service.api.feeds.atom import ATOM, write_atom
from service.api.feeds.feed import UNDATED, Feed
from service.api.feeds.json_feed import write_json_feed
from service.api.feeds.making import search_feed
from service.articles.model import Article, Section
from service.config import Settings, read_settings
from service.engines.whoosh.engine import WhooshEngine
from service.errors import SettingsError
from service.index.build import build
from service.index.generations import Store
from service.search.page import Hit, SearchPage, Tag
from service.search.request import SearchRequest, Sort

SCHEMA = json.loads(Path(__file__).with_name("json-feed-1.1.schema.json").read_text(encoding="utf-8"))
ATOM_NAMESPACE = "{http://www.w3.org/2005/Atom}"
FULL = (
    "Datum: 2024-05-01T08:00+02:00\nAktualisiert: 2024-05-02\nAutor: Anna Öztürk, Jörg Weiß\nQuelle: Bote\n"
    "URL: https://zeitung.example/deich?a=1&b=ü\nSprache: de\nDeich & <Hafen>\n"
    "Der Deich „wächst“ am <Hafen>.\nWer zahlt?\nDas Land & der Bund.\n- Themen:\n- #Küstenschutz\n- #Finanzen\n"
)
ARCHIVE = {
    "voll": FULL,
    "quelle": "Datum: 2024-06-01\nQuelle: Bote\nDeiche\n",
    "ohne": "Der Deich\nUnd ein Satz.\n",
}


def _atom(client: FlaskClient, address: str, **headers: str) -> Any:
    response = client.get(address, headers=headers)
    assert (response.status_code, response.mimetype) == (200, "application/atom+xml")
    read = feedparser.parse(response.get_data(), response_headers={"content-type": response.content_type})
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


def _json_feed(client: FlaskClient, address: str, **headers: str) -> Any:
    response = client.get(address, headers=headers)
    assert (response.status_code, response.content_type) == (200, "application/feed+json")
    feed = json.loads(response.get_data())
    jsonschema.validate(feed, SCHEMA)
    return feed


def _links(node: Any, relation: str) -> list[str]:
    return [link.href for link in node.links if link.rel == relation]


def _path(address: str) -> str:
    assert address.startswith("http://localhost/")
    return address.removeprefix("http://localhost")


@pytest.mark.parametrize(
    "query", ["q=Klimaschutz", "q=haus&tag=energie", "", "q=gibtesnicht", "q=Deich&sort=relevance", "page_size=0"]
)
def test_feed_has_the_articles_of_the_search(client: FlaskClient, query: str) -> None:
    newest = query if "sort=" in query else f"{query}&sort=newest"
    page = get(client, f"/v1/search?{newest}")
    atom = _atom(client, f"/v1/search?{query}&format=atom")
    feed = _json_feed(client, f"/v1/search?{query}&format=jsonfeed")
    assert atom.feed.opensearch_totalresults == str(page["total"]["value"])
    assert [entry.title for entry in atom.entries] == [result["title"] for result in page["results"]]
    assert [entry.id for entry in atom.entries] == [item["id"] for item in feed["items"]]
    for result, entry, item in zip(page["results"], atom.entries, feed["items"], strict=True):
        whole = get(client, result["links"]["self"])
        assert _path(_links(entry, "alternate")[-1]) == result["links"]["self"]
        assert (entry.get("published"), entry.get("summary", "")) == (result["published"], result["lead"])
        assert (item.get("date_published"), item.get("summary", "")) == (result["published"], result["lead"])
        assert {(tag.term, tag.label) for tag in entry.get("tags", [])} == {
            (tag["id"], tag["name"]) for tag in result["tags"]
        }
        assert item.get("tags", []) == [tag["name"] for tag in result["tags"]]
        content = re.sub("<[^>]+>", "\n", item["content_html"]).split("\n")
        assert [line for line in content if line] == [
            line.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#x27;")
            for line in whole["text"].split("\n\n")
        ]


@pytest.mark.parametrize("kind", ["atom", "jsonfeed"])
def test_pages_of_a_feed_lead_through_all_articles(client: FlaskClient, kind: str) -> None:
    seen: list[str] = []
    feeds = set()
    address: str | None = f"/v1/search?format={kind}&page_size=9"
    while address is not None:
        if kind == "atom":
            read = _atom(client, address)
            feeds.add(read.feed.id)
            seen += [entry.id for entry in read.entries]
            assert [_path(own) for own in _links(read.feed, "self")] == [address]
            address = next(map(_path, _links(read.feed, "next")), None)
        else:
            feed = _json_feed(client, address)
            seen += [item["id"] for item in feed["items"]]
            assert _path(feed["feed_url"]) == address
            address = _path(feed["next_url"]) if "next_url" in feed else None
    assert len(feeds) == (kind == "atom")
    assert len(seen) == len(set(seen)) == get(client, "/v1/articles")["total"]["value"]


def test_links_of_a_feed_lead_to_the_same_page(client: FlaskClient) -> None:
    read = _atom(client, "/v1/search?q=Deich&page_size=2&page=2&format=atom").feed
    as_json, as_json_feed = map(_path, _links(read, "alternate"))
    titles = [result["title"] for result in get(client, as_json)["results"]]
    assert titles == [item["title"] for item in _json_feed(client, as_json_feed)["items"]]
    assert titles == [entry.title for entry in _atom(client, _path(_links(read, "self")[0])).entries]
    assert _path(_links(read, "previous")[0]) == "/v1/search?q=Deich&format=atom&page_size=2"
    assert client.get(_path(_links(read, "search")[0])).status_code == 200


def test_feed_of_a_tag_has_its_articles_newest_first(client: FlaskClient) -> None:
    read = _atom(client, "/v1/tags/K%C3%BCstenschutz?format=atom&from=2024")
    listed = get(client, "/v1/articles", tag="kuestenschutz", **{"from": "2024"})
    assert read.feed.title == "Küstenschutz – Artikelsuche"
    assert [entry.title for entry in read.entries] == [result["title"] for result in listed["results"]]
    searched = _atom(client, "/v1/search?tag=kuestenschutz&from=2024&format=atom")
    assert read.feed.id == searched.feed.id
    assert [entry.id for entry in read.entries] == [entry.id for entry in searched.entries]
    assert client.get("/v1/tags/gibtesnicht?format=atom").status_code == 404


def test_feed_of_a_tag_goes_on_in_the_search_for_it(make_client: MakeClient) -> None:
    client = make_client({f"a{n:02}": f"Titel {n}\nSatz.\n- Themen:\n- #Deich\n" for n in range(12)})
    feed = _json_feed(client, "/v1/tags/deich?format=jsonfeed")
    behind = _json_feed(client, _path(feed["next_url"]))
    assert len({item["id"] for item in [*feed["items"], *behind["items"]]}) == 12
    assert _path(feed["home_page_url"]) == "/v1/tags/deich"


def test_what_an_article_says_is_in_its_entry(make_client: MakeClient) -> None:
    client = make_client(ARCHIVE)
    quelle, voll, ohne = _atom(client, "/v1/search?q=Deich&format=atom").entries
    assert voll.title == "Deich & <Hafen>"
    assert voll.id == "tag:localhost,2026:articles/voll"
    assert _links(voll, "alternate") == [
        "https://zeitung.example/deich?a=1&b=%C3%BC",
        "http://localhost/v1/articles/voll",
    ]
    assert [author.name for author in voll.authors] == ["Anna Öztürk", "Jörg Weiß"]
    assert (voll.published, voll.updated) == ("2024-05-01T08:00:00+02:00", "2024-05-02T00:00:00+02:00")
    assert voll.content[0].type == "text/html"
    assert voll.content[0].value == (
        "<p>Der Deich „wächst“ am &lt;Hafen&gt;.</p><h2>Wer zahlt?</h2><p>Das Land &amp; der Bund.</p>"
    )
    assert [author.name for author in quelle.authors] == ["Bote"]
    assert "authors" not in ohne or not any(ohne.authors)
    items = _json_feed(client, "/v1/search?q=Deich&format=jsonfeed")["items"]
    assert items[1]["url"] == "https://zeitung.example/deich?a=1&b=%C3%BC"
    assert items[1]["language"] == "de"
    assert items[2] == {
        "id": "tag:localhost,2026:articles/ohne",
        "url": "http://localhost/v1/articles/ohne",
        "title": "Der Deich",
        "content_html": "<p>Und ein Satz.</p>",
        "summary": "Und ein Satz.",
    }


def test_feed_is_as_new_as_its_newest_entry(make_client: MakeClient) -> None:
    client = make_client(ARCHIVE)
    assert _atom(client, "/v1/search?format=atom").feed.updated == "2024-06-01T00:00:00+02:00"
    assert _atom(client, "/v1/search?q=wächst&format=atom").feed.updated == "2024-05-02T00:00:00+02:00"
    for query in ("q=Satz", "q=gibtesnicht"):
        assert datetime.fromisoformat(_atom(client, f"/v1/search?{query}&format=atom").feed.updated) == UNDATED
    assert "published" not in _atom(client, "/v1/search?q=Satz&format=atom").entries[0]


def test_titles_of_feeds_say_what_is_searched_for(client: FlaskClient) -> None:
    titles = {
        "": "Artikelsuche",
        "q=sicherheitsrat": "sicherheitsrat – Artikelsuche",
        "q=haus&tag=Energie&source=Bote&tag_not=sport": "haus · energie · bote – Artikelsuche",
    }
    for query, title in titles.items():
        assert _json_feed(client, f"/v1/search?{query}&format=jsonfeed")["title"] == title


@pytest.mark.parametrize("address", ["/v1/search?q=haus", "/v1/tags/energie"])
def test_format_is_negotiated(client: FlaskClient, address: str) -> None:
    for kind, media_type in (("atom", "application/atom+xml"), ("jsonfeed", "application/feed+json")):
        linked = client.get(f"{address}{'&' if '?' in address else '?'}format={kind}")
        accepted = client.get(address, headers={"Accept": f"{media_type}, application/json;q=0.5"})
        assert accepted.get_data() == linked.get_data()
        assert accepted.headers["ETag"] == linked.headers["ETag"]
        assert ("Accept" in accepted.vary, "Accept" in linked.vary) == (True, False)
    refused = client.get(address, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.get_json()["code"]) == (406, "not_acceptable")
    browser = client.get(address, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})
    assert browser.mimetype == "application/json"


def test_etag_is_one_of_the_format(client: FlaskClient) -> None:
    tags = {client.get(f"/v1/search?q=haus{form}").headers["ETag"] for form in ("", "&format=atom", "&format=jsonfeed")}
    assert len(tags) == 3
    same = ("q=haus&format=atom&sort=newest&page=1", "format=atom&q=haus", "q=haus&format=atom&explain=&snippets=3")
    assert len({client.get(f"/v1/search?{query}").headers["ETag"] for query in same}) == 1


@pytest.mark.parametrize("kind", ["atom", "jsonfeed"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cursor", "*"),
        ("fields", "id"),
        ("facet", "tag"),
        ("facet_q", "tag:ener"),
        ("facet_scope", "all"),
        ("explain", "terms"),
        ("highlight", "off"),
        ("snippets", "0"),
        ("snippet_length", "100"),
        ("recency", "30d"),
    ],
)
def test_parameter_that_says_nothing_of_a_feed_is_refused(
    client: FlaskClient, name: str, value: str, kind: str
) -> None:
    (error,) = get(client, "/v1/search", 422, q="haus", format=kind, **{name: value})["errors"]
    assert error["parameter"] == name
    assert error["message"].endswith("leave it out, or ask for json." if name != "recency" else "or leave it out.")


def test_recency_lets_new_articles_rise_in_a_feed_by_relevance(client: FlaskClient) -> None:
    asked = {"q": "Wasser Klima", "match": "any", "sort": "relevance", "recency": "30d"}
    page = get(client, "/v1/search", **asked)
    address = f"/v1/search?{urlencode(asked)}&format=jsonfeed"
    feed = _json_feed(client, address)
    assert [item["title"] for item in feed["items"]] == [result["title"] for result in page["results"]]
    plain = get(client, "/v1/search", q=asked["q"], match="any")
    assert [result["title"] for result in plain["results"]] != [item["title"] for item in feed["items"]]
    assert all("recency=30d" in feed[name] for name in ("feed_url", "next_url", "home_page_url"))


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/v1/search?q=haus", "/v1/search?q=haus&"),
        ("/v1/search?q=haus&sort=oldest&page=2&fields=id&facet=tag", "/v1/search?q=haus&sort=oldest&"),
        ("/v1/search?recency=30d&collapse=story&cursor=*", "/v1/search?collapse=story&"),
        ("/v1/tags/Energie?from=2020", "/v1/tags/energie?from=2020-01-01T00%3A00%3A00%2B01%3A00&"),
        ("/v1/sources/kuestendienst", "/v1/sources/kuestendienst?"),
    ],
)
def test_answers_lead_feed_readers_to_their_feeds(client: FlaskClient, address: str, feed: str) -> None:
    for _ in range(2):
        links = re.findall('<([^>]*)>; rel="alternate"; type="([^"]*)"', client.get(address).headers["Link"])
        assert links == [
            (f"{feed}format=atom", "application/atom+xml"),
            (f"{feed}format=jsonfeed", "application/feed+json"),
        ]
        for where, media_type in links:
            assert client.get(where).mimetype == media_type


@pytest.mark.parametrize("kind", ["source", "author", "section"])
def test_feed_of_a_name_has_its_articles_newest_first(client: FlaskClient, kind: str) -> None:
    for name in get(client, f"/v1/{kind}s", page_size=3)["results"]:
        feed = _json_feed(client, f"{name['links']['self']}?format=jsonfeed")
        listed = get(client, name["links"]["articles"])
        assert feed["title"] == f"{name['name']} – Artikelsuche"
        assert [item["title"] for item in feed["items"]] == [result["title"] for result in listed["results"]]
        assert _path(feed["feed_url"]) == f"{name['links']['self']}?format=jsonfeed"
        (error,) = get(client, f"{name['links']['self']}?format=atom&{kind}=andere", 422)["errors"]
        assert error == {"parameter": kind, "message": f"does not go with the feed of one {kind}; leave it out."}
    assert client.get(f"/v1/{kind}s/gibtesnicht?format=atom").status_code == 404


def test_feeds_of_the_same_archive_do_not_change(examples_engine: WhooshEngine) -> None:
    bodies = {create_app(examples_engine, Settings()).test_client().get("/v1/search?format=atom").text for _ in "ab"}
    assert len(bodies) == 1


def test_ids_stay_when_the_archive_grows_and_the_service_moves(tmp_path: Path) -> None:
    store, folder = Store(tmp_path / "index"), write_archive(tmp_path / "articles", ARCHIVE)

    def read(address: str, entity: str = "") -> tuple[str, set[str], str]:
        build(folder, store)
        engine = WhooshEngine(store)
        client = create_app(engine, Settings(public_url=address, tagging_entity=entity)).test_client()
        response = client.get("/v1/search?q=Deich&format=atom")
        feed = feedparser.parse(response.get_data())
        engine.close()
        return feed.feed.id, {entry.id for entry in feed.entries}, response.headers["ETag"]

    before = read("https://archiv.example:8443/suche")
    assert before[1] == {f"tag:archiv.example,2026:articles/{name}" for name in ARCHIVE}
    assert before[:2] == read("https://neu.example", "archiv.example,2026")[:2]
    assert read("https://neu.example")[2] != read("https://neu.example", "archiv.example,2026")[2]
    write_archive(folder, {"neu": "Noch ein Deich\n"})
    after = read("https://archiv.example")
    assert (after[0], after[1] - before[1]) == (before[0], {"tag:archiv.example,2026:articles/neu"})


def test_addresses_begin_with_the_public_one(examples_engine: WhooshEngine) -> None:
    client = create_app(examples_engine, Settings(public_url="https://archiv.example/suche/")).test_client()
    feed = _json_feed(client, "/v1/search?format=jsonfeed&page_size=1")
    for address in (feed["feed_url"], feed["home_page_url"], feed["next_url"], feed["items"][0]["url"]):
        assert address.startswith("https://archiv.example/suche/v1/")


@pytest.mark.parametrize("address", ["/v1/search?format=atom", "/v1/tags/energie?format=atom"])
def test_relative_dates_are_other_moments_tomorrow(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    etags = []
    for day in (23, 23, 24):
        clock = type("Clock", (datetime,), {"now": lambda zone, day=day: datetime(2026, 11, day, 12, tzinfo=zone)})
        monkeypatch.setattr(moments, "datetime", clock)
        monkeypatch.setattr("service.api.app.datetime", clock)
        response = client.get(f"{address}&from=now-7d")
        assert "from=now-7d" in response.text
        etags.append(response.headers["ETag"])
    assert etags[0] == etags[1] != etags[2]


_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_ODD = st.sampled_from(
    ["\x00", "\x0b", "\x1b[0m", "\ufffe", "\uffff", "]]>", "<b>&amp;</b>", "\x85", "\u2028", "\ufeff", "🦀"]
)
_TEXT = st.lists(st.one_of(_ANY_TEXT, _ODD), min_size=1, max_size=4).map("".join)
_MOMENT = st.none() | st.datetimes(timezones=st.just(UTC))
_ARTICLES = st.builds(
    Article,
    id=_TEXT.filter(bool),
    title=_TEXT,
    lead=_ANY_TEXT,
    sections=st.lists(
        st.builds(Section, heading=st.none() | _TEXT, paragraphs=st.lists(_TEXT, min_size=1, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
    published=_MOMENT,
    modified=_MOMENT,
    authors=st.lists(_TEXT, max_size=2).map(tuple),
    source=st.none() | _TEXT,
    url=st.none() | _TEXT.map(lambda text: "https://zeitung.example/" + "".join(text.split())) | st.just("http://[x"),
    language=st.none() | st.sampled_from(["de", "en", "nds"]),
)
_HITS = st.builds(Hit, _ARTICLES, st.lists(st.builds(Tag, _TEXT, _TEXT), max_size=2).map(tuple))


@pytest.fixture(scope="module")
def app(examples_engine: WhooshEngine) -> Flask:
    return create_app(examples_engine, Settings(public_url="https://archiv.example"))


def _made(app: Flask, q: str, hits: list[Hit], write: Callable[[Feed], bytes]) -> bytes:
    with app.test_request_context():
        asked = SearchRequest(q=q, sort=Sort.NEWEST)
        return write(search_feed(asked, SearchPage(len(hits), tuple(hits), Sort.NEWEST), ATOM))


def _without_forbidden(text: str) -> str:
    return "".join(
        c for c in text if c in "\t\n\r" or (" " <= c <= "\ufffd" and not "\ud800" <= c < "\ue000") or c > "\uffff"
    )


@given(q=_TEXT, hits=st.lists(_HITS, max_size=3))
def test_any_articles_make_an_atom_feed(app: Flask, q: str, hits: list[Hit]) -> None:
    body = _made(app, q, hits, write_atom)
    root = ET.fromstring(body)  # noqa: S314 - our own
    entries = root.findall(f"{ATOM_NAMESPACE}entry")
    for hit, entry in zip(hits, entries, strict=True):
        # A parser reads every end of a line as \n (XML 1.0, section 2.11).
        title = re.sub("\r\n?", "\n", _without_forbidden(hit.article.title))
        assert (entry.findtext(f"{ATOM_NAMESPACE}title") or "") == title
        names = {child.tag.removeprefix(ATOM_NAMESPACE) for child in entry}
        assert {"id", "title", "updated", "link"} <= names
        assert ("published" in names) == (hit.article.published is not None)
        assert re.fullmatch(r"tag:archiv\.example,2026:articles/[!-~]+", entry.findtext(f"{ATOM_NAMESPACE}id") or "")
        for link in entry.findall(f"{ATOM_NAMESPACE}link"):
            assert re.fullmatch("https?://[!-~]+", link.attrib["href"])
    assert not feedparser.parse(body).bozo


@given(q=_TEXT, hits=st.lists(_HITS, max_size=3))
def test_any_articles_make_a_json_feed(app: Flask, q: str, hits: list[Hit]) -> None:
    feed = json.loads(_made(app, q, hits, write_json_feed))
    jsonschema.validate(feed, SCHEMA)
    assert [item["title"] for item in feed["items"]] == [hit.article.title for hit in hits]


def test_schema_of_json_feed_refuses_what_the_standard_does(client: FlaskClient) -> None:
    feed = _json_feed(client, "/v1/search?format=jsonfeed")
    item = feed["items"][0]
    without_content = {name: value for name, value in item.items() if name != "content_html"}
    for wrong in (
        {**feed, "version": "https://jsonfeed.org/version/1"},
        {name: value for name, value in feed.items() if name != "title"},
        {**feed, "next_url": None},
        {**feed, "items": [without_content]},
        {**feed, "items": [{**item, "id": 1}]},
        {**feed, "items": [{**item, "date_published": "2024-05-01"}]},
        {**feed, "items": [{**item, "authors": [{}]}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def test_seed_article_is_in_the_feed_of_its_tag(client: FlaskClient) -> None:
    items = _json_feed(client, "/v1/tags/energie?format=jsonfeed")["items"]
    (seed,) = (item for item in items if item["id"].endswith(f"articles/{SEED_ID}"))
    assert "date_published" not in seed


@pytest.mark.parametrize("given", ["archiv.example,2026", "redaktion@archiv.example,2026-11-23", ""])
def test_tagging_entity_is_taken(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ARTIKEL_TAGGING_ENTITY", given)
    assert read_settings().tagging_entity == given


@pytest.mark.parametrize("given", ["archiv.example", "archiv.example,23.11.2026", "a b,2026", "a,2026:x", ",2026"])
def test_tagging_entity_that_makes_no_uri_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("ARTIKEL_TAGGING_ENTITY", given)
    with pytest.raises(SettingsError, match="TAGGING_ENTITY"):
        read_settings()
