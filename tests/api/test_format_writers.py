"""Each format of an article is read back by a reader that is not ours: the same title, authors, date and text."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, TypeVar

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import MonthIntMiddleware, SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from ninjs_schema import NINJS_2_1
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from rfc3986_validator import validate_rfc3986
from support import MakeClient

from service.api.formats.bibtex import to_bibtex
from service.api.formats.jsonld import to_jsonld
from service.api.formats.keys import citation_key
from service.api.formats.markdown import to_markdown
from service.api.formats.ninjs import to_ninjs
from service.api.formats.ris import to_ris
from service.api.formats.rows import csv_response
from service.api.formats.tables import ARTICLE_COLUMNS, article_row
from service.api.formats.text import to_text
from service.api.formats.written import web_address
from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Section
from service.articles.slug import slug
from service.search.page import Hit, Tag

T = TypeVar("T")

_ODD = st.sampled_from(
    [
        *"\\{}[]()<>|~^$&#%_*+-=!?'`\",;:.@/",
        *("and", "others", "&amp;", "&#65;", "**", "__", "--", "``", "''", ",,", "?`", "TY  - ", "ER  -", "# ", "1. "),
        *(
            "<b>",
            "</script>",
            "@article{",
            "![x](y)",
            "https://a.example",
            "„Ja“",
            "»Nein«",
            "–",
            "…",
            "*innen",
            "=1+1",
        ),
        *("\u00a0", "\u2028", "\x0b", "\x85", "\t", " ", "\x7f", "\x9d"),
    ]
)
_PIECES = st.one_of(_ODD, st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=4))


def _phrases(most: int) -> st.SearchStrategy[str]:
    """Lines as the reader of articles makes them: stripped, and not empty."""
    return st.lists(_PIECES, min_size=1, max_size=most).map(lambda pieces: "".join(pieces).strip()).filter(_has_text)


def _has_text(text: str) -> bool:
    return any(unicodedata.category(char)[0] in "LNPS" for char in text)


def _tuples(elements: st.SearchStrategy[T], least: int, most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(elements, min_size=least, max_size=most).map(tuple)


_ZONES = st.integers(-12 * 60, 12 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.none() | st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=_ZONES)  # noqa: DTZ001 - bounds are naive
_NAMES = _phrases(4).filter(lambda name: not re.search(r"[,;]", name))


@st.composite
def _hits(draw: st.DrawFn) -> Hit:
    lead = draw(st.just("") | _phrases(8))
    headed = st.builds(Section, _phrases(5), _tuples(_phrases(8), 1, 2))
    unheaded = st.builds(Section, st.none(), _tuples(_phrases(8), 1, 2))
    tags = draw(_tuples(_phrases(3), 0, 3))
    return Hit(
        Article(
            id=draw(_phrases(3)),
            title=draw(_phrases(8)),
            lead=lead,
            sections=(draw(_tuples(unheaded, 0, 1)) if lead else ()) + draw(_tuples(headed, 0, 2)),
            tags=tags,
            published=draw(_MOMENTS),
            modified=draw(_MOMENTS),
            authors=draw(_tuples(_NAMES, 0, 3)),
            source=draw(st.none() | _phrases(3)),
            section=draw(st.none() | _phrases(3)),
            url=draw(st.sampled_from([None, "https://bote.example/ä{b}?c=1;2%20%&d=100%_#e", "http://[x/\\"])),
            language=draw(st.sampled_from([None, "de", "en", "nds"])),
        ),
        tuple(Tag(slug(tag), tag) for tag in tags),
    )


def _absolute(path: str) -> str:
    return f"https://archiv.example{path}"


def _words(text: str) -> str:
    """The text as a format keeps it that has no control characters: runs of white space are one blank."""
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(TIME_ZONE).date().isoformat()


def test_day_of_an_article_is_that_of_berlin_in_every_format(make_client: MakeClient) -> None:
    client = make_client({"a": "Datum: 2024-12-31T23:30Z\nTitel\nText.\n"})
    for name, day in (("bibtex", "2025-01-01"), ("ris", "2025/01/01"), ("markdown", "2025-01-01")):
        assert day in client.get(f"/v1/articles/a?format={name}").text


@given(_hits())
def test_json_ld_reads_back(hit: Hit) -> None:
    written = to_jsonld(hit, _absolute)
    assert b"<" not in written
    read, article = json.loads(written), hit.article
    assert read["headline"] == article.title
    assert [author["name"] for author in read.get("author", [])] == list(article.authors)
    assert read.get("articleBody", "") == article.text
    assert (read["@context"], read["@type"]) == ("https://schema.org", "NewsArticle")
    assert read["@id"].isascii()
    for name, moment in (("datePublished", article.published), ("dateModified", article.modified)):
        assert (name in read) == (moment is not None)
        if moment is not None:
            assert datetime.fromisoformat(read[name]) == moment


_VALIDATOR = Draft202012Validator(NINJS_2_1, format_checker=Draft202012Validator.FORMAT_CHECKER)


@given(_hits())
def test_ninjs_is_valid_and_reads_back(hit: Hit) -> None:
    read, article = json.loads(to_ninjs(hit, _absolute)), hit.article
    _VALIDATOR.validate(read)
    assert [headline["value"] for headline in read["headlines"]] == [article.title]
    assert read.get("by", "") == ", ".join(article.authors)
    bodies = {body["contenttype"]: body["value"] for body in read.get("bodies", [])}
    assert bodies.get("text/plain", "") == article.text
    assert ("contentcreated" in read) == (article.published is not None)
    if article.published is not None:
        assert datetime.fromisoformat(read["contentcreated"]) == article.published
    assert read["standard"]["version"] == "2.1"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"uri": "kein Verweis"},
        {"uri": "https://a.example", "headline": "Titel"},
        {"uri": "https://a.example", "bodies": [{"role": "main"}]},
        {"uri": "https://a.example", "type": "article"},
        {"uri": "https://a.example", "versioncreated": "2024-01-26"},
        {"uri": "https://a.example", "standardversion": "2.1"},
    ],
)
def test_rules_of_ninjs_refuse_what_the_standard_does(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _VALIDATOR.validate(wrong)


def _plain(token: Token) -> str:
    """The text of a block, without its markup."""
    return "".join(child.content for child in token.children or [])


def _markdown(text: str) -> list[tuple[str, str, set[str]]]:
    """The blocks of a Markdown text: what each is, its text, and what markup is in it."""
    tokens = MarkdownIt("commonmark").parse(text)
    return [
        (before.tag, _plain(token), {child.type for child in token.children or []})
        for before, token in pairwise(tokens)
        if token.type == "inline"
    ]


@given(_hits())
def test_markdown_reads_back(hit: Hit) -> None:
    article = hit.article
    blocks = _markdown(to_markdown(hit, _absolute).decode())
    day = _day(article.published)
    byline = " · ".join(p for p in (", ".join(article.authors), article.source, article.section, day) if p)
    listed = ", ".join(tag.name for tag in hit.tags)
    expected = [
        ("h1", article.title, {"text"}),
        *([("p", byline, {"text", "em_open", "em_close"})] if byline else []),
        ("p", None, {"text", "link_open", "link_close"}),
        *(("h2" if kind == "headings" else "p", line, {"text"}) for kind, line in article.lines()),
        *([("p", f"Themen: {listed}", {"text"})] if hit.tags else []),
    ]
    assert [tag for tag, _, _ in blocks] == [tag for tag, _, _ in expected]
    for (_, found, markup), (_, wanted, allowed) in zip(blocks, expected, strict=True):
        assert markup - {"text_special"} <= allowed
        assert wanted is None or _words(found) == _words(wanted)


_STARTS = ("- ", "+ ", "* ", "# ", "###### ", "> ", ">", "1. ", "26. ", "3) ", "---", "***", "___", "===", "```", "~~~")


@pytest.mark.parametrize(
    "start", [*_STARTS, "<div>", "<!-- ", "[a]: https://a.example ", "    ", "| a | b |", "![x](y)"]
)
@pytest.mark.parametrize("rest", ["Januar", "- 2. Ende #", ""])
def test_markdown_keeps_a_line_whatever_it_begins_with(start: str, rest: str) -> None:
    line = f"{start}{rest}".strip() or "x"
    hit = Hit(Article("a", line, line, (Section(line, (line, line)),)), ())
    blocks = _markdown(to_markdown(hit, _absolute).decode())
    assert [(tag, _words(text)) for tag, text, _ in blocks if "archiv.example" not in text] == [
        (tag, _words(line)) for tag in ("h1", "p", "h2", "p", "p")
    ]


@given(_hits())
def test_plain_text_is_the_article_and_nothing_else(hit: Hit) -> None:
    blocks = [hit.article.title, hit.article.text]
    written = to_text(hit, _absolute).decode()
    assert _words(written) == _words("\n\n".join(blocks))
    assert written.count("\n\n") == len(list(hit.article.texts()))


def test_plain_text_commands_no_terminal() -> None:
    hit = Hit(Article("a", "Titel\x1b[2J\x07", "Lead\x9b31m\x7f"), ())
    assert to_text(hit, _absolute).decode() == "Titel [2J\n\nLead 31m\n"


_LATEX = get_default_latex_context_db()
# Symbols of LaTeX for text (encguide) that the reader does not know, or, as it has for the circumflex, as an accent.
_SYMBOLS = {"braceleft": "{", "braceright": "}", "less": "<", "greater": ">", "bar": "|", "asciicircum": "^"}
_LATEX.add_context_category(
    "text symbols",
    macros=[MacroTextSpec(f"text{name}", symbol) for name, symbol in _SYMBOLS.items()],
    prepend=True,
)


def _latex(value: str) -> str:
    return _words(LatexNodes2Text(latex_context=_LATEX, strict_latex_spaces=True).latex_to_text(value))


@given(_hits())
def test_bibtex_reads_back(hit: Hit) -> None:
    article = hit.article
    written = to_bibtex(hit, _absolute).decode()
    library = parse_string(written, append_middleware=[SeparateCoAuthors(), MonthIntMiddleware()])
    assert library.failed_blocks == []
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    assert entry.key == citation_key(article.id)
    assert _latex(fields["title"]) == _words(article.title)
    assert [_latex(name) for name in fields.get("author", [])] == [_words(name) for name in article.authors]
    assert fields.get("date") == _day(article.published)
    if article.published is not None:
        assert (int(fields["year"]), fields["month"]) == (article.published.year, article.published.month)
    assert _latex(fields.get("abstract", "")) == _words(article.lead)
    assert "\\" not in fields["url"]
    assert fields["url"].isascii()


@given(_hits())
def test_bibtex_entry_has_what_its_type_requires_and_its_braces_are_even(hit: Hit) -> None:
    written = to_bibtex(hit, _absolute).decode()
    (entry,) = parse_string(written).entries
    required = {"author", "title", "journal", "year"} if entry.entry_type == "article" else set()
    assert required <= {field.key for field in entry.fields}
    depths = [0]
    for char in written:  # BibTeX counts them behind backslashes too
        depths.append(depths[-1] + (char == "{") - (char == "}"))
    assert min(depths) == depths[-1] == 0


@given(_hits())
def test_ris_reads_back(hit: Hit) -> None:
    article = hit.article
    written = to_ris(hit, _absolute).decode()
    (record,) = rispy.loads(written)
    assert record["type_of_reference"] == "NEWS"
    assert _words(record["title"]) == _words(article.title)
    parted = [name.split(", ") for name in record.get("authors", [])]
    turned = [" ".join([*parts[1:2], parts[0], *parts[2:]]) for parts in parted]
    assert [_words(name) for name in turned] == [_words(name).replace("*", "∗") for name in article.authors]
    day = _day(article.published)
    assert record.get("date") == (None if day is None else f"{day.replace('-', '/')}/")
    assert _words(record.get("abstract", "")) == _words(article.lead)
    assert len(record["urls"]) == 1


@given(_hits())
def test_lines_of_ris_are_as_its_specification_says(hit: Hit) -> None:
    written = to_ris(hit, _absolute).decode()
    lines = written.split("\r\n")
    assert written.splitlines() == lines[:-1]
    assert all(re.match("[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert (lines[0], lines[-2:]) == ("TY  - NEWS", ["ER  - ", ""])
    assert not any("*" in line for line in lines if line[:2] in {"AU", "KW", "T2"})


def _cell(cell: str) -> str:
    """What stands behind the apostrophe that keeps a spreadsheet from running a cell."""
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    return cell[1:] if cell[:1] == "'" else cell


@given(st.lists(_hits(), max_size=3))
def test_csv_of_articles_reads_back(hits: list[Hit]) -> None:
    text = csv_response("articles", ARTICLE_COLUMNS, (article_row(hit, _absolute) for hit in hits)).get_data(
        as_text=True
    )
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == len(hits) == len(text.splitlines()) - 1
    for row, hit in zip(rows, hits, strict=True):
        assert list(row) == list(ARTICLE_COLUMNS)
        article = hit.article
        assert _words(_cell(row["title"])) == _words(article.title)
        assert _words(_cell(row["authors"])) == _words("; ".join(article.authors))
        assert _words(_cell(row["lead"])) == _words(article.lead)
        published = row["published"]
        assert (datetime.fromisoformat(published) if published else None) == article.published


_TEXTS = st.text(max_size=8) | _phrases(3) | st.from_regex(r"[-=+@'\t\r ]{1,3}[a-z]", fullmatch=True)


@given(values=st.lists(st.tuples(_TEXTS, st.integers() | st.none()), max_size=4), keeps_blanks=st.booleans())
def test_csv_reads_back_and_runs_nothing(values: list[tuple[str, int | None]], *, keeps_blanks: bool) -> None:
    columns = {"text": "text", "number": "number"}
    written = csv_response("any", columns, values, keeps_blanks=keeps_blanks).get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(written, newline=""), strict=True))
    for row, (text, number) in zip(rows, values, strict=True):
        assert row["number"] == ("" if number is None else str(number))
        shown = _cell(row["text"])
        assert _words(shown) == _words(text)
        if keeps_blanks and text.isprintable():
            assert shown == text


_IDS = st.sampled_from(["a b", "a-b", "a", "A", "Text-1", "text-1", "ä", "ae", "日本", "..", "a:b"])


@given(st.lists(_phrases(4) | _IDS, unique=True))
def test_keys_are_ascii_names_and_differ_where_the_ids_do(ids: list[str]) -> None:
    keys = [citation_key(article_id) for article_id in ids]
    assert len(set(keys)) == len(ids)  # BibTeX does not tell small letters from capitals
    assert all(re.fullmatch("[a-z0-9][a-z0-9._-]*", key) for key in keys)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna Öztürk", "Öztürk, Anna"),
        ("Mareike von der Heide", "von der Heide, Mareike"),
        ("dpa", "dpa"),
        ("Öztürk, Anna", "Öztürk, Anna"),
        ("von der Leyen", "von der Leyen"),
        ("Ursula von der Leyen", "von der Leyen, Ursula"),
        ("Prof. Dr. Otto Braun", "Braun, Prof. Dr. Otto"),
        ("Otto Braun jr.", "Braun, Otto, jr."),
        ("Otto von Braun Sen.", "von Braun, Otto, Sen."),
        ("Otto Braun III MdB", "Braun, Otto, III MdB"),
        ("Braun jr.", "Braun jr."),
        ("Anna B.", "B., Anna"),
        ("Norddeutscher Rundfunk (NDR)", "Norddeutscher Rundfunk (NDR)"),
        ("Otto Braun [Red.]", "Otto Braun [Red.]"),
    ],
)
def test_ris_names_the_family_first(name: str, expected: str) -> None:
    (record,) = rispy.loads(to_ris(Hit(Article("a", "Titel", authors=(name,)), ()), _absolute).decode())
    assert record["authors"] == [expected]


@pytest.mark.parametrize("name", ["Verein für Bild and Ton", "others", "Müller, Jr., Max", "AND"])
def test_bibtex_keeps_together_what_it_would_take_apart(name: str) -> None:
    written = to_bibtex(Hit(Article("a", "Titel", authors=(name, "dpa")), ()), _absolute).decode()
    assert f"author = {{{{{name}}} and dpa}}" in written


def test_bibtex_keeps_a_keyword_with_a_comma_together() -> None:
    tags = tuple(Tag(slug(name), name) for name in ("Haus, Hof", "Deich", "A,,B"))
    written = to_bibtex(Hit(Article("a", "Titel"), tags), _absolute).decode()
    assert "  keywords = {{Haus, Hof}, Deich, {A,{},B}},\n" in written


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bote.example/a?b=1&c=2#d", "https://bote.example/a?b=1&c=2#d"),
        ("https://bote.example/ä b?q=ß#zurück", "https://bote.example/%C3%A4%20b?q=%C3%9F#zur%C3%BCck"),
        ("https://bote.example/100%_?x=%zz#frag%zz", "https://bote.example/100%25_?x=%25zz#frag%25zz"),
        ("https://bote.example/%C3%A4", "https://bote.example/%C3%A4"),
        ("https://bote.example/a[1]?b[]=2#c#d", "https://bote.example/a%5B1%5D?b%5B%5D=2#c%23d"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://anna:x@bote.example/", "https://anna:x@bote.example/"),
        ("https://zürich.example/", "https://z%C3%BCrich.example/"),
        *(
            (wrong, None)
            for wrong in ["http://[::1/kaputt", "http://a]b/", "http://a:b/", "kein Verweis", "/a", "", None]
        ),
    ],
)
def test_web_address_is_written_as_its_standard_has_it(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


@given(st.lists(_PIECES | st.sampled_from(["http://", "https://", "[", "]", "::1", ":80", "@", "/"])).map("".join))
def test_any_text_makes_a_valid_web_address_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"https://bote.example/{text}"):
        found = web_address(url)
        assert found is None or validate_rfc3986(found, "URI"), found
        if found is not None:
            assert web_address(found) == found


@pytest.mark.parametrize("write", [to_jsonld, to_markdown, to_bibtex, to_ris])
def test_address_that_is_none_is_not_cited(write: Callable[[Hit, Callable[[str], str]], bytes]) -> None:
    written = write(Hit(Article("a", "Titel", url="http://[::1/kaputt"), ()), _absolute).decode()
    assert "kaputt" not in written
    assert "https://archiv.example/v1/articles/a" in written
