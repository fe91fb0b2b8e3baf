"""The parameters of every endpoint, each with a description and an example, loaded into `service.search.request`."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import validate

from service.api.cursors import START, CursorField
from service.api.fields import (
    DAYS_PATTERN,
    MOMENT_PATTERN,
    CommaList,
    DateBound,
    Days,
    FacetNameParameter,
    FacetParameter,
    PlainInteger,
    Slug,
    doc,
)
from service.api.formats import ARTICLE_FORMATS, LIST_FORMATS
from service.api.negotiate import format_field
from service.api.problems import ParameterError, invalid
from service.api.responses import ResultSchema, WholeArticleSchema
from service.api.search_formats import SEARCH_FORMATS
from service.api.sparse import FieldList
from service.search.facet import MAX_VALUES, FacetField, FacetRequest, FacetScope
from service.search.request import (
    MAX_DEPTH,
    MAX_QUERY_LENGTH,
    Collapse,
    Explain,
    Filters,
    Match,
    SearchRequest,
    Snippets,
    Sort,
    TextField,
    UseDate,
    Window,
)
from service.search.tier import EXPANSIONS, Tier

MAX_PAGE_SIZE = 100
MAX_BATCH = 100
MAX_SNIPPETS = 5
SNIPPET_LENGTHS = (40, 1_000)
_LIST_SORTS = (Sort.NEWEST, Sort.OLDEST, Sort.TITLE)


def _slugs(description: str, example: str) -> ma.fields.List[str]:
    inner = Slug(metadata={"pattern": r"\S"})
    return ma.fields.List(inner, load_default=(), metadata=doc(description, [example]))


def choice(kind: Any, default: Any, description: str, choices: Any = None) -> ma.fields.String:
    """A parameter with one of a closed list of values: those of an enumeration, or some of them."""
    names = [str(choice) for choice in choices or kind]
    return ma.fields.String(
        load_default=default,
        validate=validate.OneOf(names, error=f"must be one of {', '.join(names)}."),
        metadata=doc(description, str(default), default=str(default)),
    )


def comma_list(values: Sequence[StrEnum], default: frozenset[Any], description: str, example: str) -> CommaList:
    """A parameter with several of a closed list of values, commas between them."""
    names = "|".join(map(str, values))
    shown = ",".join(value for value in values if value in default)
    return CommaList(
        values=values,
        load_default=default,
        metadata=doc(description, example, default=shown, pattern=f"^(({names})(,({names}))*)?$"),
    )


class Switch(StrEnum):
    """Whether something is wanted."""

    ON = "on"
    OFF = "off"


class ArticleArgs(ma.Schema):
    """The parameters of one article."""

    wanted = FieldList(WholeArticleSchema, "id,title,text", data_key="fields")
    format = format_field(ARTICLE_FORMATS)


def _collapse() -> ma.fields.String:
    return ma.fields.String(
        load_default=None,
        validate=validate.OneOf([str(value) for value in Collapse], error=f"must be {' or '.join(Collapse)}."),
        metadata=doc(
            "`story` shows articles that are versions of one text once, as the first of them in the order asked for; "
            "`total` then counts what is left. Without it, all are shown.",
            str(Collapse.STORY),
        ),
    )


def take_collapse(values: dict[str, Any]) -> Collapse | None:
    """What is collapsed, from loaded values."""
    return None if values["collapse"] is None else Collapse(values["collapse"])


class FiltersSchema(ma.Schema):
    """Which articles are looked at."""

    tag = _slugs("Tag by name or slug. Repeat it for articles with any of the tags.", "energie")
    tag_all = _slugs("Tag by name or slug. Repeat it for articles with all of the tags.", "klimaschutz")
    tag_not = _slugs("Tag by name or slug. Articles with any of these tags are left out.", "sport")
    source = _slugs("Source (`Quelle`) by name or slug. Repeat it for any of several.", "kuestendienst")
    section = _slugs("Section (`Ressort`) by name or slug. Repeat it for any of several.", "wirtschaft")
    author = _slugs("Author by name or slug. Repeat it for any of several.", "anna-oeztuerk")
    language = _slugs("Language by its code. Repeat it for any of several.", "de")
    date_from = DateBound(
        is_end=False,
        data_key="from",
        load_default=None,
        metadata=doc(
            "Published at this time or later: a year, month, day or datetime, or a time before now: `now-7d`, with "
            "`h`ours, `d`ays, `w`eeks, `m`onths or `y`ears; in Europe/Berlin where it names no zone. Articles without "
            "a date are left out.",
            "2024-01-01",
            pattern=MOMENT_PATTERN,
        ),
    )
    date_to = DateBound(
        is_end=True,
        data_key="to",
        load_default=None,
        metadata=doc(
            "Published at this time or earlier, in the same forms as `from`; a day, month or year is meant with its "
            "end. Articles without a date are left out.",
            "2026-12",
            pattern=MOMENT_PATTERN,
        ),
    )
    use_date = choice(UseDate, UseDate.PUBLISHED, "Which date `from` and `to` are about.")
    min_words = PlainInteger(load_default=None, metadata=doc("Articles with at least so many words.", 100, minimum=0))
    max_words = PlainInteger(load_default=None, metadata=doc("Articles with at most so many words.", 2000, minimum=0))


_FILTERS = tuple(FiltersSchema().fields)


def take_filters(values: dict[str, Any]) -> Filters:
    """The filters among loaded values; equal values and their order make no difference."""
    values = {**values, "language": [language.partition("-")[0] or language for language in values["language"]]}
    values["use_date"] = UseDate(values["use_date"])
    found: dict[str, Any] = {
        name: tuple(sorted(set(values[name]))) if isinstance(values[name], list | tuple) else values[name]
        for name in _FILTERS
    }
    return Filters(**found)


class WindowSchema(ma.Schema):
    """Which page of a list."""

    page = PlainInteger(
        load_default=1,
        validate=validate.Range(1, error="must be at least 1."),
        metadata=doc(f"Page, from 1. `page` times `page_size` goes up to {MAX_DEPTH}.", 1, default=1),
    )
    page_size = PlainInteger(
        load_default=Window().size,
        validate=validate.Range(0, MAX_PAGE_SIZE, error=f"must be between 0 and {MAX_PAGE_SIZE}."),
        metadata=doc("Results a page; 0 asks for the total alone.", 10, default=Window().size),
    )


def take_window(values: dict[str, Any]) -> Window:
    """The window among loaded values.

    Raises:
        ProblemError: the page lies beyond the depth to which pages go.
    """
    window = Window(values["page"], values["page_size"])
    if window.stop > MAX_DEPTH:
        raise invalid(
            "page_too_deep",
            ParameterError("page", f"goes to result {window.stop}; pages end at {MAX_DEPTH}. Narrow the search."),
        )
    return window


class SelectionSchema(FiltersSchema):
    """Which articles: the search grammar of every endpoint that takes a search."""

    q = ma.fields.String(
        load_default="",
        validate=validate.Length(
            max=MAX_QUERY_LENGTH, error=f"has more than {MAX_QUERY_LENGTH} characters; shorten it."
        ),
        metadata=doc(
            'What to search for: words, `"phrases"`, `AND` `OR` `NOT` (or `UND` `ODER` `NICHT`), `-word`, brackets, '
            "`begin*`, `=exact`, and `title:` `lead:` `headings:` `body:` `tag:` `author:` `source:` `section:` "
            "`language:` before any of them. Without it, everything is listed, newest first.",
            "sicherheitsrat",
        ),
    )
    match = choice(Match, Match.ALL, "Whether all words of `q` must be there, or any.")
    expand = comma_list(
        [tier for tier in Tier if tier in EXPANSIONS],
        EXPANSIONS,
        "In which tiers words match beside their exact form: other spellings, inflections, parts of compounds, and, "
        "where the archive does not know a word, the word that was probably meant. Empty for the exact form alone.",
        "variant,inflection",
    )
    search_in = comma_list(
        list(TextField),
        frozenset(),
        "In which fields words are looked for that name none; without it in all but the authors.",
        "title,lead",
    )


def take_selection(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a `Selection` among loaded ones."""
    return {
        "q": values["q"],
        "match": Match(values["match"]),
        "expand": values["expand"],
        "filters": take_filters(values),
        "search_in": values["search_in"],
    }


