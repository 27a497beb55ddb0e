"""Reads a coach's question about a gap: "standing 5 against 2, customer contact fine, school kitchen".

A small grammar in Finnish, Swedish and English: the name of a dimension beside two levels is an asked gap, beside
"fine" it is something that fits, beside "cannot" a gap of unknown size; a question without any asks for what it says in
other words ("on her feet all day"), else for what it names. Lines of business and sizes are recognised; every other
word is kept for the comparison of texts. Words are in ``data/reference/gap_words.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.errors import InvalidInput
from data.reference_files import read_reference
from data.solutions import EmployerSize

from .tokens import clean

LANGUAGES = ("fi", "sv", "en")
USUAL_GAP = 2.0
"""A gap of which only the dimension is said counts as this wide (steps): about the mean of the seed cases."""

HEAVY = 3.5
"""A load from this level on is asked for when a question names no gap."""

LONGEST_QUESTION = 2_000

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CUT = re.compile(r"(?<!\d)[,;:.!?\n]|[,;:.!?\n](?!\d)")
_LEVEL = r"[0-5](?:[.,][05])?(?![\d.,]*\d)"
_HOURS = re.compile(r"(?<!\d)(\d{1,2}(?:[.,]\d)?)(?!\d)")


@dataclass(frozen=True, slots=True)
class AskedGap:
    """One asked gap: what the work asks and what the person manages, None where it was not said (levels 0-5)."""

    needed: float | None = None
    managed: float | None = None

    @property
    def size(self) -> float:
        """Steps between the two, the usual gap where one of them is unknown."""
        if self.needed is None or self.managed is None:
            return USUAL_GAP
        return max(0.0, self.needed - self.managed)


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """What was understood of a question; ``words`` are the rest, lower-case, for the comparison of texts."""

    gaps: Mapping[str, AskedGap]
    fine: frozenset[str] = frozenset()
    sectors: tuple[str, ...] = ()
    size: EmployerSize | None = None
    words: tuple[str, ...] = ()


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class _Named(NamedTuple):
    id: str
    start: int
    end: int
    tokens: tuple[int, ...]


def read_question(text: str) -> GapQuestion:
    """Read one question; InvalidInput when it is empty or far too long.

    >>> found = read_question("standing 5 against 2, customer contact fine, school kitchen")
    >>> found.gaps["pos_stand"], sorted(found.fine), found.sectors
    (AskedGap(needed=5.0, managed=2.0), ['soc_cust'], ('catering', 'school'))
    >>> read_question("melu 4, sietää 2,5").gaps
    {'env_noise': AskedGap(needed=4.0, managed=2.5)}
    """
    if not text.strip() or len(text) > LONGEST_QUESTION:
        raise InvalidInput("question", "there is no question of a readable length", f"1-{LONGEST_QUESTION} characters")
    text = clean(text).lower()
    tokens = [_Token(match[0], *match.span()) for match in _WORD.finditer(text)]
    named = _find(tokens, _phrases("dimensions"))
    gaps: dict[str, AskedGap] = {}
    for start, end, needed, managed in _pairs(text):
        if (dimension := _nearest(named, start, end)) is not None and dimension not in gaps and needed > managed:
            gaps[dimension] = AskedGap(needed, managed)
    gaps.update(_hours_gap(text, named, gaps))
    fine, mentioned = set[str](), list[str]()
    for start, end in _clauses(text):
        inside = [one.id for one in named if start <= one.start < end and one.id not in gaps]
        if not inside:
            continue
        within = [token for token in tokens if start <= token.start < end]
        if _find(within, _phrases("fine")):
            fine.update(inside)
        elif _find(within, _phrases("hard")):
            gaps.update((dimension, AskedGap()) for dimension in inside if dimension not in fine)
        else:
            mentioned += inside
    if not gaps:
        gaps = {one.id: AskedGap() for one in _find(tokens, _phrases("said"), several=True) if one.id not in fine}
    if not gaps:
        gaps = {dimension: AskedGap() for dimension in mentioned if dimension not in fine}
    sectors = tuple(dict.fromkeys(one.id for one in _find(tokens, _phrases("sectors"), several=True)))
    sizes = [one.id for one in _find(tokens, _phrases("sizes"))]
    return GapQuestion(
        gaps,
        frozenset(fine - set(gaps)),
        sectors,
        EmployerSize(sizes[0]) if sizes else None,
        _content(tokens, named),
    )


def with_loads(question: GapQuestion, text: str) -> GapQuestion:
    """Ask for the heavy loads that a text about the work states, where it names no gap: "laatikot 25 kg".

    Only figures and words of the lexicon count, from ``HEAVY`` on; what the person manages stays unknown.
    """
    from .task_text import read_text

    if question.gaps:
        return question
    found = {
        dimension: AskedGap(round(2 * level.value) / 2)
        for dimension, level in read_text(text).levels.items()
        if level.value >= HEAVY and level.evidence.startswith(("figure", "words")) and dimension not in question.fine
    }
    return replace(question, gaps=found)


def _content(tokens: Sequence[_Token], named: Sequence[_Named]) -> tuple[str, ...]:
    """Keep the words that say something about the work: no numbers, no names of dimensions, no small words."""
    taken = {at for one in named for at in one.tokens}
    taken |= {at for kind in ("stop", "against", "fine") for one in _find(tokens, _phrases(kind)) for at in one.tokens}
    kept = [token.word for at, token in enumerate(tokens) if at not in taken and len(token.word) >= 3]
    return tuple(dict.fromkeys(word for word in kept if not word.isdigit()))


@cache
def _pair_pattern() -> re.Pattern[str]:
    signs = "|".join(
        re.escape(word) for words in read_reference("gap_words.yaml")["against"].values() for word in words
    )
    between = rf"\s*,?\s*(?:(?:mutta|men|but|ja|och|and)\s+)?(?:/|->|→|(?:\b(?:{signs})\b\.?))\s*(?:vain|bara|only)?\s*"
    return re.compile(rf"(?<![\d.,])({_LEVEL}){between}({_LEVEL})")


def _pairs(text: str) -> Iterable[tuple[int, int, float, float]]:
    for match in _pair_pattern().finditer(text):
        needed, managed = (float(level.replace(",", ".")) for level in match.groups())
        yield match.start(), match.end(), needed, managed


def _nearest(named: Sequence[_Named], start: int, end: int) -> str | None:
    """Take the dimension named last before the levels, else the first after them."""
    before = [one for one in named if one.end <= start]
    after = [one for one in named if one.start >= end]
    if before:
        return max(before, key=lambda one: one.end).id
    return min(after, key=lambda one: one.start).id if after else None


def _hours_gap(text: str, named: Sequence[_Named], gaps: Mapping[str, AskedGap]) -> dict[str, AskedGap]:
    """Two numbers of weekly hours ("37,5 tuntia, jaksaa 16") become levels of weekly hours."""
    if HOURS_DIMENSION in gaps or all(one.id != HOURS_DIMENSION for one in named):
        return {}
    hours = [value for match in _HOURS.finditer(text) if (value := float(match[1].replace(",", "."))) > 5]
    if len(hours) < 2 or hours[0] <= hours[1]:
        return {}
    return {HOURS_DIMENSION: AskedGap(_hours_level(hours[0]), _hours_level(hours[1]))}


def _hours_level(hours: float) -> float:
    return float(sum(hours >= least for least in (4, 10, 20, 26, 35)))


def _clauses(text: str) -> Iterable[tuple[int, int]]:
    at = 0
    for cut in _CUT.finditer(text):
        yield at, cut.start()
        at = cut.end()
    yield at, len(text)


@cache
def _phrases(kind: str) -> Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Give the phrases of a kind by their first two letters, the longest first: (id, stems)."""
    entries = read_reference("gap_words.yaml")[kind]
    by_id = entries if kind in ("dimensions", "said", "sectors", "sizes") else {kind: entries}
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for id_, by_language in by_id.items():
        for language in LANGUAGES:
            for phrase in by_language[language]:
                stems = tuple(str(phrase).lower().split())
                found.setdefault(stems[0].lstrip("=")[:2], []).append((id_, stems))
    order = list(dimension_index()) if kind in ("dimensions", "said") else list(by_id)
    return {
        letters: tuple(sorted(listed, key=lambda one: (-len("".join(one[1])), order.index(one[0]), one[1])))
        for letters, listed in found.items()
    }


def _find(
    tokens: Sequence[_Token],
    phrases: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]],
    several: bool = False,
) -> list[_Named]:
    """Find phrases word by word; the longest that fits is taken, or with ``several`` all that fit."""
    found, at = list[_Named](), 0
    while at < len(tokens):
        length = 1
        for id_, stems in phrases.get(tokens[at].word[:2], ()):
            if _fits(stems, tokens, at):
                places = tuple(range(at, at + len(stems)))
                found.append(_Named(id_, tokens[at].start, tokens[places[-1]].end, places))
                if not several:
                    length = len(stems)
                    break
        at += length
    return found


def _fits(stems: Sequence[str], tokens: Sequence[_Token], at: int) -> bool:
    if at + len(stems) > len(tokens):
        return False
    for stem, token in zip(stems, tokens[at:], strict=False):
        if not (token.word == stem[1:] if stem.startswith("=") else token.word.startswith(stem)):
            return False
    return True
