"""Words with their frequencies, as a list of words on disk has them: in several cases, one a line."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from service.german.tokens import fold

_HEADER = "word\tfreq"


@dataclass(frozen=True)
class Vocabulary:
    """Forms in lower case, ascending, with the sum of the frequencies of their spellings and the most frequent one."""

    forms: list[str]
    frequencies: list[int]
    spellings: dict[str, str]


def read_vocabulary(lines: Iterable[str]) -> Vocabulary:
    """The vocabulary of lines `word<TAB>frequency`; the header `word<TAB>freq` and empty lines are passed over.

    Raises a ValueError that names the line if one is not like that.
    """
    written: Counter[str] = Counter()
    for number, line in enumerate(lines, start=1):
        row = line.rstrip("\r\n")
        word, _, frequency = row.partition("\t")
        if not row or (number == 1 and row == _HEADER):
            continue
        if not fold(word) or not frequency.isdecimal():
            raise ValueError(f"line {number} is not a word, a tab and a frequency")
        written[word] += int(frequency)
    totals: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    for word, count in sorted(written.items()):
        form = fold(word)
        totals[form] += count
        if form not in spellings or written[spellings[form]] < count:
            spellings[form] = word
    forms = sorted(totals)
    return Vocabulary(forms, [totals[form] for form in forms], spellings)
