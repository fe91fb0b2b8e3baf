import unicodedata

import pytest
from flask.testing import FlaskClient
from support import EXAMPLES, SEED_ID, MakeClient, get, ids

ARTICLES = "/v1/articles"


def test_whole_article_has_everything_that_was_read(client: FlaskClient) -> None:
    article = get(client, f"{ARTICLES}/sturmflut-nordersiel-nacht")
    assert article["published"] == "2024-01-26T06:15:00+01:00"
    assert article["source"] == "Küstendienst"
    assert [section["heading"] for section in article["sections"]] == [
        None,
        "Evakuierung im Dunkeln",
        "Abbruch am Westerdeich",
        "Bahnverkehr unterbrochen",
    ]
    lines = (EXAMPLES / "sturmflut-nordersiel-nacht.txt").read_text(encoding="utf-8").splitlines()
    assert [article["title"], *article["text"].split("\n\n")] == lines[3:-5]
    assert article["reading_minutes"] == -(-article["word_count"] // 200)
    assert article["links"]["self"] == f"{ARTICLES}/sturmflut-nordersiel-nacht"
    assert "highlights" not in article


def test_article_without_metadata_has_nulls_in_their_place(client: FlaskClient) -> None:
    article = get(client, f"{ARTICLES}/{SEED_ID}")
    for name in ("published", "modified", "source", "section", "url"):
        assert article[name] is None
    assert article["authors"] == []


@pytest.mark.parametrize(
    "name", ["Straße & Fuß #1", "unter/ordner/datei", "50%", "frage?", "a+b", "a b", "x..y", "a;b", "ü"]
)
def test_article_is_reached_through_its_link_whatever_its_id(make_client: MakeClient, name: str) -> None:
    client = make_client({name: "Titel\nEin Text.\n"})
    (result,) = get(client, ARTICLES)["results"]
    assert result["id"] == name.replace("/", ":")
    assert get(client, result["links"]["self"])["id"] == result["id"]
    assert ids(get(client, ARTICLES, id=result["id"])) == [result["id"]]


def test_article_is_reached_in_either_form_of_its_umlauts(make_client: MakeClient) -> None:
    client = make_client({"Küste": "Titel\nText.\n"})
    for form in ("NFC", "NFD"):
        wanted = unicodedata.normalize(form, "Küste")
        assert get(client, f"{ARTICLES}/{wanted}")["title"] == "Titel"
        assert get(client, ARTICLES, id=wanted)["missing"] == []


def test_list_is_newest_first_with_the_filters_of_search(client: FlaskClient) -> None:
    listed = get(client, ARTICLES, tag="Energie", page_size=100)
    assert listed["query"]["sort"] == "newest"
    dates = [result["published"] for result in listed["results"] if result["published"]]
    assert dates == sorted(dates, reverse=True)
    assert ids(listed) == ids(get(client, "/v1/search", tag="Energie", sort="newest", page_size=100))


def test_list_pages_through_its_own_address(client: FlaskClient) -> None:
    page = get(client, ARTICLES, page_size=2, sort="title")
    assert page["next"].startswith(f"{ARTICLES}?")
    assert len(ids(page) + ids(get(client, page["next"]))) == 4


def test_batch_keeps_the_order_of_the_ids_and_names_the_missing(client: FlaskClient) -> None:
    wanted = ["westerdeich-plan-vorgestellt", "gibt-es-nicht", SEED_ID, "auch-nicht"]
    batch = get(client, ARTICLES, id=wanted)
    assert ids(batch) == [wanted[0], wanted[2]]
    assert batch["missing"] == [wanted[1], wanted[3]]
    assert batch["results"][1] == get(client, f"{ARTICLES}/{SEED_ID}")


def test_batch_names_an_id_once_however_often_it_is_asked(client: FlaskClient) -> None:
    assert ids(get(client, ARTICLES, id=[SEED_ID, SEED_ID])) == [SEED_ID]


def test_batch_of_a_hundred_is_answered_and_one_more_refused(client: FlaskClient) -> None:
    many = [str(number) for number in range(100)]
    assert get(client, ARTICLES, id=many)["missing"] == many
    problem = get(client, ARTICLES, 422, id=[*many, "100"])
    assert problem["errors"][0]["parameter"] == "id"


@pytest.mark.parametrize("other", ["tag", "page", "sort", "from"])
def test_batch_takes_no_other_parameter(client: FlaskClient, other: str) -> None:
    problem = get(client, ARTICLES, 422, **{"id": SEED_ID, other: "2"})
    assert problem["code"] == "invalid_parameter"
    assert [error["parameter"] for error in problem["errors"]] == [other]


def test_batch_takes_the_defaults_that_generated_clients_send(client: FlaskClient) -> None:
    page = get(client, ARTICLES, id=SEED_ID, page=1, page_size=10, sort="newest", use_date="published")
    assert ids(page) == [SEED_ID]


def test_unknown_id_is_not_found_and_named(client: FlaskClient) -> None:
    problem = get(client, f"{ARTICLES}/gibt-es-nicht", 404)
    assert problem["code"] == "article_not_found"
    assert "gibt-es-nicht" in problem["detail"]
