"""Make the lexicon file of the service: `make lexicon`. Run twice, it writes the same bytes."""

import math
import struct
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import marisa_trie

from service.german.compounds import Part, Splitter
from service.german.function_words import FUNCTION_WORDS
from service.german.lexicon import (
    CLASS,
    FOOTER,
    HEAD_SHIFT,
    MARK,
    MODIFIER_SHIFT,
    NOUN,
    PATH,
    REDUCED,
    RULE_SHIFT,
    WHOLE,
    Lexicon,
    spellings,
)
from tools.learning import Counts, count_parts
from tools.lemmas import irregular_lemmas, rule_for
from tools.sources import Words, read_words

_FEWEST = 0.3
"""A modifier form that fewer compounds have in expectation is a misreading."""
_USUAL = 1e-6
"""The share of running text from which a word counts though no source but wordfreq has it."""
_OFFSET, _FLOOR = 5, 0.05
_MOST_ROWS, _MOST_RULES = 1 << 16, 1 << 16
_RARE_NOUN, _RARE_SMALL = 3, 5
"""Frequency classes below which a form is left out that no compound needs."""


@dataclass
class _Key:
    frequency: int = 0
    modifier: int = 0
    head: int = 0
    flags: int = 0
    lemma: str = ""
    inside: str = ""
    """The lemma as part of a compound, where it is another one."""


def main() -> int:
    """Write the file and say what is in it."""
    words = read_words()
    counts = count_parts(words)
    keys = _keys(words, counts)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        _write(draft, keys)
        splitter = Splitter(Lexicon(draft))
        splits = {form: splitter.split(form) for form in keys}
        _mark_whole(words, keys, splits)
        kept = {form: key for form, key in keys.items() if _is_needed(words, form, key, splits[form])}
        _write(draft, kept)
        splitter = Splitter(Lexicon(draft))
        kept |= {form: key for form, key in keys.items() if _is_misread(key, splits[form], splitter.split(form))}
        kept |= {lemma: keys[lemma] for lemma in _lemmas(kept)}
    _write(PATH, kept)
    sys.stdout.write(f"{len(kept)} keys, {PATH.stat().st_size} bytes\n")
    return 0


def _class(count: float) -> int:
    """An expected number of compounds as bits, from 1 for none."""
    return max(1, min(CLASS, round(math.log2(count + _FLOOR)) + _OFFSET))


def _keys(words: Words, counts: Counts) -> dict[str, _Key]:
    keys: dict[str, _Key] = {}
    _add_words(words, keys)
    _add_parts(words, counts, keys)
    for form, lemma in irregular_lemmas(words):
        key = keys.setdefault(form, _Key(words.frequency_class(form)))
        key.lemma = lemma
        key.flags |= REDUCED
    for lemma in sorted(_lemmas(keys) - keys.keys()):
        keys[lemma] = _Key(words.frequency_class(lemma), lemma=lemma)
    return keys


def _lemmas(keys: dict[str, _Key]) -> set[str]:
    return {lemma for key in keys.values() for lemma in (key.lemma, key.inside) if lemma}


def _add_words(words: Words, keys: dict[str, _Key]) -> None:
    for forms in (words.nouns, words.verbs, words.others):
        for form, lemma in forms.items():
            if form not in keys and (words.frequency(form) or words.frequency(lemma) or form in words.noun_lemmas):
                keys[form] = _Key(words.frequency_class(form), lemma=lemma)
    usual = (form for form, share in words.frequencies.items() if share >= _USUAL and form.isalpha())
    for form in (*sorted(words.names), *usual):
        if not any("ß" in other and other in keys for other in spellings(form)):
            keys.setdefault(form, _Key(words.frequency_class(form)))
    for form in FUNCTION_WORDS:
        keys[form] = _Key(words.frequency_class(form), lemma=form)


def _add_parts(words: Words, counts: Counts, keys: dict[str, _Key]) -> None:
    for form, lemma in counts.head_lemmas.items():
        if form in keys:
            keys[form].head = _class(counts.heads[lemma])
            keys[form].lemma = lemma
    for form in keys.keys() & words.nouns.keys():
        keys[form].flags |= NOUN
        if form in counts.modifier_lemmas:
            keys[form].modifier = 1
    for form, count in counts.modifiers.items():
        if count >= _FEWEST:
            lemmas = counts.modifier_lemmas[form]
            key = keys.setdefault(form, _Key())
            key.modifier = _class(count)
            if form not in words.noun_lemmas and form not in words.adjectives:
                key.inside = _modifier_lemma(words, lemmas)
            if form in lemmas:
                key.frequency = words.frequency_class(form)
            elif not (words.lemmas(form) or form in words.names):
                key.frequency, key.lemma = 0, key.inside


