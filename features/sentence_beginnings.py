"""Tells names at the beginning of a sentence, where all words have a capital: lists, neighbours and shape decide."""

from __future__ import annotations

import re

from .capital_words import Word
from .name_lists import (
    also_words,
    is_also_a_word,
    is_demonym,
    is_kept,
    is_listed_name,
    is_ordinary,
    is_role,
    listed_forms,
    listed_words,
    names_as_listed,
)
from .ordinary_words import begins_ordinarily, ordinary_words

Kind = tuple[str | None, bool]
"""What a word names (name, place, None: nothing), and whether that is sure."""

LONGEST_UNLISTED = 9
"""A longer word at the beginning of a sentence that no list knows is hardly ever a name: most are put together."""

MOST_ABBREVIATED = 5
"""Capitals up to this length are an abbreviation (HACCP), unless they are a listed name."""

_IS = frozenset(("on", "oli", "är", "var", "is", "was", "has"))

_AND = frozenset(("ja", "och", "and"))

_OF_SOMEBODY = frozenset(("kanssa", "mielestä", "mukaan", "luona", "työvuoro", "työpari", "kokeilu"))
"""What follows a Finnish genitive of a person."""

_PAST = re.compile(r"^[a-zåäö]{2,}(?:[aeouyäölnrstkv]i|a?de|[rnldtk]de|[kpts]te|ed)$")
"""Shapes of verbs of the past in the three languages: kertoi, övade, practised."""

_COMMON_FORM = re.compile(
    r"(?:[aeiouyäö]n|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|ksi|uus|yys|kset|minen|in|t|o|u|y|en|et|ar|er|or|ing|s)$"
)
"""Endings that ordinary words have far more often than names in the nominative."""

_HARDLY_A_NAME = re.compile(
    r"(?:[td]t[uy]|ttiin|[aeiouyäö]t|isin|ingar?(?:na)?|aren|arna|orna|erna|ien|[^aeiouyäö]iin|een|aan|ään)$"
)
"""Endings of participles, plurals and the like that names do not have."""

_CASE_FORM = re.compile(r"(?:ksen|isen|uden|yden|ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|iin|een|aan|ään|t)$")
"""Finnish forms in which the doer of something never stands."""

_WORKPLACE = re.compile(
    r"(?:halli|tehta|tehda|myymälä|varasto|toimipiste|kaup|koulu|päiväko|keittiö|sairaala|asema|satama|kirjasto|terminaal|"
    r"varik|pesula|leipomo|hotelli|ravintola|kioski|torill|yksikö|toimisto|palvelutalo|päiväkeskuk|työpaja)\w*$"
)

_SURNAME_SHAPE = re.compile(
    r"^(?!Toinen|Toisen|Nainen|Naisen|Ihmi|Hevo|Kolmonen|Kakkonen|Ykkö)[A-ZÅÄÖ]\w+(?:[aouyäö]nen|[eouyäö]{1,2}i?nen$|"
    r"[aouyäö]se(?:n|lla|llä|lle|lta|ltä|sta|stä|ssa|ssä))$|^[A-ZÅÄÖ]\w{3,}(?:sson|ström|qvist|kvist|blom|berg|lund|gren)s?$"
)


def kind_at_beginning(word: Word, after: Word | None, third: Word | None, language: str) -> Kind:
    """Tell what the first word of a sentence names; ``after`` and ``third`` are the next two words."""
    name_follows = after is not None and may_be_name(after) and after.start - word.end == 1
    acts = after is not None and after.text.lower() in listed_words("person_verbs")
    if _glued(word.text):
        return "name", False
    if is_abbreviation(word):
        return None, False
    if _is_also_a_word_here(word, name_follows):
        return _kind_of_also(word, after, name_follows or acts, name_follows, language)
    return _kind_by_lists(word, name_follows, acts) or _kind_by_neighbours(word, after, third, name_follows, acts)


def is_abbreviation(word: Word) -> bool:
    """Tell HACCP from a shouted name."""
    return word.text.isupper() and 1 < len(word.text) <= MOST_ABBREVIATED and not is_listed_name(word.text)