class PartSchema(WindowSchema):
    """Which part of a list of articles, and what of them: a page, or what stands behind a cursor."""

    cursor = CursorField(
        load_default=None,
        metadata=doc(
            "For machines that read a list to its end, instead of `page`: `*` begins and `next` goes on, as deep as "
            "there are results. It stays right when the archive changes, but for relevance.",
            START,
        ),
    )
    wanted = FieldList(ResultSchema, "id,title,tags.name", data_key="fields")


def take_part(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a `SearchRequest` that say which part of the list is wanted.

    Raises:
        ProblemError: the page lies beyond the depth to which pages go, or there is a cursor beside it.
    """
    if values["cursor"] is not None and values["page"] != Window().page:
        raise invalid("invalid_parameter", ParameterError("page", "does not go with cursor; ask for one or the other."))
    return {"window": take_window(values), "cursor": values["cursor"], "fields": values["wanted"]}


class FacetSchema(ma.Schema):
    """What is counted beside the results."""

    facet = ma.fields.List(
        FacetParameter(),
        load_default=(),
        metadata=doc(
            f"Count by {', '.join(FacetField)}; repeat it for several. A number behind a colon says how many values: "
            f"`tag:20`, at most {MAX_VALUES}.",
            ["tag:5"],
        ),
    )
    facet_q = ma.fields.List(
        FacetNameParameter(),
        load_default=(),
        metadata=doc("Only values of a facet with a word that begins so: `tag:ener`.", ["tag:ener"]),
    )
    facet_scope = choice(
        FacetScope,
        FacetScope.OTHERS,
        "Under which filters values are counted: `others` leaves out those of the facet itself, so that what is not "
        "chosen has a count too; `all` leaves out none.",
    )


def take_facets(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a `SearchRequest` that say what is counted.

    Raises:
        ProblemError: one facet is asked for twice.
    """
    named = dict(values["facet_q"])
    asked = {name: replace(request, name=named.get(name, "")) for name, request in values["facet"]}
    for parameter in ("facet", "facet_q"):
        if len({name for name, _ in values[parameter]}) < len(values[parameter]):
            raise invalid("invalid_parameter", ParameterError(parameter, "names one facet twice; name it once."))
    asked |= {name: FacetRequest(name, name=text) for name, text in named.items() if name not in asked}
    facets = tuple(asked[name] for name in FacetField if name in asked)
    return {"facets": facets, "facet_scope": FacetScope(values["facet_scope"])}


class SearchArgs(SelectionSchema, PartSchema, FacetSchema):
    """The parameters of a search."""

    explain = comma_list(
        list(Explain),
        frozenset(),
        "What the answer explains: `terms` says what each word was looked for as, and in how many articles it is; "
        "`score` what adds up to the score of each result.",
        "terms,score",
    )
    highlight = choice(Switch, Switch.ON, "Whether results have highlights.")
    snippets = PlainInteger(
        load_default=Snippets().number,
        validate=validate.Range(0, MAX_SNIPPETS, error=f"must be between 0 and {MAX_SNIPPETS}."),
        metadata=doc("Passages of an article at most.", 3, default=Snippets().number),
    )
    snippet_length = PlainInteger(
        load_default=Snippets().length,
        validate=validate.Range(*SNIPPET_LENGTHS, error="must be between {min} and {max}."),
        metadata=doc(
            "Code points of a passage; a longer sentence is cut between words.", 240, default=Snippets().length
        ),
    )
    sort = choice(
        Sort,
        Sort.RELEVANCE,
        "Order of the results; articles without a date come last in `newest` and `oldest`. Feeds are newest first "
        "unless it is given.",
    )
    recency = Days(
        load_default=None,
        metadata=doc(
            "Let new articles rise in the order of relevance: the score of the newest article of the archive counts "
            "twice, and what it counts more falls by half every so many days: `30d`.",
            "30d",
            pattern=DAYS_PATTERN,
        ),
    )
    format = format_field(SEARCH_FORMATS)
    collapse = _collapse()

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SearchRequest:
        """The request for the engine."""
        return SearchRequest(
            **take_selection(values),
            **take_part(values),
            **take_facets(values),
            explain=values["explain"],
            sort=Sort(values["sort"]),
            recency=values["recency"],
            snippets=Snippets(values["snippets"], values["snippet_length"], values["highlight"] == Switch.ON),
            collapse=take_collapse(values),
        )


class SearchBodySchema(SearchArgs):
    """A search as JSON."""

    format = format_field(LIST_FORMATS)


class ArticlesArgs(FiltersSchema, PartSchema, FacetSchema):
    """The parameters of a list of articles: filters, or ids alone. Loads as a SearchRequest, or as a list of ids."""

    id = ma.fields.List(
        ma.fields.String(validate=validate.Length(1, error="is empty.")),
        load_default=(),
        validate=validate.Length(max=MAX_BATCH, error=f"is given more than {MAX_BATCH} times; ask in parts."),
        metadata=doc(
            f"Id of an article. Repeat it, up to {MAX_BATCH} times, for several whole articles in that order; "
            "no other parameter goes with it.",
            ["sturmflut-nordersiel-nacht"],
        ),
    )
    sort = choice(
        Sort,
        Sort.NEWEST,
        "Order of the articles; those without a date come last in both date orders.",
        _LIST_SORTS,
    )
    format = format_field(LIST_FORMATS)
    collapse = _collapse()

    @ma.pre_load
    def refuse_more_than_ids(self, values: Any, **_kwargs: object) -> Any:
        """`id` stands alone, but for defaults: generated clients send those that the document names."""
        others = sorted(name for name in values if name != "id" and values[name] != _LISTING.get(name, values[name]))
        if "id" in values and others:
            raise invalid(
                "invalid_parameter",
                *(ParameterError(name, "does not go with id; ask for one or the other.") for name in others),
            )
        return values

    @ma.post_load
    def to_request(self, values: dict[str, Any], **_kwargs: object) -> SearchRequest | list[str]:
        """The request for the engine."""
        if values["id"]:
            return list(dict.fromkeys(values["id"]))
        return SearchRequest(
            filters=take_filters(values),
            sort=Sort(values["sort"]),
            collapse=take_collapse(values),
            **take_part(values),
            **take_facets(values),
        )


_LISTING = {field.data_key or name: str(field.load_default) for name, field in ArticlesArgs().fields.items()}
"""The defaults of the parameters of a list of articles, as an address has them."""
