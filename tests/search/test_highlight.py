import html
import re

from highlight_oracle import MAX_PASSAGES, PASSAGE_LENGTH, OracleHighlighter
from hypothesis import given
from hypothesis import strategies as st

from service.articles.model import Article, Section
from service.german.outline import Outline, make_outline
from service.german.spelling import Correction
from service.german.tokens import Chain
from service.search.grammar import parse
from service.search.highlight import Highlighter
from service.search.page import Highlight, Highlights, Range
from service.search.request import Match, Snippets
from service.search.tier import EXPANSIONS, Tier
from service.search.wanted import WantedWord, Wanting

CHAIN = Chain()
_DEFAULT = Snippets()
_WORDS = [
    "Deich",
    "Deiche",
    "deichs",
    "Straße",
    "Strasse",
    "Hafen",
    "und",
    "z. B.",
    "Über",
    "neu.",
    "Bürger*innen",
    "<b>",
    "Wärmeschutz",
    "Wa\u0308rmeschutzes",
    "Hafen-Deich",
    "Schutz vor der Wärme",
    "Ein- und Ausfuhr",
]
# A line of an article has no line end in it.
_TEXTS = st.lists(
    st.sampled_from(_WORDS) | st.text(st.characters(exclude_characters="\n"), max_size=4), max_size=60
).map(" ".join)


def outline(article: Article) -> Outline:
    is_heading = [kind == "headings" for kind, _ in article.lines()]
    return make_outline([article.title, *article.texts()], [True, *is_heading], CHAIN)


class Nothing:
    """An archive without words, so that nothing is corrected."""

    def knows(self, _word: WantedWord) -> bool:
        return False

    def has(self, _form: str) -> bool:
        return False

    def corrections(self, _form: str, _limit: int = 3) -> list[Correction]:
        return []


WANTING = Wanting(CHAIN, ["de"], Nothing())


def highlights(
    q: str, article: Article, expand: frozenset[Tier] = EXPANSIONS, snippets: Snippets = _DEFAULT
) -> Highlights:
    node = parse(q, Match.ANY).node
    return Highlighter(node, WANTING.leaves(node, expand), CHAIN).highlights(article, outline(article), snippets)


def article(lead: str = "", *paragraphs: str, title: str = "Titel", heading: str | None = None) -> Article:
    return Article("a", title, lead, (Section(heading, paragraphs),) if paragraphs else ())


def marked(found: tuple[Highlight, ...]) -> list[list[tuple[str, Tier]]]:
    return [[(one.text[mark.start : mark.end], mark.tier) for mark in one.ranges] for one in found]


_QUERIES = st.lists(
    st.sampled_from(
        [
            *("deich", "deiche", "straße", "strasse", "hafen", "über", "üb*", "d*", "Hafen-Deich", "innen", "b*"),
            *('"neu Deich"', '"deich deich"', '"und deich hafen"', "title:deich", "headings:hafen", "lead:straße"),
            *('body:"deich hafen"', "body:ha*", "-hafen", "z. B.", "neu.Deich", "=deich", '="neu Deich"', "ausfuhr"),
            *("Wärmeschutz", "schutz", "Wärme-Schutz", "Bürger", "Bürgerinnen", "einfuhr", "hafendeich", "waerme*"),
        ]
    )
    | st.text(max_size=4),
    max_size=5,
).map(" ".join)
_LINES = st.lists(_TEXTS | st.just("Deich " * 60 + "Hafen."), max_size=4).map(lambda found: tuple(filter(None, found)))


@given(
    _QUERIES,
    st.sampled_from(Match),
    st.just(EXPANSIONS) | st.frozensets(st.sampled_from(sorted(EXPANSIONS))),
    _TEXTS,
    _TEXTS,
    st.lists(st.builds(Section, st.none() | _TEXTS, _LINES), max_size=3),
    st.lists(st.sampled_from(_WORDS), max_size=2).map(tuple),
)
def test_highlights_are_those_of_the_straightforward_way(
    q: str,
    match: Match,
    expand: frozenset[Tier],
    title: str,
    lead: str,
    sections: list[Section],
    tags: tuple[str, ...],
) -> None:
    written = Article("a", title, lead, tuple(sections), tags=tags)
    node = parse(q, match).node
    leaves = WANTING.leaves(node, expand)
    found = Highlighter(node, leaves, CHAIN, match).highlights(written, outline(written))
    assert found == OracleHighlighter(node, leaves, CHAIN, match).highlights(written)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_ranges_of_any_article_lie_inside_and_apart_and_hold_only_matches(title: str, lead: str, body: str) -> None:
    found = highlights('deich OR straße OR "neu Hafen" OR üb*', article(lead, body, title=title))
    assert len(found.title) <= 1
    assert len(found.body) <= MAX_PASSAGES
    for one in (*found.title, *found.body):
        assert one.ranges
        ends = [0, *(mark.end for mark in one.ranges)]
        for before, mark in zip(ends, one.ranges, strict=False):
            assert before <= mark.start < mark.end <= len(one.text)
            (token,) = CHAIN.tokens(one.text[mark.start : mark.end])
            assert token.stem in {"deich", "strass", "neu", "haf"} or token.form.startswith("üb")
    for passage in found.body:
        assert passage.text.strip("…") in lead or passage.text.strip("…") in body


