"""The port: what an engine must be able to do. The API speaks to this and to nothing behind it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from service.search.concordance import ConcordancePage, ConcordanceRequest
from service.search.listing import Listing
from service.search.names import NameDetail, NameKind, NamePage, NamesRequest
from service.search.page import Batch, Export, Hit, SearchPage
from service.search.request import ExportRequest, SearchRequest, Selection, Window
from service.search.similar import SimilarArticles, SimilarRequest, TagSuggestion, TagSuggestionsRequest
from service.search.suggestion import Suggestion, SuggestRequest
from service.search.timeline import Timeline, TimelineRequest
from service.search.versions import VersionPage


class Snapshot(Protocol):
    """One generation of the archive, which stays the same while it is open. Used by one thread at a time."""

    @property
    def generation(self) -> str:
        """The name of the generation: equal content has equal names, on every machine."""
        ...

    def search(self, request: SearchRequest) -> SearchPage:
        """One page of the articles that match."""
        ...

    def export(self, request: ExportRequest) -> Export:
        """All articles that match."""
        ...

    def article(self, article_id: str) -> Hit:
        """One article.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        ...

    def articles(self, article_ids: Sequence[str]) -> Batch:
        """Several articles in the order of their ids."""
        ...

    def versions(self, article_id: str, window: Window) -> VersionPage:
        """One page of the articles that are versions of this one.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        ...

    def names(self, kind: NameKind, request: NamesRequest) -> NamePage:
        """One page of the names that the articles of a search carry."""
        ...

    def name(self, kind: NameKind, name_id: str, asked: Selection) -> NameDetail:
        """One name in the articles of a search.

        Raises:
            NameNotFoundError: no article of the archive carries it, whatever the search; TagNotFoundError for a tag.
        """
        ...

    def timeline(self, request: TimelineRequest) -> Timeline:
        """How many articles of each search are of each interval.

        Raises:
            TooManyIntervalsError: an answer would be too long.
        """
        ...

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """Completions of what has been typed, the best first."""
        ...

    def listing(self, start: int, stop: int) -> Listing:
        """A slice of all articles: those without a date first, then the oldest, so that new ones come last."""
        ...

    def similar(self, request: SimilarRequest) -> SimilarArticles:
        """Articles like one.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        ...

    def tag_suggestions(self, request: TagSuggestionsRequest) -> tuple[TagSuggestion, ...]:
        """Tags that an article could carry too, the best first.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        ...

    def concordance(self, request: ConcordanceRequest) -> ConcordancePage:
        """One page of the occurrences of the words of a query."""
        ...


class Engine(Protocol):
    """A search engine over an archive."""

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """The current generation, kept open until the context ends.

        Raises:
            NotReadyError: there is none yet, or it cannot be opened.
        """
        ...
