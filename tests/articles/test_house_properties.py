from datetime import datetime, timedelta, timezone
from itertools import takewhile
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.decode import UnreadableError
from service.articles.house import read_house_format
from service.articles.model import Article, Section

T = TypeVar("T")

# Whole files, drawn line by line. Nothing here is told to the reader but the bytes.
_TITLES = ("Bericht", "Bericht", "Autor:innen", "Autor:in", "Autor:*innen")
_KEYS = ("Datum", "Aktualisiert", "Autor", "Quelle", "Ressort", "URL", "Sprache", "ID")
_LABELS = ("themen", "thema", "tags", "schlagwörter", "schlagworte")
_MARKS = "-–•*#"
_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
# str.split knows white space that str.strip and the line ends must not stumble over.
_SPACES = st.sampled_from([" ", " ", " ", "  ", "\t", "\u00a0", "\u2028", "\x0b", "\x0c", "\x85"])
_PLAIN = st.sampled_from(
    ["Energie", "Straße", "über", "z.", "B.", "„Ja“,", "»Nein«", "3.", "2,5", "C#", "–", "…", "Ost-West", "#neu"]
)
# In Windows-1252, ß and a mark behind it are the bytes of one letter in UTF-8, of a script no German article is in.
_NKO = "".join(map(chr, range(0x7C0, 0x800)))
_STRANGE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters=_NKO), min_size=1, max_size=6)
_LAST = st.sampled_from(["", "", "", ".", "!", "?", ":", ";", "“", ".“", "«", "»", '"', "’", ")", "…"])


@st.composite
def _prose(draw: st.DrawFn, least: int, most: int) -> str:
    words = draw(st.lists(_PLAIN | _STRANGE, min_size=least, max_size=most))
    return draw(_SPACES).join(words) + draw(_LAST)


def _labels(bullets: str = "-–•*") -> st.SearchStrategy[str]:
    return st.builds(
        "{}{}{}:".format,
        st.sampled_from(["", *bullets, *(f"{bullet} " for bullet in bullets)]),
        st.sampled_from([*_LABELS, "Themen", "TAGS"]),
        st.sampled_from(["", " "]),
    )


_TAG_LINES = st.builds("{}{}".format, st.sampled_from(["- #", "-", "#", "• ", "- ", "* ##", "# "]), _prose(0, 2))
_HEADER_LINES = st.builds("{}:{}".format, st.sampled_from([*_KEYS, "datum", "URL "]), _prose(0, 3))
_BODY_LINES = _prose(1, 5) | _prose(10, 14) | _prose(25, 30) | _TAG_LINES | _labels() | _HEADER_LINES | st.just("")


@st.composite
def _files(draw: st.DrawFn) -> str:
    written = [
        *draw(st.lists(st.sampled_from(["", " \t"]) | _HEADER_LINES, max_size=4)),
        f"{draw(st.sampled_from(_TITLES))} {draw(_prose(0, 15))}",
        *draw(st.lists(_BODY_LINES, max_size=12)),
        *draw(st.lists(_labels(), max_size=1)),
        *draw(st.lists(_TAG_LINES, max_size=4)),
    ]
    ends = [draw(_ENDS) for _ in written]
    ends[-1] = draw(st.sampled_from(["", "\n", "\r\n\r\n"]))
    return "".join(draw(st.sampled_from(["", "", " "])) + line + end for line, end in zip(written, ends, strict=True))


def _is_header(line: str) -> bool:
    key, colon, value = line.partition(":")
    word = "".join(takewhile(lambda char: char.isalnum() or char == "_", value.removeprefix("*")))
    if key.lower() == "autor" and (word.lower() in {"in", "innen"} or word.startswith("innen")):
        return False
    return bool(colon) and key.strip().lower() in [known.lower() for known in _KEYS]


def _is_label(line: str) -> bool:
    return line[-1] == ":" and line.lstrip("-–•*")[:-1].strip().lower() in _LABELS


