import pytest
from flask.testing import FlaskClient
from support import MakeClient, get, ids

_TEXT = (
    "Der Stadtrat von Nordersiel hat am Donnerstag den Haushalt für das kommende Jahr beschlossen. Nach einer langen "
    "Debatte stimmten 27 Mitglieder dafür und 18 dagegen. Die Stadt will mehr Geld für Schulen und Radwege ausgeben. "
    "Dafür steigt die Gewerbesteuer zum ersten Mal seit zwölf Jahren."
)
_MORE = "Die Opposition kündigte eine Klage an. Der Kämmerer sprach von einem vorsichtigen Plan."
_ARCHIVE = {
    "a": f"Datum: 2026-01-01\nQuelle: Bote\nHaushalt beschlossen\n{_TEXT}\n- Themen:\n- #Rat\n",
    "b": f"Datum: 2026-01-03\nQuelle: Kurier\nRat beschließt Haushalt, Haushalt steigt\n{_TEXT}\n{_MORE}\n",
    "c": f"Quelle: Kurier\nMehr Geld für Schulen\n{_TEXT.replace('Donnerstag', 'Abend')}\n",
    "d": "Datum: 2026-01-02\nEin Haushalt ohne Strom\nDas ist etwas ganz anderes.\n",
}


@pytest.fixture
def archive(make_client: MakeClient) -> FlaskClient:
    return make_client(_ARCHIVE)


def test_story_is_shown_once_as_the_best_of_its_versions(archive: FlaskClient) -> None:
    whole = get(archive, "/v1/search", q="haushalt")
    found = get(archive, "/v1/search", q="haushalt", collapse="story")
    assert whole["query"]["collapse"] is None
    assert found["query"]["collapse"] == "story"
    assert whole["total"]["value"] == 4
    assert found["total"]["value"] == 2
    best = next(result for result in whole["results"] if result["id"] != "d")
    assert [result for result in found["results"] if result["id"] != "d"] == [best]
    assert {result["id"]: result["versions"] for result in whole["results"]} == {"a": 3, "b": 3, "c": 3, "d": 1}


@pytest.mark.parametrize(("sort", "expected"), [("newest", ["b", "d"]), ("oldest", ["a", "d"]), ("title", ["d", "a"])])
def test_list_shows_the_first_version_in_its_order(archive: FlaskClient, sort: str, expected: list[str]) -> None:
    assert ids(get(archive, "/v1/articles", sort=sort, collapse="story")) == expected
    assert ids(get(archive, "/v1/search", sort=sort, collapse="story")) == expected


def test_version_is_the_best_of_those_that_pass_the_filters(archive: FlaskClient) -> None:
    found = get(archive, "/v1/articles", source="Kurier", collapse="story", sort="oldest")
    assert ids(found) == ["b"]
    assert found["results"][0]["versions"] == 3


def test_pages_lead_through_the_collapsed_results(archive: FlaskClient) -> None:
    first = get(archive, "/v1/search", collapse="story", page_size=1)
    assert "collapse=story" in first["next"]
    second = get(archive, first["next"])
    assert ids(first) + ids(second) == ["b", "d"]
    assert second["next"] is None


def test_relaxation_counts_as_its_search_does(archive: FlaskClient) -> None:
    found = get(archive, "/v1/search", q="haushalt", tag="nie", collapse="story")
    (relaxation,) = found["relaxations"]
    assert relaxation["total"] == get(archive, relaxation["links"]["self"])["total"]["value"] == 2


def test_versions_are_listed_newest_first_with_their_similarity(archive: FlaskClient) -> None:
    found = get(archive, get(archive, "/v1/articles/a")["links"]["versions"])
    assert ids(found) == ["b", "a", "c"]
    assert found["query"] == {"id": "a"}
    assert found["total"] == {"value": 3, "relation": "eq"}
    similarity = {result["id"]: result["similarity"] for result in found["results"]}
    assert similarity["a"] == 1
    assert 0.5 < similarity["b"] < 1
    assert 0.5 < similarity["c"] < 1
    back = {result["id"]: result["similarity"] for result in get(archive, "/v1/articles/b/versions")["results"]}
    assert back["a"] == similarity["b"]


def test_article_without_versions_is_alone(archive: FlaskClient) -> None:
    found = get(archive, "/v1/articles/d/versions")
    assert [(result["id"], result["similarity"], result["versions"]) for result in found["results"]] == [("d", 1, 1)]


def test_versions_come_in_pages(archive: FlaskClient) -> None:
    first = get(archive, "/v1/articles/a/versions", page_size=2)
    assert ids(first) + ids(get(archive, first["next"])) == ["b", "a", "c"]
    assert ids(get(archive, "/v1/articles/a/versions", page=9)) == []


def test_unknown_collapse_names_what_there_is(archive: FlaskClient) -> None:
    for path in ("/v1/search", "/v1/articles"):
        problem = get(archive, path, 422, collapse="tag")
        assert problem["errors"] == [{"parameter": "collapse", "message": "must be story."}]


def test_versions_of_no_article_are_not_found(archive: FlaskClient) -> None:
    assert get(archive, "/v1/articles/nie/versions", 404)["code"] == "article_not_found"
    assert get(archive, "/v1/articles/a/versions", 422, sort="title")["code"] == "unknown_parameter"


def test_versions_have_an_etag(archive: FlaskClient) -> None:
    tag = archive.get("/v1/articles/a/versions").headers["ETag"]
    assert archive.get("/v1/articles/a/versions", headers={"If-None-Match": tag}).status_code == 304
    assert archive.get("/v1/articles/a/versions?page_size=1").headers["ETag"] != tag
    collapsed = archive.get("/v1/search?collapse=story").headers["ETag"]
    assert archive.get("/v1/search").headers["ETag"] != collapsed
