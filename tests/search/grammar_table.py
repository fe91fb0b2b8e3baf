"""The query grammar as a table that every engine must pass: what is written, and which of five articles it finds."""

from dataclasses import dataclass

ARCHIVE = {
    "deich": (
        "Autor: Anna Öztürk\nQuelle: Küstendienst\nRessort: Lokales\nSprache: de\n"
        "Der neue Deich\nAm Hafen wird gebaut.\nGeld vom Land\nDie Stadt bekommt Zuschüsse für den Hafen.\n"
        "- Themen:\n- #Küstenschutz\n- #Künstliche Intelligenz\n"
    ),
    "hafen": (
        "Autor: Jörg Weiß\nQuelle: Weißenfurter Bote\nSprache: de\n"
        "Streit um den Hafen\nDie Bürger der Stadt klagen gegen den Ausbau.\n- Themen:\n- #Wirtschaft\n"
    ),
    "stadt": "Die Stadt spart\n"
    "Der Rat streicht den neuen Deich und die Corona-Pandemie kostet.\n- Themen:\n- #Finanzen\n",
    "wahl": "Wahlen im Mai\nViele Bürger wählen. Ein UND aus ODER.\n- Themen:\n- #Politik\n- #C++\n",
    "wort": "Wörterbuch\nEin Wort, zwei Worte, viele Wörter.\n",
}


@dataclass(frozen=True)
class Row:
    """A query, the articles it finds when all words must match, and when any may."""

    q: str
    all: str
    any: str | None = None
    notes: int = 0


EVERYTHING = "deich hafen stadt wahl wort"

