from datetime import datetime
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from support import SEED_ID, MakeClient, get, ids

from service.api.links import neighbours
from service.index.arrays import evaluator, proximity
from service.search.request import Window

SEARCH = "/v1/search"

DATED = {
    "alt": "Datum: 2024-03-30\nZ Hafen\nAlles.\n",
    "mitte": "Datum: 31.03.2024, 23:59 Uhr\nA Hafen\nAlles.\n",
    "neu": "Datum: 2024-04-01T00:00:00+02:00\nM Hafen\nAlles.\n",
    "ohne": "B Hafen\nAlles.\n",
}
FILED = {
    "a": "Autor: Anna Öztürk, Jörg Weiß\nQuelle: Küstendienst\nRessort: Lokales\nSprache: de\nA\n"
    "- Themen:\n- #Energie\n- #Bahn\n",
    "b": "Autor: Jörg Weiß\nQuelle: Bote\nRessort: Sport\nSprache: en\nB\n- Themen:\n- #energie\n",
    "c": "Quelle: Bote\nC\n- Themen:\n- #Bahn\n- #Künstliche Intelligenz\n",
    "d": "D\n",
}


def test_word_of_the_seed_article_finds_it_with_a_highlight(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="Sicherheitsrat")
    (seed,) = [result for result in page["results"] if result["id"] == SEED_ID]
    part, passage = seed["highlights"]["body"]
    assert "<mark>Sicherheitsrat</mark>schef" in part["html"]
    assert [mark["tier"] for mark in part["ranges"]] == ["compound"]
    assert "<mark>Sicherheitsrat</mark>" in passage["html"]
    (found,) = passage["ranges"]
    assert passage["text"][found["start"] : found["end"]] == "Sicherheitsrat"
    assert found["tier"] == seed["tier"] == "exact"


def test_content_word_does_not_find_a_function_word_that_snowball_gives_its_stem(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="Sicherheit", page_size=100)
    assert 0 < page["total"]["value"] < 20
    passages = [passage for hit in page["results"] for place in hit["highlights"].values() for passage in place]
    marked = {passage["text"][found["start"] : found["end"]] for passage in passages for found in passage["ranges"]}
    assert "Sicherheit" in marked
    assert all(word.lower().startswith("sicher") for word in marked)


def test_page_has_the_documented_shape(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="Sicherheitsrat", tag="Energie", page_size=5)
    assert list(page) == [
        *("query", "total", "page", "page_size", "took_ms", "generation", "results"),
        *("facets", "corrected", "relaxations", "terms", "next", "previous"),
    ]
    assert page["query"] == {
        "q": "Sicherheitsrat",
        "match": "all",
        "expand": ["variant", "inflection", "compound", "typo"],
        "search_in": [],
        "sort": "relevance",
        "recency": None,
        "facet_scope": "others",
        "collapse": None,
        "tag": ["energie"],
        "tag_all": [],
        "tag_not": [],
        "source": [],
        "section": [],
        "author": [],
        "language": [],
        "from": None,
        "to": None,
        "use_date": "published",
        "min_words": None,
        "max_words": None,
        "notes": [],
    }
    assert page["total"] == {"value": len(page["results"]), "relation": "eq"}
    (seed,) = page["results"]
    assert list(seed) == [
        *("id", "title", "lead", "tags", "published", "source", "section", "authors", "word_count", "url"),
        *("versions", "score", "tier", "highlights", "explanation", "links"),
    ]
    assert seed["tags"] == [{"id": "energie", "name": "Energie"}]
    assert seed["links"] == {"self": f"/v1/articles/{SEED_ID}", "versions": f"/v1/articles/{SEED_ID}/versions"}
    assert seed["score"] > 0


def test_json_is_utf8_and_not_escaped(client: FlaskClient) -> None:
    response = client.get(SEARCH, query_string={"q": "Küstenschutz"})
    assert "Küstenschutz" in response.get_data().decode("utf-8")
    assert response.content_type == "application/json"


def test_match_in_the_title_ranks_above_one_in_the_body(make_client: MakeClient) -> None:
    client = make_client({"body": "Titel\nLead.\nEin Deich.\n", "title": "Ein Deich\nLead.\nKein Wort.\n"})
    assert ids(get(client, SEARCH, q="deich")) == ["title", "body"]


def test_equal_scores_stand_newest_first(make_client: MakeClient) -> None:
    assert ids(get(make_client(DATED), SEARCH, q="hafen")) == ["neu", "mitte", "alt", "ohne"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", ["neu", "mitte", "alt", "ohne"]),
        ("oldest", ["alt", "mitte", "neu", "ohne"]),
        ("title", ["mitte", "ohne", "neu", "alt"]),
    ],
)
@pytest.mark.parametrize("q", ["", "hafen"])
def test_sort_orders_the_results_and_gives_no_scores(
    make_client: MakeClient, q: str, sort: str, order: list[str]
) -> None:
    page = get(make_client(DATED), SEARCH, q=q, sort=sort)
    assert ids(page) == order
    assert page["query"]["sort"] == sort
    assert {result["score"] for result in page["results"]} == {None}


