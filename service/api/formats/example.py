"""The article that the examples of the OpenAPI document are written from, by the writers themselves."""

from datetime import datetime

from service.articles.model import Article, Section
from service.search.names import NameCount
from service.search.page import Hit, Tag

TAG = NameCount("kuestenschutz", "Küstenschutz", 6)
HIT = Hit(
    Article(
        id="sturmflut-nordersiel-nacht",
        title="Sturmflut drückt Wasser in die Sielvorstadt",
        lead="320 Menschen mussten fort.",
        sections=(Section("Evakuierung im Dunkeln", ("Gegen 1.20 Uhr fiel der Strom aus.",)),),
        tags=(TAG.name,),
        published=datetime.fromisoformat("2024-01-26T06:15:00+01:00"),
        authors=("Anna Öztürk",),
        source="Küstendienst",
        section="Panorama",
        url="https://zeitung.example/1",
        language="de",
    ),
    (Tag(TAG.id, TAG.name),),
)


def absolute(path: str) -> str:
    """A path below an address that nobody has."""
    return f"https://archiv.example{path}"
