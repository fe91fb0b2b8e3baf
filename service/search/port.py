"""The port: what an engine must be able to do. The API speaks to this and to nothing behind it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from service.search.concordance import ConcordancePage, ConcordanceRequest
from service.search.page import Batch, Hit, SearchPage, TagDetail, TagPage
from service.search.request import Filters, SearchRequest, TagsRequest
from service.search.similar import SimilarArticles, SimilarRequest, TagSuggestion, TagSuggestionsRequest
from service.search.suggestion import Suggestion, SuggestRequest


class Snapshot(Protocol):
    """One generation of the archive, which stays the same while it is open. Used by one thread at a time."""

    @property
    def generation(self) -> str:
        """The name of the generation: equal content has equal names, on every machine."""
        ...

    def search(self, request: SearchRequest) -> SearchPage:
        """One page of the articles that match."""
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

    def tags(self, request: TagsRequest) -> TagPage:
        """One page of the tags."""
        ...

    def tag(self, tag_id: str, filters: Filters) -> TagDetail:
        """One tag, counted under the filters.

        Raises:
            TagNotFoundError: no article of the archive carries this tag, whatever the filters.
        """
        ...

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """Completions of what has been typed, the best first."""
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
