import math

import pytest
from support import EXAMPLES, SEED_ID

from service.articles.dates import parse_date
from service.articles.decode import UnreadableError
from service.articles.house import read_house_format
from service.articles.model import Article, Notice, Read, Rejected, Section, count_words

LONG = "Dieser Absatz hat mehr als zwölf Wörter und keinen Punkt am Ende seiner einen Zeile"
HEADING = "Eine kurze Zeile ohne Punkt"


def read(text: str, encoding: str = "utf-8") -> Article:
    done = read_house_format(text.encode(encoding), "a.txt", "a")
    assert done.notices == ()
    return done.article


def shape(text: str) -> tuple[str, list[tuple[str | None, int]], tuple[str, ...]]:
    article = read(text)
    return article.lead, [(section.heading, len(section.paragraphs)) for section in article.sections], article.tags


def test_real_article_is_read_as_it_was_meant() -> None:
    raw = (EXAMPLES / f"{SEED_ID}.txt").read_bytes()
    written = raw.decode().splitlines()
    article = read_house_format(raw, f"{SEED_ID}.txt", SEED_ID).article
    assert article.id == SEED_ID
    assert article.title == "Nordkorea und Russland: Ausbau der strategischen Zusammenarbeit"
    assert article.lead == written[1]
    assert [(section.heading, len(section.paragraphs)) for section in article.sections] == [
        ("Freundschaftliche Atmosphäre und strategische Ziele", 1),
        ("Verteidigung der Sicherheitsinteressen", 1),
        ("Partnerschaftsabkommen und Verteidigungspakt", 1),
        ("Geopolitische Implikationen", 1),
        ("Ein Blick auf die Zukunft", 2),
    ]
    assert article.tags == ("Energie",)
    assert [article.title, *article.texts()] == written[:-2]
    assert article.text == "\n\n".join(written[1:-2])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("blank", ["", "\n", " \t\n\n"])
def test_real_article_is_one_in_every_spelling_of_its_file(end: str, encoding: str, blank: str) -> None:
    raw = (EXAMPLES / f"{SEED_ID}.txt").read_bytes()
    expected = read_house_format(raw, "a.txt", "a")
    for last in ("", "\n", "\n\n"):
        text = (blank + raw.decode().replace("\n", f"\n{blank}") + last).replace("\n", end)
        assert read_house_format(text.encode(encoding), "a.txt", "a") == expected


def test_every_example_is_read_without_a_notice() -> None:
    for file in sorted(EXAMPLES.glob("*.txt")):
        done = read_house_format(file.read_bytes(), file.name, file.stem)
        assert done.notices == ()
        assert done.article.lead
        assert done.article.tags


@pytest.mark.parametrize(
    "label",
    ["- Themen:", "Themen:", "Thema:", "- Thema :", "Tags:", "- tags:", "Schlagwörter:", "– Schlagworte:", "• THEMEN:"],
)
@pytest.mark.parametrize(
    ("written", "tags"),
    [
        (["- #Energie"], ("Energie",)),
        (["- #Energie", "- #Künstliche Intelligenz", "- #C#"], ("Energie", "Künstliche Intelligenz", "C#")),
        (["- Energie", "• # Klima", "–##Öl", "*Gas"], ("Energie", "Klima", "Öl", "Gas")),
        (["#Energie", "# Klima"], ("Energie", "Klima")),
        (["#Energie", "- #Klima"], ("Energie", "Klima")),
        (["- #Energie", "- #", "-", "- #Energie"], ("Energie", "Energie")),
        ([], ()),
    ],
)
def test_list_at_the_end_becomes_the_tags(label: str, written: list[str], tags: tuple[str, ...]) -> None:
    assert shape("\n".join(["Titel", "Vorspann.", label, *written])) == ("Vorspann.", [], tags)


def test_tags_without_a_label_need_their_sign() -> None:
    assert shape("Titel\nVorspann.\n- #Energie\n#Klima\n") == ("Vorspann.", [], ("Energie", "Klima"))
    assert shape("Titel\nVorspann.\n- Energie\n- Klima\n") == ("Vorspann.", [("- Energie", 1)], ())


@pytest.mark.parametrize(
    "line",
    ["- Themen:", "Tags:", "- #Energie", "#Energie", "Themen: Energie, Klima", "- Datum: gestern", "Datum: gestern"],
)
def test_line_that_only_looks_like_the_list_stays_in_the_text(line: str) -> None:
    article = read(f"Titel\nVorspann.\n{line}\nSchluss.\n- Themen:\n- #Klima\n")
    assert list(article.texts()) == ["Vorspann.", line, "Schluss."]
    assert article.tags == ("Klima",)


