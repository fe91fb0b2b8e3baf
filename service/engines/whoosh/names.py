"""Lists of names with counts, and single names with what stands beside them."""

import numpy as np
from whoosh import query

from service.articles.slug import slug
from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.cursors import check_order
from service.engines.whoosh.queries import Queries
from service.engines.whoosh.timeline import interval_numbers, interval_of, starts
from service.errors import NameNotFoundError, TagNotFoundError
from service.index.arrays.evaluator import Found
from service.index.arrays.flatfile import Array
from service.index.documents import from_moment
from service.index.names import NameList
from service.index.reader import OpenGeneration
from service.search.names import (
    MOST_MONTHS,
    MonthCount,
    NameCount,
    NameCursor,
    NameDetail,
    NameKind,
    NamePage,
    NameSort,
    NamesRequest,
    RelatedTag,
)
from service.search.page import CUT_SHORT
from service.search.request import Selection
from service.search.timeline import Interval

RELATED_TAGS = 10
LEAST_TOGETHER = 2
LEAST_SHARE = 50
"""Related tags stand beside a name in at least two articles, and in one of fifty of its own: among the many tags beside
a frequent name some are so rare that chance makes their NPMI high."""
_DIGITS = 4


def names(generation: OpenGeneration, queries: Queries, kind: NameKind, request: NamesRequest) -> NamePage:
    """One page of the names that the articles of a search carry.

    Raises:
        CursorError: the cursor is of another order.
    """
    check_order(request.cursor, request.sort)
    known = generation.name_list(kind)
    prepared = queries.prepare(request)
    found = generation.all_matches(prepared.wanted, compile_filters(request.filters), (kind,))
    notes = [*prepared.notes, *request.filters.notes]
    if found.limited:
        notes.append(CUT_SHORT)
    hits = found.facets[kind].hits
    kept = hits >= max(1, request.min_count)
    if request.name.strip():
        named, note = _named(known, kind, request.name)
        kept &= named
        notes.extend(note)
    numbers = np.flatnonzero(kept)
    total, start, stop = len(numbers), request.window.start, request.window.stop
    if request.cursor is not None:
        numbers, start, stop = _behind(known, numbers, hits, request.cursor), 0, request.window.size
    keys = [known.ranks[numbers]]
    if request.sort is NameSort.COUNT:
        keys.append(-hits[numbers])
    shown = numbers[np.lexsort(keys)][start:stop].tolist()
    page = tuple(NameCount(known.ids[number], known.names[number], int(hits[number])) for number in shown)
    cursor = None
    if request.cursor is not None and 0 < len(page) < len(numbers):
        cursor = NameCursor(request.sort, page[-1].count, page[-1].name, page[-1].id)
    return NamePage(total, page, tuple(notes), prepared.corrected, not found.limited, cursor)


def name(generation: OpenGeneration, queries: Queries, kind: NameKind, name_id: str, asked: Selection) -> NameDetail:
    """One name in the articles of a search.

    Raises:
        TagNotFoundError: no article of the archive carries this tag.
        NameNotFoundError: no article of the archive carries this other name.
    """
    key = slug(name_id)
    spelling = generation.names[kind].get(key)
    if spelling is None:
        error = TagNotFoundError if kind is NameKind.TAG else NameNotFoundError
        raise error(f"There is no {kind} {name_id!r}.")
    prepared = queries.prepare(asked)
    allowed, carried = compile_filters(asked.filters), query.Term(kind, key)
    within = generation.all_matches(prepared.wanted, allowed, (NameKind.TAG,))
    both = carried if allowed is None else query.And([carried, allowed])
    carrying = generation.all_matches(prepared.wanted, both, (NameKind.TAG,))
    dates = generation.date_range(carrying.numbers, asked.filters.use_date)
    itself = key if kind is NameKind.TAG else None
    is_limited = bool(within.limited or carrying.limited)
    return NameDetail(
        NameCount(key, spelling, carrying.total),
        first=None if dates is None else from_moment(dates[0]),
        last=None if dates is None else from_moment(dates[1]),
        sparkline=_sparkline(generation, asked, carrying.numbers),
        related=_related(generation.name_list(NameKind.TAG), within, carrying, itself),
        notes=(*prepared.notes, *asked.filters.notes, *((CUT_SHORT,) if is_limited else ())),
        is_complete=not is_limited,
        corrected=prepared.corrected,
    )


