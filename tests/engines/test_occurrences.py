"""Concordances of an index against the straightforward way: every token of every article, asked how it matches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product

import pytest

from service.articles.model import Article, count_words
from service.engines.whoosh import concordance as gathering
from service.engines.whoosh.engine import WhooshEngine
from service.engines.whoosh.queries import Queries
from service.german.languages import analysed_as
from service.german.tokens import Chain, Token
from service.index.documents import title_key
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.search.concordance import (
    ConcordanceCursor,
    ConcordanceLine,
    ConcordancePage,
    ConcordanceRequest,
    ConcordanceSort,
)
from service.search.page import CUT_SHORT
from service.search.query import positive_leaves
from service.search.request import Match, SearchRequest, Selection, Sort, TextField, Window
from service.search.tier import EXPANSIONS, Tier, best_tier, worst_tier
from service.search.wanted import NEAR, WantedLeaf, WantedWord, phrase_stems

MakeEngine = Callable[[Mapping[str, str]], WhooshEngine]
_Span = tuple[int, int, Tier]
"""The numbers of the first and the last token of a match in its line, and its tier."""
_Row = tuple[str, str, str, str, Tier]
"""Id, part of the article, its line, what matches, and how."""
_ALL = Window(1, 1_000)
_TEXTS = ("title", "lead", "headings", "body")


@pytest.fixture(scope="module")
def queries(examples_store: Store) -> Queries:
    folder = examples_store.current()
    assert folder is not None
    return Queries(OpenGeneration(folder))


def page(engine: WhooshEngine, request: ConcordanceRequest) -> ConcordancePage:
    with engine.snapshot() as snapshot:
        return snapshot.concordance(request)


def rows(lines: Sequence[ConcordanceLine]) -> list[tuple[str, str, str]]:
    return [(line.left, line.match, line.right) for line in lines]


def _of_word(word: WantedWord, tokens: Sequence[Token]) -> Iterator[_Span]:
    for at, token in enumerate(tokens):
        tier = word.tier(token.word)
        if tier is not None:
            yield at, at + word.width(token.word) - 1, tier


def _of_phrase(words: Sequence[WantedWord], tokens: Sequence[Token]) -> Iterator[_Span]:
    for first in range(len(tokens) - len(words) + 1):
        beside = tokens[first : first + len(words)]
        tiers = [word.tier(token.word) for word, token in zip(words, beside, strict=True)]
        worst = worst_tier(*tiers)
        if worst is not None and None not in tiers and tuple(it.stem for it in beside) in phrase_stems(words):
            yield first, first + len(words) - 1, worst


def _of_beginning(word: WantedWord, tokens: Sequence[Token]) -> Iterator[_Span]:
    for at, token in enumerate(tokens):
        if token.form.startswith(word.form):
            yield at, at, Tier.EXACT
        elif Tier.VARIANT in word.tiers and any(
            it.startswith(word.variant_beginning or " ") for it in token.word.variants
        ):
            yield at, at, Tier.VARIANT


def _of_leaf(leaf: WantedLeaf, tokens: Sequence[Token], *, is_any: bool) -> Iterator[_Span]:
    if leaf.is_prefix:
        for word in leaf.words[:-1]:
            yield from _of_word(word, tokens)
        yield from _of_beginning(leaf.words[-1], tokens)
        return
    if len(leaf.words) > 1:
        yield from _of_phrase(leaf.words, tokens)
    whole = leaf.words[0] if len(leaf.words) == 1 else leaf.joined
    if whole is None:
        return
    yield from _of_word(whole, tokens)
    for part in whole.words_apart if is_any else ():
        yield from _of_word(part, tokens)
    for stems in whole.splits:
        places = [[at for at, token in enumerate(tokens) if token.stem == stem] for stem in stems]
        for found in product(*places):
            if all(0 < abs(one - other) <= NEAR for one, other in pairwise(found)):
                yield from ((at, at, Tier.COMPOUND) for at in found)


def _without_overlaps(spans: Sequence[_Span]) -> Iterator[_Span]:
    end = -1
    for first, last in sorted({(first, last) for first, last, _ in spans}, key=lambda span: (span[0], -span[1])):
        if first > end:
            tier = best_tier(*(tier for *span, tier in spans if span == [first, last]))
            assert tier is not None
            yield first, last, tier
            end = last


def _oracle(article: Article, leaves: Sequence[WantedLeaf], chain: Chain, asked: Selection) -> Iterator[_Row]:
    language = analysed_as(article.language)
    for kind, text in (("title", article.title), *article.lines()):
        tokens = list(chain.tokens(text, language))
        spans = [
            span
            for leaf in leaves
            if (leaf.field == kind if leaf.field in _TEXTS else leaf.field is None)
            and (leaf.field is not None or not asked.search_in or kind in asked.search_in)
            for span in _of_leaf(leaf, tokens, is_any=asked.match is Match.ANY)
        ]
        for first, last, tier in _without_overlaps(spans):
            yield article.id, kind, text, text[tokens[first].start : tokens[last].end], tier


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize("expand", [EXPANSIONS, frozenset({Tier.VARIANT}), frozenset[Tier]()])
@pytest.mark.parametrize(
    "q",
    [
        *("deich", "haus hafen", "Bürger*innen", '"Ein- und Ausfuhr"', "stadt*", "title:deich body:wasser", "schutz"),
        *("headings:bahn", 'lead:"am Morgen" nacht', "sturmflut -hafen", "tag:energie", "Hochwasser-Schutz", "Straß*"),
        *("Küstenschutzplan", "Deichh", "=haus OR Bürgern", 'hafen "alter Hafen"', '"alter Hafen" OR "Hafen und"'),
    ],
)
def test_concordance_is_every_token_that_matches(
    examples_engine: WhooshEngine, queries: Queries, q: str, match: Match, expand: frozenset[Tier]
) -> None:
    _compare(examples_engine, queries, Selection(q, match, expand))


@pytest.mark.parametrize("field", [TextField.TITLE, TextField.BODY])
def test_concordance_looks_into_the_fields_that_are_asked_for(
    examples_engine: WhooshEngine, queries: Queries, field: TextField
) -> None:
    _compare(examples_engine, queries, Selection("deich hafen", Match.ANY, search_in=frozenset({field})))


def _compare(engine: WhooshEngine, queries: Queries, asked: Selection) -> None:
    with engine.snapshot() as snapshot:
        search = SearchRequest(**vars(asked), sort=Sort.NEWEST, window=Window(1, 100))
        articles = [hit.article for hit in snapshot.search(search).hits]
    prepared = queries.prepare(asked)
    leaves = [prepared.leaves[leaf] for leaf in positive_leaves(prepared.node)]
    chain = Chain()
    expected = [row for article in articles for row in _oracle(article, leaves, chain, asked)]
    found = page(engine, ConcordanceRequest(**vars(asked), window=_ALL))
    assert (found.total, found.is_complete) == (len(expected), True)
    for line, (article_id, kind, text, matched, tier) in zip(found.lines, expected, strict=True):
        assert (line.article.id, line.field, line.match, line.tier) == (article_id, kind, matched, tier)
        assert line.left + line.match + line.right in text


@pytest.mark.parametrize("context", [0, 1, 3, 40])
def test_context_has_as_many_words_as_asked_for_and_as_there_are(examples_engine: WhooshEngine, context: int) -> None:
    found = page(examples_engine, ConcordanceRequest(q="wasser hafen", match=Match.ANY, context=context, window=_ALL))
    whole = page(examples_engine, ConcordanceRequest(q="wasser hafen", match=Match.ANY, context=40, window=_ALL))
    assert found.total == whole.total > 50
    for line, more in zip(found.lines, whole.lines, strict=True):
        assert more.left.endswith(line.left)
        assert more.right.startswith(line.right)
        assert count_words(line.left) == min(context, count_words(more.left))
        assert count_words(line.right) == min(context, count_words(more.right))


def test_context_stays_in_its_sentence_and_keeps_the_punctuation(make_engine: MakeEngine) -> None:
    text = "Titel\nDavor. Ja.\nNein! Er rief: „Der Deich – der Deich! – hält“. Wirklich? Gut so.\nDanach.\n"
    found = page(make_engine({"a": text}), ConcordanceRequest(q="Deich", context=3))
    assert rows(found.lines) == [
        ("Er rief: „Der ", "Deich", " – der Deich! – hält“."),
        ("„Der Deich – der ", "Deich", "! – hält“."),
    ]


@pytest.mark.parametrize("sort", [ConcordanceSort.LEFT, ConcordanceSort.RIGHT])
def test_lines_are_sorted_by_the_words_beside_the_match(examples_engine: WhooshEngine, sort: ConcordanceSort) -> None:
    place = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL, context=5))
    found = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL, context=5, sort=sort))

    def key(line: ConcordanceLine) -> list[str]:
        text = line.left if sort is ConcordanceSort.LEFT else line.right
        words = [word for word in text.split() if count_words(word)]
        bare = ["".join(word).strip("„“”‚‘’«»().,;:!?–-…\"'%") for word in words]
        return [title_key(word) for word in (reversed(bare) if sort is ConcordanceSort.LEFT else bare)]

    assert rows(found.lines) == rows(sorted(place.lines, key=key))


def test_sorting_is_german_and_goes_on_to_the_next_word(make_engine: MakeEngine) -> None:
    lefts = ["Zwei alte", "Ein Ältester", "Ein alter", "Drei alte", "Altes"]
    texts = {f"a{number}": f"Titel\n{left} Deich.\n" for number, left in enumerate(lefts)}
    found = page(make_engine(texts), ConcordanceRequest(q="Deich", sort=ConcordanceSort.LEFT))
    assert [line.left.strip() for line in found.lines] == [
        "Drei alte",
        "Zwei alte",
        "Ein alter",
        "Altes",
        "Ein Ältester",
    ]


def test_pages_follow_each_other(examples_engine: WhooshEngine) -> None:
    whole = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
    pages = [page(examples_engine, ConcordanceRequest(q="hafen", window=Window(number, 7))) for number in range(1, 20)]
    assert [line for it in pages for line in it.lines] == list(whole.lines)
    assert {it.total for it in pages} == {whole.total}


def test_what_is_beyond_the_limit_is_said(examples_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
    for name, limit in (("MOST_OCCURRENCES", 20), ("MOST_OCCURRENCES", whole.total), ("MOST_ARTICLES", 3)):
        with monkeypatch.context() as patch:
            patch.setattr(gathering, name, limit)
            cut = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
        assert cut.lines == whole.lines[: cut.total]
        assert cut.is_exact is (limit == whole.total)
        assert bool(cut.notes) is not cut.is_exact
        assert cut.total == (limit if name == "MOST_OCCURRENCES" else len(cut.lines))


@pytest.mark.parametrize("articles", [1, 3, 1_000])
@pytest.mark.parametrize("size", [1, 2, 7, 39, 1_000])
def test_cursor_leads_through_every_occurrence_once(
    examples_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, size: int, articles: int
) -> None:
    whole = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
    monkeypatch.setattr(gathering, "MOST_OCCURRENCES", 5)
    monkeypatch.setattr(gathering, "MOST_ARTICLES", articles)
    cursor: ConcordanceCursor | None = ConcordanceCursor()
    lines: list[ConcordanceLine] = []
    while cursor is not None:
        part = page(examples_engine, ConcordanceRequest(q="hafen", window=Window(1, size), cursor=cursor))
        lines += part.lines
        assert (part.total, part.is_exact, len(part.lines) <= size) == (len(lines), part.cursor is None, True)
        cursor = part.cursor
    assert lines == list(whole.lines)


@pytest.mark.parametrize("q", ["", "-deich", "()"])
def test_query_without_a_word_has_no_occurrences_and_says_so(examples_engine: WhooshEngine, q: str) -> None:
    found = page(examples_engine, ConcordanceRequest(q=q))
    assert (found.total, found.lines) == (0, ())
    assert "no word to look for" in found.notes[-1]


@pytest.mark.parametrize(
    "asked",
    [
        *(ConcordanceRequest(q=q) for q in ("tag:energie", 'author:"Anna Öztürk"', "tag:energie OR source:dpa")),
        ConcordanceRequest(q="Energie", search_in=frozenset({TextField.TAGS, TextField.AUTHORS})),
    ],
)
def test_words_of_tags_and_names_have_no_occurrences_and_that_is_said(
    examples_engine: WhooshEngine, asked: ConcordanceRequest
) -> None:
    found = page(examples_engine, asked)
    assert (found.total, found.lines) == (0, ())
    assert found.notes[-1].endswith("search title, lead, headings, body.")


def test_concordance_that_takes_too_long_is_cut_short_and_its_cursor_goes_on(
    examples_engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
    monkeypatch.setattr(gathering, "TIME_LIMIT", -1.0)
    cut = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL))
    assert (cut.is_complete, cut.is_exact, cut.notes) == (False, False, (CUT_SHORT,))
    assert 0 < cut.total < whole.total
    cursor: ConcordanceCursor | None = ConcordanceCursor()
    lines: list[ConcordanceLine] = []
    while cursor is not None:
        part = page(examples_engine, ConcordanceRequest(q="hafen", window=_ALL, cursor=cursor))
        assert part.is_complete is (part.cursor is None)
        lines += part.lines
        cursor = part.cursor
    assert lines == list(whole.lines)


def test_word_that_was_corrected_is_named(examples_engine: WhooshEngine) -> None:
    found = page(examples_engine, ConcordanceRequest(q="sturmfult"))
    assert found.corrected == {"sturmfult": "sturmflut"}
    assert {line.tier for line in found.lines} == {Tier.TYPO}


def test_paragraph_of_any_length_is_looked_at_near_the_match(make_engine: MakeEngine) -> None:
    text = f"Titel\n{'-' * 100_000} Deich {'x' * 100_000}\n"
    (line,) = page(make_engine({"a": text}), ConcordanceRequest(q="Deich", context=40)).lines
    assert (len(line.left), len(line.right)) == (2_000, 2_000)


@pytest.mark.parametrize(
    ("q", "matched"),
    [
        ("Hochwasserschutz", ["Hochwasser-Schutz"]),
        ("Hochwasser-Schutz", ["Hochwasser-Schutz"]),
        ('"Schutz hält"', ["Schutz hält"]),
        ('schutz "Schutz hält" halten', ["Schutz hält"]),
        ("schutz OR hochwasser", ["Hochwasser", "Schutz"]),
        ('"hält er ging"', ["hält. Er ging"]),
    ],
)
def test_match_is_all_of_the_words_that_are_one(make_engine: MakeEngine, q: str, matched: list[str]) -> None:
    engine = make_engine({"a": "Titel\nDer Hochwasser-Schutz hält. Er ging.\n"})
    assert [line.match for line in page(engine, ConcordanceRequest(q=q)).lines] == matched