def may_be_name(word: Word) -> bool:
    """Tell whether a word inside a sentence has the capital of a name."""
    return word.capital and not word.first and not is_abbreviation(word) and not is_kept(word.text)


def _is_also_a_word_here(word: Word, name_follows: bool) -> bool:
    also, listed = listed_forms("also").base(word.text) or "", listed_forms("first").base(word.text) or ""
    place = listed_forms("place").base(word.text) is not None and not name_follows
    return len(also) >= max(1, len(listed)) and not place


def _kind_of_also(word: Word, after: Word | None, person: bool, name_follows: bool, language: str) -> Kind:
    """Judge a name that is an ordinary word too (Satu, Björn, Rose): it needs another sign of a person."""
    low = word.text.lower()
    does = after is not None and not after.capital and _does_something(after.text, language)
    elsewhere = low in also_words() and not is_also_a_word(word.text, language)
    alone = after is None or after.text in _IS or after.start - word.end > 1  # "Rose, a nurse"
    found = person or does or elsewhere or (low in listed_words("names_first") and alone)
    return ("name", name_follows) if found else (None, False)


def _kind_by_lists(word: Word, name_follows: bool, acts: bool) -> Kind | None:
    """Judge by the lists alone; None when they do not know the word."""
    listed = is_listed_name(word.text)
    if is_role(word.text.lower()) and not name_follows and not listed:
        return None, False
    if is_ordinary(word.text) and not (name_follows or (acts and listed)):
        return None, False
    place = listed_forms("place").base(word.text) is not None
    if listed:
        return ("place", False) if place and not name_follows and not acts else ("name", True)
    return ("place", True) if place or is_demonym(word.text) else None


def _kind_by_neighbours(word: Word, after: Word | None, third: Word | None, name_follows: bool, acts: bool) -> Kind:
    """Judge a word that no list knows by its shape and by what follows."""
    text = word.text
    if _SURNAME_SHAPE.search(text):
        return "name", False
    if is_role(text.lower()) or text.lower() in listed_words("titles"):
        return None, False
    if after is not None and name_follows and _maybe_full_name(text, after.text):
        return "name", False
    if len(text) < 3 or text.lower() in ordinary_words():
        return None, False
    short = 4 <= len(text) <= LONGEST_UNLISTED
    if short and not begins_ordinarily(text) and not _HARDLY_A_NAME.search(text):
        return "name", False
    if after is None:
        return None, False
    if text.endswith("n") and _WORKPLACE.match(after.text):
        return "place", False  # "Hakaniemen hallissa"
    joined = after.text in _AND and third is not None and may_be_name(third)
    owner = text.endswith("n") and after.text in _OF_SOMEBODY
    past = _PAST.search(after.text) and not _COMMON_FORM.search(text)
    return ("name", False) if (acts and not _CASE_FORM.search(text)) or joined or owner or past else (None, False)


def _glued(text: str) -> bool:
    """Tell a name that runs into the next word ("Seijakertoi") or has a nickname's beginning ("Iso-Masa")."""
    before, _, after = text.partition("-")
    if after[:1].isupper() and before.lower() in listed_words("nicknames"):
        return True
    low = text.lower()
    return any(
        low[:at] in names_as_listed("first") and low[at:] in listed_words("person_verbs")
        for at in range(4, len(low) - 3)
    )


def _does_something(after: str, language: str) -> bool:
    """Tell a verb of what somebody does; a bare noun hardly ever stands before one in Swedish or English."""
    ending = {"sv": r"(?:[aeioåäö]r|de|te)$", "en": r"[a-z]{2}ed$"}.get(language)
    return ending is not None and re.search(ending, after) is not None


def _maybe_full_name(text: str, after: str) -> bool:
    """Tell "Nguyen Thi" from "Laskut Sirkalle": both words of a full name stand without a Finnish plural."""
    return listed_forms("place").base(after) is None and not re.search(r"(?:[tn]|ssa|ssä|sta|stä|lla|llä)$", text)
