"""What the lexicon takes from simplemma, wordfreq and german-nouns."""

import csv
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import wordfreq
from german_nouns.config import CSV_FILE_PATH
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from service.german.lexicon import spellings

_WORD = re.compile("[a-zäöüßé]{2,40}")
_NO_NOUN = {"Nachname", "Vorname", "Abkürzung", "Affix", "Wortverbindung", "Gebundenes Lexem", "Buchstabe"}
_NAME = {"Nachname", "Vorname", "Toponym"}
_FEWEST_VERB_FORMS = 4
_DOMINANT = 10
"""So many times more frequent is a word for which another is a mere spelling."""


@dataclass
class Words:
    """Word forms in lower case, by part of speech, each with its lemma."""

    frequencies: dict[str, float]
    nouns: dict[str, str] = field(default_factory=dict)
    """Noun forms; those of german-nouns come before those of simplemma."""
    noun_lemmas: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """All lemmas that german-nouns has for a noun form."""
    genders: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    plurals: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    verb_lemmas: set[str] = field(default_factory=set)
    verbs: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    """Adjectives, adverbs and whatever else is written small and no verb."""
    names: set[str] = field(default_factory=set)
    """Names of people and places that are no other noun as well."""

    def frequency(self, form: str) -> float:
        """The share of a form in running text; wordfreq writes every ß as ss."""
        return self.frequencies.get(form.replace("ß", "ss"), 0.0)

    def frequency_class(self, form: str) -> int:
        """1 for rare and unseen words, then one more for half a power of ten; 14 for the most frequent."""
        share = self.frequency(form)
        return max(1, min(15, round(2 * (math.log10(share) + 8)) + 1)) if share else 1

    def lemmas(self, form: str) -> set[str]:
        """All lemmas that a form may have, as a noun if it can be one."""
        nouns = self.noun_lemmas.get(form) or {self.nouns.get(form, "")}
        return (nouns - {""}) or {self.verbs.get(form, ""), self.others.get(form, "")} - {""}

    def genders_of(self, form: str) -> set[str]:
        """The genders of all nouns that a form may be of."""
        return set().union(*(self.genders.get(lemma, ()) for lemma in self.lemmas(form)))

    @cached_property
    def adjectives(self) -> set[str]:
        """Lemmas of attested words written small that are no verbs."""
        return {lemma for lemma in self.others.values() if self.others.get(lemma) == lemma and self.frequency(lemma)}


def read_words() -> Words:
    """All words of the three sources that are letters only."""
    words = Words(dict(wordfreq.get_frequency_dict("de", "large")))
    _add_german_nouns(words)
    lemmas = dict(DefaultDictionaryFactory().get_dictionary("de").items())
    _add_nouns(words, lemmas)
    _add_small_words(words, lemmas)
    return words


def _add_german_nouns(words: Words) -> None:
    with CSV_FILE_PATH.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _WORD.fullmatch(row["lemma"].lower())]
    names = {row["lemma"].lower() for row in rows if _kinds(row) & _NAME}
    words.names = names - {row["lemma"].lower() for row in rows if not _kinds(row) & _NAME}
    for row in rows:
        if not _kinds(row) & _NO_NOUN:
            _add_german_noun(words, row)
    for form in [form for form in words.noun_lemmas if "ss" in form and _is_sharp(words, form)]:
        del words.noun_lemmas[form]
    for form, lemmas in words.noun_lemmas.items():
        words.nouns[form] = max(
            sorted(lemmas), key=lambda of: (of == form, form in words.plurals.get(of, ()), words.frequency(of))
        )


def _is_sharp(words: Words, form: str) -> bool:
    """Whether a form with ss is mostly one with ß as the Swiss write it: `Strasse` is no form of `Strass`."""
    own = [words.frequency(lemma) for lemma in words.noun_lemmas[form] if words.genders[lemma]]
    sharp = [
        words.frequency(lemma)
        for other in spellings(form)
        if "ß" in other
        for lemma in words.noun_lemmas.get(other, ())
    ]
    return max(own, default=0.0) * _DOMINANT < max(sharp, default=0.0)


def _kinds(row: dict[str, str]) -> set[str]:
    return set(row["pos"].split(","))


def _add_german_noun(words: Words, row: dict[str, str]) -> None:
    lemma = row["lemma"].lower()
    words.noun_lemmas[lemma].add(lemma)
    words.genders[lemma].update(row[name] for name in ("genus", "genus 1", "genus 2") if row[name])
    for name, value in row.items():
        form = value.lower()
        if (" singular" in name or " plural" in name) and _WORD.fullmatch(form):
            words.noun_lemmas[form].add(lemma)
            if name.startswith("nominativ plural"):
                words.plurals[lemma].add(form)


def _add_nouns(words: Words, lemmas: dict[str, str]) -> None:
    """Capitalised words of simplemma that are attested, without Swiss spellings of words with ß."""
    sharp = {form.replace("ß", "ss") for form in words.nouns if "ß" in form}
    for written, lemma in lemmas.items():
        form, of = written.lower(), lemma.lower()
        if not (written[0].isupper() and lemma[0].isupper() and _WORD.fullmatch(form) and _WORD.fullmatch(of)):
            continue
        if form not in words.nouns and words.frequency(form) and form not in sharp:
            words.nouns[form] = words.nouns.get(of, of)


def _add_small_words(words: Words, lemmas: dict[str, str]) -> None:
    small = {
        form: lemma
        for form, lemma in lemmas.items()
        if form[0].islower() and lemma[0].islower() and _WORD.fullmatch(form) and _WORD.fullmatch(lemma)
    }
    counts: Counter[str] = Counter(small.values())
    finite = {lemma for form, lemma in small.items() if form.endswith("t")}
    words.verb_lemmas = {
        lemma
        for lemma, count in counts.items()
        if lemma.endswith(("en", "eln", "ern")) and count >= _FEWEST_VERB_FORMS and lemma in finite
    }
    for form, lemma in small.items():
        if lemma in words.verb_lemmas:
            words.verbs[form] = lemma
        elif words.frequency(form) or form == lemma:
            words.others[form] = lemma