def test_search_without_words_lists_everything_newest_first_and_says_so(make_client: MakeClient) -> None:
    page = get(make_client(DATED), SEARCH)
    assert ids(page) == ["neu", "mitte", "alt", "ohne"]
    assert page["query"]["sort"] == "newest"
    assert page["results"][0]["highlights"] == {"title": [], "body": []}


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"from": "2024-03-31", "to": "2024-03-31"}, ["mitte"]),
        ({"from": "2024-03-30"}, ["neu", "mitte", "alt"]),
        ({"from": "2024-03-30T00:00:01"}, ["neu", "mitte"]),
        ({"to": "2024-03-30T00:00"}, ["alt"]),
        ({"to": "2024-03-31T21:59:00Z"}, ["mitte", "alt"]),
        ({"to": "2024-03-31T21:58:59Z"}, ["alt"]),
        ({"from": "2024-04-01T00:00:00+02:00"}, ["neu"]),
        ({"from": "2024-04-01T00:00:00 02:00"}, ["neu"]),
        ({"from": "2024-04-01T00:00:00.000001+02:00"}, []),
        ({"from": "0001-01-01", "to": "9999-12-31"}, ["neu", "mitte", "alt"]),
    ],
)
def test_dates_are_inclusive_and_days_are_whole_in_berlin(
    make_client: MakeClient, bounds: dict[str, str], found: list[str]
) -> None:
    assert ids(get(make_client(DATED), SEARCH, **bounds)) == found


def test_dates_are_said_back_as_understood(client: FlaskClient) -> None:
    query = get(client, SEARCH, **{"from": "2024-07-01", "to": "2024-12-31"})["query"]
    assert query["from"] == "2024-07-01T00:00:00+02:00"
    assert query["to"] == "2024-12-31T23:59:59.999999+01:00"


def test_from_after_to_finds_nothing_and_a_note_says_why(client: FlaskClient) -> None:
    page = get(client, SEARCH, **{"from": "2026-01-01", "to": "2024-01-01"})
    assert page["total"]["value"] == 0
    assert page["results"] == []
    (note,) = page["query"]["notes"]
    assert "from lies after to" in note


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("tag=Energie", "a b"),
        ("tag=energie&tag=kuenstliche-intelligenz", "a b c"),
        ("tag=K%C3%BCnstliche%20Intelligenz", "c"),
        ("tag=Intelligenz", ""),
        ("tag_all=energie&tag_all=BAHN", "a"),
        ("tag_not=energie", "c d"),
        ("tag_not=energie&tag_not=bahn", "d"),
        ("tag=energie&tag_not=bahn", "b"),
        ("source=Bote", "b c"),
        ("source=Bote&source=K%C3%BCstendienst", "a b c"),
        ("section=lokales", "a"),
        ("author=J%C3%B6rg%20Wei%C3%9F", "a b"),
        ("author=anna-oeztuerk", "a"),
        ("author=Wei%C3%9F", ""),
        ("language=de", "a"),
        ("language=de&source=bote", ""),
        ("tag=gibt-es-nicht", ""),
    ],
)
def test_filters_narrow_by_whole_names_or_slugs(make_client: MakeClient, parameters: str, found: str) -> None:
    client = make_client(FILED)
    assert sorted(ids(get(client, f"{SEARCH}?{parameters}"))) == found.split()
    assert sorted(ids(get(client, f"/v1/articles?{parameters}"))) == found.split()


def test_tag_shows_its_most_frequent_spelling_everywhere(make_client: MakeClient) -> None:
    client = make_client({**FILED, "e": "E\n- Themen:\n- #energie\n"})
    (result,) = get(client, SEARCH, q="tag:energie tag:bahn")["results"]
    assert {"id": "energie", "name": "energie"} in result["tags"]


def test_match_any_finds_articles_with_one_of_the_words(client: FlaskClient) -> None:
    both = get(client, SEARCH, q="Sturmflut Handball", match="any", page_size=100)
    assert get(client, SEARCH, q="Sturmflut Handball")["total"]["value"] == 0
    apart = [ids(get(client, SEARCH, q=q, page_size=100)) for q in ("Sturmflut", "Handball")]
    assert set().union(*apart) <= set(ids(both))


def test_match_any_without_compounds_finds_no_others(client: FlaskClient) -> None:
    asked = {"expand": "variant,inflection", "page_size": 100}
    both = get(client, SEARCH, q="Sturmflut Handball", match="any", **asked)
    apart = [ids(get(client, SEARCH, q=q, **asked)) for q in ("Sturmflut", "Handball")]
    assert sorted(ids(both)) == sorted([*apart[0], *apart[1]])


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_next_leads_through_every_result_once_and_previous_leads_back(client: FlaskClient, size: int) -> None:
    whole = ids(get(client, SEARCH, q="haus OR deich", page_size=100))
    assert len(whole) > 10
    pages = []
    address: str | None = f"{SEARCH}?q=haus%20OR%20deich&page_size={size}"
    while address:
        pages.append(get(client, address))
        address = pages[-1]["next"]
    assert [found for page in pages for found in ids(page)] == whole
    for before, page in pairwise(pages):
        assert ids(get(client, page["previous"])) == ids(before)
    assert pages[0]["previous"] is None


