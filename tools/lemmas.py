"""Which forms get a lemma of their own, and how a lemma is written down as a rule."""

from collections.abc import Iterator

import Stemmer

from service.german.function_words import FUNCTION_WORDS
from service.german.lexicon import Rule, apply_rule
from tools.sources import Words

_DOMINANT = 30.0
"""So many times more frequent must a lemma be than all others that a form may belong to."""
_SHORTEST = 3
_PLAIN = str.maketrans("äöü", "aou")


class _Stemmer:
    """Snowball without its last step, which makes a of ä: the service keeps umlauts."""

    def __init__(self) -> None:
        self._stem = Stemmer.Stemmer("german", 0).stemWord

    def __call__(self, form: str) -> str:
        written = form.replace("ß", "ss")
        return written[: len(self._stem(form))]


def irregular_lemmas(words: Words) -> Iterator[tuple[str, str]]:
    """Forms whose stem is not that of their lemma, with the lemma. Ambiguous forms are left out."""
    stem = _Stemmer()
    forms = {form for form in words.noun_lemmas if words.frequency(form) or words.frequency(words.nouns[form])}
    forms |= {form for form in words.nouns if words.frequency(form)}
    forms |= {form for form in (*words.verbs, *words.others) if words.frequency(form)}
    for form in sorted(forms):
        lemma = _lemma(words, form)
        if lemma and stem(lemma) != stem(form):
            yield form, lemma


def _lemma(words: Words, form: str) -> str | None:
    if form in FUNCTION_WORDS or len(form) < _SHORTEST:
        return None
    is_small = form in words.verbs or form in words.others
    lemmas = set(words.noun_lemmas.get(form, ()))
    if form in words.nouns and not is_small:
        lemmas.add(words.nouns[form])
    if form in lemmas or form in words.adjectives or form in words.verb_lemmas:
        return None
    small = words.verbs.get(form) or _compared(form, words.others.get(form))
    if small:
        lemmas.add(small)
    if form in words.others and not small:
        return None
    best = max(sorted(lemmas), key=words.frequency, default=None)
    if best is None or any(words.frequency(other) * _DOMINANT > words.frequency(best) for other in lemmas - {best}):
        return None
    return best


def _compared(form: str, lemma: str | None) -> str | None:
    """The adjective that begins like its form but for the umlaut: `größere` is of `groß`, `besser` not of `gut`."""
    if lemma and form.translate(_PLAIN).startswith(lemma.translate(_PLAIN)[: max(2, len(lemma) - 2)]):
        return lemma
    return None


def rule_for(form: str, lemma: str) -> Rule:
    """The shortest rule that makes the lemma of the form."""
    rules = []
    for is_folded in (False, True):
        for cut in range(len(form) + 1):
            kept = apply_rule((cut, is_folded, ""), form)
            if lemma.startswith(kept) and (not is_folded or kept != form[: len(form) - cut]):
                rules.append((cut, is_folded, lemma[len(kept) :]))
                break
    return min(rules, key=lambda rule: (rule[0] + len(rule[2]), rule))
