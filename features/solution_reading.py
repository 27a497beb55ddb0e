"""Reads an earlier solution out of what a coach pastes or imports, for the coach to confirm. Nothing is decided here.

Gaps come from the small grammar of gap questions, loads and conditions from the readers of task texts, measures from
the names of the catalogue, the outcome from plain words. What could give a person away is found first; the draft is
made of the text without it.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from data.accommodations import CostClass, load_accommodations
from data.conditions import Condition
from data.errors import InvalidInput, RowFault
from data.imports.solution_list import SolutionRow
from data.levels import Level
from data.reference_files import read_reference
from data.solutions import (
    Change,
    ChangeKind,
    Consent,
    Cost,
    EmployerSize,
    Gap,
    Judged,
    JudgedHow,
    Role,
    Solution,
    SolutionSource,
    SolutionText,
    Went,
)

from .deidentification import PersonalCheck, check_personal, without_personal
from .gap_question import GapQuestion, read_question

ENOUGH_OF_NAME = 0.6
"""A measure is taken for named when so much of its name's rare words stands in one sentence (0-1)."""

_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+|(?<=[\d)][.])\s+(?=[A-ZÅÄÖ])|\n+")
_WORD = re.compile(r"[^\W\d_]{4,}")
_HOURS = re.compile(r"(\d{1,2}(?:[.,]\d)?)\s*(?:h|t|tuntia|tunnista|tunnin|tuntiin|timmar|hours)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NamedMeasure:
    """A measure of the catalogue that a text seems to name, with the words that say so."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class SolutionDraft:
    """What was read of a pasted text; ``text`` names nobody any more, what is ``missing`` must be filled in."""

    personal: PersonalCheck
    text: str
    language: str
    parts: SolutionText
    question: GapQuestion
    loads: Mapping[str, Level]
    conditions: tuple[Condition, ...]
    measures: tuple[NamedMeasure, ...]
    outcome: Went | None
    hours: tuple[float, float] | None
    missing: tuple[str, ...]


def draft_from_text(text: str, language: str = "auto", keep: Iterable[int] = ()) -> SolutionDraft:
    """Read a draft out of a coach's text; ``keep`` are numbers of personal findings that are none after all.

    Raises InvalidInput when there is no text to read.
    """
    from .task_text import guess_language, read_text
    from .workplace_reading import conditions_of

    if not text.strip():
        raise InvalidInput("text", "the text is empty", "a few sentences about the work, the change and how it went")
    if language == "auto":
        guessed = guess_language(text)
        language = guessed if guessed in ("fi", "sv", "en") else "fi"
    personal = check_personal(text, language)
    clean_text = without_personal(personal, keep)
    parts = _parts(clean_text, language)
    question = read_question(clean_text[:2000] or "-")
    measures = tuple(_measures(clean_text, language))
    outcome = _outcome(parts.result or clean_text, language)
    complete = {gap for gap, asked in question.gaps.items() if asked.needed is not None and asked.managed is not None}
    missing = [
        name
        for name, there in (
            ("gaps", complete),
            ("changes", measures or parts.change),
            ("outcome", outcome),
            ("sector", question.sectors),
        )
        if not there
    ]
    return SolutionDraft(
        personal,
        clean_text,
        language,
        parts,
        question,
        read_text(parts.work or clean_text, language).levels,
        conditions_of(clean_text, language),
        measures,
        outcome,
        _hours(clean_text),
        tuple(missing),
    )


def solution_from_draft(
    draft: SolutionDraft,
    size: EmployerSize,
    weeks: float,
    sector: str = "",
    outcome: Went | None = None,
    gaps: Mapping[str, Gap] | None = None,
    id_: str = "",
) -> Solution:
    """Make the record that the coach confirmed; what is given here goes before what was read. Raises InvalidInput.

    Every change takes the outcome of the whole: a text seldom says it measure by measure.
    """
    read = {
        d: Gap(a.needed, a.managed)
        for d, a in draft.question.gaps.items()
        if a.needed is not None and a.managed is not None
    }
    gaps = dict(gaps or {}) or read
    sector = sector or (draft.question.sectors[0] if draft.question.sectors else "")
    outcome = outcome or draft.outcome
    if not gaps or not sector or outcome is None:
        lacks = [name for name, there in (("gaps", gaps), ("sector", sector), ("outcome", outcome)) if not there]
        raise InvalidInput(
            "the draft", f"it lacks {', '.join(lacks)}", "what the draft lists as missing, given as an option"
        )
    changes = [Change(ChangeKind.MEASURE, outcome, measure.id) for measure in draft.measures]
    if not changes:
        kind = ChangeKind.HOURS if draft.hours else ChangeKind.OTHER
        words = draft.parts.change or draft.text
        changes = [Change(kind, outcome, words={draft.language: words}, dimensions=tuple(gaps))]
    return Solution(
        id=id_ or _id_of("text", draft.text),
        texts={draft.language: draft.parts},
        gaps=gaps,
        changes=tuple(changes),
        outcome=outcome,
        sector=sector,
        size=size,
        judged=Judged((Role.COACH,), JudgedHow.INTERVIEW, weeks),
        cost=Cost(_cost_of(changes)),
        consent=Consent.GIVEN,
        source=SolutionSource.TEXT,
        hours=draft.hours,
    )


def _cost_of(changes: Sequence[Change]) -> CostClass:
    """Take the dearest class of the measures of the catalogue; words of one's own cost nothing that is known."""
    of = {measure.id: list(CostClass).index(measure.cost_class) for measure in load_accommodations()}
    return list(CostClass)[max((of.get(change.accommodation, 0) for change in changes), default=0)]


def solutions_from_rows(
    rows: Sequence[SolutionRow], language: str = "auto"
) -> tuple[list[Solution], list[RowFault], dict[int, PersonalCheck]]:
    """Read imported rows: the cases without what could give a person away, faults, and what was found by row."""
    from .task_text import guess_language

    found, faults, personal = list[Solution](), list[RowFault](), dict[int, PersonalCheck]()
    for row in rows:
        read_in = guess_language(f"{row.work} {row.change}") if language == "auto" else language
        read_in = read_in if read_in in ("fi", "sv", "en") else "fi"
        question = read_question(row.gaps)
        gaps = {d: Gap(a.needed, a.managed) for d, a in question.gaps.items() if a.needed is not None}
        if not gaps:
            faults.append(
                RowFault(row.row, "gaps", "no_gap", "no dimension with two levels", "Write for example seisominen 5/2.")
            )
            continue
        texts = {}
        for name in ("title", "work", "change", "result"):
            check = check_personal(getattr(row, name), read_in)
            if check.findings:
                before = personal.get(row.row)
                personal[row.row] = check if before is None else _joined(before, check)
            texts[name] = without_personal(check)
        fine = read_question(f"{row.fine} ok").fine if row.fine else frozenset[str]()
        changes = [Change(ChangeKind.MEASURE, row.outcome, id_) for id_ in row.measures]
        if not changes:
            changes = [Change(ChangeKind.OTHER, row.outcome, words={read_in: texts["change"]}, dimensions=tuple(gaps))]
        found.append(
            Solution(
                id=_safe_id(row.id) or _id_of("row", f"{row.work} {row.change} {row.gaps}"),
                texts={read_in: SolutionText(texts["title"] or texts["work"][:60], *list(texts.values())[1:])},
                gaps=gaps,
                fine={d: Gap(None, None) for d in sorted(fine - set(gaps))},
                changes=tuple(changes),
                outcome=row.outcome,
                sector=row.sector,
                size=row.size,
                judged=Judged((Role.COACH,), JudgedHow.INTERVIEW, row.weeks),
                cost=Cost(row.cost),
                consent=Consent.GIVEN,
                source=SolutionSource.IMPORT,
                hours=row.hours,
            )
        )
    return found, faults, personal


def without_personal_texts(case: Solution) -> tuple[Solution, list[PersonalCheck]]:
    """Give a case whose texts name nobody, and what was found in them."""
    texts, checks = dict[str, SolutionText](), list[PersonalCheck]()
    for language, text in case.texts.items():
        parts = [check_personal(part, language) for part in (text.title, text.work, text.change, text.result)]
        texts[language] = SolutionText(*(without_personal(check) for check in parts))
        checks += [check for check in parts if check.findings]
    changes = []
    for change in case.changes:
        said = {language: check_personal(words, language) for language, words in change.words.items()}
        checks += [check for check in said.values() if check.findings]
        changes.append(replace(change, words={language: without_personal(check) for language, check in said.items()}))
    id_ = _safe_id(case.id) or _id_of("case", repr(texts))
    return replace(case, id=id_, texts=texts, changes=tuple(changes)), checks


def _joined(one: PersonalCheck, other: PersonalCheck) -> PersonalCheck:
    return PersonalCheck(one.text, (*one.findings, *other.findings), (*one.combinations, *other.combinations))


def _safe_id(id_: str) -> str:
    """Keep an id that names nobody; "" for one that might, or that is none."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", id_) or any(
        one.sure for one in check_personal(f"tunnus {id_}").findings
    ):
        return ""
    parts = [part.capitalize() for part in re.split(r"[^A-Za-z]+", id_) if len(part) > 3]
    named = (one.sure for part in parts for one in check_personal(f"tunnus {part}").findings)
    return "" if any(named) else id_


def _id_of(kind: str, text: str) -> str:
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def draft_as_entry(draft: SolutionDraft) -> dict[str, Any]:
    """Write a draft in the shape of a solution file, so that a coach can correct it by hand; None where unknown."""
    return {
        "id": _id_of("text", draft.text),
        "sector": next(iter(draft.question.sectors), None),
        "size": None if draft.question.size is None else draft.question.size.value,
        "gaps": {d: [asked.needed, asked.managed] for d, asked in draft.question.gaps.items()},
        "measures": {m.id: None if draft.outcome is None else draft.outcome.value for m in draft.measures},
        "hours": None if draft.hours is None else list(draft.hours),
        "cost": {"class": None},
        "outcome": None if draft.outcome is None else draft.outcome.value,
        "judged": {"by": ["coach"], "how": "interview", "weeks": None},
        "consent": None,
        draft.language: {
            "title": draft.parts.title,
            "work": draft.parts.work,
            "change": draft.parts.change,
            "result": draft.parts.result,
        },
    }


def _parts(text: str, language: str) -> SolutionText:
    """Sort sentences: how it went, what was changed, and the rest is the work."""
    words = read_reference("gap_words.yaml")
    by_kind: dict[str, list[str]] = {"work": [], "change": [], "result": []}
    for sentence in (part.strip() for part in _SENTENCE.split(text)):
        low = sentence.lower()
        if not low:
            continue
        result = any(cue in low for cues in words["outcomes"].values() for cue in cues[language])
        change = any(cue in low for cue in words["changed"][language])
        by_kind["result" if result and not change else "change" if change else "work"].append(sentence)
    joined = {kind: " ".join(sentences) for kind, sentences in by_kind.items()}
    joined["work"] = joined["work"] or text
    first = (joined["work"] or joined["change"] or text).split(".")[0]
    return SolutionText(first if len(first) <= 70 else first[:69].rstrip() + "…", **joined)


def _outcome(text: str, language: str) -> Went | None:
    low, cues = text.lower(), read_reference("gap_words.yaml")["outcomes"]
    said = {}
    for went in ("not_worked", "partly", "worked"):
        hits = [cue for cue in cues[went][language] if cue in low]
        for hit in hits:
            low = low.replace(hit, " ")
        said[went] = bool(hits)
    if said["partly"] or (said["worked"] and said["not_worked"]):
        return Went.PARTLY
    return Went.NOT_WORKED if said["not_worked"] else Went.WORKED if said["worked"] else None


def _hours(text: str) -> tuple[float, float] | None:
    found = [float(match[1].replace(",", ".")) for match in _HOURS.finditer(text)]
    found = [hours for hours in found if 4 <= hours <= 60]
    return (found[0], found[1]) if len(found) == 2 and found[0] != found[1] else None


@cache
def _measure_words(language: str) -> tuple[tuple[str, Mapping[str, float]], ...]:
    """Give each measure the beginnings of its name's words with how rare they are among the measures."""
    names = {m.id: {_beginning(w) for w in _WORD.findall(m.names[language].lower())} for m in load_accommodations()}
    held: dict[str, int] = {}
    for words in names.values():
        for word in words:
            held[word] = held.get(word, 0) + 1
    count = len(names)
    return tuple(
        (id_, {word: math.log(1 + count / held[word]) for word in sorted(words)}) for id_, words in names.items()
    )


def _beginning(word: str) -> str:
    return word[: max(5, len(word) - 3)]


def _measures(text: str, language: str) -> Iterator[NamedMeasure]:
    best: dict[str, tuple[float, str]] = {}
    for sentence in _SENTENCE.split(text):
        words = _WORD.findall(sentence.lower())
        for id_, stems in _measure_words(language):
            hits = {stem: next((word for word in words if word.startswith(stem)), "") for stem in stems}
            share = sum(stems[stem] for stem, word in hits.items() if word) / (sum(stems.values()) or 1)
            rare = any(word and len(stem) >= 8 and stems[stem] > 4.5 for stem, word in hits.items())
            if (share >= ENOUGH_OF_NAME or rare) and share > best.get(id_, (0.0, ""))[0]:
                best[id_] = share, " ".join(word for word in hits.values() if word)
    for id_, (_, said) in sorted(best.items()):
        yield NamedMeasure(id_, said)