@given(_TEXTS)
def test_html_without_marks_is_the_escaped_text(body: str) -> None:
    for one in highlights("deich straße", article(body)).body:
        assert html.unescape(re.sub("</?mark>", "", one.html)) == one.text
        assert not re.search("<(?!/?mark>)", one.html)
        assert one.html.count("<mark>") == len(one.ranges)


def test_markup_in_an_article_is_escaped_in_html_and_kept_in_text() -> None:
    (one,) = highlights("deich", article('<script>alert("x")</script> & Deich.')).body
    assert one.text == '<script>alert("x")</script> & Deich.'
    assert one.html == "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; <mark>Deich</mark>."


def test_range_counts_code_points_not_bytes_or_utf16() -> None:
    (one,) = highlights("deich", article("🌊🌊 Über den Deich")).body
    assert one.ranges == (Range(12, 17, Tier.EXACT),)


def test_tier_is_exact_for_the_form_and_inflection_for_another() -> None:
    found = highlights("deich", article("Der Deich und die Deiche."))
    assert marked(found.body) == [[("Deich", Tier.EXACT), ("Deiche", Tier.INFLECTION)]]


def test_tier_of_a_word_that_two_words_of_the_query_match_is_the_better_one() -> None:
    found = highlights("deich deiche", article("Die Deiche."))
    assert marked(found.body) == [[("Deiche", Tier.EXACT)]]


def test_title_is_whole_and_only_there_if_it_has_a_match() -> None:
    found = highlights("hafen", article("Nichts.", title="Der Hafen"))
    assert found.title == (Highlight("Der Hafen", (Range(4, 9, Tier.EXACT),)),)
    assert highlights("nichts", article("Nichts.", title="Der Hafen")).title == ()


def test_phrase_is_marked_only_where_its_words_stand_together() -> None:
    found = highlights('"neuer Deich"', article("Der neue Deich. Der Deich ist neu."))
    assert marked(found.body) == [[("neue", Tier.INFLECTION), ("Deich", Tier.EXACT)]]


def test_parts_of_a_compound_are_marked_near_each_other_but_not_across_lines() -> None:
    one_line = highlights("Wärmeschutz", article("Der Schutz vor Wärme."))
    assert marked(one_line.body) == [[("Schutz", Tier.COMPOUND), ("Wärme", Tier.COMPOUND)]]
    assert highlights("Wärmeschutz", article("Der Schutz.", "Wärme im Haus.")) == Highlights()


def test_prefix_marks_the_whole_word() -> None:
    found = highlights("löw*", article("Frau Löwenhagen ging."))
    assert marked(found.body) == [[("Löwenhagen", Tier.EXACT)]]


def test_negated_words_and_keyword_fields_are_not_marked() -> None:
    found = highlights("deich -hafen tag:stadt", article("Deich, Hafen, Stadt."))
    assert marked(found.body) == [[("Deich", Tier.EXACT)]]


def test_field_is_marked_only_there() -> None:
    found = highlights(
        "title:hafen headings:deich", article("Hafen.", "Deich.", title="Hafen", heading="Deich am Fluss")
    )
    assert marked(found.title) == [[("Hafen", Tier.EXACT)]]
    assert [one.text for one in found.body] == ["Deich am Fluss"]


def test_passages_cover_different_words_before_more_of_one() -> None:
    text = "Deich Deich Deich. Deich eins. Deich zwei. Deich drei. Der Hafen liegt fern."
    texts = [one.text for one in highlights("deich hafen", article(text)).body]
    assert "Der Hafen liegt fern." in texts


def test_passages_stand_in_the_order_of_the_text() -> None:
    found = highlights("deich hafen", article("Ein Hafen.", "Ein Deich.", "Hafen und Deich."))
    assert [one.text for one in found.body] == ["Ein Hafen.", "Ein Deich.", "Hafen und Deich."]


def test_long_sentence_is_cut_between_words_around_its_match() -> None:
    text = "vorher " * 60 + "Deich " + "nachher " * 60 + "Ende."
    (one,) = highlights("deich", article(text)).body
    assert one.text.startswith("…vorher")
    assert one.text.endswith("nachher…")
    assert len(one.text) <= PASSAGE_LENGTH
    assert marked((one,)) == [[("Deich", Tier.EXACT)]]


def test_word_longer_than_a_passage_is_cut_with_its_mark() -> None:
    word = "donau" * 100
    (one,) = highlights(word, article(f"a {word} b")).body
    assert one.text == f"a {word[: PASSAGE_LENGTH - 3]}…"
    assert one.ranges == (Range(2, PASSAGE_LENGTH - 1, Tier.EXACT),)


@given(
    st.lists(st.sampled_from(["am", "Deich", "Westküstendeichbau", "deich" * 30, "🌊" * 50, "–"]), min_size=1),
    st.integers(40, 80),
)
def test_passage_is_never_longer_than_asked_for_and_has_a_mark(words: list[str], length: int) -> None:
    text = article(" ".join(["Der Deich", *words]))
    for one in highlights("deich*", text, snippets=Snippets(length=length)).body:
        assert len(one.text) <= length
        assert one.ranges
        assert all(0 <= it.start < it.end <= len(one.text) for it in one.ranges)


def test_without_words_nothing_is_highlighted() -> None:
    assert highlights("", article("Deich.")) == Highlights()
