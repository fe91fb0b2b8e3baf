"""The answers, each field with a description and an example. `answers` makes them; tests hold it to this."""

import marshmallow as ma

from service.api import shown
from service.api.fields import doc
from service.api.problems import CODES
from service.search.request import Match, TextField, UseDate
from service.search.tier import EXPANSIONS, Tier


class SelfLinkSchema(ma.Schema):
    """Where to go on."""

    self = shown.text("This item itself.", "/v1/articles/sturmflut-nordersiel-nacht")


def _self_link() -> ma.fields.Nested:
    return shown.nested(SelfLinkSchema, "Where to go on.")


class ArticleLinksSchema(SelfLinkSchema):
    """Where to go on from an article."""

    versions = shown.text(
        "The articles that are versions of its text.", "/v1/articles/sturmflut-nordersiel-nacht/versions"
    )


class ParameterErrorSchema(ma.Schema):
    """What is wrong with one parameter."""

    parameter = shown.text("The parameter.", "page")
    message = shown.text("What is wrong, and how to mend it.", "must be at least 1.")


class ProblemSchema(ma.Schema):
    """An error (RFC 9457). Programs go by `code`, people by `detail`."""

    type = shown.text("Always `about:blank`: the status says what kind of problem it is.", "about:blank")
    title = shown.text("The name of the status.", "Unprocessable Entity")
    status = shown.count("The HTTP status.", 422)
    detail = shown.text("One sentence on what happened.", "page: must be at least 1.")
    code = ma.fields.String(
        required=True,
        metadata=doc("What happened, from a closed list that does not change.", "invalid_parameter", enum=list(CODES)),
    )
    errors = shown.nested(ParameterErrorSchema, "Each wrong parameter; empty where none is to blame.", many=True)


class RangeSchema(ma.Schema):
    """A match inside a text: half open, in code points."""

    start = shown.count("Where the match begins.", 12)
    end = shown.count("Where the match has ended.", 27)
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        metadata=doc("How the word matched the query, best first.", "exact"),
    )


class HighlightSchema(ma.Schema):
    """A title, or a passage of the body, with matches in it."""

    text = shown.text("The text, plain.", "Der russische Sicherheitsrat betonte dies.")
    ranges = shown.nested(RangeSchema, "The matches, in order and not overlapping.", many=True)
    html = shown.text(
        "The text escaped for HTML, each match in `<mark>`; no other markup.",
        "Der russische <mark>Sicherheitsrat</mark> betonte dies.",
    )


class HighlightsSchema(ma.Schema):
    """Where the words of `q` stand."""

    title = shown.nested(HighlightSchema, "The title, if a word of `q` is in it.", many=True)
    body = shown.nested(HighlightSchema, "Up to three passages from lead, headings and paragraphs.", many=True)


class TagRefSchema(ma.Schema):
    """A tag of an article."""

    id = shown.text("Slug of the tag, for `tag=` and `/v1/tags/{id}`.", "kuenstliche-intelligenz")
    name = shown.text("The tag as it is mostly spelled in the archive.", "Künstliche Intelligenz")


class ContributionSchema(ma.Schema):
    """What one thing adds to a score."""

    field = shown.text("The field; null where all text counts as one.", "title", allow_none=True)
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=doc(
            "The tier of the term; null for phrases, beginnings, words near each other, keywords and recency.", "exact"
        ),
    )
    term = shown.text(
        "The term, in the form of its tier; several words of a phrase, or near each other. Beginnings end in `*`.",
        "deich",
    )
    score = ma.fields.Float(required=True, metadata=doc("What it adds.", 1.5))


class ResultSchema(ma.Schema):
    """An article as lists show it."""

    id = shown.text("Id of the article.", "sturmflut-nordersiel-nacht")
    title = shown.text("Title.", "Sturmflut drückt Wasser in die Sielvorstadt")
    lead = shown.text("First paragraph; empty if there is none.", "320 Menschen mussten fort.")
    tags = shown.nested(TagRefSchema, "Tags in the order of the article.", many=True)
    published = shown.moment("When it was published; null if unknown.", "2024-01-26T06:15:00+01:00")
    source = shown.text("Source (`Quelle`); null if unknown.", "Küstendienst", allow_none=True)
    section = shown.text("Section (`Ressort`); null if unknown.", "Panorama", allow_none=True)
    authors = shown.texts("Authors.", ["Anna Öztürk"])
    word_count = shown.count("Words of title, lead, headings and paragraphs.", 325)
    url = shown.text(
        "Where it was published; null if unknown.",
        "https://zeitung.example/1",
        allow_none=True,
    )
    versions = ma.fields.Integer(
        required=True,
        metadata=doc(
            "Articles of the archive that are versions of its text (agency reports rewritten, reports brought up to "
            "date), itself among them.",
            1,
            minimum=1,
        ),
    )
    score = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata=doc("How well it matches, comparable within one answer; null unless sorted by relevance.", 9.2),
    )
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=doc("The best tier in which a word of `q` matches; null without one.", "exact"),
    )
    highlights = shown.nested(HighlightsSchema, "Where the words of `q` stand; empty lists without `q`.")
    explanation = shown.nested(
        ContributionSchema,
        "What adds up to the score, most first; null without `explain=score`.",
        many=True,
        allow_none=True,
    )
    links = shown.nested(ArticleLinksSchema, "Where to go on.")


