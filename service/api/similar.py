"""Reading on: articles like one, and tags that it could carry too; the endpoints, their parameters and answers."""

from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, request
from marshmallow import validate

from service.api import answers, links, shown
from service.api.context import note_total, took_ms, unchanged, wiring
from service.api.document import problems
from service.api.fields import PlainInteger, doc
from service.api.negotiate import JSON, format_field, negotiated
from service.api.responses import FiltersEchoSchema, ResultSchema, SelfLinkSchema, TagRefSchema
from service.api.selection import MAX_PAGE_SIZE, FiltersSchema, take_filters
from service.api.sparse import FieldList, pick
from service.api.views import StrictBlueprint
from service.search.similar import SimilarHit, SimilarRequest, TagSuggestion, TagSuggestionsRequest

_FORMATS = (JSON,)
_SIMILAR = SimilarRequest("").limit
_SUGGESTED = TagSuggestionsRequest("").limit
_MOST_SUGGESTED = 50
_OF_A_SEARCH = ("tier", "highlights", "explanation")
"""Fields of a result that similar articles do not have."""


class SharedSchema(ma.Schema):
    """What ties two articles."""

    terms = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata=doc(
            "Those of `query.terms` that this article has too, in any inflection or in a compound.",
            ["Sturmflut", "Sielvorstadt"],
        ),
    )
    tags = ma.fields.Nested(TagRefSchema, many=True, required=True, metadata={"description": "Tags that both carry."})


class SimilarResultSchema(ResultSchema):
    """An article that is like another."""

    class Meta:
        """The order on the wire: that of a result, without what only a search has."""

        fields = (
            *(name for name in ResultSchema().fields if name not in (*_OF_A_SEARCH, "score", "links")),
            "score",
            "links",
            "shared",
        )

    score = ma.fields.Float(
        required=True,
        metadata=doc(
            "The share of what ties the article to others that this one has: 1 is a copy.", 0.88, minimum=0, maximum=1
        ),
    )
    shared = ma.fields.Nested(SharedSchema, required=True, metadata={"description": "What ties the two."})


class SimilarArgs(FiltersSchema):
    """The parameters of similar articles."""

    page_size = PlainInteger(
        load_default=_SIMILAR,
        validate=validate.Range(1, MAX_PAGE_SIZE, error=f"must be between 1 and {MAX_PAGE_SIZE}."),
        metadata=doc("The most similar articles.", _SIMILAR, default=_SIMILAR),
    )

    wanted = FieldList(SimilarResultSchema, "id,title,shared", data_key="fields")
    format = format_field(_FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SimilarRequest:
        """The request for the engine, which the article is not in yet."""
        return SimilarRequest("", take_filters(values), values["page_size"], values["wanted"])


class SimilarEchoSchema(FiltersEchoSchema):
    """What was asked for."""

    class Meta:
        """The order on the wire."""

        fields = ("id", "terms", "page_size", *FiltersEchoSchema().fields)

    id = ma.fields.String(required=True, metadata=doc("Id of the article.", "sturmflut-nordersiel-nacht"))
    terms = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata=doc(
            "The distinctive terms of the article that others were looked for by, as it writes them, the heaviest "
            "first; its tags and date count too.",
            ["Sielvorstadt", "Bewohner", "Sturmflut"],
        ),
    )
    page_size = ma.fields.Integer(required=True, metadata=doc("The most results.", _SIMILAR, minimum=1))


class SimilarArticlesSchema(ma.Schema):
    """Articles like one."""

    query = ma.fields.Nested(SimilarEchoSchema, required=True, metadata={"description": "What was asked for."})
    took_ms = shown.took()
    generation = shown.generation()
    results = ma.fields.Nested(
        SimilarResultSchema, many=True, required=True, metadata={"description": "The articles, most similar first."}
    )


class BecauseSchema(ma.Schema):
    """Why a tag is suggested."""

    similar = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata=doc("Ids of similar articles that carry it, most similar first.", ["sturmflut-nordersiel-nacht"]),
    )
    in_text = ma.fields.Boolean(
        required=True, metadata=doc("Whether its name stands in the article, in any inflection.", example=True)
    )


class TagSuggestionSchema(TagRefSchema):
    """A tag that an article could carry too."""

    score = ma.fields.Float(
        required=True, metadata=doc("How much speaks for it, from 0 to 1.", 0.62, minimum=0, maximum=1)
    )
    because = ma.fields.Nested(BecauseSchema, required=True, metadata={"description": "Why it is suggested."})
    links = ma.fields.Nested(SelfLinkSchema, required=True, metadata={"description": "Where to go on."})


