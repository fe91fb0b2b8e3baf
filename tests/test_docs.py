"""What README, Dockerfile and the tree say is true."""

import re
import tomllib

from pages import PAGES, blocks
from support import EXAMPLES, ROOT

import service
from service.api.problems import CODES
from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article
from service.config import Settings, variable_names

README = PAGES["README.md"]
API = PAGES["docs/api.md"]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_setting_is_in_the_readme_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(ARTIKEL_\w+)` \| `([^`]*)` \|", README, flags=re.MULTILINE))
    defaults = {name: str(value) for name, value in zip(variable_names(), vars(Settings()).values(), strict=True)}
    assert {name: value.lower() for name, value in rows.items()} == {
        name: value.lower() for name, value in defaults.items()
    }


def test_article_file_of_the_readme_is_read_as_it_says() -> None:
    from service.articles.house import read_house_format  # noqa: PLC0415

    (block,) = (it for it in blocks("README.md") if not it.language)
    article = read_house_format(block.content.encode(), "a.txt", "a").article
    assert "empty where a heading stands directly below the title" in README
    assert read_house_format(b"Titel\nZwischentitel\nEin Absatz.\n", "a.txt", "a").article.lead == ""
    assert article.lead == "Der Deich wird höher. Das ist der Vorspann: der erste Absatz."
    assert article.title == "Westerdeich soll auf 8,90 Meter wachsen"
    assert [section.heading for section in article.sections] == ["Wer zahlt?"]
    assert article.tags == ("Küstenschutz", "Finanzen")
    assert article.authors == ("Anna Öztürk", "Jörg Weiß")


def test_every_error_code_of_the_reference_is_used_and_every_used_one_is_there() -> None:
    table = API.partition("| code | status")[2].partition("\n\n")[0]
    listed = {code for row in table.splitlines()[2:] for code in re.findall(r"`(\w+)`", row.split("|")[1])}
    reserved = {"gone", "rate_limited"}
    assert all(f"`{code}`" in API for code in reserved)
    assert listed | reserved == set(CODES)


def test_every_dependency_is_explained() -> None:
    declared = {re.split(r"[<>=]", line)[0] for line in PYPROJECT["project"]["dependencies"]}
    assert declared == set(
        re.findall(r"^\| ([\w-]+) \| ", ARCHITECTURE.partition("## Dependencies")[2], flags=re.MULTILINE)
    ) - {"package"}
    for line in PYPROJECT["dependency-groups"]["dev"]:
        assert re.split(r"[<>=]", line)[0] in ARCHITECTURE


def test_every_room_stands_in_the_architecture() -> None:
    for entry in (ROOT / "service").iterdir():
        if entry.name not in {"__init__.py", "__pycache__"}:
            assert entry.name in ARCHITECTURE


def test_every_top_level_folder_stands_in_the_architecture() -> None:
    rows = set(re.findall(r"^    ([\w.-]+)/ +\S", ARCHITECTURE, flags=re.MULTILINE))
    folders = {entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith((".", "_"))}
    made = set(re.findall(r"^(\w+)/$", (ROOT / ".gitignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert rows == folders - made


def test_image_has_everything_it_runs_and_no_more_rights_than_it_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, flags=re.MULTILINE)
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8")
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in allowed
    assert "--require-hashes" in DOCKERFILE
    assert DOCKERFILE.index("USER artikelsuche") < DOCKERFILE.index("CMD [")
    assert "HEALTHCHECK" in DOCKERFILE
    set_here = set(re.findall(r"(ARTIKEL_\w+)=", DOCKERFILE))
    assert set_here <= set(variable_names())


def test_tree_names_no_package_index_and_no_machine() -> None:
    address = re.compile("--(extra-)?index-url|pypi[.]org/simple|files[.]pythonhosted|file[:]///|/work/|/root/")
    for file in ROOT.rglob("*"):
        parts = file.relative_to(ROOT).parts
        if file.is_file() and not any(re.fullmatch(r"[.](?!ci).+|var|__pycache__", part) for part in parts):
            found = address.search(file.read_text(encoding="utf-8", errors="replace"))
            assert found is None or file.name == "test_docs.py", f"{file}: {found}"


def test_release_is_in_the_changelog() -> None:
    assert f"## {service.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_examples_are_a_newspaper() -> None:
    items = list(Corpus(EXAMPLES).read(Fingerprint()))
    articles = [item for item in items if isinstance(item, Article)]
    assert len(articles) == len(items) > 40
    written = [article for article in articles if not article.id.startswith("000_")]
    for article in written:
        assert 150 <= article.word_count <= 600, article.id
        assert article.lead
        assert article.tags
    carried = [tag for article in articles for tag in article.tags]
    assert len({tag for tag in carried if carried.count(tag) > 1}) >= 25
    assert {article.published.year for article in articles if article.published} == {2024, 2025, 2026}
    assert any(article.published is None for article in written)
    text = "".join(article.text for article in articles)
    for trap in (
        "Ein- und Ausfuhr",
        "*innen",
        ":innen",
        "Innen",
        "»",
        "„",
        "ß",
        "Mueller",
        "Müller",
        "2,5",
        "3:1",
        "daß",
    ):
        assert trap in text, trap
