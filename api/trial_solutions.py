"""Ended trials as drafts of earlier solutions, in the shape of a solution file that a human checks and completes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from data.accommodations import CostClass, load_accommodations
from data.errors import InvalidInput, UnknownId
from data.solutions import EmployerSize
from data.store import Store, all_candidates, all_trials, employers_of
from data.vocabulary import vocabulary
from data.workplaces import Task
from features.deidentification import check_personal, without_personal
from matching.past_trial import NotInStore
from matching.solutions.trial_case import TrialCase, case_of_trial

from .messages import Messages

LONGEST_TITLE = 70


@dataclass(frozen=True, slots=True)
class TrialDrafts:
    """The drafts as entries of a solution file, and why other trials give none (id -> sentence)."""

    entries: tuple[dict[str, Any], ...]
    without: dict[str, str]

    @property
    def fictional(self) -> bool:
        """Tell whether all of them are of fictional people."""
        return all(entry["fictional"] for entry in self.entries)


def drafts_of_trials(store: Store, ids: Iterable[str], today: date, messages: Messages) -> TrialDrafts:
    """Draft cases from ended trials; without ids from all of them. UnknownId for a trial that is not there."""
    with store.read() as connection:
        trials = {trial.id: trial for trial in all_trials(connection)}
        people = {person.id: person for person in all_candidates(connection)}
        employers = {employer.id: employer for employer in employers_of(connection)}
    wanted = sorted(set(ids)) or sorted(trials)
    entries, without = [], {}
    for id_ in wanted:
        if id_ not in trials:
            raise UnknownId("trial", id_, sorted(trials)[:5])
        trial = trials[id_]
        person, employer = people.get(trial.candidate), employers.get(trial.employer)
        try:
            if person is None or employer is None:
                raise NotInStore("site_gone")
            entries.append(as_entry(case_of_trial(person, employer, trial, today), messages))
        except NotInStore:
            without[id_] = "its person, workplace or tasks are not in the store any more"
        except InvalidInput as error:
            without[id_] = str(error)
    return TrialDrafts(tuple(entries), without)


def as_entry(case: TrialCase, messages: Messages) -> dict[str, Any]:
    """Write a draft; what a human has to say is None: the size where it is not known, and consent."""
    language = messages.language
    known = {measure.id: measure for measure in load_accommodations()}
    costs = list(CostClass)
    cost = max((known[id_].cost_class for id_ in case.measures), key=costs.index, default=CostClass.NONE)
    went = case.outcome.value
    own = [{"kind": "carved", "for": list(case.carved_for), "went": went, language: _part(case, messages)}]
    entry: dict[str, Any] = {
        "id": f"trial-{case.trial}",
        "sector": case.sector if case.sector in vocabulary("sectors") else None,
        "size": case.size if case.size in set(EmployerSize) else None,
        "site": sorted(case.site_has & set(vocabulary("facilities"))),
        "gaps": {dimension: list(levels) for dimension, levels in case.gaps.items()},
        "fine": {dimension: list(levels) for dimension, levels in case.fine.items()},
        "measures": {id_: how.value for id_, how in case.measures.items()},
        "own": own if case.carved_for else [],
        "cost": {"class": cost.value},
        "outcome": went,
        "judged": {
            "by": ["coach"],
            "how": "review" if case.reviewed else "interview",
            "weeks": case.weeks,
        },
        "consent": None,
        "fictional": case.fictional,
        language: _words(case, messages),
    }
    return entry


def _words(case: TrialCase, messages: Messages) -> dict[str, str]:
    """Say in words what was done and changed."""
    kinds = list(dict.fromkeys(activity for task in case.tasks for activity in task.activities))
    title = ", ".join(messages.word("activities", kind) for kind in kinds[:3]) or _sentences(case.tasks[:1], messages)
    change = []
    if case.measures:
        names = {measure.id: measure.names[messages.language] for measure in load_accommodations()}
        change.append(messages.text("solutions.draft.measures", what=", ".join(names[id_] for id_ in case.measures)))
    change.append(_part(case, messages))
    result = "broken_off" if case.result is None else case.result.value
    return {
        "title": title[:LONGEST_TITLE],
        "work": _sentences(case.tasks, messages),
        "change": " ".join(change),
        "result": messages.text(f"solutions.draft.result.{result}"),
    }


def _part(case: TrialCase, messages: Messages) -> str:
    said = messages.text("solutions.draft.part", hours=messages.number(case.hours_per_week))
    if not case.carved_away:
        return said
    return f"{said} {messages.text('solutions.draft.left', what=_sentences(case.carved_away[:5], messages))}"


def _sentences(tasks: Iterable[Task], messages: Messages) -> str:
    """Write tasks in the employer's own words, cleared of what surely names somebody.

    What is doubtful stays in a draft: a human reads it, and adding a case checks it once more.
    """
    said = " ".join(task.text if task.text.endswith((".", "!", "?")) else f"{task.text}." for task in tasks)
    check = check_personal(said, messages.language)
    return without_personal(check, [at for at, one in enumerate(check.findings) if not one.sure])
