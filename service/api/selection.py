"""Which articles a request is about, and which page: the parameters that endpoints share."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import validate

from service.api.fields import (
    MOMENT_PATTERN,
    CommaList,
    DateBound,
    PlainInteger,
    Slug,
    doc,
)
from service.api.problems import ParameterError, invalid
from service.search.query import Field
from service.search.request import (
    MAX_DEPTH,
    MAX_QUERY_LENGTH,
    Filters,
    Match,
    TextField,
    UseDate,
    Window,
)
from service.search.tier import EXPANSIONS, Tier

MAX_PAGE_SIZE = 100


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


class FiltersSchema(ma.Schema):
    """Which articles are looked at."""

    tag = _slugs("Tag by name or slug. Repeat it for articles with any of the tags.", "energie")
    tag_all = _slugs("Tag by name or slug. Repeat it for articles with all of the tags.", "klimaschutz")
    tag_not = _slugs("Tag by name or slug. Articles with any of these tags are left out.", "sport")
    source = _slugs("Source (`Quelle`) by name or slug. Repeat it for any of several.", "kuestendienst")
    section = _slugs("Section (`Ressort`) by name or slug. Repeat it for any of several.", "wirtschaft")
    author = _slugs("Author by name or slug. Repeat it for any of several.", "anna-oeztuerk")
    language = _slugs("Language by its code, named by the article or found out. Repeat it for any of several.", "de")
    date_from = DateBound(
        is_end=False,
        data_key="from",
        load_default=None,
        metadata=doc(
            "Published at this time or later: a year, month, day or datetime, or a time before now: `now-7d`, with "
            "`h`ours, `d`ays, `w`eeks, `m`onths or `y`ears, which is that whole day or hour; in "
            "Europe/Berlin where it names no zone. Articles without a date are left out.",
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
        ProblemError: there is a page beside a cursor, or it lies beyond the depth to which pages go.
    """
    window = Window(values["page"], values["page_size"])
    if values.get("cursor") is not None and window.page != Window().page:
        raise invalid("invalid_parameter", ParameterError("page", "does not go with cursor; ask for one or the other."))
    if window.stop > MAX_DEPTH:
        raise invalid(
            "page_too_deep",
            ParameterError("page", f"goes to result {window.stop}; pages end at {MAX_DEPTH}. Narrow the search."),
        )
    return window


def query_field(without: str) -> ma.fields.String:
    """The parameter `q`, and what an endpoint does without it."""
    prefixes = " ".join(f"`{name}:`" for name in Field)
    return ma.fields.String(
        load_default="",
        validate=validate.Length(
            max=MAX_QUERY_LENGTH, error=f"has more than {MAX_QUERY_LENGTH} characters; shorten it."
        ),
        metadata=doc(
            'What to search for: words, `"phrases"`, `AND` `OR` `NOT` (or `UND` `ODER` `NICHT`), `-word`, brackets, '
            f"`begin*`, `=exact`, and {prefixes} before any of them. {without}",
            "sicherheitsrat",
        ),
    )


class SelectionSchema(FiltersSchema):
    """Which articles: the search grammar of every endpoint that takes a search."""

    q = query_field("Without it, all articles that pass the filters are meant.")
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
