"""Concordances (keyword in context): the endpoint, its parameters, and its answer as JSON and CSV."""

from typing import Any

import marshmallow as ma
from flask import Response
from marshmallow import validate

from service.api import answers, links, responses
from service.api.context import unchanged, wiring
from service.api.cursors import START, CursorField, decode_concordance, encode_concordance
from service.api.document import also_written, problems
from service.api.fields import PlainInteger, doc
from service.api.formats.rows import CSV, Columns, csv_response
from service.api.negotiate import JSON, Format, format_field, negotiated
from service.api.problems import ParameterError, invalid
from service.api.responses import PageSchema, SelectionEchoSchema, SelfLinkSchema
from service.api.selection import (
    SelectionSchema,
    WindowSchema,
    choice,
    query_field,
    take_selection,
    take_window,
)
from service.api.sparse import FieldList, pick
from service.api.views import Page, StrictBlueprint, paged
from service.articles.dates import rfc3339
from service.search.concordance import (
    MOST_CONTEXT,
    MOST_OCCURRENCES,
    ConcordanceLine,
    ConcordancePage,
    ConcordanceRequest,
    ConcordanceSort,
)
from service.search.query import Field
from service.search.tier import Tier

_FORMATS = (JSON, CSV)
_COLUMNS: Columns = {
    **{name: f"article.{name}" for name in ("id", "title", "published", "source")},
    **{name: name for name in ("field", "tier", "left", "match", "right")},
}
_CONTEXT = ConcordanceRequest().context
_EXAMPLE = {"left": "Hilft der Schlick aus dem ", "match": "Hafen", "right": "?"}


class ConcordanceArticleSchema(ma.Schema):
    """The article of a line."""

    id = ma.fields.String(required=True, metadata=doc("Id of the article.", "hafenschlick-verklappung-langersand"))
    title = ma.fields.String(required=True, metadata=doc("Title.", "Fischer wollen Verklappung stoppen"))
    published = ma.fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata=doc("When it was published; null if unknown.", "2026-11-17T17:50:00+01:00"),
    )
    source = ma.fields.String(
        required=True, allow_none=True, metadata=doc("Source (`Quelle`); null if unknown.", "Küstendienst")
    )
    links = ma.fields.Nested(SelfLinkSchema, required=True, metadata={"description": "Where to go on."})


class ConcordanceLineSchema(ma.Schema):
    """An occurrence: `left`, `match` and `right` joined are a piece of the article, as it stands there."""

    article = ma.fields.Nested(
        ConcordanceArticleSchema, required=True, metadata={"description": "Where the occurrence is."}
    )
    left = ma.fields.String(required=True, metadata=doc("What stands before it in its sentence.", _EXAMPLE["left"]))
    match = ma.fields.String(
        required=True, metadata=doc("The whole word, or the whole phrase, that matches.", _EXAMPLE["match"])
    )
    right = ma.fields.String(required=True, metadata=doc("What stands behind it in its sentence.", _EXAMPLE["right"]))
    tier = ma.fields.Enum(
        Tier,
        by_value=True,
        required=True,
        metadata=doc("How it matches the query; of a phrase that of its worst word.", "exact"),
    )
    field = ma.fields.String(
        required=True,
        validate=validate.OneOf([*map(str, (Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY))]),
        metadata=doc("Which part of the article it stands in.", "headings"),
    )


class ConcordanceArgs(SelectionSchema, WindowSchema):
    """The parameters of a concordance."""

    q = query_field("Without it there is nothing to show, and a note says so.")
    context = PlainInteger(
        load_default=_CONTEXT,
        validate=validate.Range(0, MOST_CONTEXT, error=f"must be between 0 and {MOST_CONTEXT}."),
        metadata=doc("The most words on each side of a match.", _CONTEXT, default=_CONTEXT),
    )
    sort = choice(
        ConcordanceSort,
        ConcordanceSort.PLACE,
        "Order of the lines: by `place`, newest article first and then as its text goes, or by the words to the "
        "`left` or `right` of the match, the nearest first.",
    )
    cursor = CursorField(
        decode_concordance,
        load_default=None,
        metadata=doc(
            "For machines that read every occurrence, instead of `page`: `*` begins and `next` goes on to the last. "
            "`total` then counts those up to here. It goes with `sort=place`.",
            START,
        ),
    )
    wanted = FieldList(ConcordanceLineSchema, "left,match,right,article.id", data_key="fields")
    format = format_field(_FORMATS)
    page_size = PlainInteger(
        load_default=10,
        validate=validate.Range(0, MOST_OCCURRENCES, error=f"must be between 0 and {MOST_OCCURRENCES}."),
        metadata=doc("Lines a page; 0 asks for the total alone.", 10, default=10),
    )

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> tuple[ConcordanceRequest, str | None]:
        """The request for the engine, and the format that was asked for."""
        window = take_window(values)
        if values["cursor"] is not None and values["sort"] != ConcordanceSort.PLACE:
            raise invalid(
                "invalid_parameter", ParameterError("sort", "does not go with cursor; leave it out, or the cursor.")
            )
        asked = ConcordanceRequest(
            **take_selection(values),
            context=values["context"],
            fields=values["wanted"],
            sort=ConcordanceSort(values["sort"]),
            window=window,
            cursor=values["cursor"],
        )
        return asked, values["format"]


