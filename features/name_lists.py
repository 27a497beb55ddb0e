"""The lists behind the de-identification check: names, places, and the ordinary words that only look like names."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from data.reference_files import read_reference

from .name_forms import NameForms
from .ordinary_words import ordinary_words

_DEMONYM = re.compile(r"^(\w{3,}?)(?:lai|läi)(?:nen|s\w*)$")


@cache
def deidentification_words() -> dict[str, Any]:
    """Give the word lists of the check."""
    return dict(read_reference("deidentification_words.yaml"))


@cache
def listed_forms(kind: str) -> NameForms:
    """Give listed words in all their forms: first, last, also (names that are words), place, employer, kept."""
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    places = read_reference("place_names.yaml")
    listed = {
        "first": [*names[0]["first_names"], *names[1]["first_names"]],
        "last": [*names[0]["surnames"], *names[1]["surnames"]],
        "also": [*names[0]["also_words"], *names[1]["also_words"]],
        "place": [*places["municipalities"], *places["swedish_names"], *places["other_places"]],
        "employer": [one for one in places["employers"] if " " not in one],
        "kept": deidentification_words()["kept"],
    }
    return NameForms(listed[kind])


@cache
def names_as_listed(kind: str) -> frozenset[str]:
    """Give listed names in lower case, as they stand in the list."""
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    key = {"first": "first_names", "last": "surnames"}[kind]
    return frozenset(str(name).lower() for listed in names for name in listed[key] if len(str(name)) >= 4)


@cache
def listed_words(kind: str) -> frozenset[str]:
    """Give one word list of the check, lower-case."""
    return frozenset(str(word).lower() for word in deidentification_words()[kind])


@cache
def also_words() -> frozenset[str]:
    """Give the names that are ordinary words of some language too, lower-case."""
    names = [read_reference(file) for file in ("person_names.yaml", "person_names_more.yaml")]
    return frozenset(str(name).lower() for listed in names for name in listed["also_words"])


def is_ordinary(word: str) -> bool:
    """Tell a word that stands in lower case in ordinary texts."""
    return word.lower() in ordinary_words() or word.lower() in listed_words("beginnings")


def is_role(low: str) -> bool:
    """Tell a word for people that names nobody; short ones (he, hän, vi) stand whole."""
    roles = listed_words("roles")
    return low in roles or low.startswith(tuple(role for role in roles if len(role) > 4)) or low.endswith(("ja", "jä"))


def is_listed_name(text: str) -> bool:
    """Tell a listed first name or surname in any form; of a double name both parts, or the second with a capital."""
    parts = text.split("-")
    if len(parts) > 1:
        both = all(listed_forms("first").base(part) or listed_forms("last").base(part) for part in parts if part)
        return both or (parts[-1][:1].isupper() and listed_forms("first").base(parts[-1]) is not None)  # "Pikku-Jussi"
    return listed_forms("first").base(text) is not None or listed_forms("last").base(text) is not None


def is_kept(text: str) -> bool:
    """Tell words with a capital that name nobody: Kela, Excel, CNC-koneen."""
    first, _, rest = text.partition("-")
    if rest and first.isupper() and len(first) <= 4 and rest[0].islower():
        return True  # "CNC-koneen"
    return (
        text.split("-")[0].lower() in listed_words("kept")
        or text.lower() in listed_words("kept")
        or (listed_forms("kept").base(text) is not None)
    )


def is_also_a_word(text: str, language: str) -> bool:
    """Tell whether a name is an ordinary word in the language of the text too: "Kari" is none in English."""
    return any(
        mine.lower() in {one.lower() for one in deidentification_words()["also_words_of"].get(language, ())}
        for mine in (text, listed_forms("also").base(text) or text)
    )


def is_demonym(text: str) -> bool:
    """Tell "kuopiolainen" (of Kuopio); "suomalainen" and other peoples are told by the place list too."""
    match = _DEMONYM.match(text)
    return bool(match) and match is not None and match[1].lower() in _demonym_stems()


@cache
def _demonym_stems() -> frozenset[str]:
    listed = read_reference("place_names.yaml")["municipalities"]
    ends = {word.lower() for word in listed}
    return frozenset(ends | {word[:-1] + "e" for word in ends if word.endswith("i")})
