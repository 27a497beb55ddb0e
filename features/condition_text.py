"""Reads boundary conditions out of employers' descriptions: what must be met or is fixed, with quote and offsets.

Sentence by sentence, clause by clause. A denial ("hygieniapassia ei vaadita") is no condition; what the business itself
sells, repairs or teaches is none either; words such as "eduksi", "meriterande", "a plus" make a wish. Types and
values are described in ``docs/reference/conditions.md``. Text is data: nothing in it is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .condition_cues import cue_pattern
from .condition_figures import (
    Figure,
    ages,
    languages,
    licences,
    lifting,
    people_at_once,
    working_hours,
    working_times,
)
from .condition_phrases import named_conditions, tokens_of
from .tokens import clean

NEIGHBOURS = 20
"""Two findings of the same condition that stand nearer than so many characters are one."""


@dataclass(frozen=True, slots=True)
class FoundCondition:
    """One boundary condition in a cleaned text; ``need`` is must or wish."""

    type: str
    value: str
    need: str
    quote: str
    start: int
    end: int


_SENTENCE = re.compile(r"(?<=[!?;\n•])\s*(?=\S)|(?<=[^\W\d_]{2}\.)\s+(?=[A-ZÅÄÖ])|(?<=[\d)]\.)\s+(?=[A-ZÅÄÖ])")
_CLAUSE = re.compile(r",(?!\d)\s*|\s+(?:mutta|vaan|men|utan att|but|though|sillä|joten|koska|så att)\s+|\s[–—]\s|:\s")

_WITHOUT = {"fi": "ilman", "sv": "utan", "en": "without"}
_OWN_DENIAL = {
    ("lifting_limit", "0"), ("access", "no_lift"), ("access", "not_accessible"), ("access", "step_free"),
    ("supervision", "none"),
}  # fmt: skip
"""These say themselves that something is missing, so a "no" in the clause belongs to them."""

"""Wishes that colour only their own part of a clause."""

_AND = re.compile(r"\s(?:ja|sekä|tai|och|samt|eller|and|or|plus)\s")
_CLOSING = re.compile(r"\s*(?:ovat|on|olisi|olisivat|are|is|would be|är|vore|katsotaan|luetaan|ses som|räknas som)\b")
_OPENING = re.compile(r"\s*(?:että|att|that)\b")
_CREDENTIALS = frozenset(
    ["permit", "driving_licence", "language", "software", "vaccination", "own_car", "criminal_record"]
)
_TIMES = frozenset(["evening_work", "weekend_work", "night_work", "shift_form"])
_THINGS = frozenset(
    [
        "equipment",
        "ppe",
        "software",
        "vaccination",
        "health_check",
        "criminal_record",
        "permit",
        "driving_licence",
        "access",
    ]
)
"""Types that a text may speak of without asking for them."""

_USED_BY_ENDING = re.compile(r"\w(?:lla|llä|l|ssa|ssä|iin|een|ään|aan)$")
_USED_BY_WORD = re.compile(r"\b(?:with|using|on|in|into|med|i|på)(?:\s+\w+){0,3}\s*$")


def read_conditions(text: str, language: str) -> list[FoundCondition]:
    """Read the boundary conditions of a text in Finnish, Swedish or English, in the order in which they stand.

    >>> [(c.type, c.value, c.need) for c in read_conditions("Edellytämme hygieniapassia, trukkikortti eduksi.", "fi")]
    [('permit', 'hygiene_passport', 'must'), ('permit', 'forklift_card', 'wish')]
    >>> read_conditions("Hygieniapassia ei vaadita.", "fi")
    []
    """
    cleaned = clean(text)
    found: dict[tuple[str, str, int], FoundCondition] = {}
    for start, end in _sentences(cleaned):
        sentence = cleaned[start:end]
        for one in _sentence(sentence, language):
            key = (one.type, one.value, one.start + start)
            found.setdefault(
                key, FoundCondition(one.type, one.value, one.need, one.quote, one.start + start, one.end + start)
            )
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.type, one.value))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in _SENTENCE.finditer(text):
        if cut.start() > at:
            yield at, cut.start()
        at = cut.end()
    if at < len(text):
        yield at, len(text)


def _sentence(sentence: str, language: str) -> Iterator[FoundCondition]:
    figures = [
        *licences(sentence, language),
        *languages(sentence, language),
        *ages(sentence, language),
        *working_times(sentence, language),
        *working_hours(sentence, language),
        *lifting(sentence, language),
        *people_at_once(sentence, language),
    ]
    tokens = tokens_of(sentence)
    named = [
        Figure(one.phrase.type, one.phrase.value, tokens[one.first].start, tokens[one.last].end)
        for one in named_conditions(tokens, language)
    ]
    clauses = _clauses(sentence)
    low = sentence.lower()
    found = list(_merged(_consistent([*figures, *named])))
    asserted = low
    for one in found:
        if (one.type, one.value) in _OWN_DENIAL:
            asserted = asserted[: one.start] + " " * (one.end - one.start) + asserted[one.end :]
    for one in found:
        at = _clause_at(clauses, one.start)
        if not _refused(one, asserted[slice(*clauses[at])], asserted, language):
            need = _need(one, at, clauses, low, language)
            quote = sentence[one.start : one.end].rstrip(" ,.;")
            yield FoundCondition(one.type, one.value, need, quote, one.start, one.start + len(quote))


def _merged(found: Sequence[Figure]) -> Iterator[Figure]:
    """Say each condition of a sentence once: neighbours become one quote, later repetitions are dropped."""
    by: dict[tuple[str, str], Figure] = {}
    for one in found:
        key = (one.type, one.value)
        first = by.get(key)
        if first is None:
            by[key] = one
        elif one.start - first.end < NEIGHBOURS:
            by[key] = Figure(one.type, one.value, first.start, max(first.end, one.end))
    yield from by.values()


def _clauses(sentence: str) -> list[tuple[int, int]]:
    at, found = 0, []
    for cut in _CLAUSE.finditer(sentence):
        found.append((at, cut.start()))
        at = cut.end()
    return [*found, (at, len(sentence))]


def _clause_at(clauses: Sequence[tuple[int, int]], place: int) -> int:
    return max((number for number, (start, _) in enumerate(clauses) if start <= place), default=0)


_GENERAL = {
    "driving_licence": "any",
    "shift_form": "shift",
    "health_check": "any",
    "vaccination": "any",
}
"""Values that say less than any other of their type."""


def _consistent(found: Iterable[Figure]) -> list[Figure]:
    """Drop what another finding already says more exactly."""
    listed = sorted(set(found), key=lambda one: (one.start, -one.end, one.type, one.value))
    values: dict[str, set[str]] = {}
    for one in listed:
        values.setdefault(one.type, set()).add(one.value)
    return [one for one in listed if not _outdone(one, listed, values)]


def _outdone(one: Figure, listed: Sequence[Figure], values: Mapping[str, set[str]]) -> bool:
    own = values[one.type]
    around = [other for other in listed if other is not one and other.start <= one.start and one.end <= other.end]
    if one.type in ("driving_licence", "equipment") and any(other.type == "permit" for other in around):
        return True
    if one.type == "access":
        hidden = any(other.type == "access" and other.value != one.value for other in around)
        return hidden or (one.value == "stairs" and "step_free" in own) or (one.value == "lift" and "no_lift" in own)
    if (one.type, one.value) == ("permit", "first_aid"):
        return bool(own & {"first_aid_1", "first_aid_2"})
    if (one.type, one.value) == ("supervision", "available"):
        return "none" in own
    return one.value == _GENERAL.get(one.type) and len(own) > 1


def _refused(one: Figure, clause: str, sentence: str, language: str) -> bool:
    if (one.type, one.value) in _OWN_DENIAL or one.type == "lifting_limit":
        return False
    if (
        cue_pattern("denied", language).search(clause)
        and not cue_pattern("still", language).search(clause)
        and not cue_pattern("wished", language).search(clause)
    ):
        return True
    if one.type in _TIMES and cue_pattern("paid_or_open", language).search(clause):
        return True
    if one.type in _TIMES and re.search(r"avoinna|öppet|öppen|\bopen\b", sentence):
        return True
    before = sentence[max(0, one.start - 12) : one.start].split()
    if before and before[-1] == _WITHOUT[language] and one.type not in ("working_alone",):
        return not cue_pattern("still", language).search(sentence)
    business, needed = cue_pattern("business", language), cue_pattern("needed", language)
    if one.type not in _THINGS or not business.search(sentence) or needed.search(clause):
        return False
    if not business.search(clause) and needed.search(sentence):
        return False
    return not (one.type in ("equipment", "software") and _is_used(one, sentence, language))


def _is_used(one: Figure, sentence: str, language: str) -> bool:
    if language == "fi":
        return bool(_USED_BY_ENDING.search(sentence[one.start : one.end]))
    return bool(_USED_BY_WORD.search(sentence[: one.start]))


def _need(one: Figure, at: int, clauses: Sequence[tuple[int, int]], low: str, language: str) -> str:
    """Tell must from wish: by the clause, then by a list that a wish closes or a heading opens."""
    wished, needed = cue_pattern("wished", language), cue_pattern("needed", language)
    start, end = clauses[at]
    own = low[start:end]
    if wished.search(own):
        cuts = [cut.start() + start for cut in _AND.finditer(own)]
        first = max((cut for cut in cuts if cut <= one.start), default=start)
        last = min((cut for cut in cuts if cut >= one.end), default=end)
        rest = cue_pattern("local_wish", language).sub("", low[start:first] + " | " + low[last:end])
        return "wish" if wished.search(low[first:last]) or wished.search(rest) else "must"
    if needed.search(own):
        return "must"
    if at and _OPENING.match(own) and wished.search(low[slice(*clauses[at - 1])]):
        return "wish"
    for later in range(at + 1, len(clauses)):
        clause = low[slice(*clauses[later])]
        if wished.search(clause):
            closes = _CLOSING.match(clause) or (
                one.type in _CREDENTIALS and _AND.search(clause) and len(own.split()) <= 3
            )
            return "wish" if closes else "must"
        if needed.search(clause):
            return "must"
    for earlier in range(at - 1, -1, -1):
        if low[clauses[earlier][1] : clauses[earlier][1] + 1] == ":" and wished.search(low[slice(*clauses[earlier])]):
            return "wish"
    return "must"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places of one description that cannot both be true: what about, and both quotes with their offsets."""

    about: str
    quotes: tuple[str, str]
    places: tuple[tuple[int, int], tuple[int, int]]


