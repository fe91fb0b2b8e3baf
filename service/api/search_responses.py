"""The answer to a search, as `responses` has those to all others."""

import marshmallow as ma

from service.api import shown
from service.api.fields import doc
from service.api.responses import (
    FILTERS_ORDER,
    PAGE_ORDER,
    PageSchema,
    ResultSchema,
    SelectionEchoSchema,
    SelfLinkSchema,
    TagRefSchema,
    corrected,
)
from service.search.facet import FacetField, FacetScope
from service.search.relax import Change
from service.search.request import Collapse, Sort


class SearchEchoSchema(SelectionEchoSchema):
    """The search as it was understood."""

    class Meta:
        """The order on the wire."""

        fields = ("q", "match", "expand", "search_in", *FILTERS_ORDER, "sort", "recency", "facet_scope", "collapse")

    sort = shown.choice("The order that was used.", Sort.RELEVANCE)
    recency = shown.text("After how many days half of what new articles count more is left.", "30d", allow_none=True)
    facet_scope = shown.choice("Under which filters facets are counted.", FacetScope.OTHERS)
    collapse = ma.fields.Enum(
        Collapse,
        by_value=True,
        required=True,
        allow_none=True,
        metadata=doc("What is shown once; null if everything is shown.", "story"),
    )


class FacetValueLinksSchema(ma.Schema):
    """Where to go on from a value of a facet."""

    self = shown.text(
        "The search for these articles; null where filters that stay cannot be asked for together with the value: "
        "other authors, or bounds of another date than that of publication.",
        "/v1/search?q=deich&tag=energie",
        allow_none=True,
    )


class FacetValueSchema(TagRefSchema):
    """A value and how many articles have it."""

    id = shown.text("The value, as filters take it.", "energie")
    name = shown.text("What it is mostly called in the archive.", "Energie")
    count = shown.count("Articles with it.", 7)
    links = shown.nested(FacetValueLinksSchema, "Where to go on.")


class FacetSchema(ma.Schema):
    """The values of a field and how many of the articles found have each."""

    distinct = shown.count("How many values there are, with `facet_q` of those.", 35)
    values = shown.nested(FacetValueSchema, "The most frequent of them; years with the newest first.", many=True)


class FacetsSchema(ma.Schema):
    """The facets that were asked for."""

    tag, source, section, author, language, year = (
        ma.fields.Nested(FacetSchema, metadata={"description": f"By {name}."}) for name in FacetField
    )


class RelaxationSchema(ma.Schema):
    """A single change with which a search would find something."""

    change = shown.choice("What is changed.", Change.DROP_WORD)
    detail = shown.text("The word, the parts of the compound, or the parameters that it is about.", "deich")
    total = shown.count("How many articles there are then.", 3)
    links = shown.nested(SelfLinkSchema, "The search with that change.")


class TermCountSchema(ma.Schema):
    """A term, and the number of articles that have it."""

    term = shown.text("The term.", "haus")
    count = shown.count("Articles that have it.", 7)


class TermExplanationSchema(ma.Schema):
    """What a word of the query was looked for as."""

    word = shown.text("The word of `q`, in lower case.", "häuser")
    searched = shown.text("What was searched for; another word where it was corrected.", "häuser")
    form = shown.nested(TermCountSchema, "The exact form; of a beginning, which ends in `*`, all forms.")
    variants = shown.nested(
        TermCountSchema,
        "What its spelling variants share; empty, as all below, where it was not looked for.",
        many=True,
    )
    stems = shown.nested(TermCountSchema, "What its inflections share.", many=True)
    compounds = shown.nested(TermCountSchema, "The same where it is part of a compound too.", many=True)
    parts = shown.nested(TermCountSchema, "The words that it is made of, itself or in compounds.", many=True)
    corrections = shown.nested(
        TermCountSchema, "Words of the archive that are written like it, nearest first.", many=True
    )


class SearchPageSchema(PageSchema):
    """A page of a search."""

    class Meta:
        """The order on the wire."""

        fields = (*PAGE_ORDER[:-2], "facets", "corrected", "relaxations", "terms", *PAGE_ORDER[-2:])

    facets = shown.nested(FacetsSchema, "What was counted beside; null without `facet`.", allow_none=True)
    corrected = corrected()
    relaxations = shown.nested(RelaxationSchema, "Where nothing was found: single changes that would.", many=True)
    terms = shown.nested(
        TermExplanationSchema,
        "What each word was looked for as in text; null without `explain=terms`.",
        many=True,
        allow_none=True,
    )

    query = shown.nested(SearchEchoSchema, "The search as it was understood.")
    results = shown.nested(ResultSchema, "The articles of this page.", many=True)
