"""From a folder of articles to the current generation of the index."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import service
from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article, Notice, Rejected
from service.articles.slug import slug
from service.errors import IndexDamagedError
from service.german.languages import LanguageDetector, analysed_as
from service.german.lexicon import PATH as LEXICON
from service.german.tokens import Chain
from service.index.arrays.index import ArrayIndex
from service.index.documents import names_of, to_document, to_moment
from service.index.generations import FORMAT, Manifest, Store, read_manifest
from service.index.reader import LANGUAGES_FILE, NAMES_FILE, OpenGeneration
from service.index.schema import NAMED, whoosh_schema
from service.index.stories import STORIES_FILE, StoryCollector
from service.index.suggestions import SUGGESTIONS_FILE, SuggestionCollector

_NOTICES_FILE = "notices.json"
_CACHED_WORDS = 1_000_000
"""Words that are remembered while an archive is indexed, so that each is analysed once."""
_SHAPING_ROOMS = ("articles", "german", "index", "index/arrays")
_SHAPING_LIBRARIES = ("whoosh3", "pystemmer", "py3langid")


@dataclass(frozen=True)
class BuildReport:
    """What became of a folder. `changed` is false where the current generation already held it."""

    generation: str
    articles: int
    notices: tuple[Notice, ...]
    changed: bool

    @property
    def rejected(self) -> tuple[Notice, ...]:
        """The files that are not in the archive."""
        return tuple(notice for notice in self.notices if isinstance(notice, Rejected))


def build(folder: Path, store: Store, *, wait: bool = False, processes: int = 1) -> BuildReport:
    """Make the folder's articles the current generation, unless they are already.

    Raises:
        NotADirectoryError: the folder is missing or is a file.
        SettingsError: one of the two folders lies in the other.
        IndexBusyError: another process is indexing and `wait` is off.
    """
    corpus = Corpus(folder)
    store.keep_apart(folder)
    with store.indexer(wait=wait):
        store.sweep()
        analysis = analysis_fingerprint()
        report = _unchanged(store, corpus, analysis)
        if report is None:
            report = _write_generation(store, corpus, analysis, processes)
            store.sweep()
        return report


def analysis_fingerprint() -> str:
    """A digest of all code that decides what is in the index: these rooms, and the libraries they stand on."""
    digest = hashlib.blake2b(str(FORMAT).encode(), digest_size=16)
    root = Path(service.__file__).parent
    files = [file for room in _SHAPING_ROOMS for file in sorted((root / room).glob("*.py"))]
    for file in (*files, LEXICON):
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    for library in _SHAPING_LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()


def _unchanged(store: Store, corpus: Corpus, analysis: str) -> BuildReport | None:
    """The report of the current generation, if it holds this folder by this analysis and can be opened."""
    folder = store.current()
    if folder is None:
        return None
    try:
        manifest = read_manifest(folder)
        if manifest.format != FORMAT or manifest.analysis_fingerprint != analysis:
            return None
        if manifest.folder_fingerprint != corpus.fingerprint():
            return None
        OpenGeneration(folder).verify()
        notices = _read_notices(folder)
    except IndexDamagedError:
        return None
    return BuildReport(manifest.generation, manifest.articles, notices, changed=False)


def _write_generation(store: Store, corpus: Corpus, analysis: str, processes: int) -> BuildReport:
    folder = store.new_folder()
    fingerprint = Fingerprint()
    notices: list[Notice] = []
    spellings: dict[str, dict[str, Counter[str]]] = {field: defaultdict(Counter) for field in NAMED}
    suggestions = SuggestionCollector()
    stories = StoryCollector()
    count = 0
    now, newest = to_moment(datetime.now(UTC)), None
    chain = Chain(_CACHED_WORDS)
    detector = LanguageDetector()
    languages: set[str] = set()
    schema = whoosh_schema(chain)
    with ArrayIndex.create(folder, schema).writer(processes) as writer:
        for item in corpus.read(fingerprint):
            if isinstance(item, Article):
                count += 1
                # What the title says matters only where there is little else.
                article = replace(item, language=detector.language(item.language, [*item.texts(), item.title]))
                languages.add(analysed_as(article.language))
                newest = _newest(newest, article, now)
                document = to_document(article, chain)
                writer.add_document(**document)
                suggestions.add(article)
                stories.add(article.id, document["article"]["stems"])
                for field, names in names_of(article).items():
                    for name in names:
                        spellings[field][slug(name)][name] += 1
            else:
                notices.append(item)
    names_by_slug = _names(spellings)
    _write_json(folder / NAMES_FILE, names_by_slug)
    suggestions.write(folder / SUGGESTIONS_FILE, names_by_slug)
    stories.write(folder / STORIES_FILE, ArrayIndex.open(folder, schema))
    _write_json(folder / LANGUAGES_FILE, sorted(languages))
    _write_json(folder / _NOTICES_FILE, [_notice_values(notice) for notice in notices])
    generation = _generation(fingerprint, analysis, newest)
    manifest = Manifest(generation, fingerprint.hexdigest(), analysis, count, newest)
    store.publish(folder, manifest)
    return BuildReport(manifest.generation, count, tuple(notices), changed=True)


def _newest(newest: int | None, article: Article, now: int) -> int | None:
    """The later of a moment and that of an article, unless that is still to come."""
    moment = None if article.published is None else to_moment(article.published)
    return newest if moment is None or moment > now else max(moment, moment if newest is None else newest)


def _generation(fingerprint: Fingerprint, analysis: str, newest: int | None) -> str:
    return hashlib.blake2b(f"{fingerprint.hexdigest()} {analysis} {newest}".encode(), digest_size=8).hexdigest()


def _names(spellings: Mapping[str, Mapping[str, Counter[str]]]) -> dict[str, dict[str, str]]:
    """For each field and slug the most frequent spelling; of equally frequent ones the first in code point order."""
    return {
        field: {key: min(counts, key=lambda name: (-counts[name], name)) for key, counts in sorted(by_slug.items())}
        for field, by_slug in spellings.items()
    }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _notice_values(notice: Notice) -> dict[str, object]:
    return {"rejected": isinstance(notice, Rejected), **asdict(notice)}


def _read_notices(folder: Path) -> tuple[Notice, ...]:
    path = folder / _NOTICES_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read: index again.") from error
    return tuple((Rejected if value.pop("rejected") else Notice)(**value) for value in values)
