"""Counts over time: the endpoint, its parameters and its answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from marshmallow import validate

from service.api import links, responses, shown
from service.api.answers import Answer, corrections, selection_query
from service.api.context import keep_nothing, note_total, took_ms, unchanged, wiring
from service.api.document import also_written, problems
from service.api.fields import doc
from service.api.formats.rows import CSV, Columns, csv_response
from service.api.negotiate import JSON, format_field, negotiated
from service.api.problems import ParameterError, invalid
from service.api.responses import SelectionEchoSchema, TotalSchema
from service.api.selection import SelectionSchema, choice, take_selection
from service.api.sparse import FieldList, pick
from service.api.views import StrictBlueprint
from service.errors import TooManyIntervalsError
from service.search.request import MAX_QUERY_LENGTH, Selection, UseDate
from service.search.timeline import MOST_INTERVALS, MOST_QUERIES, Interval, Series, Timeline, TimelineRequest

_FORMATS = (JSON, CSV)
_COLUMNS: Columns = {
    "q": "q",
    **{name: f"points.{name}" for name in ("start", "count", "per_thousand", "per_million_words")},
    **dict.fromkeys(("articles", "words")),
}


@dataclass(frozen=True)
class Asked:
    """What is counted, and the format that the address names."""

    request: TimelineRequest
    format_name: str | None
    fields: tuple[str, ...] = ()


class TimelineEchoSchema(SelectionEchoSchema):
    """What was counted, as it was understood."""

    class Meta:
        """The order on the wire."""

        fields = (*SelectionEchoSchema.Meta.fields, "interval")

    q = ma.fields.List(  # type: ignore[assignment]  # here it repeats
        ma.fields.String(),
        required=True,
        metadata=doc("What was searched for, each once; one empty string for all articles.", ["sicherheitsrat"]),
    )
    interval = ma.fields.Enum(
        Interval, by_value=True, required=True, metadata=doc("What time is cut into.", Interval.MONTH.value)
    )


class IntervalSchema(ma.Schema):
    """An interval, and what the archive has in it."""

    start = ma.fields.Date(required=True, metadata=doc("Its first day, in Europe/Berlin.", "2026-11-01"))
    articles = ma.fields.Integer(
        required=True, metadata=doc("All its articles that pass the filters, whatever `q` is.", 6, minimum=0)
    )
    words = ma.fields.Integer(required=True, metadata=doc("The words of these articles.", 2101, minimum=0))


class PointSchema(ma.Schema):
    """The articles of a search in one interval."""

    start = ma.fields.Date(required=True, metadata=doc("The first day of the interval.", "2026-11-01"))
    count = ma.fields.Integer(required=True, metadata=doc("Articles that match.", 3, minimum=0))
    per_thousand = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata=doc("`count` per thousand `articles` of the interval; null where it has none.", 500.0, minimum=0),
    )
    per_million_words = ma.fields.Float(
        required=True,
        allow_none=True,
        metadata=doc(
            "`count` (articles, not occurrences) per million `words` of the interval; null where it has none.",
            1427.891480,
            minimum=0,
        ),
    )


class SeriesLinksSchema(ma.Schema):
    """Where to go on from a series."""

    search = ma.fields.String(
        required=True, metadata=doc("The articles that are counted.", "/v1/search?q=sicherheitsrat")
    )


class SeriesSchema(ma.Schema):
    """The counts of one search."""

    q = ma.fields.String(required=True, metadata=doc("What was searched for.", "sicherheitsrat"))
    total = ma.fields.Nested(TotalSchema, required=True, metadata={"description": "Articles that match, dated or not."})
    undated = ma.fields.Integer(
        required=True, metadata=doc("Those of them without the date: they are in no interval.", 1, minimum=0)
    )
    notes = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata=doc("How `q` was read where it could not be read as written.", []),
    )
    corrected = responses.corrected()
    points = ma.fields.Nested(
        PointSchema,
        many=True,
        required=True,
        metadata={"description": "One for each interval, in the same order for all series."},
    )
    links = ma.fields.Nested(SeriesLinksSchema, required=True, metadata={"description": "Where to go on."})


class TimelineArgs(SelectionSchema):
    """The parameters of a timeline."""

    q = ma.fields.List(  # type: ignore[assignment]  # here it repeats
        ma.fields.String(
            validate=validate.Length(
                max=MAX_QUERY_LENGTH, error=f"has more than {MAX_QUERY_LENGTH} characters; shorten it."
            )
        ),
        load_default=(),
        validate=validate.Length(max=MOST_QUERIES, error=f"is given more than {MOST_QUERIES} times; ask in parts."),
        metadata=doc(
            f"What to search for, as in `/v1/search`. Repeat it, up to {MOST_QUERIES} times, for a series of each. "
            "Without it, all articles that pass the filters are counted.",
            ["sicherheitsrat", "energie"],
        ),
    )
    interval = choice(
        Interval,
        Interval.MONTH,
        "What time is cut into, in Europe/Berlin; weeks begin on Monday. An answer has at most "
        f"{MOST_INTERVALS} intervals.",
    )
    use_date = choice(UseDate, UseDate.PUBLISHED, "Which date the intervals are of; `from` and `to` are about it too.")
    wanted = FieldList(SeriesSchema, "q,points.start,points.per_thousand", data_key="fields")
    format = format_field(_FORMATS)

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> Asked:
        """The request for the engine."""
        within = Selection(**take_selection({**values, "q": ""}))
        queries = tuple(dict.fromkeys(values["q"])) or ("",)
        request = TimelineRequest(queries, within, Interval(values["interval"]))
        return Asked(request, values["format"], values["wanted"])


class TimelineSchema(ma.Schema):
    """Counts over time."""

    query = ma.fields.Nested(TimelineEchoSchema, required=True, metadata={"description": "As it was understood."})
    took_ms = shown.took()
    generation = shown.generation()
    undated = ma.fields.Integer(
        required=True,
        metadata=doc("Articles that pass the filters and have no such date: they are in no interval.", 2, minimum=0),
    )
    intervals = ma.fields.Nested(
        IntervalSchema,
        many=True,
        required=True,
        metadata={
            "description": "All intervals, without a gap: from the first in which any series has an article to the "
            "last, or from and to the bounds that are given."
        },
    )
    series = ma.fields.Nested(
        SeriesSchema, many=True, required=True, metadata={"description": "One for each `q`, in their order."}
    )


timeline = StrictBlueprint("timeline", __name__, description="Counts over time.")


@timeline.route(links.TIMELINE)
@timeline.arguments(TimelineArgs(), location="query")
@also_written(_FORMATS)
@timeline.response(200, TimelineSchema, description="The counts; as CSV, one line for each interval of each series.")
@problems(406, 422, 503)
@timeline.doc(operationId="getTimeline")
def count_over_time(asked: Asked) -> Response:
    """Count articles over time.

    How many articles of each search are in each day, week, month, quarter or year: absolute, and relative to all
    articles and words of that interval under the same filters, so that curves compare. Empty intervals count 0.
    """
    chosen = negotiated(asked.format_name, _FORMATS)
    with wiring().engine.snapshot() as snapshot:
        not_modified = unchanged(snapshot, links.TIMELINE, _parameters(asked), chosen.name)
        if not_modified is not None:
            return not_modified
        try:
            found = snapshot.timeline(asked.request)
        except TooManyIntervalsError as error:
            raise invalid("invalid_parameter", ParameterError("interval", str(error))) from error
        note_total(sum(series.total for series in found.series))
        if not all(series.is_complete for series in found.series):
            keep_nothing()
        if chosen is CSV:
            return csv_response("timeline", _COLUMNS, _rows(found), asked.fields)
        return jsonify(_answer(asked, found, snapshot.generation))


def _parameters(asked: Asked) -> links.Parameters:
    """What is counted; defaults are left out."""
    request = asked.request
    parameters = [("q", q) for q in request.queries] if any(request.queries) else []
    parameters.extend(links.selection_parameters(request.within))
    if request.interval is not TimelineRequest().interval:
        parameters.append(("interval", request.interval))
    return [*parameters, *links.fields_parameters(asked.fields)]


def _answer(asked: Asked, found: Timeline, generation: str) -> Answer:
    request = asked.request
    intervals = zip(found.starts, found.articles, found.words, strict=True)
    return {
        "query": {
            **selection_query(request.within),
            "notes": [*request.within.filters.notes, *found.notes],
            "q": request.queries,
            "interval": request.interval,
        },
        "took_ms": took_ms(),
        "generation": generation,
        "undated": found.undated,
        "intervals": [{"start": start, "articles": articles, "words": words} for start, articles, words in intervals],
        "series": [pick(_series(found, series), asked.fields) for series in found.series],
    }


def _series(found: Timeline, series: Series) -> Answer:
    points = zip(found.starts, series.counts, found.per_thousand(series), found.per_million_words(series), strict=True)
    return {
        "q": series.selection.q,
        "total": {"value": series.total, "relation": "eq" if series.is_complete else "gte"},
        "undated": series.undated,
        "notes": series.notes,
        "corrected": corrections(series.corrected),
        "points": [
            {"start": start, "count": count, "per_thousand": thousand, "per_million_words": million}
            for start, count, thousand, million in points
        ],
        "links": {"search": links.address(links.SEARCH, links.selection_parameters(series.selection))},
    }


def _rows(found: Timeline) -> Iterator[tuple[object, ...]]:
    """One for each interval of each series; what is undated is not among them."""
    for series in found.series:
        relative = (found.per_thousand(series), found.per_million_words(series))
        columns = (found.starts, series.counts, *relative, found.articles, found.words)
        yield from ((series.selection.q, *row) for row in zip(*columns, strict=True))