def _kept(raw: str) -> list[str]:
    kept = [line.strip() for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    while _is_header(kept[0]):
        del kept[0]
    return kept


@given(_files(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_title_lead_sections_and_tags_are_the_words_of_the_file(raw: str, encoding: str) -> None:
    article = read_house_format(raw.encode(encoding), "a.txt", "a").article
    kept = _kept(raw)
    body = [article.title, *article.texts()]
    listed = kept[len(body) :]
    labelled = bool(listed) and _is_label(listed[0])
    tags = listed[1:] if labelled else listed
    assert all(line[0] in _MARKS for line in tags)
    assert labelled or all("#" in line for line in tags)

    unmarked = [line.lstrip(_MARKS + " \t\u00a0\u2028\x0b\x0c\x85") for line in tags]
    expected = [word for line in kept[: len(body)] + unmarked for word in line.split()]
    found = [*body, *(tag.lstrip(_MARKS + " \t\u00a0\u2028\x0b\x0c\x85") for tag in article.tags)]
    assert [word for text in found for word in text.split()] == expected
    assert body == kept[: len(body)]


@given(_files())
def test_headings_are_the_short_lines_above_paragraphs(raw: str) -> None:
    article = read_house_format(raw.encode(), "a.txt", "a").article
    blocks = list(article.texts())
    found = [False] if article.lead else []
    for section in article.sections:
        found += [True] if section.heading is not None else []
        found += [False] * len(section.paragraphs)
        assert section.paragraphs
    short = [len(block.split()) <= 12 and block[-1] not in ".!:;“”‟\"»«‘’'›‹" for block in blocks]
    # Nothing stands below the last line, so that it is a paragraph however short it is.
    below = [not is_short for is_short in short[1:-1]] + [True] * (len(short) > 1) + [False]
    assert found == [above and stands for above, stands in zip(short, below[: len(short)], strict=True)]
    assert bool(article.lead) == bool(blocks and not found[0])
    assert all(section.heading is not None for section in article.sections[1:])


# The way back: an article is written as the format says, and must be read as it was.
_UNICODE = st.text(st.characters(categories=["L", "N"], exclude_characters=_NKO), min_size=1, max_size=8)
_GERMAN = st.text(st.sampled_from("abcdefgABCxyzäöüßÄÖÜé0123456789"), min_size=1, max_size=8)
_ALPHABETS = {"utf-8": _UNICODE, "utf-8-sig": _UNICODE, "utf-16": _UNICODE, "cp1252": _GERMAN, "latin-1": _GERMAN}
_QUOTES = {"cp1252": ("„", ".“"), "latin-1": ("»", ".«")}
_ZONES = st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))
_MOMENTS = st.none() | st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1), timezones=_ZONES)  # noqa: DTZ001 - bounds are naive


def _tuples(elements: st.SearchStrategy[T], least: int, most: int) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(elements, min_size=least, max_size=most).map(tuple)


@st.composite
def _articles(draw: st.DrawFn, encoding: str) -> Article:
    alphabet = _ALPHABETS[encoding]
    opened, closed = _QUOTES.get(encoding, ("“", "!”"))
    phrase = st.lists(alphabet, min_size=1, max_size=4).map(" ".join)
    paragraph = st.one_of(
        phrase.map(lambda text: f"{text}."),
        phrase.map(lambda text: f"{opened}{text}{closed}"),
        st.lists(alphabet, min_size=13, max_size=20).map(" ".join),
    )
    headed = st.builds(Section, phrase | phrase.map(lambda text: f"{text}?"), _tuples(paragraph, 1, 3))
    unheaded = st.builds(Section, st.none(), _tuples(paragraph, 1, 3))
    lead = draw(st.just("") | paragraph)
    return Article(
        id=draw(alphabet),
        title=draw(phrase | paragraph),
        lead=lead,
        sections=(draw(_tuples(unheaded, 0, 1)) if lead else ()) + draw(_tuples(headed, 0, 3)),
        tags=draw(_tuples(phrase, 0, 3)),
        published=draw(_MOMENTS),
        modified=draw(_MOMENTS),
        # "und" parts two names, "in" behind the colon is a gender form, and a drawn word may be just that.
        authors=tuple(f"N{name}" for name in draw(_tuples(alphabet, 0, 3))),
        source=draw(st.none() | phrase),
        section=draw(st.none() | phrase),
        url=draw(st.none() | st.just("https://bote.example/a?b=1#c")),
        language=draw(st.sampled_from([None, "de", "en", "nds"])),
    )


@st.composite
def _written(draw: st.DrawFn, article: Article) -> str:
    values = [
        ("Datum", article.published and article.published.isoformat()),
        ("Aktualisiert", article.modified and article.modified.isoformat(" ")),
        ("Autor", draw(st.sampled_from([", ", "; ", " und "])).join(article.authors)),
        ("Quelle", article.source),
        ("Ressort", article.section),
        ("URL", article.url),
        ("Sprache", article.language),
    ]
    header = [
        f"{key}:{draw(st.sampled_from(['', ' ']))}{value}" for key, value in draw(st.permutations(values)) if value
    ]
    written = [*header, article.title, *article.texts()]
    if article.tags:
        tag = draw(st.sampled_from(["- #", "- ", "* ", "#"]))
        written += [draw(_labels("-*")), *(tag + name for name in article.tags)]
    between = draw(_ENDS) * draw(st.integers(1, 2))
    return between * draw(st.integers(0, 1)) + between.join(written) + between * draw(st.integers(0, 1))


@pytest.mark.parametrize("encoding", _ALPHABETS)
@given(st.data())
def test_article_written_in_the_house_format_reads_back(encoding: str, data: st.DataObject) -> None:
    article = data.draw(_articles(encoding))
    text = data.draw(_written(article))
    done = read_house_format(text.encode(encoding), "a.txt", article.id)
    assert (done.article, done.notices) == (article, ())
    named = read_house_format(f"ID: {article.id}\n{text}".encode(encoding), "a.txt", "anders")
    assert (named.article, named.notices) == (article, ())


@given(
    st.binary(max_size=80)
    | st.lists(st.binary(max_size=8) | st.sampled_from([b"\n", b"- #", b"Datum:", b"\xe4"])).map(b"".join)
)
def test_any_bytes_are_an_article_or_refused(data: bytes) -> None:
    try:
        done = read_house_format(data, "a.txt", "a")
    except UnreadableError:
        return
    assert done.article.title.strip()
