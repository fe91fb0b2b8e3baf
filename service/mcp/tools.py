"""The tools: what each is for, what it may be asked, and how it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.errors import ParametersError, TooManyIntervalsError
from service.mcp import wording
from service.mcp.answers import (
    Answer,
    ArticleAnswer,
    SearchAnswer,
    TagsAnswer,
    TimelineAnswer,
    article_answer,
    search_answer,
    tags_answer,
    timeline_answer,
)
from service.mcp.article import as_markdown, as_text, cut
from service.mcp.options import ArticleOptions, Own, SearchOptions
from service.mcp.parameters import Parameters, Picked, Readers, Schema, input_schema, read
from service.mcp.schemas import json_schema
from service.search.names import NameKind, NamesRequest
from service.search.port import Snapshot
from service.search.request import SearchRequest, Snippets
from service.search.timeline import Interval, TimelineRequest

GRAMMAR = (
    *("q", "match", "expand", "search_in", "tag", "tag_all", "tag_not", "source", "section", "author", "language"),
    *("from", "to", "use_date", "min_words", "max_words"),
)
"""The parameters of a search that every tool with one takes."""
MOST_INTERVALS = 200
"""A timeline with more would fill the context of a language model; the API gives longer ones."""
_PAGED = {"limit": "page_size"}
_WRITERS = {"markdown": as_markdown, "text": as_text}


@dataclass(frozen=True)
class Tool:
    """A tool. `call` gets a snapshot and what was read for each of the `parameters`."""

    name: str
    title: str
    description: str
    parameters: Sequence[Parameters[Any]]
    answer: type[Answer]
    call: Callable[..., Answer]
    required: Sequence[str] = ()

    @property
    def input_schema(self) -> Schema:
        """The JSON Schema of its arguments."""
        return input_schema(self.parameters, self.required)

    @property
    def output_schema(self) -> Schema:
        """The JSON Schema of its answers."""
        return json_schema(self.answer)

    def run(self, snapshot: Snapshot, arguments: Mapping[str, Any]) -> Answer:
        """The answer to a call.

        Raises:
            ArtikelsucheError: the sentence says what is wrong with the call.
        """
        return self.call(snapshot, *read(self.parameters, arguments))


def make_tools(readers: Readers) -> list[Tool]:
    """The tools, over these parameters."""
    return [
        Tool(
            "search",
            "Search articles",
            "Search the archive of German news articles. Use German words: inflections, spellings and compounds are "
            "found by themselves. Few words find more; match=any finds articles with only some of them. Without q, "
            "all articles that pass the filters are listed, newest first. Read an article with get_article.",
            [
                Picked(
                    readers.search,
                    (*GRAMMAR, "sort", "recency", "page", "limit"),
                    _PAGED,
                    {"limit": 5},
                    wording.SEARCH,
                ),
                Own(SearchOptions),
            ],
            SearchAnswer,
            _search,
        ),
        Tool(
            "get_article",
            "Read an article",
            "Read one article by its id, from the beginning or from an offset. Long articles are cut; next_offset of "
            "the answer is the offset that goes on.",
            [Own(ArticleOptions)],
            ArticleAnswer,
            _get_article,
            required=["id"],
        ),
        Tool(
            "list_tags",
            "List tags",
            "List the tags of the archive, or of the articles of a search, with the number of articles that carry "
            "each: to see what there is about, or to find the tag to filter by.",
            [
                Picked(
                    readers.names,
                    ("name", "sort", "min_count", "page", "limit", *GRAMMAR),
                    _PAGED,
                    {"limit": 20},
                    wording.TAGS,
                )
            ],
            TagsAnswer,
            _list_tags,
        ),
        Tool(
            "timeline",
            "Count articles over time",
            "Count the articles of up to five searches by day, week, month, quarter or year, empty intervals among "
            "them: when something was written about, and how often beside something else.",
            [
                Picked(
                    readers.timeline,
                    ("interval", *GRAMMAR),
                    described={
                        **wording.WITHIN,
                        "q": "What to search for, as with the tool search: a string for each series. Without it, all "
                        "articles that pass the filters are counted.",
                        "interval": "What time is cut into, in Europe/Berlin; weeks begin on Monday. At most "
                        f"{MOST_INTERVALS} intervals; narrow from and to for short ones.",
                    },
                )
            ],
            TimelineAnswer,
            _timeline,
        ),
    ]


def _search(snapshot: Snapshot, asked: SearchRequest, options: SearchOptions) -> Answer:
    is_full = options.detail == "full"
    return search_answer(
        asked, snapshot.search(asked if is_full else replace(asked, snippets=Snippets(number=1))), is_full=is_full
    )


def _get_article(snapshot: Snapshot, options: ArticleOptions) -> Answer:
    hit = snapshot.article(options.id)
    text = _WRITERS[options.format](hit)
    if options.offset >= len(text):
        raise ParametersError({"offset": f"lies behind the end; the article has {len(text)} characters."})
    return article_answer(hit, cut(text, options.offset, options.length))


def _list_tags(snapshot: Snapshot, asked: NamesRequest) -> Answer:
    return tags_answer(asked, snapshot.names(NameKind.TAG, asked))


def _timeline(snapshot: Snapshot, asked: TimelineRequest) -> Answer:
    mend = "" if asked.interval is Interval.YEAR else "use a longer one, or "
    too_many = ParametersError(
        {"interval": f"{asked.interval} gives more than {MOST_INTERVALS}; {mend}narrow from and to."}
    )
    try:
        found = snapshot.timeline(asked)
    except TooManyIntervalsError as error:  # its sentence is about another limit
        raise too_many from error
    if len(found.starts) > MOST_INTERVALS:
        raise too_many
    return timeline_answer(asked, found)
