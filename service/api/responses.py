"""The answers, each field with a description and an example. `answers` makes them; tests hold it to this."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import marshmallow as ma

from service.api.fields import doc
from service.api.problems import CODES
from service.search.facet import FacetField, FacetScope
from service.search.relax import Change
from service.search.request import Collapse, Match, Sort, TextField, UseDate
from service.search.tier import EXPANSIONS, Tier


def _string(description: str, example: str, **kwargs: Any) -> ma.fields.String:
    return ma.fields.String(required=True, metadata=doc(description, example), **kwargs)


def _count(description: str, example: int, minimum: int = 0, **kwargs: Any) -> ma.fields.Integer:
    return ma.fields.Integer(required=True, metadata=doc(description, example, minimum=minimum), **kwargs)


def moment(description: str, example: str, **kwargs: Any) -> ma.fields.AwareDateTime:
    """A date of an article, null where there is none."""
    return ma.fields.AwareDateTime(required=True, allow_none=True, metadata=doc(description, example), **kwargs)


def _strings(description: str, example: list[str], **kwargs: Any) -> ma.fields.List[str]:
    return ma.fields.List(ma.fields.String(), required=True, metadata=doc(description, example), **kwargs)


def _nested(schema: type[ma.Schema], description: str, *, many: bool = False, **kwargs: Any) -> ma.fields.Nested:
    return ma.fields.Nested(schema, many=many, required=True, metadata={"description": description}, **kwargs)


def _choices(values: Sequence[StrEnum], description: str, example: list[str]) -> ma.fields.List[str]:
    inner = ma.fields.String(validate=ma.validate.OneOf([str(value) for value in values]))
    return ma.fields.List(inner, required=True, metadata=doc(description, example))


def _choice(description: str, example: StrEnum) -> ma.fields.Enum[Any]:
    return ma.fields.Enum(type(example), by_value=True, required=True, metadata=doc(description, example.value))


def took() -> ma.fields.Float:
    """How long the answer took."""
    return ma.fields.Float(required=True, metadata=doc("Milliseconds that the answer took.", 1.8, minimum=0))


def generation() -> ma.fields.String:
    """The state of the archive that the answer is of."""
    return _string("The state of the archive; changes when its content does.", "66e860a67a1a6129")


class SelfLinkSchema(ma.Schema):
    """Where to go on."""

    self = _string("This item itself.", "/v1/articles/sturmflut-nordersiel-nacht")


def _self_link() -> ma.fields.Nested:
    return _nested(SelfLinkSchema, "Where to go on.")


class ArticleLinksSchema(SelfLinkSchema):
    """Where to go on from an article."""

    versions = _string(
        "The articles that are versions of its text.", "/v1/articles/sturmflut-nordersiel-nacht/versions"
    )


class ParameterErrorSchema(ma.Schema):
    """What is wrong with one parameter."""

    parameter = _string("The parameter.", "page")
    message = _string("What is wrong, and how to mend it.", "must be at least 1.")


class ProblemSchema(ma.Schema):
    """An error (RFC 9457). Programs go by `code`, people by `detail`."""

    type = _string("Always `about:blank`: the status says what kind of problem it is.", "about:blank")
    title = _string("The name of the status.", "Unprocessable Entity")
    status = _count("The HTTP status.", 422)
    detail = _string("One sentence on what happened.", "page: must be at least 1.")
    code = ma.fields.String(
        required=True,
        metadata=doc("What happened, from a closed list that does not change.", "invalid_parameter", enum=list(CODES)),
    )
    errors = _nested(ParameterErrorSchema, "Each wrong parameter; empty where none is to blame.", many=True)


class RangeSchema(ma.Schema):
    """A match inside a text: half open, in code points."""

    start = _count("Where the match begins.", 12)
    end = _count("Where the match has ended.", 27)
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        metadata=doc("How the word matched the query, best first.", "exact"),
    )


class HighlightSchema(ma.Schema):
    """A title, or a passage of the body, with matches in it."""

    text = _string("The text, plain.", "Der russische Sicherheitsrat betonte dies.")
    ranges = _nested(RangeSchema, "The matches, in order and not overlapping.", many=True)
    html = _string(
        "The text escaped for HTML, each match in `<mark>`; no other markup.",
        "Der russische <mark>Sicherheitsrat</mark> betonte dies.",
    )


class HighlightsSchema(ma.Schema):
    """Where the words of `q` stand."""

    title = _nested(HighlightSchema, "The title, if a word of `q` is in it.", many=True)
    body = _nested(HighlightSchema, "Up to three passages from lead, headings and paragraphs.", many=True)


class TagRefSchema(ma.Schema):
    """A tag of an article."""

    id = _string("Slug of the tag, for `tag=` and `/v1/tags/{id}`.", "kuenstliche-intelligenz")
    name = _string("The tag as it is mostly spelled in the archive.", "Künstliche Intelligenz")


class ContributionSchema(ma.Schema):
    """What one thing adds to a score."""

    field = _string("The field; null where all text counts as one.", "title", allow_none=True)
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=doc(
            "The tier of the term; null for phrases, beginnings, words near each other, keywords and recency.", "exact"
        ),
    )
    term = _string(
        "The term, in the form of its tier; several words of a phrase, or near each other. Beginnings end in `*`.",
        "deich",
    )
    score = ma.fields.Float(required=True, metadata=doc("What it adds.", 1.5))


class ResultSchema(ma.Schema):
    """An article as lists show it."""

    id = _string("Id of the article.", "sturmflut-nordersiel-nacht")
    title = _string("Title.", "Sturmflut drückt Wasser in die Sielvorstadt")
    lead = _string("First paragraph; empty if there is none.", "320 Menschen mussten fort.")
    tags = _nested(TagRefSchema, "Tags in the order of the article.", many=True)
    published = moment("When it was published; null if unknown.", "2024-01-26T06:15:00+01:00")
    source = _string("Source (`Quelle`); null if unknown.", "Küstendienst", allow_none=True)
    section = _string("Section (`Ressort`); null if unknown.", "Panorama", allow_none=True)
    authors = _strings("Authors.", ["Anna Öztürk"])
    word_count = _count("Words of title, lead, headings and paragraphs.", 325)
    url = _string(
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
    highlights = _nested(HighlightsSchema, "Where the words of `q` stand; empty lists without `q`.")
    explanation = _nested(
        ContributionSchema,
        "What adds up to the score, most first; null without `explain=score`.",
        many=True,
        allow_none=True,
    )
    links = _nested(ArticleLinksSchema, "Where to go on.")


def _in_format(description: str, name: str) -> ma.fields.String:
    return _string(description, f"/v1/articles/sturmflut-nordersiel-nacht?format={name}")


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

    heading = _string(
        "The heading; null for paragraphs before the first one.", "Evakuierung im Dunkeln", allow_none=True
    )
    paragraphs = _strings("The paragraphs below it.", ["Gegen 1.20 Uhr fiel der Strom aus."])


class WholeArticleSchema(ResultSchema):
    """A whole article."""

    class Meta:
        """Score, tier, highlights and explanation belong to a search."""

        exclude = ("score", "tier", "highlights", "explanation")

    links = _nested(WholeArticleLinksSchema, "Its versions, and the article in its formats.")
    modified = moment(
        "When it was last changed; null if unknown.",
        "2024-01-26T09:00:00+01:00",
    )
    language = _string(
        "Language code, as the article names it or as it was found out; null if it cannot be told.",
        "de",
        allow_none=True,
    )
    reading_minutes = _count("Minutes to read it, at 200 words a minute.", 2)
    sections = _nested(SectionSchema, "Everything after the lead, in order.", many=True)
    text = _string(
        "Lead, headings and paragraphs as plain text, parted by blank lines.",
        "320 Menschen mussten fort.",
    )


class TotalSchema(ma.Schema):
    """How many there are in all."""

    value = _count("The number.", 12)
    relation = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["eq", "gte"]),
        metadata=doc("`eq`: the number is exact; `gte`: the search was cut short, there are at least so many.", "eq"),
    )


class PageSchema(ma.Schema):
    """What every page has."""

    total = _nested(TotalSchema, "How many there are in all.")
    page = _count("This page, from 1.", 1, minimum=1)
    page_size = _count("Results a page.", 10)
    took_ms = took()
    generation = generation()
    next = _string("Address of the next page; null on the last one.", "/v1/search?q=deich&page=2", allow_none=True)
    previous = _string("Address of the page before; null on the first one.", "/v1/search?q=deich", allow_none=True)


PAGE_ORDER = ("query", "total", "page", "page_size", "took_ms", "generation", "results", "next", "previous")


class FiltersEchoSchema(ma.Schema):
    """The filters as they were understood."""

    tag = _strings("Slugs; any of them.", ["energie"])
    tag_all = _strings("Slugs; all of them.", [])
    tag_not = _strings("Slugs; none of them.", [])
    source = _strings("Slugs.", [])
    section = _strings("Slugs.", [])
    author = _strings("Slugs.", [])
    language = _strings("Codes.", [])
    date_from = moment("First moment.", "2024-01-01T00:00:00+01:00", data_key="from")
    date_to = moment("Last moment.", "2026-12-31T23:59:59.999999+01:00", data_key="to")
    use_date = _choice("Which date they are about.", UseDate.PUBLISHED)
    min_words = _count("Least number of words; null if there is none.", 100, allow_none=True)
    max_words = _count("Most words; null if there is no limit.", 2000, allow_none=True)
    notes = _strings(
        "How the request was read where it could not be read as written.",
        ["AND has nothing to join; it is left out."],
    )


_FILTERS_ORDER = tuple(FiltersEchoSchema().fields)


class SelectionEchoSchema(FiltersEchoSchema):
    """Which articles, as it was understood."""

    class Meta:
        """The order on the wire."""

        fields: tuple[str, ...] = ("q", "match", "expand", "search_in", *_FILTERS_ORDER)

    q = _string("What was searched for.", "sicherheitsrat")
    match = _choice("How many of the words an article must have.", Match.ALL)
    expand = _choices(
        [tier for tier in Tier if tier in EXPANSIONS],
        "The tiers in which words match beside their exact form.",
        ["variant", "inflection"],
    )
    search_in = _choices(
        list(TextField), "The fields that words are looked for in; empty for all but the authors.", ["title", "lead"]
    )


class SearchEchoSchema(SelectionEchoSchema):
    """The search as it was understood."""

    class Meta:
        """The order on the wire."""

        fields = ("q", "match", "expand", "search_in", *_FILTERS_ORDER, "sort", "recency", "facet_scope", "collapse")

    sort = _choice("The order that was used.", Sort.RELEVANCE)
    recency = _string("After how many days half of what new articles count more is left.", "30d", allow_none=True)
    facet_scope = _choice("Under which filters facets are counted.", FacetScope.OTHERS)
    collapse = ma.fields.Enum(
        Collapse,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=doc("What is shown once; null if everything is shown.", "story"),
    )


class FacetValueLinksSchema(ma.Schema):
    """Where to go on from a value of a facet."""

    self = _string(
        "The search for these articles; null where filters that stay cannot be asked for together with the value: "
        "other authors, or bounds of another date than that of publication.",
        "/v1/search?q=deich&tag=energie",
        allow_none=True,
    )


class FacetValueSchema(TagRefSchema):
    """A value and how many articles have it."""

    id = _string("The value, as filters take it.", "energie")
    name = _string("What it is mostly called in the archive.", "Energie")
    count = _count("Articles with it.", 7)
    links = _nested(FacetValueLinksSchema, "Where to go on.")


class FacetSchema(ma.Schema):
    """The values of a field and how many of the articles found have each."""

    distinct = _count("How many values there are, with `facet_q` of those.", 35)
    values = _nested(FacetValueSchema, "The most frequent of them; years with the newest first.", many=True)


class FacetsSchema(ma.Schema):
    """The facets that were asked for."""

    tag, source, section, author, language, year = (
        ma.fields.Nested(FacetSchema, metadata={"description": f"By {name}."}) for name in FacetField
    )


class CorrectionSchema(ma.Schema):
    """A word that the archive does not know, and what was searched for instead."""

    word = _string("The word of `q`.", "klimaschtz")
    searched = _string("The word of the archive that it was taken for.", "klimaschutz")


def corrected() -> ma.fields.Nested:
    """What was searched for instead of words that the archive does not know."""
    return _nested(CorrectionSchema, "Words that were searched for as others.", many=True)


class RelaxationSchema(ma.Schema):
    """A single change with which a search would find something."""

    change = _choice("What is changed.", Change.DROP_WORD)
    detail = _string("The word, the parts of the compound, or the parameters that it is about.", "deich")
    total = _count("How many articles there are then.", 3)
    links = _nested(SelfLinkSchema, "The search with that change.")


class TermCountSchema(ma.Schema):
    """A term, and the number of articles that have it."""

    term = _string("The term.", "haus")
    count = _count("Articles that have it.", 7)


class TermExplanationSchema(ma.Schema):
    """What a word of the query was looked for as."""

    word = _string("The word of `q`, in lower case.", "häuser")
    searched = _string("What was searched for; another word where it was corrected.", "häuser")
    form = _nested(TermCountSchema, "The exact form; of a beginning, which ends in `*`, all forms.")
    variants = _nested(
        TermCountSchema,
        "What its spelling variants share; empty, as all below, where it was not looked for.",
        many=True,
    )
    stems = _nested(TermCountSchema, "What its inflections share.", many=True)
    compounds = _nested(TermCountSchema, "The same where it is part of a compound too.", many=True)
    parts = _nested(TermCountSchema, "The words that it is made of, itself or in compounds.", many=True)
    corrections = _nested(TermCountSchema, "Words of the archive that are written like it, nearest first.", many=True)


class SearchPageSchema(PageSchema):
    """A page of a search."""

    class Meta:
        """The order on the wire."""

        fields = (*PAGE_ORDER[:-2], "facets", "corrected", "relaxations", "terms", *PAGE_ORDER[-2:])

    facets = _nested(FacetsSchema, "What was counted beside; null without `facet`.", allow_none=True)
    corrected = corrected()
    relaxations = _nested(RelaxationSchema, "Where nothing was found: single changes that would.", many=True)
    terms = _nested(
        TermExplanationSchema,
        "What each word was looked for as in text; null without `explain=terms`.",
        many=True,
        allow_none=True,
    )

    query = _nested(SearchEchoSchema, "The search as it was understood.")
    results = _nested(ResultSchema, "The articles of this page.", many=True)


class BatchSchema(ma.Schema):
    """Articles by id."""

    results = _nested(WholeArticleSchema, "The articles, in the order of their ids.", many=True)
    missing = _strings("Ids that no article has.", ["gibt-es-nicht"])
    took_ms = took()
    generation = generation()


class DirectorySchema(ma.Schema):
    """What there is."""

    name = _string("The name of the service.", "Artikelsuche")
    version = _string("Its release.", "0.1.0")
    links = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.String(),
        required=True,
        metadata=doc("Addresses by name.", {"search": "/v1/search?q=sicherheitsrat"}),
    )


class LivenessSchema(ma.Schema):
    """Whether the service lives."""

    status = _string("`ok`.", "ok", validate=ma.validate.OneOf(["ok"]))


class ReadinessSchema(LivenessSchema):
    """Whether the service can answer."""

    generation = generation()
