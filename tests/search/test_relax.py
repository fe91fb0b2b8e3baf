from datetime import UTC, datetime

import pytest
from archive import WordArchive

from service.german.tokens import Chain
from service.search.grammar import parse
from service.search.relax import Change, relaxations
from service.search.request import Bound, Filters, Match, SearchRequest
from service.search.tier import EXPANSIONS, Tier
from service.search.wanted import Wanting

CHAIN = Chain()
WANTING = Wanting(CHAIN, ["de"], WordArchive(CHAIN, "Haus"))
_DATED = Filters(date_from=Bound(datetime(2026, 1, 1, tzinfo=UTC)), tag=("energie",), source=("bote",))


def changes(request: SearchRequest) -> list[tuple[Change, str, SearchRequest]]:
    node = parse(request.q, request.match).node
    return list(relaxations(request, node, WANTING.leaves(node, request.expand)))


def queries(q: str, change: Change, match: Match = Match.ALL) -> dict[str, str]:
    return {detail: request.q for kind, detail, request in changes(SearchRequest(q, match)) if kind is change}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("deich hafen", {"deich": "hafen", "hafen": "deich"}),
        ('deich "am Hafen" x*', {"deich": '"am Hafen" x*', '"am Hafen"': "deich x*", "x*": 'deich "am Hafen"'}),
        ("deich -hafen", {"-hafen": "deich"}),
        ("deich -hafen -stadt", {"-hafen": "deich -stadt", "-stadt": "deich -hafen"}),
        ("deich (a OR b)", {"deich": "a OR b", "a OR b": "deich"}),
        ("deich", {}),
        ("a OR b", {}),
        ("", {}),
        (" ".join("abcdefghi"), {}),
    ],
)
def test_each_word_can_be_dropped_if_another_is_left_to_find(q: str, expected: dict[str, str]) -> None:
    assert queries(q, Change.DROP_WORD) == expected


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("Wärmeschutz", {"wärme schutz": "wärme schutz"}),
        ("deich title:Wärmeschutz", {"wärme schutz": "deich title:wärme title:schutz"}),
        ("deich -Wärmeschutz", {}),
        ("deich", {}),
    ],
)
def test_compound_that_is_wanted_can_be_split(q: str, expected: dict[str, str]) -> None:
    assert queries(q, Change.SPLIT_COMPOUND) == expected


def test_fields_can_be_left_out_but_not_of_what_is_unwanted() -> None:
    assert queries("title:deich lead:hafen -body:stadt", Change.ALL_FIELDS) == {"q": "deich hafen -body:stadt"}
    assert queries("deich -title:hafen", Change.ALL_FIELDS) == {}


def test_filters_go_one_by_one_and_dates_together() -> None:
    found = changes(SearchRequest("deich", filters=_DATED))
    assert [(change, detail) for change, detail, _ in found] == [
        (Change.WIDEN_DATES, "from, to"),
        (Change.DROP_FILTER, "tag"),
        (Change.DROP_FILTER, "source"),
    ]
    assert found[0][2].filters == Filters(tag=("energie",), source=("bote",))
    assert found[1][2].filters == Filters(date_from=_DATED.date_from, source=("bote",))


def test_tiers_and_match_can_be_widened() -> None:
    asked = SearchRequest("deich hafen", expand=frozenset({Tier.VARIANT}))
    found = {change: request for change, _, request in changes(asked)}
    assert found[Change.ALL_FORMS].expand == EXPANSIONS
    assert found[Change.ANY_WORD].match is Match.ANY


def test_changed_query_means_the_same_whatever_was_said_of_its_words() -> None:
    asked = SearchRequest("title:a AND b", Match.ANY)
    (changed,) = [request for change, _, request in changes(asked) if change is Change.ALL_FIELDS]
    assert parse(changed.q, changed.match) == parse("a AND b", Match.ANY)


@pytest.mark.parametrize("q", ["deich hafen -Wärmeschutz", "title:a (b OR -c)"])
def test_each_change_asks_for_something_else(q: str) -> None:
    asked = SearchRequest(q, filters=_DATED)
    assert all(request != asked for _, _, request in changes(asked))
