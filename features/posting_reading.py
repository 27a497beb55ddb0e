"""From an employer's own words to tasks with proposed loads and conditions, each with the words that drove it.

Nothing is settled here: what is proposed waits for the employer. A level whose interval is wide is proposed too, but it
plans nothing until it is confirmed (``workplace_reading``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from data.imports.task_list import TaskRow
from data.levels import Level
from data.postings import MOST_TASKS, PostedTask, ProposedCondition, ProposedLoad
from data.spreadsheet_text import plain
from data.table_cells import LONGEST_TEXT, CellFault, hours

from .condition_text import read_conditions
from .deidentification import check_personal
from .language import LANGUAGES
from .task_text import read_texts
from .workplace_reading import conditions_of, sure_enough, task_of_row

_BULLET = re.compile(r"^\s*(?:[-–—•*·▪●o]\s+|\(?\d{1,2}[.)]\s+|[a-h]\)\s+)")
_HOURS = re.compile(
    r"[\s,;:(–-]*(?:(?<![^\W\d_])(?:n\.?|noin|ca\.?|about))?\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:h|t|tunt?i?\w{0,3}|timm?\w{0,4}|hours?|hrs?)\b\.?"
    r"(?:\s*(?:/|per\s|i\s|a\s)?\s*(?:vk\w{0,3}|vi+k+\w{0,5}|v|veck\w{0,4}|we+ks?))?\s*\)?\s*[.;,]?\s*$",
    re.IGNORECASE,
)
"""Hours at the end of a line, also as people mistype them: "4 tuntia viikosa", "3 tun/vk", "2 timar i veckan".

"n." stands for "noin" only as a word of its own: "pyyhkiminen 5 h" keeps its last letter."""
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3}[.!?;])\s+(?=[^\W\d_a-zåäö])|;\s+")
_LEAST_LETTERS = 4
_EVIDENCE = re.compile(r".*?: (?P<words>.*) \[\d+-\d+\]", re.DOTALL)
_HEALTH = frozenset({"diagnosis", "rare", "age", "id"})
"""What has no place in a note about an employer; names, days and places of a contact are its own."""


def rows_of_text(text: str, job: str = "") -> list[TaskRow]:
    r"""Split a pasted text into tasks: lines, bullets, sentences; hours at the end of one are its weekly hours.

    A short line that ends in a colon names the job of what follows.

    >>> [(row.job, row.text, row.hours) for row in rows_of_text("Keittiöapu:\n- Astioiden pesu 5 h/vko\n- Pöydät")]
    [('Keittiöapu', 'Astioiden pesu', 5.0), ('Keittiöapu', 'Pöydät', None)]
    """
    rows: list[TaskRow] = []
    for line in text.splitlines():
        bare = plain(_BULLET.sub("", line))
        if bare.endswith(":") and len(bare) <= 80:
            job = bare.rstrip(": ")
            continue
        for sentence in _SENTENCE.split(bare):
            row = _row(len(rows) + 1, plain(sentence), job)
            if row is not None and len(rows) < MOST_TASKS and all(row.text != other.text for other in rows):
                rows.append(row)
    return rows


def _row(number: int, sentence: str, job: str) -> TaskRow | None:
    match = _HOURS.search(sentence)
    words, weekly = sentence, None
    if match and match.start() > 0:
        try:
            weekly = hours(match[1])
            words = sentence[: match.start()]
        except CellFault:
            weekly = None
    words = words.strip(" .;,")[:LONGEST_TEXT]
    if sum(sign.isalpha() for sign in words) < _LEAST_LETTERS:
        return None
    return TaskRow(number, words, weekly, job)


def proposed_from_text(text: str, job_id: str, language: str = "auto", job: str = "") -> tuple[PostedTask, ...]:
    """Read a pasted text whole: its tasks, and for each what loads and conditions it seems to hold."""
    return proposed_from_rows(rows_of_text(text, job), job_id, language)


def proposed_from_rows(rows: Sequence[TaskRow], job_id: str, language: str = "auto") -> tuple[PostedTask, ...]:
    """Read the rows of a table or file; ids are numbered below the job's."""
    found = []
    readings = read_texts([row.text for row in rows], language, [row.job for row in rows])
    for number, (row, reading) in enumerate(zip(rows, readings, strict=True), start=1):
        task = task_of_row(f"{job_id}.{number}", row, language)
        loads = {
            dimension: ProposedLoad(level, _words(level), sure_enough(level))
            for dimension, level in reading.levels.items()
        }
        conditions = _conditions(row.text, reading.language)
        found.append(PostedTask(task, loads, conditions, hours_known=row.hours is not None))
    return tuple(found)


def _words(level: Level) -> str:
    match = _EVIDENCE.fullmatch(level.evidence)
    return match["words"] if match else ""


def _conditions(text: str, language: str) -> tuple[ProposedCondition, ...]:
    """Give each condition with the clause that says it."""
    found = []
    for one in read_conditions(text, language) if language in LANGUAGES else ():
        found += [ProposedCondition(condition, one.quote) for condition in conditions_of(one.quote, language)]
    known = conditions_of(text, language)
    by_key = {one.condition.key: one for one in found}
    return tuple(ProposedCondition(one, by_key[one.key].words if one.key in by_key else "") for one in known)


def health_in_note(note: str, language: str = "fi") -> tuple[str, ...]:
    """Name the kinds of things in a note about an employer that seem to say something about a person.

    >>> health_in_note("Soitettu Virtaselle, palaveri 3.2."), health_in_note("Työntekijällä on masennus")
    ((), ('diagnosis',))
    """
    return tuple(sorted({one.kind for one in check_personal(note, language).findings} & _HEALTH))
