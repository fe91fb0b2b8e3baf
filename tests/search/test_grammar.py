import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.search.grammar import parse
from service.search.lexer import MAX_NESTING
from service.search.query import And, Field, Node, Not, Or, ParsedQuery, Phrase, Word, positive_leaves
from service.search.request import Match

_PIECES = st.sampled_from(
    [
        "deich",
        "AND",
        "UND",
        "OR",
        "ODER",
        "NOT",
        "NICHT",
        "-",
        "(",
        ")",
        '"',
        "„",
        "“",
        "»",
        "«",
        ":",
        "tag:",
        "x:",
        "*",
        "=",
        '="',
        "Bürger(innen)",
    ]
)
_QUERIES = st.lists(_PIECES | st.text(max_size=3), max_size=30).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda between: between.join(pieces))
)


def _depth(node: Node | None) -> int:
    match node:
        case And(children) | Or(children):
            return 1 + max(_depth(child) for child in children)
        case Not(child):
            return 1 + _depth(child)
    return 0


def _is_flat(node: Node | None) -> bool:
    match node:
        case And(children) | Or(children):
            return len(children) > 1 and all(
                not isinstance(child, type(node)) and _is_flat(child) for child in children
            )
        case Not(child):
            return _is_flat(child)
    return True


@given(_QUERIES, st.sampled_from(Match))
def test_any_text_is_read_without_error_into_a_bounded_flat_tree(q: str, match: Match) -> None:
    parsed = parse(q, match)
    assert _depth(parsed.node) <= 3 * (MAX_NESTING + 1)
    assert _is_flat(parsed.node)
    assert len(set(parsed.notes)) == len(parsed.notes)
    assert parsed == parse(q, match)


@given(st.lists(st.text(st.characters(categories=["Ll", "Lu"]), min_size=1), max_size=8))
def test_words_without_syntax_are_found_again_in_the_tree(words: list[str]) -> None:
    operators = {"AND", "UND", "OR", "ODER", "NOT", "NICHT"}
    plain = [word for word in words if word not in operators]
    parsed = parse(" ".join(plain))
    assert [leaf.text for leaf in positive_leaves(parsed.node)] == list(dict.fromkeys(plain))
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("broken", "notes"),
    [
        ("*", ["There is no beginning of a word before *; it is left out."]),
        ("tag:*", ["There is no word in tag:*; it is left out."]),
        ("tag:&", ["There is no word in tag:&; it is left out."]),
        ("()", ["There is no word between the brackets; they are left out."]),
        ("title:(())", ["There is no word between the brackets; they are left out."]),
        (
            "AND ()",
            ["There is no word between the brackets; they are left out.", "AND has nothing to join; it is left out."],
        ),
        (
            "ODER ()",
            ["There is no word between the brackets; they are left out.", "ODER has nothing to join; it is left out."],
        ),
        (
            "NICHT ()",
            ["There is no word between the brackets; they are left out.", "NICHT has nothing to join; it is left out."],
        ),
        (
            "-tag:*",
            ["There is no word in tag:*; it is left out.", "- has nothing to join; it is left out."],
        ),
        ("OR -", ["OR has nothing to join; it is left out."]),
        ("-", []),
        ("--", []),
        ("&", []),
    ],
)
@pytest.mark.parametrize("match", Match)
def test_syntax_without_a_word_is_left_out_with_a_note(broken: str, notes: list[str], match: Match) -> None:
    assert parse(f"deich {broken}", match) == ParsedQuery(Word("deich"), tuple(notes))


def test_field_before_another_field_is_left_out_with_a_note() -> None:
    parsed = parse("title:tag:deich")
    assert parsed.node == Word("deich", Field.TAG)
    assert parsed.notes == ("title: stands before another field; it is left out.",)


@pytest.mark.parametrize("q", ["Tag :energie", "Tag : energie"])
def test_field_apart_from_its_colon_is_read_as_a_word_with_a_note(q: str) -> None:
    parsed = parse(q)
    assert [leaf.field for leaf in positive_leaves(parsed.node)] == [None, None]
    assert parsed.notes == ("Tag : is read as a word; write Tag:word without a space.",)


def test_colon_behind_a_word_that_is_no_field_needs_no_note() -> None:
    assert parse("Rat : Mehrheit").notes == ()


def test_nesting_deeper_than_allowed_is_read_as_words_with_a_note() -> None:
    parsed = parse("(" * 400 + "deich" + ")" * 400)
    assert parsed.node == Word("deich")
    assert any("nested deeper" in note for note in parsed.notes)


def test_a_thousand_negations_cancel_out() -> None:
    assert parse("-" * 998 + "deich") == ParsedQuery(Word("deich"))


def test_a_field_before_brackets_holds_for_all_in_them_but_not_beyond() -> None:
    assert parse('title:(a OR "b c") d').node == And(
        (Or((Word("a", Field.TITLE), Phrase("b c", Field.TITLE))), Word("d"))
    )


def test_a_minus_inside_a_word_is_no_negation() -> None:
    assert parse("Ein-Ausfuhr").node == Word("Ein-Ausfuhr")


def test_a_star_inside_a_word_is_no_prefix() -> None:
    assert parse("Bürger*innen").node == Word("Bürger*innen")


def test_brackets_inside_a_word_belong_to_it() -> None:
    assert parse("Bürger(innen) Rat").node == And((Word("Bürger(innen)"), Word("Rat")))


@pytest.mark.parametrize(
    ("q", "node"),
    [
        ("=Haus", Word("Haus", is_exact=True)),
        ('="das Haus"', Phrase("das Haus", is_exact=True)),
        ("=„das Haus“", Phrase("das Haus", is_exact=True)),
        ("title:=Haus", Word("Haus", Field.TITLE, is_exact=True)),
        ("-=Haus", Not(Word("Haus", is_exact=True))),
        ("NICHT =Haus", Not(Word("Haus", is_exact=True))),
        ("(=a OR b)", Or((Word("a", is_exact=True), Word("b")))),
        ("=Haus Haus", And((Word("Haus", is_exact=True), Word("Haus")))),
        ("=Haus*", Word("Haus", is_prefix=True, is_exact=True)),
        ("a=b", Word("a=b")),
        ("=", None),
        ("= Haus", Word("Haus")),
        ("=(Haus)", Word("Haus")),
    ],
)
@pytest.mark.parametrize("match", Match)
def test_equals_sign_before_a_word_or_phrase_asks_for_its_form(q: str, node: Node | None, match: Match) -> None:
    read = parse(q, match).node
    assert read == (Or(node.children) if isinstance(node, And) and match is Match.ANY else node)


def test_word_begins_with_its_first_letter_and_is_no_operator() -> None:
    assert parse('"„-OR §5 ^2 x:UND', Match.ANY).node == Or((Word("or"), Word("5"), Word("2"), Word("x"), Word("und")))


def test_gender_form_is_no_unknown_field() -> None:
    assert parse("Lehrer:innen, Leiter:in") == ParsedQuery(And((Word("Lehrer:innen,"), Word("Leiter:in"))))


def test_leaves_below_a_negation_are_not_positive() -> None:
    assert list(positive_leaves(parse("a -b NOT (c OR d)").node)) == [Word("a")]


def test_an_address_on_the_web_is_no_unknown_field() -> None:
    assert parse("https://zeitung.example/1").notes == ()


def test_an_unknown_field_is_named_in_the_note_with_the_known_ones() -> None:
    (note,) = parse("wetter:sonne").notes
    assert "wetter" in note
    assert "title" in note
