"""The analysis that every engine has in effect: words, lower case, German Snowball stems."""

import re

import Stemmer

WORD = re.compile(r"[^\W_]+")


class Analysis:
    """Cuts texts into stems; each distinct word is stemmed once."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("german", 0)
        self._stems: dict[str, str] = {}

    def stem(self, word: str) -> str:
        """The stem of a word in lower case."""
        found = self._stems.get(word)
        if found is None:
            found = self._stems[word] = str(self._stemmer.stemWord(word))
        return found

    def stems(self, text: str) -> list[str]:
        """The stems of a text in their order."""
        return [self.stem(word) for word in words(text)]


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return WORD.findall(text.lower())
