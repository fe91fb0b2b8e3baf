"""What a feed says, whatever it is written as."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.search.page import Tag

NAME = "Artikelsuche"
LANGUAGE = "de"
"""Of titles of feeds, and of articles that do not name theirs."""
UNDATED = datetime(1, 1, 1, tzinfo=UTC)
"""When an article without a date was updated, in Atom, which demands a date.

The first moment of the calendar: valid, in no archive, behind all others, and the same each time that it is asked for.
The clock or the newest article would bring the article back as new again and again; 1970 is a date that articles have.
"""


@dataclass(frozen=True)
class Entry:
    """An article in a feed; addresses are absolute.

    `id` stays the same when the archive is indexed again or the service moves. `page` is where the article was
    published, if that is known; `api` is its address here. `content` is HTML.
    """

    id: str
    title: str
    page: str | None
    api: str
    summary: str
    content: str
    authors: tuple[str, ...]
    tags: tuple[Tag, ...]
    published: datetime | None
    modified: datetime | None
    language: str | None

    @property
    def updated(self) -> datetime:
        """When it was last changed, as far as that is known."""
        known = [moment for moment in (self.published, self.modified) if moment is not None]
        return max(known, default=UNDATED)


@dataclass(frozen=True)
class Feed:
    """One page of a feed; addresses are absolute.

    `id` is the same for all pages. `own`, `next` and `previous` are in the format that was asked for, `formats` has
    the address of the same page for the media type of each format. `total` is None where the search was cut short.
    """

    id: str
    title: str
    subtitle: str
    base: str
    own: str
    formats: dict[str, str]
    next: str | None
    previous: str | None
    total: int | None
    start: int
    size: int
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """When the newest of its entries was, so that the same entries always make the same feed."""
        return max((entry.updated for entry in self.entries), default=UNDATED)
