"""Ordered lists, and places in them: keyset paging, and lists that are read to their end."""

from whoosh import query

from service.index.arrays.decay import Decay
from service.index.arrays.evaluator import Found
from service.index.arrays.leaf import Place
from service.index.reader import BY_TITLE, NEWEST, OLDEST, OpenGeneration
from service.search.request import Collapse, Cursor, Sort

_ORDERS = {Sort.NEWEST: NEWEST, Sort.OLDEST: OLDEST, Sort.TITLE: BY_TITLE}


def first(  # noqa: PLR0913, PLR0917 - a list has so many sides
    generation: OpenGeneration,
    wanted: query.Query,
    allowed: query.Query | None,
    sort: Sort,
    limit: int | None,
    cursor: Cursor | None = None,
    decay: Decay | None = None,
    collapse: Collapse | None = None,
) -> Found:
    """The first matches in an order, or behind a cursor; all of them without a limit; collapsed, one of each story."""
    after = None if cursor is None else _place(generation, cursor)
    most = generation.documents if limit is None else limit
    groups = None if collapse is None else generation.stories.of_document
    if sort is Sort.RELEVANCE:
        return generation.ranked(wanted, allowed, most, after, decay, groups)
    return generation.ordered(wanted, allowed, _ORDERS[sort], most, after, groups)


def cursor_behind(generation: OpenGeneration, sort: Sort, found: Found, index: int, article_id: str) -> Cursor:
    """The place behind one of some documents in an order, whose article has this id."""
    score = None if found.scores is None else float(found.scores[index])
    place = generation.place(int(found.numbers[index]), _ORDERS.get(sort), score)
    value = place.value.decode() if isinstance(place.value, bytes) else place.value
    return Cursor(sort, value, place.tie, article_id, generation.generation)


def _place(generation: OpenGeneration, cursor: Cursor) -> Place | None:
    """Where a cursor is in a generation; None at the beginning.

    Where its article is gone, those that are equal to it are shown again.
    """
    if not cursor.id:
        return None
    number = generation.number_of(cursor.id)
    value = cursor.value.encode() if isinstance(cursor.value, str) else cursor.value
    return Place(value, -1 if number is None else number, cursor.tie)
