"""Stories: the articles that are versions of one text, found while indexing and written as one flat file.

story     for each document the number of its story, from 1; 0 if it is the only version of its text
member    the documents of all stories, one story after the other, each ascending
ends      where the members of each story end, of story 0, which has none, first
"""

from array import array
from hashlib import blake2b
from pathlib import Path

import numpy as np

from service.german.outline import LINE_MARK
from service.index.arrays.flatfile import Array, FlatFile, write_flat
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import leaves
from service.index.minhash import EMPTY, SLOTS, resemblance, runs, signature
from service.index.near_duplicates import stories

STORIES_FILE = "stories.flat"
LEAST_RUNS = 30
"""Shorter texts are not compared: what they share is how such texts are written."""


class StoryCollector:
    """Gathers signatures of articles, in whatever order: 268 bytes each."""

    def __init__(self) -> None:
        self._ids = array("Q")
        self._sizes = array("I")
        self._signatures = bytearray()
        self._no_signature = np.full(SLOTS, EMPTY, np.uint16).tobytes()

    def add(self, article_id: str, stems: str) -> None:
        """Take an article, whose title and lines have these stems (`german.outline`)."""
        found = runs(text_stems(stems))
        self._ids.append(_key(article_id.encode()))
        self._sizes.append(len(found))
        self._signatures += signature(found).tobytes() if len(found) >= LEAST_RUNS else self._no_signature

    def write(self, path: Path, index: ArrayIndex) -> None:
        """Find the stories, and write them under the numbers that the articles have in the finished index."""
        signatures = np.frombuffer(self._signatures, np.uint16).reshape(-1, SLOTS)
        first = stories(signatures, np.asarray(self._sizes))
        ids = np.asarray(self._ids)
        by_id = np.argsort(ids)
        added = by_id[np.searchsorted(ids, _ids_by_document(index), sorter=by_id)]
        write_flat(path, {}, _arrays(first[added]))


class Stories:
    """The stories of a generation. Threads share it.

    `of_document` has for each document the number of its story, 0 for none.

    Raises:
        IndexDamagedError: the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._file = FlatFile(path)
        self.of_document = self._file["story"]
        self._members, self._ends = self._file["member"], self._file["ends"]

    def verify(self) -> None:
        """Compare the file with its checksums.

        Raises:
            IndexDamagedError: it differs.
        """
        self._file.verify()

    def versions(self, number: int) -> Array:
        """The documents of the story of a document, ascending, itself among them."""
        story = int(self.of_document[number])
        return self._members[self._ends[story - 1] : self._ends[story]] if story else np.array([number], np.uint32)

    def count(self, numbers: Array) -> int:
        """How many documents are left of some if only one of each story is."""
        found = self.of_document.take(numbers)
        return int(np.count_nonzero(found == 0)) + len(np.unique(found[found > 0]))


def text_stems(stems: str) -> str:
    """The stems of a text without its title, and without the marks between its lines."""
    _, _, text = stems.partition(f" {LINE_MARK} ")
    return f" {text.replace(f'{LINE_MARK} ', '')}"


def similarity(one: str, other: str) -> float:
    """The resemblance of two texts by their stems, titles aside: 1 for equal ones, 0 if they share nothing."""
    return resemblance(runs(text_stems(one)), runs(text_stems(other)))


def _arrays(first: Array) -> dict[str, Array]:
    """The file, from a number for each document that all of its story have."""
    _, named, sizes = np.unique(first, return_inverse=True, return_counts=True)
    is_version = sizes.take(named) > 1
    story = np.zeros(len(first), np.uint32)
    story[is_version] = np.unique(named[is_version], return_inverse=True)[1] + 1
    members = np.argsort(story, kind="stable")[np.count_nonzero(story == 0) :]
    counts = np.bincount(story, minlength=1)
    counts[0] = 0
    return {"story": story, "member": members.astype(np.uint32), "ends": np.cumsum(counts).astype(np.uint32)}


def _ids_by_document(index: ArrayIndex) -> Array:
    """The key of the id of each document."""
    made = np.zeros(sum(segment.doc_count_all() for segment in index.segments), np.uint64)
    for segment, base in leaves(tuple(index.segments)):
        terms = segment.data.fields["id"].postings()
        made[terms.docs.astype(np.intp) + base] = [_key(term) for term in terms.terms]
    return made


def _key(article_id: bytes) -> int:
    return int.from_bytes(blake2b(article_id, digest_size=8).digest(), "big")
