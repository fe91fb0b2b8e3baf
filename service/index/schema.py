"""The one table of the index: which fields there are, of what type, how they weigh and how they are analysed."""

from dataclasses import dataclass
from enum import StrEnum

from whoosh import fields

from service.german.tokens import Chain
from service.index.analysis import AllTiersAnalyzer, FormAnalyzer, StemAnalyzer, TierAnalyzer


class Type(StrEnum):
    """What a field holds, and so how it is indexed."""

    TEXT = "text"
    """Running text: stems under the name of the field and forms under `form_field(name)`, both with positions, and
    under `tier_field(name)` everything that a word is found by, without positions."""
    WORDS = "words"
    """What the words of several text fields are found by, forms among it, without positions."""
    KEYWORD = "keyword"
    """Slugs that match whole; several are parted by commas."""
    IDENTIFIER = "identifier"
    """One value that matches whole, whatever characters it has."""
    MOMENT = "moment"
    """A point in time in microseconds since 1970, UTC; can be sorted and searched by range."""
    NUMBER = "number"
    """A whole number; can be searched by range."""
    SORT_KEY = "sort key"
    """A string to sort by."""
    STORED = "stored"
    """Kept for the answer, not searched."""


@dataclass(frozen=True)
class FieldSpec:
    """One row.

    `weight` is that of a match in a search that names no field; 0 leaves the field out of it. `b` says how much the
    length of the field counts (BM25F): not at all where many articles do not have the field, as the average length,
    which counts them, would make every field that is there look long.
    """

    name: str
    type: Type
    weight: float = 0.0
    b: float = 0.75


FIELDS = (
    FieldSpec("id", Type.IDENTIFIER),
    FieldSpec("title", Type.TEXT, weight=4.0, b=0.0),
    FieldSpec("lead", Type.TEXT, weight=2.0),
    FieldSpec("headings", Type.TEXT, weight=1.5, b=0.0),
    FieldSpec("body", Type.TEXT, weight=1.0),
    FieldSpec("tags", Type.TEXT, weight=2.0, b=0.0),
    FieldSpec("authors", Type.TEXT, b=0.0),
    FieldSpec("words", Type.WORDS, b=0.4),
    FieldSpec("tag", Type.KEYWORD),
    FieldSpec("source", Type.KEYWORD),
    FieldSpec("section", Type.KEYWORD),
    FieldSpec("author", Type.KEYWORD),
    FieldSpec("language", Type.KEYWORD),
    FieldSpec("year", Type.KEYWORD),
    FieldSpec("published", Type.MOMENT),
    FieldSpec("modified", Type.MOMENT),
    FieldSpec("word_count", Type.NUMBER),
    FieldSpec("title_key", Type.SORT_KEY),
    FieldSpec("article", Type.STORED),
)

NO_MOMENT = -(2**62)
"""Stands in the column of an article without a date."""

NAMED = ("tag", "source", "section", "author")
"""Keyword fields whose slugs have a name to show: the most frequent spelling in the archive."""


def form_field(name: str) -> str:
    """The field that holds the forms of a text field."""
    return f"{name}_form"


def tier_field(name: str) -> str:
    """The field that holds what the words of a text field are found by."""
    return f"{name}_tiers"


def weights() -> dict[str, float]:
    """The text fields that a search without a field looks into, and what a match in each weighs."""
    return {spec.name: spec.weight for spec in FIELDS if spec.type is Type.TEXT and spec.weight > 0}


def length_weights() -> dict[str, float]:
    """How much the length of each field with words counts."""
    found: dict[str, float] = {}
    for spec in FIELDS:
        if spec.type is Type.TEXT:
            found |= dict.fromkeys((spec.name, form_field(spec.name), tier_field(spec.name)), spec.b)
        elif spec.type is Type.WORDS:
            found[spec.name] = spec.b
    return found


def whoosh_schema(chain: Chain) -> fields.Schema:
    """The Whoosh schema of the table."""
    schema = fields.Schema()
    for spec in FIELDS:
        match spec.type:
            case Type.TEXT:
                schema.add(spec.name, fields.TEXT(analyzer=StemAnalyzer(chain)))
                schema.add(form_field(spec.name), fields.TEXT(analyzer=FormAnalyzer(chain)))
                schema.add(tier_field(spec.name), fields.TEXT(analyzer=TierAnalyzer(chain), phrase=False))
            case Type.WORDS:
                schema.add(spec.name, fields.TEXT(analyzer=AllTiersAnalyzer(chain), phrase=False))
            case Type.KEYWORD:
                schema.add(spec.name, fields.KEYWORD(commas=True, scorable=False))
            case Type.IDENTIFIER:
                schema.add(spec.name, fields.ID(unique=True))
            case Type.MOMENT:
                schema.add(spec.name, fields.NUMERIC(int, bits=64, sortable=True, default=NO_MOMENT))
            case Type.NUMBER:
                schema.add(spec.name, fields.NUMERIC(int, bits=32, signed=False, sortable=True))
            case Type.SORT_KEY:
                schema.add(spec.name, fields.ID(sortable=True))
            case Type.STORED:
                schema.add(spec.name, fields.STORED())
    return schema