TABLE = (
    Row("", EVERYTHING),
    Row("   ", EVERYTHING),
    Row("deich", "deich stadt"),
    Row("Deiche", "deich stadt"),
    Row("stadt bürger", "hafen", any="deich hafen stadt wahl"),
    Row("stadt AND bürger", "hafen"),
    Row("stadt UND bürger", "hafen"),
    Row("deich OR wahl", "deich stadt wahl"),
    Row("deich ODER wahl", "deich stadt wahl"),
    Row("stadt NOT bürger", "deich stadt"),
    Row("stadt NICHT bürger", "deich stadt"),
    Row("stadt -bürger", "deich stadt"),
    Row("stadt hafen -bürger", "deich", any="deich stadt"),
    Row("-stadt", "wahl wort"),
    Row("NOT stadt", "wahl wort"),
    Row("NOT NOT stadt", "deich hafen stadt"),
    Row("-stadt -wahl", "wort"),
    Row("wort OR -stadt", "wahl wort"),
    Row("stadt bürger OR wort", "hafen wort", any=EVERYTHING),
    Row("stadt (bürger OR rat)", "hafen stadt", any="deich hafen stadt wahl"),
    Row("stadt NOT (bürger OR rat)", "deich"),
    Row("((stadt) ((bürger)))", "hafen", any="deich hafen stadt wahl"),
    Row('"neuen Deich"', "deich stadt"),
    Row("„neuer Deich“", "deich stadt"),
    Row("»neuer Deich«", "deich stadt"),
    Row('"Deich neuen"', ""),
    Row('"der neue Deich" stadt', "deich", any="deich hafen stadt"),
    Row('-"neuen Deich" stadt', "hafen"),
    Row("Corona-Pandemie", "stadt"),
    Row("Bürger*innen", "hafen wahl"),
    Row("Bürger:innen", "hafen wahl"),
    Row("Pandemie-Corona", "stadt"),
    Row("=Deich", "deich stadt"),
    Row("=deiche", ""),
    Row("=Zuschuss", ""),
    Row("=BÜRGER stadt", "hafen", any="deich hafen stadt wahl"),
    Row('="neuen Deich"', "stadt"),
    Row("=„neue Deich“", "deich"),
    Row("title:=Stadt", "stadt"),
    Row('title:="neue Deich"', "deich"),
    Row("stadt -=Deich", "hafen"),
    Row("stadt -=Deiche", "deich hafen stadt"),
    Row("stadt NOT =Bürger", "deich stadt"),
    Row("(=stadt)", "deich hafen stadt"),
    Row("=wörte*", "wort"),
    Row("stadt=", "deich hafen stadt"),
    Row("= stadt", "deich hafen stadt"),
    Row("==stadt", "deich hafen stadt"),
    Row("wähl*", "wahl"),
    Row("wahl*", "wahl"),
    Row("wört*", "wort"),
    Row("Wort*", "wort"),
    Row("corona-pand*", "stadt"),
    Row("title:hafen", "hafen"),
    Row("lead:hafen", "deich"),
    Row("headings:geld", "deich"),
    Row("body:zuschüsse", "deich"),
    Row("body:geld", ""),
    Row("TITLE:Hafen", "hafen"),
    Row("title:(hafen OR deich)", "deich hafen"),
    Row("title:neue* stadt", "deich", any="deich hafen stadt"),
    Row('title:"neue Deich"', "deich"),
    Row("tag:Küstenschutz", "deich"),
    Row("tag:kuestenschutz", "deich"),
    Row('tag:"Künstliche Intelligenz"', "deich"),
    Row("tag:Intelligenz", ""),
    Row("tag:Küst*", "deich"),
    Row("tag:C++", "wahl"),
    Row("author:Öztürk", "deich"),
    Row('author:"Jörg Weiß"', "hafen"),
    Row("source:küstendienst", "deich"),
    Row('source:"Weißenfurter Bote"', "hafen"),
    Row("section:lokales", "deich"),
    Row("language:de", EVERYTHING),
    Row("language:en", ""),
    Row("tag:finanzen OR tag:politik", "stadt wahl"),
    Row("intelligenz", "deich"),
    # Broken syntax is read as words, and a note says so.
    Row("(stadt bürger", "hafen", notes=1, any="deich hafen stadt wahl"),
    Row("stadt) bürger", "hafen", notes=1, any="deich hafen stadt wahl"),
    Row('"neuen deich', "deich stadt", notes=1),
    Row("stadt AND", "deich hafen stadt", notes=1),
    Row("OR stadt", "deich hafen stadt", notes=1),
    Row("stadt OR OR wort", "deich hafen stadt wort", notes=1),
    Row("stadt NOT", "deich hafen stadt", notes=1),
    Row("stadt NOT AND bürger", "hafen", notes=2, any="deich hafen stadt wahl"),
    Row("()", EVERYTHING, notes=1),
    Row("!!!", EVERYTHING, notes=1),
    Row("*", EVERYTHING, notes=1),
    Row('""', EVERYTHING, notes=2),
    Row('tag:"" stadt', "deich hafen stadt", notes=1),
    Row("wetter:sonne", "", notes=1),
    Row("stadt stadt STADT*", "deich hafen stadt"),
    Row("titel:deich", "", notes=1, any="deich stadt"),
    Row("UND", "stadt wahl", notes=1),
    Row("stadt^2", "deich hafen stadt", notes=1),
    Row("stadt~", "deich hafen stadt", notes=1),
    Row("st*dt", "", notes=1),
    Row("st?dt", "", notes=1),
    Row("stadt?", "deich hafen stadt"),
    Row("stadt & bürger", "hafen", any="deich hafen stadt wahl"),
    Row("stadt - bürger", "hafen", any="deich hafen stadt wahl"),
    Row("stadt -- bürger", "hafen", any="deich hafen stadt wahl"),
    Row("stadt – bürger", "hafen", any="deich hafen stadt wahl"),
    Row("stadt *", "deich hafen stadt", notes=1),
    Row("stadt tag:*", "deich hafen stadt", notes=1),
    Row("stadt tag:&", "deich hafen stadt", notes=1),
    Row("stadt ()", "deich hafen stadt", notes=1),
    Row("stadt AND ()", "deich hafen stadt", notes=2),
    Row("stadt OR ()", "deich hafen stadt", notes=2),
    Row("() OR stadt", "deich hafen stadt", notes=2),
    Row("stadt NOT ()", "deich hafen stadt", notes=2),
    Row("stadt -()", "deich hafen stadt", notes=2),
    Row("stadt -*", "deich hafen stadt", notes=2),
    Row("stadt AND & bürger", "hafen", notes=1, any="deich hafen stadt wahl"),
    Row('stadt OR ""', "deich hafen stadt", notes=2),
    Row("title:title:deich", "deich", notes=1),
    Row("title:body:zuschüsse", "deich", notes=1),
    Row("tag :finanzen", "", notes=1, any="stadt"),
    Row("tag : finanzen", "", notes=1, any="stadt"),
    Row("title: hafen", "", notes=1, any="deich hafen"),
)
