"""The articles that are versions of one text, and how alike they are."""

from collections.abc import Callable

from service.index.documents import Stored
from service.index.reader import OpenGeneration
from service.index.stories import similarity
from service.search.page import Hit
from service.search.request import Window
from service.search.versions import Version, VersionPage


def versions(
    generation: OpenGeneration, number: int, window: Window, to_hit: Callable[[int, Stored], Hit]
) -> VersionPage:
    """One page of the versions of the article of a document; `to_hit` makes one of a document and what is stored."""
    found = generation.newest_first(generation.stories.versions(number))
    named = generation.stored(number).outline.stems
    shown = [(one, generation.stored(one)) for one in found[window.start : window.stop].tolist()]
    return VersionPage(
        len(found),
        tuple(Version(to_hit(one, stored), similarity(named, stored.outline.stems)) for one, stored in shown),
    )
