import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.search.grammar import parse
from service.search.request import Match
from service.search.written import written

_PIECES = st.sampled_from(
    [
        *(
            "deich",
            "AND",
            "OR",
            "NICHT",
            "-",
            "(",
            ")",
            '"',
            "„",
            "“",
            "”",
            "»",
            "«",
            ":",
            "tag:",
            "x:",
            "a:b",
            "*",
            "=",
        ),
        *("title:", "UND", "~", "^2", "?", "&", "Bürger*innen", "Bürger(innen)", "Lehrer:innen", "https://x.example/"),
    ]
)
_QUERIES = st.lists(_PIECES | st.text(max_size=3), max_size=20).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda between: between.join(pieces))
)


@given(_QUERIES, st.sampled_from(Match))
def test_what_is_written_of_a_tree_is_read_as_that_tree(q: str, match: Match) -> None:
    node = parse(q, match).node
    assert parse(written(node)).node == node


@given(_QUERIES, st.sampled_from(Match))
def test_what_is_written_needs_no_note(q: str, match: Match) -> None:
    text = written(parse(q, match).node)
    assert [note for note in parse(text).notes if "read as words" not in note and "without a space" not in note] == []


@pytest.mark.parametrize(
    ("q", "match", "expected"),
    [
        ("deich hafen", Match.ALL, "deich hafen"),
        ("deich hafen", Match.ANY, "deich OR hafen"),
        ("deich hafen -stadt", Match.ANY, "(deich OR hafen) -stadt"),
        ("a OR b AND c", Match.ALL, "a OR (b c)"),
        ("NICHT (a ODER b)", Match.ALL, "-(a OR b)"),
        ("title:(a =b)", Match.ALL, "title:a title:=b"),
        ("=„neuer Deich“ wäh*", Match.ALL, '="neuer Deich" wäh*'),
        ('“ein "Deich"”', Match.ALL, '«ein "Deich"»'),
        ("", Match.ALL, ""),
    ],
)
def test_tree_is_written_with_as_few_signs_as_it_needs(q: str, match: Match, expected: str) -> None:
    assert written(parse(q, match).node) == expected