def _modifier_lemma(words: Words, lemmas: set[str]) -> str:
    """Of the words that a modifier form may stand for the most frequent, nouns before verbs."""
    return max(sorted(lemmas), key=lambda lemma: (lemma in words.genders, words.frequency(lemma)))


def _mark_whole(words: Words, keys: dict[str, _Key], splits: dict[str, tuple[Part, ...]]) -> None:
    """Mark the words that the splitter would wrongly split, and their forms."""
    for form, key in keys.items():
        parts = splits[form]
        if parts and _is_whole(words, form, keys, [form[part.start : part.end] for part in parts]):
            key.flags |= WHOLE
    for form, key in keys.items():
        lemmas = [keys[lemma] for lemma in words.lemmas(form) if lemma in keys]
        if splits[form] and lemmas and all(lemma.flags & WHOLE for lemma in lemmas):
            key.flags |= WHOLE


def _is_whole(words: Words, form: str, keys: dict[str, _Key], parts: list[str]) -> bool:
    if form in words.verbs or form in FUNCTION_WORDS:
        return True
    if form in words.names:
        return True
    head, before = keys[parts[-1]], len(form) - len(parts[-1])
    if form in words.others and form not in words.nouns and head.flags & NOUN:
        return True
    lemmas = words.lemmas(form)
    if lemmas and not any(lemma[before:] in keys and keys[lemma[before:]].head for lemma in lemmas):
        return True
    genders, of_head = words.genders_of(form), words.genders_of(parts[-1])
    if genders and of_head and not genders & of_head:
        return True
    usual = [words.frequency(keys[part].lemma if part in keys else part) for part in parts]
    return words.frequency(form) > math.prod(usual) ** (1 / len(usual))


def _is_needed(words: Words, form: str, key: _Key, parts: tuple[Part, ...]) -> bool:
    """Whether a word says anything that its parts do not say."""
    if key.flags & (WHOLE | REDUCED) or key.modifier > 1 or form in FUNCTION_WORDS:
        return True
    if form not in words.nouns:
        return key.frequency >= (_RARE_SMALL if key.lemma else CLASS) or bool(key.head)
    if parts and key.lemma in words.nouns:
        return key.frequency > _RARE_NOUN
    return bool(words.frequency(form)) or form == key.lemma


def _is_misread(key: _Key, parts: tuple[Part, ...], unknown: tuple[Part, ...]) -> bool:
    """Whether a word must stay in the lexicon as it would be split otherwise without."""
    places = [(part.start, part.end) for part in parts]
    is_whole = bool(key.flags & WHOLE)
    return [(part.start, part.end) for part in unknown] != ([] if is_whole else places)


def _write(path: Path, keys: dict[str, _Key]) -> None:
    trie = marisa_trie.Trie(sorted(keys), order=marisa_trie.LABEL_ORDER)
    rules = Counter(_rules(form, key) for form, key in keys.items())
    plain = "0|0|"
    del rules[plain]
    ranked = [plain, *sorted(rules, key=lambda rule: (-rules[rule], rule))]
    if len(ranked) > _MOST_RULES:
        raise ValueError(f"{len(ranked)} rules do not fit")
    number_of = {rule: number for number, rule in enumerate(ranked)}
    rows = {form: _row(key, number_of[_rules(form, key)]) for form, key in keys.items()}
    table = sorted(set(rows.values()))
    if len(table) > _MOST_ROWS:
        raise ValueError(f"{len(table)} rows do not fit")
    row_of = {row: number for number, row in enumerate(table)}
    numbers = [0] * len(keys)
    for form, row in rows.items():
        numbers[trie.key_id(form)] = row_of[row]
    text = "\n".join(ranked).encode()
    trie.save(str(path))
    start = path.stat().st_size
    with path.open("ab") as file:
        file.write(struct.pack(f"<{len(numbers)}H", *numbers))
        file.write(struct.pack(f"<{len(table)}I", *table))
        file.write(text)
        rules_at = start + 2 * len(numbers) + 4 * len(table)
        file.write(FOOTER.pack(MARK, start, len(numbers), len(table), rules_at, len(text)))


def _rules(form: str, key: _Key) -> str:
    alone, inside = (_rule(form, lemma) for lemma in (key.lemma, key.inside or key.lemma))
    return alone if inside == alone else f"{alone};{inside}"


def _rule(form: str, lemma: str) -> str:
    cut, is_folded, ending = rule_for(form, lemma) if lemma else (0, False, "")
    return f"{cut}|{is_folded:d}|{ending}"


def _row(key: _Key, rule: int) -> int:
    return key.frequency | key.modifier << MODIFIER_SHIFT | key.head << HEAD_SHIFT | key.flags | rule << RULE_SHIFT


if __name__ == "__main__":
    sys.exit(main())
