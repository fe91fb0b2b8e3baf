"""The errors that cross rooms.

    ArtikelsucheError
    ├── SettingsError        a setting is wrong; the sentence names it
    ├── IndexBusyError       another indexer holds the index folder
    ├── IndexDamagedError    a generation on disk cannot be opened
    ├── NotReadyError        no generation is open yet
    ├── ArticleNotFoundError no article has that id
    ├── NameNotFoundError    no name has that id
    │   └── TagNotFoundError no tag has that id
    ├── TooManyIntervalsError a timeline would have too many intervals
    ├── CursorError          a cursor is of another list than it is used with
    ├── ParametersError      the parameters of a tool cannot be used
    └── ExtraMissingError    an optional library is not installed

Every message is one sentence for a person; none names a path of the server unless it is meant for its operator.
"""

from collections.abc import Mapping


class ArtikelsucheError(Exception):
    """The root of all errors that this project raises on purpose."""


class SettingsError(ArtikelsucheError):
    """A setting cannot be used."""


class IndexBusyError(ArtikelsucheError):
    """Another process is writing to the index folder."""


class IndexDamagedError(ArtikelsucheError):
    """The current generation cannot be opened."""


class NotReadyError(ArtikelsucheError):
    """No generation of the index is open."""


class ArticleNotFoundError(ArtikelsucheError):
    """No article has the id that was asked for."""


class NameNotFoundError(ArtikelsucheError):
    """No tag, source, author or section has the id that was asked for."""


class TagNotFoundError(NameNotFoundError):
    """No tag has the id that was asked for."""


class TooManyIntervalsError(ArtikelsucheError):
    """A timeline would have more intervals than an answer may have; the sentence says what to do."""


class CursorError(ArtikelsucheError):
    """A cursor is of another list than it is used with; the sentence says what to do."""


class ParametersError(ArtikelsucheError):
    """Parameters that cannot be used: `wrong` has for each a sentence that says what to do."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {sentence}" for name, sentence in wrong.items()))
        self.wrong = wrong


class ExtraMissingError(ArtikelsucheError):
    """A library that only one command needs is not installed; the sentence says how to."""