@pytest.mark.parametrize(
    "heading",
    [
        HEADING,
        "Warum gerade hier?",
        "„Trockenen Fußes“ über das Becken",
        "Bis 2030",
        "Und dann …",
        "1 2 3 4 5 6 7 8 9 10 11 12",
    ],
)
@pytest.mark.parametrize("paragraph", ["Ein Satz.", LONG, "„Ein Zitat“", "Was nun!"])
def test_short_line_above_a_paragraph_is_a_heading(heading: str, paragraph: str) -> None:
    assert shape(f"Titel\nVorspann.\n{heading}\n{paragraph}\nNoch einer.") == ("Vorspann.", [(heading, 2)], ())
    assert shape(f"Titel\n{heading}\n{paragraph}\n") == ("", [(heading, 1)], ())


@pytest.mark.parametrize(
    "line",
    [*(f"Kurz gesagt{end}" for end in ".!:;“”\"»«’‘'›‹"), "Kurz gefragt?“", "1 2 3 4 5 6 7 8 9 10 11 12 13"],
)
def test_line_that_ends_or_runs_on_like_a_paragraph_is_one(line: str) -> None:
    assert shape(f"Titel\nVorspann.\n{line}\nNoch einer.") == ("Vorspann.", [(None, 2)], ())


def test_heading_needs_a_paragraph_below_it() -> None:
    assert shape(f"Titel\nVorspann.\n{HEADING}\n") == ("Vorspann.", [(None, 1)], ())
    assert shape(f"Titel\nVorspann.\n{HEADING}\n- Themen:\n- #Klima\n") == ("Vorspann.", [(None, 1)], ("Klima",))
    assert shape(f"Titel\nVorspann.\nErst dies\n{HEADING}\nEin Satz.") == ("Vorspann.", [(None, 1), (HEADING, 1)], ())
    assert shape(f"Titel\nVorspann.\n{HEADING}\nDie letzte Zeile") == ("Vorspann.", [(HEADING, 1)], ())


def test_article_may_have_no_headings_or_be_one_line() -> None:
    assert shape(f"Titel\n{LONG}\n„Ein Zitat.“\nEin Satz.") == (LONG, [(None, 2)], ())
    assert shape("Titel\nVorspann") == ("Vorspann", [], ())
    assert read("Nur ein Titel") == Article("a", "Nur ein Titel")
    assert read("\n\n„Nur ein Titel!“\n- Themen:\n- #Klima") == Article("a", "„Nur ein Titel!“", tags=("Klima",))


def test_header_above_the_title_fills_the_metadata() -> None:
    text = """ID: brief
    Datum: 23.11.2026, 14:30 Uhr

    Aktualisiert: 2026-11-24T08:00:00+01:00
    Autor: Anna Öztürk, Jörg Weiß
    Quelle: Bote
    Ressort: Politik
    URL: https://bote.example/brief
    Sprache: Deutsch

    Ein Titel
    Ein Vorspann."""
    assert read(text) == Article(
        "brief",
        "Ein Titel",
        "Ein Vorspann.",
        published=parse_date("2026-11-23T14:30+01:00"),
        modified=parse_date("2026-11-24T08:00+01:00"),
        authors=("Anna Öztürk", "Jörg Weiß"),
        source="Bote",
        section="Politik",
        url="https://bote.example/brief",
        language="de",
    )


def test_header_value_that_cannot_be_used_is_noticed_with_path_and_line() -> None:
    done = read_house_format(b"\nQuelle: Bote\r\n\r\nDatum: gestern\nSprache: ?\nTitel", "b/a.txt", "a")
    assert done == Read(Article("a", "Titel", source="Bote"), done.notices)
    assert [str(notice).partition(";")[0] for notice in done.notices] == [
        "b/a.txt:4: Datum: 'gestern' is no date",
        "b/a.txt:5: Sprache: '?' is no language",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\u00a0\u2003", 1),
        ("Datum: 2026-11-23\nQuelle: Bote\n", 2),
        ("- Themen:\n- #Energie", 1),
        ("#Energie", 1),
        ("* * *\nEin Text.", 1),
        ("Quelle: Bote\n\n–\nEin Text.", 3),
        ("___\n- Themen:\n- #Energie", 1),
    ],
)
def test_file_without_a_title_is_refused(text: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=r"^there is no title$") as refused:
        read_house_format(text.encode(), "a.txt", "a")
    assert refused.value.line == line


def test_words_are_counted_as_people_count_them() -> None:
    article = Article(
        "a",
        "Ein Titel",
        "Der – Vorspann …",
        (Section("z. B. hier", ("2,5 Mio.", "»Ja« _ !")), Section(None, ("Ost-West",))),
    )
    assert article.word_count == 2 + 2 + 3 + 2 + 1 + 1
    assert count_words(" \t\n") == 0


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (200, 1), (201, 2), (400, 2), (401, 3), (10_000, 50)])
def test_reading_time_is_rounded_up(words: int, minutes: int) -> None:
    assert Article("a", " ".join(["Wort"] * words)).reading_minutes == minutes == math.ceil(words / 200)


def test_notice_says_where_as_compilers_do() -> None:
    assert str(Notice("b/a.txt", 4, "so nicht")) == "b/a.txt:4: so nicht"
    assert str(Rejected("a.txt", None, "so nicht")) == "a.txt: so nicht"