class ConcordanceEchoSchema(SelectionEchoSchema):
    """The concordance as it was understood."""

    class Meta:
        """The order on the wire."""

        fields = (*SelectionEchoSchema.Meta.fields, "context", "sort")

    context = ma.fields.Integer(
        required=True, metadata=doc("The most words on each side of a match.", _CONTEXT, minimum=0)
    )
    sort = ma.fields.Enum(
        ConcordanceSort, by_value=True, required=True, metadata=doc("The order that was used.", "place")
    )


class ConcordancePageSchema(PageSchema):
    """A page of a concordance."""

    class Meta:
        """The order on the wire."""

        fields = (
            *("query", "total", "page", "page_size", "took_ms", "generation", "results", "corrected"),
            *("next", "previous"),
        )

    query = ma.fields.Nested(
        ConcordanceEchoSchema, required=True, metadata={"description": "The concordance as it was understood."}
    )
    results = ma.fields.Nested(
        ConcordanceLineSchema, many=True, required=True, metadata={"description": "The occurrences of this page."}
    )
    corrected = responses.corrected()


concordance = StrictBlueprint("concordance", __name__, description="Words in their contexts.")


@concordance.route(links.CONCORDANCE)
@concordance.arguments(ConcordanceArgs(), location="query")
@also_written(_FORMATS)
@concordance.response(200, ConcordancePageSchema, description="One page of the occurrences.")
@problems(406, 422, 503)
@concordance.doc(operationId="listOccurrences")
def list_occurrences(asked: tuple[ConcordanceRequest, str | None]) -> Response:
    """List every occurrence of words and phrases with its context.

    One line for each occurrence in title, lead, headings and paragraphs of the articles that match (keyword in
    context). For pages up to 1,000 occurrences are gathered, those of the newest articles: `total.relation` is `gte`
    where there are more. With `cursor=*` there is no such end. `total` counts occurrences, not articles.
    """
    request, name = asked
    chosen = negotiated(name, _FORMATS)
    with wiring().engine.snapshot() as snapshot:
        parameters = [*_parameters(request), *links.format_parameters(chosen)]
        part = links.part_parameters(request.window, request.cursor, encode_concordance)
        known = unchanged(snapshot, links.CONCORDANCE, [*parameters, *part], chosen.name)
        if known is not None:
            return known
        page = _page(request, snapshot.concordance(request), parameters, chosen)
        return paged(snapshot, links.CONCORDANCE, parameters, request.window, page)


def _parameters(request: ConcordanceRequest) -> links.Parameters:
    """What was asked for, without its page; defaults are left out."""
    parameters = links.selection_parameters(request)
    if request.context != _CONTEXT:
        parameters.append(("context", str(request.context)))
    if request.sort is not ConcordanceSort.PLACE:
        parameters.append(("sort", request.sort))
    return [*parameters, *links.fields_parameters(request.fields)]


def _page(request: ConcordanceRequest, found: ConcordancePage, parameters: links.Parameters, chosen: Format) -> Page:
    cursors = request.cursor, found.cursor
    query = {
        **answers.selection_query(request),
        "notes": found.notes,  # those on the filters among them
        "context": request.context,
        "sort": request.sort,
    }
    return Page(
        query,
        found.total,
        [pick(_line(line), request.fields) for line in found.lines],
        found.is_complete,
        {"corrected": answers.corrections(found.corrected)},
        links.after(links.CONCORDANCE, parameters, request.window, cursors, encode_concordance),
        found.is_exact,
        _rows(request, found) if chosen is CSV else None,
    )


def _line(line: ConcordanceLine) -> answers.Answer:
    article = line.article
    return {
        "article": {
            "id": article.id,
            "title": article.title,
            "published": rfc3339(article.published),
            "source": article.source,
            "links": {"self": links.article_path(article.id)},
        },
        "left": line.left,
        "match": line.match,
        "right": line.right,
        "tier": line.tier,
        "field": line.field,
    }


def _rows(request: ConcordanceRequest, found: ConcordancePage) -> Response:
    return csv_response("concordance", _COLUMNS, map(_row, found.lines), request.fields, keeps_blanks=True)


def _row(line: ConcordanceLine) -> tuple[object, ...]:
    article = line.article
    where = (article.id, article.title, rfc3339(article.published), article.source, line.field, line.tier)
    return (*where, line.left, line.match, line.right)