class TagSuggestionsArgs(ma.Schema):
    """The parameters of suggested tags."""

    limit = PlainInteger(
        load_default=_SUGGESTED,
        validate=validate.Range(1, _MOST_SUGGESTED, error=f"must be between 1 and {_MOST_SUGGESTED}."),
        metadata=doc("The most tags.", _SUGGESTED, default=_SUGGESTED),
    )
    wanted = FieldList(TagSuggestionSchema, "id,score", data_key="fields")
    format = format_field(_FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> TagSuggestionsRequest:
        """The request for the engine, which the article is not in yet."""
        return TagSuggestionsRequest("", values["limit"], values["wanted"])


class TagSuggestionsEchoSchema(ma.Schema):
    """What was asked for."""

    id = ma.fields.String(required=True, metadata=doc("Id of the article.", "sturmflut-nordersiel-nacht"))
    limit = ma.fields.Integer(required=True, metadata=doc("The most tags.", _SUGGESTED, minimum=1))


class TagSuggestionsSchema(ma.Schema):
    """Tags that an article could carry too."""

    query = ma.fields.Nested(TagSuggestionsEchoSchema, required=True, metadata={"description": "What was asked for."})
    took_ms = shown.took()
    generation = shown.generation()
    results = ma.fields.Nested(
        TagSuggestionSchema, many=True, required=True, metadata={"description": "The tags, the best first."}
    )


similar = StrictBlueprint("similar", __name__, description="Reading on from an article.")


@similar.route(f"{links.ARTICLES}/<article_id>/similar")
@similar.arguments(SimilarArgs(), location="query")
@similar.response(200, SimilarArticlesSchema, description="The articles.")
@problems(404, 406, 422, 503)
@similar.doc(operationId="listSimilarArticles")
def list_similar_articles(asked: SimilarRequest, article_id: str) -> Response:
    """List articles like one.

    By the distinctive terms of the article, its tags and its date, with what they share; never the article itself.
    """
    negotiated(request.args.get("format"), _FORMATS)
    sought = replace(asked, article_id=article_id)
    parameters = [*links.filter_parameters(asked.filters), *links.fields_parameters(asked.fields)]
    if asked.limit != _SIMILAR:
        parameters.append(("page_size", str(asked.limit)))
    with wiring().engine.snapshot() as snapshot:
        not_modified = unchanged(snapshot, links.similar_path(article_id), parameters)
        if not_modified is not None:
            return not_modified
        found = snapshot.similar(sought)
        note_total(len(found.hits))
        return jsonify(
            {
                "query": {
                    "id": article_id,
                    "terms": found.terms,
                    "page_size": asked.limit,
                    **answers.filters_query(asked.filters),
                },
                "took_ms": took_ms(),
                "generation": snapshot.generation,
                "results": [pick(_similar(hit), asked.fields) for hit in found.hits],
            }
        )


@similar.route(f"{links.ARTICLES}/<article_id>/tag-suggestions")
@similar.arguments(TagSuggestionsArgs(), location="query")
@similar.response(200, TagSuggestionsSchema, description="The tags.")
@problems(404, 406, 422, 503)
@similar.doc(operationId="suggestTags")
def suggest_tags(asked: TagSuggestionsRequest, article_id: str) -> Response:
    """Suggest tags for an article.

    Tags of the archive that similar articles carry, or whose name stands in the text, and that the article lacks.
    """
    negotiated(request.args.get("format"), _FORMATS)
    sought = replace(asked, article_id=article_id)
    parameters = [] if asked.limit == _SUGGESTED else [("limit", str(asked.limit))]
    parameters.extend(links.fields_parameters(asked.fields))
    with wiring().engine.snapshot() as snapshot:
        not_modified = unchanged(snapshot, links.tag_suggestions_path(article_id), parameters)
        if not_modified is not None:
            return not_modified
        found = snapshot.tag_suggestions(sought)
        note_total(len(found))
        return jsonify(
            {
                "query": {"id": article_id, "limit": asked.limit},
                "took_ms": took_ms(),
                "generation": snapshot.generation,
                "results": [pick(_suggestion(it), asked.fields) for it in found],
            }
        )


def _similar(found: SimilarHit) -> answers.Answer:
    result = answers.result(found.hit)
    return {
        **{name: value for name, value in result.items() if name not in _OF_A_SEARCH},
        "shared": {"terms": found.terms, "tags": found.tags},
    }


def _suggestion(it: TagSuggestion) -> answers.Answer:
    return {
        "id": it.tag.id,
        "name": it.tag.name,
        "score": it.score,
        "because": {"similar": it.similar, "in_text": it.is_in_text},
        "links": {"self": links.tag_path(it.tag.id)},
    }