def _in_format(description: str, name: str) -> ma.fields.String:
    return shown.text(description, f"/v1/articles/sturmflut-nordersiel-nacht?format={name}")


class WholeArticleLinksSchema(ArticleLinksSchema):
    """Where to go on from an article."""

    jsonld = _in_format("As a schema.org NewsArticle in JSON-LD.", "jsonld")
    ninjs = _in_format("As IPTC ninjs 2.1.", "ninjs")
    markdown = _in_format("As Markdown.", "markdown")
    text = _in_format("As plain text.", "text")
    bibtex = _in_format("As an entry for BibTeX.", "bibtex")
    ris = _in_format("As a record for reference managers.", "ris")


class SectionSchema(ma.Schema):
    """A part of an article."""

    heading = shown.text(
        "The heading; null for paragraphs before the first one.", "Evakuierung im Dunkeln", allow_none=True
    )
    paragraphs = shown.texts("The paragraphs below it.", ["Gegen 1.20 Uhr fiel der Strom aus."])


class WholeArticleSchema(ResultSchema):
    """A whole article."""

    class Meta:
        """Score, tier, highlights and explanation belong to a search."""

        exclude = ("score", "tier", "highlights", "explanation")

    links = shown.nested(WholeArticleLinksSchema, "Its versions, and the article in its formats.")
    modified = shown.moment(
        "When it was last changed; null if unknown.",
        "2024-01-26T09:00:00+01:00",
    )
    language = shown.text(
        "Language code, as the article names it or as it was found out; null if it cannot be told.",
        "de",
        allow_none=True,
    )
    reading_minutes = shown.count("Minutes to read it, at 200 words a minute.", 2)
    sections = shown.nested(SectionSchema, "Everything after the lead, in order.", many=True)
    text = shown.text(
        "Lead, headings and paragraphs as plain text, parted by blank lines.",
        "320 Menschen mussten fort.",
    )


class TotalSchema(ma.Schema):
    """How many there are in all."""

    value = shown.count("The number.", 12)
    relation = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["eq", "gte"]),
        metadata=doc("`eq`: the number is exact; `gte`: the search was cut short, there are at least so many.", "eq"),
    )


class PageSchema(ma.Schema):
    """What every page has."""

    total = shown.nested(TotalSchema, "How many there are in all.")
    page = shown.count("This page, from 1.", 1, minimum=1)
    page_size = shown.count("Results a page.", 10)
    took_ms = shown.took()
    generation = shown.generation()
    next = shown.text("Address of the next page; null on the last one.", "/v1/search?q=deich&page=2", allow_none=True)
    previous = shown.text("Address of the page before; null on the first one.", "/v1/search?q=deich", allow_none=True)


PAGE_ORDER = ("query", "total", "page", "page_size", "took_ms", "generation", "results", "next", "previous")


class FiltersEchoSchema(ma.Schema):
    """The filters as they were understood."""

    tag = shown.texts("Slugs; any of them.", ["energie"])
    tag_all = shown.texts("Slugs; all of them.", [])
    tag_not = shown.texts("Slugs; none of them.", [])
    source = shown.texts("Slugs.", [])
    section = shown.texts("Slugs.", [])
    author = shown.texts("Slugs.", [])
    language = shown.texts("Codes.", [])
    date_from = shown.moment("First moment.", "2024-01-01T00:00:00+01:00", data_key="from")
    date_to = shown.moment("Last moment.", "2026-12-31T23:59:59.999999+01:00", data_key="to")
    use_date = shown.choice("Which date they are about.", UseDate.PUBLISHED)
    min_words = shown.count("Least number of words; null if there is none.", 100, allow_none=True)
    max_words = shown.count("Most words; null if there is no limit.", 2000, allow_none=True)
    notes = shown.texts(
        "How the request was read where it could not be read as written.",
        ["AND has nothing to join; it is left out."],
    )


FILTERS_ORDER = tuple(FiltersEchoSchema().fields)


class SelectionEchoSchema(FiltersEchoSchema):
    """Which articles, as it was understood."""

    class Meta:
        """The order on the wire."""

        fields: tuple[str, ...] = ("q", "match", "expand", "search_in", *FILTERS_ORDER)

    q = shown.text("What was searched for.", "sicherheitsrat")
    match = shown.choice("How many of the words an article must have.", Match.ALL)
    expand = shown.choices(
        [tier for tier in Tier if tier in EXPANSIONS],
        "The tiers in which words match beside their exact form.",
        ["variant", "inflection"],
    )
    search_in = shown.choices(
        list(TextField), "The fields that words are looked for in; empty for all but the authors.", ["title", "lead"]
    )


class CorrectionSchema(ma.Schema):
    """A word that the archive does not know, and what was searched for instead."""

    word = shown.text("The word of `q`.", "klimaschtz")
    searched = shown.text("The word of the archive that it was taken for.", "klimaschutz")


def corrected() -> ma.fields.Nested:
    """What was searched for instead of words that the archive does not know."""
    return shown.nested(CorrectionSchema, "Words that were searched for as others.", many=True)


class BatchSchema(ma.Schema):
    """Articles by id."""

    results = shown.nested(WholeArticleSchema, "The articles, in the order of their ids.", many=True)
    missing = shown.texts("Ids that no article has.", ["gibt-es-nicht"])
    took_ms = shown.took()
    generation = shown.generation()