def test_link_header_says_the_same_as_next_and_previous(client: FlaskClient) -> None:
    response = client.get(SEARCH, query_string={"page": 2, "page_size": 5})
    page = response.get_json()
    around = f'<{page["next"]}>; rel="next", <{page["previous"]}>; rel="prev"'
    assert response.headers["Link"].endswith(f", {around}")
    assert 'rel="next"' not in client.get(SEARCH, query_string={"page_size": 100}).headers["Link"]


def test_next_keeps_everything_that_was_asked(client: FlaskClient) -> None:
    asked = "q=die&tag=Energie&tag=Bahn&tag_not=Sport&from=2024-01-01&sort=oldest&match=any&page_size=2"
    page = get(client, f"{SEARCH}?{asked}")
    assert get(client, page["next"])["query"] == page["query"]
    assert get(client, page["next"])["page"] == 2


def test_page_size_zero_gives_the_total_alone(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="haus", page_size=0)
    assert page["total"]["value"] > 0
    assert (page["results"], page["next"], page["previous"]) == ([], None, None)


def test_page_past_the_last_is_empty_and_leads_back_to_the_last(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="haus", page=900)
    assert page["results"] == []
    assert page["next"] is None
    assert get(client, page["previous"])["results"]


def test_broken_syntax_is_read_as_words_with_a_note(client: FlaskClient) -> None:
    page = get(client, SEARCH, q='(Sicherheitsrat AND "')
    assert SEED_ID in ids(page)
    assert len(page["query"]["notes"]) == 3


@pytest.mark.parametrize("q", ["\x00", "%FF", "😀" * 1000, "(" * 1000, '"' * 999, "a" * 1000, "* " * 500, "tag:" * 250])
def test_strange_query_is_answered(client: FlaskClient, q: str) -> None:
    get(client, SEARCH, q=q)


def test_dates_before_standard_time_are_written_as_rfc3339(make_client: MakeClient) -> None:
    (result,) = get(make_client({"a": "Datum: 1890-05-01\nTitel\n"}), SEARCH)["results"]
    assert datetime.fromisoformat(result["published"]) == datetime.fromisoformat("1890-04-30T23:06:32+00:00")
    assert result["published"].endswith("+00:54")


def test_addresses_are_paths_of_this_server(client: FlaskClient) -> None:
    page = get(client, SEARCH, page_size=1)
    for address in (page["next"], page["results"][0]["links"]["self"]):
        assert urlsplit(address).netloc == ""
        assert get(client, address)


def test_tag_match_ranks_above_a_passing_mention_though_most_articles_have_no_tags(make_client: MakeClient) -> None:
    mentions = {
        f"m{number}": f"Titel\nLead.\nEin Satz über Energie und {'vieles mehr ' * 20}.\n" for number in range(20)
    }
    tagged = {"z": "Titel\nLead.\nEin Satz über anderes.\n- Themen:\n- #Energie\n- #Bahn\n- #Politik\n"}
    assert ids(get(make_client(mentions | tagged), SEARCH, q="energie"))[0] == "z"


def test_next_ends_where_pages_end(make_client: MakeClient) -> None:
    client = make_client({str(number): f"Titel {number}\n" for number in range(150)})
    page = get(client, SEARCH, page=1, page_size=100)
    while page["next"]:
        page = get(client, page["next"])
    assert len(page["results"]) == 50
    assert neighbours(SEARCH, [], Window(100, 100), 20_000)["next"] is None
    assert neighbours(SEARCH, [], Window(99, 100), 20_000)["next"] is not None


def test_language_is_found_with_its_region(make_client: MakeClient) -> None:
    client = make_client({"a": "Sprache: de-AT\nTitel\nText.\n"})
    for parameters in ({"language": "de-DE"}, {"language": "de"}, {"q": "language:de-CH"}):
        assert ids(get(client, SEARCH, **parameters)) == ["a"]


def test_search_that_is_cut_short_says_so(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proximity, "_STRETCH", 1)
    # Three authors stand so far apart that the field keeps plain positions, through which phrases are looked for.
    header = "Autor: Anna Öztürk, Jörg Weiß, Maren Kai\n"
    client = make_client({name: f"{header}Titel {name}\nLead.\n" for name in map(str, range(40))})
    address, q = SEARCH, 'author:"Anna Öztürk"'
    with monkeypatch.context() as patched:
        patched.setattr(evaluator, "TIME_LIMIT", -1.0)
        response = client.get(address, query_string={"q": q})
    assert get(client, address, q=q)["total"] == {"value": 40, "relation": "eq"}
    assert response.headers["Cache-Control"] == "no-store"
    page = response.get_json()
    assert page["total"] == {"value": 1, "relation": "gte"}
    assert page["query"]["notes"] == [
        "The search took too long and was cut short; there may be more. Make it narrower."
    ]
    # What was found in a hurry is nothing to keep, here or elsewhere.
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert get(client, address, q=q)["total"] == {"value": 40, "relation": "eq"}
