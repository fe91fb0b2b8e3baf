"""Tags that an article could carry too: those of similar articles, and those that its text names."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from whoosh import query

from service.engines.whoosh.similar import Similarity
from service.german.outline import LINE_MARK, Outline
from service.german.words import is_function_stem
from service.index.documents import title_key
from service.index.reader import OpenGeneration
from service.search.page import Tag
from service.search.request import Filters
from service.search.similar import TagSuggestion, TagSuggestionsRequest

_NEIGHBOURS = 20
"""So many of the most similar articles have a say."""
_MOST_NAMED = 5_000
"""So many of the most frequent tags are looked for in texts: their names are cut into words when first needed."""
_NAMED = 4.0
"""A name that stands so often in a text is half as good a reason as can be; in the title it counts more."""
_IN_TITLE = 3
_DIGITS = 4
_LEAST = 0.05
"""Tags with a lower score are not worth looking at."""
_Names = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
"""For the first stem of names: all stems of each such name, and the slug of the tag."""


class TagSuggester:
    """Suggests tags in one generation. What finds names in texts is made when it is first asked for; threads share it.

    A tag scores by how much more often it stands at similar articles, weighed by the square of how similar they
    are, than in the archive (0 where it is no more frequent, 1 where all have it), and by how often the text has its
    name; two reasons are better than one.
    """

    def __init__(self, generation: OpenGeneration) -> None:
        self._generation = generation
        self._similarity = Similarity(generation)
        self._lock = threading.Lock()
        self._names: dict[str, _Names] = {}
        self._counts: Mapping[str, int] | None = None

    def suggest(self, number: int, request: TagSuggestionsRequest) -> tuple[TagSuggestion, ...]:
        """The tags that the article with this number most likely lacks, the best first."""
        ties = self._similarity.ties(number)
        own = set(ties.stored.tag_ids)
        carried, weights = defaultdict[str, list[str]](list), defaultdict[str, float](float)
        total = 0.0
        for other, score in self._similarity.best(ties, Filters(), _NEIGHBOURS):
            stored = self._generation.stored(other)
            total += score**2
            for key in stored.tag_ids:
                carried[key].append(stored.article.id)
                weights[key] += score**2
        named = self._named(ties.stored.outline)
        names, documents = self._generation.names["tag"], self._generation.documents
        found = []
        for key in (carried.keys() | named.keys()) - own:
            usual = self._tag_counts()[key] / documents
            share = weights[key] / total if total else 0.0
            by_others = max(0.0, (share - usual) / (1 - usual)) if usual < 1 else 0.0
            by_text = named.get(key, 0) / (named.get(key, 0) + _NAMED)
            score = round(1 - (1 - by_others) * (1 - by_text), _DIGITS)
            if score >= _LEAST:
                found.append(TagSuggestion(Tag(key, names[key]), score, tuple(carried.get(key, ())), key in named))
        found.sort(key=lambda it: (-it.score, title_key(it.tag.name), it.tag.id))
        return tuple(found[: request.limit])

    def _named(self, outline: Outline) -> dict[str, int]:
        """The tags whose names stand in a text, and how often."""
        names = self._names_in(outline.language)
        stems = outline.stems.split()
        end_of_title = stems.index(LINE_MARK) if LINE_MARK in stems else len(stems)
        found: dict[str, int] = defaultdict(int)
        for place, stem in enumerate(stems):
            for name, key in names.get(stem, ()):
                if tuple(stems[place : place + len(name)]) == name:
                    found[key] += _IN_TITLE if place < end_of_title else 1
        return found

    def _names_in(self, language: str) -> _Names:
        """The names of tags as they stand in texts of a language."""
        with self._lock:
            if language not in self._names:
                made = defaultdict[str, list[tuple[tuple[str, ...], str]]](list)
                for stems, key in self._stems(language):
                    made[stems[0]].append((stems, key))
                self._names[language] = made
            return self._names[language]

    def _stems(self, language: str) -> Iterator[tuple[tuple[str, ...], str]]:
        counts, names = self._tag_counts(), self._generation.names["tag"]
        for key in sorted(counts, key=lambda key: (-counts[key], key))[:_MOST_NAMED]:
            stems = tuple(word.stem for word in self._generation.chain.words(names[key], language))
            if not all(map(is_function_stem, stems)):
                yield stems, key

    def _tag_counts(self) -> Mapping[str, int]:
        if self._counts is None:
            found = self._generation.all_matches(query.Every(), None, ("tag",)).facets["tag"].all()
            self._counts = {term.decode(): count for term, count in found.items()}
        return self._counts
