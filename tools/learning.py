"""Which words make compounds, in which form and how often: learned from the compounds in the word lists themselves.

Every word that can be cut into a possible modifier and a known head is a guess at a compound. Expectation maximisation
weighs the guesses of a word against each other by how many compounds of other words have the same parts.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from service.german.function_words import FUNCTION_WORDS
from service.german.lexicon import spellings
from tools.sources import Words

_SHORT_WRITTEN = """
    öl see ei rat tag weg uhr eis bau rad arm not tor tal rot neu alt art amt abt akt bad bar bus cup dom eid
    ehe erz fan fee fuß gas gut hof hut jod kur los ost öko bio geo neo uni ski spa süd tat tee ton tod typ
    ufo vor wal web wut zoo zug ohr ort opa oma pop rap rom sex set tip top tür mut mai sau hai fax eck alp
    reh rum cut jet pub ruf sog nut gel hut job lok bob box pkw lkw hit end erd all vip ehr
"""
_SHORT = frozenset(_SHORT_WRITTEN.split())
"""Words of fewer than four letters that may be parts. All others are mostly pieces of something else."""
_PARTICLES_WRITTEN = """
    ab an auf aus bei durch ein fort her hin hinter los mit nach um unter vor wider wieder zu zurück zusammen
    über herab herunter herauf heraus herbei herein hervor hinab hinauf hinaus hinein hinzu voran voraus
    vorbei vorüber vorher all inner eben
"""
_PARTICLES = frozenset(_PARTICLES_WRITTEN.split())
"""What stands before a verb: `Aufdruck` belongs to `aufdrucken` and is no compound of `Druck`."""
_ENDINGS_WRITTEN = """
    ende enden endes end ender ische isch ischen ischer sten chen cher bar bare bares baren lich liche haft ei
    eien eren sche schen in innen ung ungen schaft schaften heit heiten keit keiten tum lein ling lings los
    lose loser losen sam same ion ions ionen tion tionen ismus isten ist rinnen rin erin erinnen ieren iert
    erweise einander noch barer logisch logische logischer logischen artig artige artiger mäßig
