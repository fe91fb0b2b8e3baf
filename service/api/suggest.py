"""Suggestions while typing: the endpoint, its parameters and its answer."""

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, request
from marshmallow import validate

from service.api import links, shown
from service.api.answers import Answer
from service.api.context import note_total, took_ms, unchanged, wiring
from service.api.document import also_written, problems
from service.api.fields import PlainInteger, doc
from service.api.negotiate import JSON, Format, format_field, negotiated, refuse_fields
from service.api.sparse import FieldList, pick
from service.api.views import StrictBlueprint
from service.search.suggestion import MAX_TYPED_LENGTH, MOST_SUGGESTIONS, Suggestion, SuggestionKind, SuggestRequest

OPENSEARCH_SUGGESTIONS = Format("opensearch", "application/x-suggestions+json")
"""What browsers read: an array of what was typed and three lists, the completions, what they are, where they lead."""
FORMATS = (JSON, OPENSEARCH_SUGGESTIONS)
_NAMES = {kind.value for kind in SuggestionKind} - {SuggestionKind.PHRASE, SuggestionKind.TITLE}
_OPERATORS = frozenset({"AND", "OR", "NOT", "UND", "ODER", "NICHT"})


class SuggestionLinksSchema(ma.Schema):
    """Where a suggestion leads."""

    search = ma.fields.String(
        required=True,
        allow_none=True,
        metadata=doc("The search for it; null for a title.", "/v1/search?tag=klimaschutz"),
    )
    article = ma.fields.String(
        required=True,
        allow_none=True,
        metadata=doc(
            "The newest article with this title; null for all other kinds.", "/v1/articles/sturmflut-nordersiel-nacht"
        ),
    )


class SuggestionSchema(ma.Schema):
    """A completion of what has been typed."""

    text = ma.fields.String(required=True, metadata=doc("What to show.", "Klimaschutz"))
    kind = ma.fields.Enum(
        SuggestionKind,
        by_value=True,
        required=True,
        metadata=doc(
            "What it is; a phrase is a word or several that stand in titles, leads and headings of at least two "
            "articles.",
            "tag",
        ),
    )
    count = ma.fields.Integer(
        required=True,
        metadata=doc(
            "Articles with it; for a phrase those with it in title, lead or a heading, approximately in archives of "
            "more than some ten thousand articles.",
            6,
            minimum=1,
        ),
    )
    links = ma.fields.Nested(SuggestionLinksSchema, required=True, metadata={"description": "Where it leads."})


class SuggestArgs(ma.Schema):
    """The parameters of suggestions."""

    q = ma.fields.String(
        load_default="",
        validate=validate.Length(
            max=MAX_TYPED_LENGTH, error=f"has more than {MAX_TYPED_LENGTH} characters; shorten it."
        ),
        metadata=doc(
            "What has been typed so far: its last word is a beginning, those before it are whole words. Case, accents, "
            "punctuation and quotation marks make no difference; ä is ae and ß is ss. Without a word, the most used "
            "tags are suggested, and other things only where there are too few.",
            "klim",
        ),
    )
    limit = PlainInteger(
        load_default=SuggestRequest().limit,
        validate=validate.Range(1, MOST_SUGGESTIONS, error=f"must be between 1 and {MOST_SUGGESTIONS}."),
        metadata=doc("The most suggestions.", SuggestRequest().limit, default=SuggestRequest().limit),
    )
    wanted = FieldList(SuggestionSchema, "text,count", data_key="fields")
    format = format_field(FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SuggestRequest:
        """The request for the engine."""
        return SuggestRequest(q=values["q"].strip(), limit=values["limit"], fields=values["wanted"])


class SuggestEchoSchema(ma.Schema):
    """What was asked for."""

    q = ma.fields.String(required=True, metadata=doc("What has been typed, without blanks around it.", "klim"))
    limit = ma.fields.Integer(required=True, metadata=doc("The most suggestions.", 8, minimum=1))


class SuggestionsSchema(ma.Schema):
    """Suggestions, the best first."""

    query = ma.fields.Nested(SuggestEchoSchema, required=True, metadata={"description": "What was asked for."})
    took_ms = shown.took()
    generation = shown.generation()
    results = ma.fields.Nested(
        SuggestionSchema,
        many=True,
        required=True,
        metadata={
            "description": "Completions of the text, then of a word in it, then of one that is misspelled; each by "
            "use and freshness."
        },
    )


suggest = StrictBlueprint("suggest", __name__, description="Suggestions while typing.")


@suggest.route(links.SUGGEST)
@suggest.arguments(SuggestArgs(), location="query")
@also_written(FORMATS)
@suggest.response(200, SuggestionsSchema, description="The suggestions.")
@problems(406, 422, 503)
@suggest.doc(operationId="suggest")
def suggest_completions(asked: SuggestRequest) -> Response:
    """Complete what is being typed.

    Tags, authors, sections, sources, titles and frequent phrases that begin so, or have a word that does.
    """
    chosen = negotiated(request.args.get("format"), FORMATS)
    refuse_fields(asked.fields, chosen)
    with wiring().engine.snapshot() as snapshot:
        parameters = _parameters(asked) if chosen is JSON else _parameters_of_browsers(asked)
        known = unchanged(snapshot, links.SUGGEST, parameters, chosen.name)
        if known is not None:
            return known
        found = snapshot.suggest(asked)
        note_total(len(found))
        if chosen is not JSON:
            return _for_browsers(found)
        return jsonify(
            {
                "query": {"q": asked.q, "limit": asked.limit},
                "took_ms": took_ms(),
                "generation": snapshot.generation,
                "results": [pick(_suggestion(it), asked.fields) for it in found],
            }
        )


def _parameters(asked: SuggestRequest) -> links.Parameters:
    """What was asked for; defaults are left out."""
    parameters = [("q", asked.q)] if asked.q else []
    if asked.limit != SuggestRequest().limit:
        parameters.append(("limit", str(asked.limit)))
    return [*parameters, *links.fields_parameters(asked.fields)]


def _parameters_of_browsers(asked: SuggestRequest) -> links.Parameters:
    """The same for an answer that repeats what was typed to the letter."""
    return [*_parameters(asked), ("typed", request.args.get("q", ""))]


def _for_browsers(found: Sequence[Suggestion]) -> Response:
    """The suggestions as OpenSearch has them; browsers drop an answer that does not repeat what was typed."""
    answers = [_suggestion(it)["links"] for it in found]
    response = jsonify(
        [
            request.args.get("q", ""),
            [it.text for it in found],
            [f"{it.kind}, {it.count} {'article' if it.count == 1 else 'articles'}" for it in found],
            [links.absolute(it["search"] or it["article"]) for it in answers],
        ]
    )
    response.content_type = OPENSEARCH_SUGGESTIONS.media_type
    return response


def _suggestion(it: Suggestion) -> Answer:
    is_title = it.kind is SuggestionKind.TITLE
    return {
        "text": it.text,
        "kind": it.kind,
        "count": it.count,
        "links": {
            "search": None if is_title else links.address(links.SEARCH, [_searched(it)]),
            "article": links.article_path(it.target) if is_title else None,
        },
    }


def _searched(it: Suggestion) -> tuple[str, str]:
    """The parameter that a search for it has."""
    if it.kind in _NAMES:
        return it.kind, it.target
    is_plain = it.text.isalnum() and it.text not in _OPERATORS
    return "q", it.text if is_plain else f'"{it.text}"'