def npmi(together: Array, first: Array | int, second: Array | int, total: int) -> Array:
    """Normalised pointwise mutual information (Bouma 2009) of pairs by their numbers of articles.

    ln(p(x,y) / (p(x) p(y))) / -ln p(x,y): -1 never together, 0 by chance, 1 only together, as where all articles have
    both. Where `together` is 0 it is not defined here.
    """
    always = together == total
    share = np.where(always, 0.5, together / max(1, total))
    mutual = np.log(together * float(max(1, total)) / (np.asarray(first, np.float64) * second))
    return np.where(always, 1.0, mutual / -np.log(share))


def _behind(known: NameList, numbers: Array, hits: Array, cursor: NameCursor) -> Array:
    """Those of some names that stand behind a cursor in its order."""
    if not cursor.id:
        return numbers
    later = known.ranks[numbers] >= known.ranks_before(cursor.name, cursor.id)
    if cursor.sort is NameSort.COUNT:
        counts = hits[numbers]
        later = (counts < cursor.count) | ((counts == cursor.count) & later)
    return numbers[later]


def _named(known: NameList, kind: NameKind, wanted: str) -> tuple[Array, tuple[str, ...]]:
    """The names that are meant, and a note if none begins so."""
    beginning = known.beginning(wanted)
    if beginning.any():
        return beginning, ()
    like = known.like(wanted)
    if not like.any():
        return like, ()
    return like, (f"No {kind} has a word that begins with {wanted!r}; shown are those that are written almost so.",)


def _sparkline(generation: OpenGeneration, asked: Selection, numbers: Array) -> tuple[MonthCount, ...]:
    """Counts by month from the first to the last, the empty ones among them.

    Of more months than are shown those go first that were in the future when the archive was indexed.
    """
    days = generation.days(asked.filters.use_date)
    counts = days.count(numbers)[:-1]
    filled = np.flatnonzero(counts)
    if not len(filled):
        return ()
    months = interval_numbers(days.days[filled], Interval.MONTH)
    last = int(months[-1])
    if last - months[0] >= MOST_MONTHS and generation.newest is not None:
        newest = interval_of(generation.newest, Interval.MONTH)
        last = int(months[max(0, int(np.searchsorted(months, newest, "right")) - 1)])
    first = max(int(months[0]), last - MOST_MONTHS + 1)
    shown = (months >= first) & (months <= last)
    sums = np.bincount(months[shown] - first, counts[filled][shown]).astype(np.int64).tolist()
    begun = starts(np.arange(first, first + len(sums)), Interval.MONTH)
    return tuple(MonthCount(start, count) for start, count in zip(begun, sums, strict=True))


def _related(tags: NameList, within: Found, carrying: Found, itself: str | None) -> tuple[RelatedTag, ...]:
    """The tags that stand beside a name more often than by chance, the most telling first."""
    together = carrying.facets[NameKind.TAG].hits
    # A search that was cut short may have found less within than among the articles with the name.
    alone, total = np.maximum(within.facets[NameKind.TAG].hits, together), max(within.total, carrying.total)
    least = max(LEAST_TOGETHER, -(-carrying.total // LEAST_SHARE))
    numbers = np.flatnonzero(together >= least)
    numbers = np.array([number for number in numbers.tolist() if tags.ids[number] != itself], np.int64)
    scores = npmi(together[numbers], carrying.total, alone[numbers], total).round(_DIGITS)
    telling = scores > 0
    numbers, scores = numbers[telling], scores[telling]
    order = np.lexsort((tags.ranks[numbers], -together[numbers], -scores))[:RELATED_TAGS]
    return tuple(
        RelatedTag(tags.ids[number], tags.names[number], int(together[number]), float(score))
        for number, score in zip(numbers[order].tolist(), scores[order].tolist(), strict=True)
    )