"""
_ENDINGS = frozenset(_ENDINGS_WRITTEN.split())
"""Ends of derived and inflected words that are words themselves. `bar`, `ende` and the like are lost as heads."""
_SHORTEST_COMPOUND, _SHORTEST_PART = 7, 4
_ROUNDS = 5
_SMOOTHING = 0.3
_FEWEST_COMPOUNDS = 4
"""In so many compounds an attested word must stand first to be a modifier though no source calls it a noun."""
_SHORTEST_NEW_HEAD = 5
_LEAST_SHARE = 0.3
"""Of the words that begin so. `schw` is followed by a word now and then, `thermo` mostly."""


@dataclass
class Counts:
    """How many compounds, in expectation, have a modifier form, and how many have a lemma as head."""

    modifier_lemmas: dict[str, set[str]]
    head_lemmas: dict[str, str]
    modifiers: Counter[str]
    heads: Counter[str]


def count_parts(words: Words) -> Counts:
    """Learn from all attested words."""
    modifiers = _possible_modifiers(words)
    heads = _possible_heads(words)
    known = set(words.frequencies) | set(words.genders)
    compounds = sorted(w for w in known if len(w) >= _SHORTEST_COMPOUND and w.isalpha() and w not in words.verbs)
    _add_seen_modifiers(words, compounds, modifiers, heads)
    guesses = [found for word in compounds if (found := _guesses(words, word, modifiers, heads))]
    counted: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for _ in range(_ROUNDS):
        counted = _round(guesses, *counted)
    return Counts(modifiers, heads, *counted)


def _round(
    guesses: list[list[tuple[str, str]]], modifiers: Counter[str], heads: Counter[str]
) -> tuple[Counter[str], Counter[str]]:
    new_modifiers: Counter[str] = Counter()
    new_heads: Counter[str] = Counter()
    for found in guesses:
        weights = [(modifiers[first] + _SMOOTHING) * (heads[second] + _SMOOTHING) for first, second in found]
        whole = sum(weights)
        for (first, second), weight in zip(found, weights, strict=True):
            new_modifiers[first] += weight / whole  # type: ignore[assignment]  # a count of guesses is no whole number
            new_heads[second] += weight / whole  # type: ignore[assignment]
    return new_modifiers, new_heads


def _guesses(words: Words, word: str, modifiers: dict[str, set[str]], heads: dict[str, str]) -> list[tuple[str, str]]:
    """Modifier forms and head lemmas of a word; the head has the gender of the compound.

    What ends a form ends its lemma: `Automaten` have no `Maten`.

    wordfreq writes every ß as ss: one is put back where no noun explains the word as it is written.
    """
    found = _guesses_as_written(words, word, modifiers, heads)
    if "ss" not in word or any(first in words.nouns for first, _ in found):
        return found
    sharp = [_guesses_as_written(words, other, modifiers, heads) for other in spellings(word) if "ß" in other]
    return max(sharp, key=len, default=[]) or found


def _guesses_as_written(
    words: Words, word: str, modifiers: dict[str, set[str]], heads: dict[str, str]
) -> list[tuple[str, str]]:
    genders, lemmas = words.genders_of(word), words.lemmas(word)
    found = []
    for cut in range(2, len(word) - 1):
        head = heads.get(word[cut:])
        if head is None or word[:cut] not in modifiers:
            continue
        if lemmas and not any(lemma[cut:] in heads for lemma in lemmas):
            continue
        of_head = words.genders_of(word[cut:])
        if not genders or not of_head or genders & of_head:
            found.append((word[:cut], head))
    return found


def _is_long_enough(lemma: str) -> bool:
    return len(lemma) >= _SHORTEST_PART or lemma in _SHORT


def _possible_heads(words: Words) -> dict[str, str]:
    not_heads = _ENDINGS | FUNCTION_WORDS
    heads = {
        form: lemma
        for form, lemma in words.nouns.items()
        if _is_long_enough(form) and _is_long_enough(lemma) and form not in not_heads
    }
    for form, lemma in words.others.items():
        if len(form) >= _SHORTEST_PART and lemma in words.adjectives and form not in not_heads:
            heads.setdefault(form, lemma)
    return heads


def _possible_modifiers(words: Words) -> dict[str, set[str]]:
    """All forms in which a noun, a verb or an adjective may stand first, with linking elements."""
    forms: dict[str, set[str]] = defaultdict(set)

    def add(form: str, lemma: str) -> None:
        if _is_long_enough(form) and _is_long_enough(lemma) and form not in _PARTICLES:
            forms[form].add(lemma)

    for lemma in set(words.nouns.values()):
        for form in (*_linking_forms(lemma), *words.plurals.get(lemma, ())):
            add(form, lemma)
    for verb in words.verb_lemmas:
        stem = verb[:-2] if verb.endswith("en") else verb[:-1]
        add(stem, verb)
        add(stem + "e", verb)
    for adjective in words.adjectives:
        add(adjective, adjective)
    for name in words.names - words.nouns.keys():
        if words.frequency(name):
            add(name, name)
            add(name + "s", name)
    return forms


def _linking_forms(lemma: str) -> list[str]:
    last = lemma[-1]
    forms = [lemma]
    if last not in "sßxz":
        forms.append(lemma + "s")
    if last in "elr":
        forms.append(lemma + "n")
    if last == "e":
        forms += [lemma + "ns", lemma[:-1], lemma[:-1] + "s"]
    else:
        forms += [lemma + ending for ending in ("es", "e", "en", "er", "ens")]
    if lemma.endswith("en"):
        forms.append(lemma[:-2])
    return forms


def _add_seen_modifiers(
    words: Words, compounds: list[str], modifiers: dict[str, set[str]], heads: dict[str, str]
) -> None:
    """Attested beginnings of words that nothing else explains: `audio`, `thermo`, `kitchen`."""
    seen: Counter[str] = Counter()
    beginnings: Counter[str] = Counter()
    for word in compounds:
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_NEW_HEAD + 1)
        beginnings.update(word[:cut] for cut in cuts)
        before_heads = [word[:cut] for cut in cuts if word[cut:] in heads]
        if not any(form in modifiers for form in before_heads):
            seen.update(before_heads)
    small = words.verbs.keys() | words.others.keys() | _PARTICLES
    for form, count in seen.items():
        is_usual = count >= max(_FEWEST_COMPOUNDS, _LEAST_SHARE * beginnings[form])
        if is_usual and words.frequency(form) and form not in small and "ss" not in form:
            modifiers[form].add(form)
