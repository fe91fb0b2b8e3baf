import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.dates import TIME_ZONE
from service.articles.header import Header, read_header
from service.articles.house import read_house_format

_KEYS = st.sampled_from(["Datum", "Aktualisiert", "Autor", "Quelle", "Ressort", "URL", "Sprache", "ID"])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Datum: 2026-11-23", {"published": datetime(2026, 11, 23, tzinfo=TIME_ZONE), "date_index": 0}),
        (
            "Datum: 23.11.2026, 14:30 Uhr",
            {"published": datetime(2026, 11, 23, 14, 30, tzinfo=TIME_ZONE), "date_index": 0},
        ),
        ("Aktualisiert: 3. Mai 2024", {"modified": datetime(2024, 5, 3, tzinfo=TIME_ZONE)}),
        ("Autor: Anna Öztürk", {"authors": ("Anna Öztürk",)}),
        ("Autor: Anna Öztürk, Jörg Weiß; Maren  und  Kai", {"authors": ("Anna Öztürk", "Jörg Weiß", "Maren", "Kai")}),
        ("Autor: Sigmund Bundner", {"authors": ("Sigmund Bundner",)}),
        ("Autor: , ;", {"authors": ()}),
        ("Quelle: Weißenfurter Bote", {"source": "Weißenfurter Bote"}),
        ("Quelle: Bote: Ausgabe Süd", {"source": "Bote: Ausgabe Süd"}),
        ("Ressort: Politik", {"section": "Politik"}),
        ("URL: https://bote.example/a?b=c:d", {"url": "https://bote.example/a?b=c:d"}),
        ("url: HTTP://bote.example", {"url": "HTTP://bote.example"}),
        ("Sprache: de", {"language": "de"}),
        ("Sprache: de-AT", {"language": "de"}),
        ("Sprache: NDS", {"language": "nds"}),
        ("Sprache: Deutsch", {"language": "de"}),
        ("Sprache: Französisch", {"language": "fr"}),
        ("ID: brief-1911", {"id": "brief-1911", "id_index": 0}),
        ("RESSORT:Politik", {"section": "Politik"}),
        ("ressort  :  Politik", {"section": "Politik"}),
        ("Ressort:", {}),
        ("Datum:", {}),
    ],
)
def test_header_line_fills_its_field(line: str, expected: dict[str, Any]) -> None:
    assert read_header([line, "Ein Titel"]) == (Header(**expected), 1)


@pytest.mark.parametrize("line", ["Ein Titel", "Datum", "Datum 2026-11-23", "Ort: Kiel", "Im Datum: nichts", ": leer"])
def test_header_ends_at_the_first_line_without_a_key(line: str) -> None:
    assert read_header(["Ressort: Politik", line, "Quelle: Bote"]) == (Header(section="Politik"), 1)


# Names begin with a capital, and stay authors.
@pytest.mark.parametrize(
    ("line", "name"), [("Autor:Inés López", "Inés López"), ("AUTOR:Ina Kai", "Ina Kai"), ("Autor: in", "in")]
)
def test_author_without_a_space_behind_the_colon_is_no_gender_form(line: str, name: str) -> None:
    assert read_header([line, "Ein Titel"]) == (Header(authors=(name,)), 1)


@pytest.mark.parametrize(
    "title",
    [
        "Autor:innen fordern mehr Geld vom Verlag",
        "Autor:in gewinnt Preis",
        "Autor:*innen, Verlage und Handel",
        "Autor:innenverband klagt",
        "AUTOR:INNEN streiken",
        "autor:in",
    ],
)
def test_headline_with_a_gender_colon_is_the_title(title: str) -> None:
    assert read_header(["Quelle: Bote", title, "Der Streit dauert an."]) == (Header(source="Bote"), 1)
    assert read_house_format(f"{title}\nDer Streit dauert an.".encode(), "a.txt", "a").article.title == title


# Digitised Fraktur writes the long s, and the letters below are equal to theirs when case is ignored.
@pytest.mark.parametrize("line", ["Reſſort: Politik", "RESſORT: Politik", "aKtualisiert: 2026-11-23", "İD: a", "ıd: a"])
def test_header_of_odd_letters_stops_nothing(line: str) -> None:
    header, taken = read_header([line, "Ein Titel"])
    assert (taken == 0) == (header == Header())
    assert header.problems == ()


def test_header_may_be_all_there_is() -> None:
    assert read_header(["Quelle: Bote", "Ressort: Politik"]) == (Header(source="Bote", section="Politik"), 2)
    assert read_header([]) == (Header(), 0)


def test_header_lines_that_repeat_add_authors_and_replace_the_rest() -> None:
    header, taken = read_header(["Autor: Anna", "Quelle: Bote", "Autor: Jörg, Kai", "Quelle: Kurier", "Quelle:"])
    assert (header, taken) == (Header(authors=("Anna", "Jörg", "Kai"), source="Kurier"), 5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Datum: gestern", "Datum: 'gestern' is no date; write 2026-11-23 or 23.11.2026, 14:30 Uhr"),
        ("aktualisiert: 30.2.2026", "aktualisiert: '30.2.2026' is no date; write 2026-11-23 or 23.11.2026, 14:30 Uhr"),
        ("URL: bote.example", "URL: 'bote.example' is no web address; it begins with http:// or https://"),
        ("URL: https://a b", "URL: 'https://a b' is no web address; it begins with http:// or https://"),
        ("Sprache: Platt", "Sprache: 'Platt' is no language; write a code such as de or en"),
        ("Sprache: x", "Sprache: 'x' is no language; write a code such as de or en"),
    ],
)
def test_header_value_that_cannot_be_used_is_named_and_the_rest_is_read(line: str, problem: str) -> None:
    header, taken = read_header(["Quelle: Bote", line, "Ressort: Politik", "Ein Titel"])
    assert (header, taken) == (Header(source="Bote", section="Politik", problems=((1, problem),)), 3)


@given(st.lists(st.tuples(_KEYS, st.text(max_size=12)), max_size=6))
def test_header_takes_its_lines_whatever_their_values(pairs: list[tuple[str, str]]) -> None:
    written = [re.sub(r"\s+", " ", f"{key}: {value}").strip() for key, value in pairs]
    header, taken = read_header([*written, "Ein Titel"])
    assert taken == len(written)
    assert all(reason.startswith(f"{pairs[index][0]}: ") for index, reason in header.problems)
