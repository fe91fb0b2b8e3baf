"""Ordered lists, and places in them: keyset paging, and lists that are read to their end."""

import hashlib

import numpy as np
from whoosh import query

from service.errors import CursorError
from service.index.arrays.decay import Decay
from service.index.arrays.evaluator import Found
from service.index.arrays.leaf import Place
from service.index.reader import BY_TITLE, NEWEST, OLDEST, OpenGeneration
from service.search.names import NameCursor, NameSort
from service.search.request import Collapse, Cursor, Selection, Sort

_REMEMBERED = 3
"""Articles before a place whose ids its cursor has."""
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
    if cursor is not None and is_of_other_scores(generation, cursor):
        after = _place_today(generation, wanted, cursor, decay) or after
    most = generation.documents if limit is None else limit
    groups = None if collapse is None else generation.stories.of_document
    if sort is Sort.RELEVANCE:
        return generation.ranked(wanted, allowed, most, after, decay, groups)
    return generation.ordered(wanted, allowed, _ORDERS[sort], most, after, groups)


def cursor_behind(  # noqa: PLR0913, PLR0917 - a place has so many sides
    generation: OpenGeneration,
    sort: Sort,
    found: Found,
    index: int,
    article_id: str,
    previous: Cursor | None = None,
    asked: str = "",
) -> Cursor:
    """The place behind one of some documents in an order, whose article has this id.

    `previous` is the place behind the one before it, `asked` the digest of what scores depend on.
    """
    score = None if found.scores is None else float(found.scores[index])
    place = generation.place(int(found.numbers[index]), _ORDERS.get(sort), score)
    value = place.value.decode() if isinstance(place.value, bytes) else place.value
    before: tuple[str, ...] = ()
    if previous is not None and previous.id and (previous.value, previous.tie) == (value, place.tie):
        before = (previous.id, *previous.before)[:_REMEMBERED]
    return Cursor(sort, value, place.tie, article_id, generation.generation, before, asked)


def end_of_page(generation: OpenGeneration, sort: Sort, found: Found, previous: Cursor | None, asked: str) -> Cursor:
    """The place behind the last of some documents, which begin behind a `previous` place."""
    count = len(found.numbers)
    start = max(0, count - 1 - _REMEMBERED)
    cursor = previous if start == 0 else None
    numbers = found.numbers[start:]
    ids = dict(zip(sorted(numbers.tolist()), generation.ids(np.sort(numbers)), strict=True))
    for index in range(start, count):
        cursor = cursor_behind(generation, sort, found, index, ids[int(found.numbers[index])], cursor, asked)
    assert cursor is not None  # noqa: S101 - a page that is followed by another is not empty
    return cursor


def digest(asked: Selection, recency: int | None = None) -> str:
    """What scores depend on beside the archive, in a few characters."""
    parts = (asked.q, asked.match, sorted(asked.expand), sorted(asked.search_in), recency)
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


def check(cursor: Cursor | None, sort: Sort, asked: str) -> None:
    """Refuse a cursor that is of another list.

    Raises:
        CursorError: it is of another order, or of other scores.
    """
    check_order(cursor, sort)
    if cursor is not None and cursor.id and sort is Sort.RELEVANCE and cursor.asked != asked:
        raise CursorError("is of another search, whose scores are others; begin with cursor=*.")


def check_order(cursor: Cursor | NameCursor | None, sort: Sort | NameSort) -> None:
    """Refuse a cursor that is of another order.

    Raises:
        CursorError: it is.
    """
    if cursor is not None and cursor.id and cursor.sort is not sort:
        raise CursorError(f"is of a list in the order {cursor.sort}, not {sort}; begin with cursor=*.")


def is_of_other_scores(generation: OpenGeneration, cursor: Cursor | None) -> bool:
    """Whether a cursor stands among scores that another generation had."""
    if cursor is None or not cursor.id:
        return False
    return cursor.sort is Sort.RELEVANCE and cursor.generation != generation.generation


def is_lost(generation: OpenGeneration, cursor: Cursor | None) -> bool:
    """Whether nothing says any more where a cursor was among articles that are equal in its order."""
    return cursor is not None and len(cursor.before) == _REMEMBERED and _number(generation, cursor) is None


def _place(generation: OpenGeneration, cursor: Cursor) -> Place | None:
    """Where a cursor is in a generation; None at the beginning.

    Where its article is gone, and those before it, all that are equal to it are shown again.
    """
    if not cursor.id:
        return None
    number = _number(generation, cursor)
    value = cursor.value.encode() if isinstance(cursor.value, str) else cursor.value
    return Place(value, -1 if number is None else number, cursor.tie)


def _place_today(generation: OpenGeneration, wanted: query.Query, cursor: Cursor, decay: Decay | None) -> Place | None:
    """Where the article of a cursor stands among the scores of this generation; None if it is not among them."""
    itself = query.Term("id", cursor.id)
    found = generation.ranked(wanted, itself, 1, decay=decay)
    if found.scores is None or not len(found.numbers):
        return None
    return generation.place(int(found.numbers[0]), None, float(found.scores[0]))


def _number(generation: OpenGeneration, cursor: Cursor) -> int | None:
    """The document of a cursor, or the nearest before it that is still there and still equal to it."""
    for article_id in (cursor.id, *cursor.before):
        number = generation.number_of(article_id)
        if number is not None:
            return number
    return None