_RULED_OUT = {
    "weekend_work": r"ei (?:koskaan )?viikonlop\w*|inga helger|inget helgarbete|no weekends?(?: work)?",
    "night_work": r"ei (?:koskaan )?yö\w*|inget nattarbete|inga nätter|no nights?(?: work| shifts)?",
    "evening_work": r"ei (?:koskaan )?ilta\w*|inget kvällsarbete|inga kvällar|no evenings?(?: work| shifts)?",
    "working_alone": r"ei (?:koskaan )?tarvitse työskennellä yksin|koskaan yksin|aldrig ensam|never (?:work )?alone",
}


def contradictions(text: str, found: Sequence[FoundCondition], language: str) -> list[Contradiction]:
    """Find what a description says two ways: no lifting and 20 kg, no nights and night shifts, two different limits.

    >>> text = "Ei nostoja. Siirrät 20 kg säkkejä."
    >>> [one.about for one in contradictions(text, read_conditions(text, "fi"), "fi")]
    ['lifting_limit']
    """
    del language
    cleaned = clean(text)
    listed = []
    for type_ in ("lifting_limit", "min_age", "hours_per_week", "hours_per_day", "people_at_once"):
        mine = [one for one in found if one.type == type_]
        listed += [_pair(type_, mine[0], other) for other in mine[1:] if other.value != mine[0].value][:1]
    for type_, one_value, other_value in (
        ("access", "no_lift", "lift"),
        ("access", "stairs", "step_free"),
        ("access", "not_accessible", "step_free"),
        ("supervision", "none", "available"),
        ("shift_form", "day", "three_shift"),
        ("shift_form", "day", "two_shift"),
    ):
        by = {one.value: one for one in found if one.type == type_}
        if one_value in by and other_value in by:
            listed.append(_pair(type_, by[one_value], by[other_value]))
    for type_, pattern in _RULED_OUT.items():
        said = next((one for one in found if one.type == type_), None)
        denied = re.search(rf"(?<!\w)(?:{pattern})", cleaned, re.IGNORECASE)
        if said and denied:
            places = ((said.start, said.end), denied.span())
            listed.append(Contradiction(type_, (said.quote, denied[0]), places))
    return listed


def _pair(about: str, one: FoundCondition, other: FoundCondition) -> Contradiction:
    return Contradiction(about, (one.quote, other.quote), ((one.start, one.end), (other.start, other.end)))
