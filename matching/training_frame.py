"""From the trials of a store to what a scorer learns from: ended, judged and released, as they looked when decided.

What is left out is counted by reason. Made-up and real trials never mix: where there is a real one, made-up ones are
left out; where all are made up, the frame says ``simulated``. People and trials get numbers instead of ids, so that a
frame can be handed to a researcher; employers keep theirs, because a scorer has a term for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.candidates import Candidate
from data.trials import Trial, went_well
from data.workplaces import Employer
from features.trial_features import trial_features

from .learning.decisions import ShownDecisions
from .learning.lessons import EmployerHistory
from .learning.outcomes import TrialOutcomes
from .learning.refusals import RefusalPairs, pairs_of
from .logged_lists import LoggedLists, places_of_trials, shown_decisions
from .past_trial import NotInStore, suggestion_as_tried
from .trial_frame import trial_row

Row = npt.NDArray[np.float64]

SHOWN, RECOMPUTED = "shown", "recomputed"
"""Where a row comes from: kept when the suggestion was shown, or laid out again from what the store holds today."""

NO_GROUP = "unknown"

Refusal = tuple[int, str, tuple[str, ...]]
"""A no with a reason: number of the list, suggestion, and the features that the reason speaks about."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingFrame:
    """Outcomes with the origin of each row, what was left out by reason, and what coaches were shown (None: no log).

    ``refusals``: what was refused with a reason beside what was chosen of the same list (None: nothing).
    """

    outcomes: TrialOutcomes
    origin: tuple[str, ...]
    left_out: Mapping[str, int]
    shown: ShownDecisions | None = None
    refusals: RefusalPairs | None = None


def build_frame(
    trials: Iterable[Trial],
    people: Iterable[Candidate],
    employers: Iterable[Employer],
    log: LoggedLists | None = None,
    refusals: Sequence[Refusal] = (),
) -> TrainingFrame:
    """Build the frame of a store; the same store gives the same frame, in whatever order its parts come.

    ``log``: what was shown; a trial that stands in it takes its row from there. Lists of people who have released
    nothing are left out. ``refusals`` are of people who let them be learned from.
    """
    listed = sorted(trials, key=lambda trial: (trial.day_of_decision, trial.id))
    candidates, workplaces = {p.id: p for p in people}, {e.id: e for e in employers}
    real = any(not trial.fictional for trial in listed)
    left_out: Counter[str] = Counter()
    usable = []
    for trial in listed:
        if reason := "made_up" if real and trial.fictional else _why_not(trial):
            left_out[reason] += 1
        else:
            usable.append(trial)
    of_employer: dict[str, list[Trial]] = {}
    for trial in usable:
        of_employer.setdefault(trial.employer, []).append(trial)
    places = {} if log is None else places_of_trials(log, usable)
    kept: list[tuple[Trial, Row, str]] = []
    for trial in usable:
        if log is not None and trial.id in places:
            kept.append((trial, log.rows[places[trial.id]], SHOWN))
            continue
        try:
            row = _recomputed(trial, candidates, workplaces, _history(trial, of_employer[trial.employer]))
        except NotInStore as gone:
            left_out[gone.what] += 1
        else:
            kept.append((trial, row, RECOMPUTED))
    number: dict[str, int] = {}
    for trial, _, _ in kept:
        number.setdefault(trial.candidate, len(number) + 1)
    shown = None
    if log is not None and len(log.rank):
        released = {trial.candidate for trial in usable}
        shown = _released_only(shown_decisions(log, usable, not real), released, number)
    outcomes, origins = _outcomes(kept, number, not real), tuple(origin for _, _, origin in kept)
    pairs = None if log is None else _pairs(log, refusals, [places[one.id] for one in usable if one.id in places])
    return TrainingFrame(outcomes, origins, dict(sorted(left_out.items())), shown, pairs)


def _pairs(log: LoggedLists, refusals: Sequence[Refusal], chosen: Sequence[int]) -> RefusalPairs | None:
    """Pair what was refused with what was tried of the same list; None where there is no pair."""
    places = {key: at for at, key in enumerate(zip(log.run.tolist(), log.suggestions, strict=True))}
    refused = [(places[run, suggestion], about) for run, suggestion, about in refusals if (run, suggestion) in places]
    pairs = pairs_of(refused, chosen, log.rows, log.list_of.tolist())
    return pairs if len(pairs) else None


def _released_only(shown: ShownDecisions, released: Collection[str], number: dict[str, int]) -> ShownDecisions:
    """Keep the lists of people who let themselves be learned from, and put numbers in the place of their ids."""
    at = np.flatnonzero([person in released for person in shown.people])
    people = [shown.people[i] for i in at]
    for person in people:
        number.setdefault(person, len(number) + 1)
    _, lists = np.unique(shown.list_of[at], return_inverse=True)
    return replace(
        shown,
        rows=shown.rows[at],
        list_of=lists.astype(np.int64),
        rank=shown.rank[at],
        people=tuple(f"p{number[person]}" for person in people),
        employers=tuple(shown.employers[i] for i in at),
        model=tuple(shown.model[i] for i in at),
        day=shown.day[at],
        put_forward=shown.put_forward[at],
        tried=shown.tried[at],
        went_well=shown.went_well[at],
        propensity=shown.propensity[at],
    )


def _why_not(trial: Trial) -> str:
    judged = went_well(trial)
    if judged.went_well is None:
        return judged.reason
    return "" if trial.released else "not_released"


def _recomputed(
    trial: Trial, candidates: Mapping[str, Candidate], workplaces: Mapping[str, Employer], history: EmployerHistory
) -> Row:
    if trial.candidate not in candidates:
        raise NotInStore("person_gone")
    if trial.employer not in workplaces:
        raise NotInStore("site_gone")
    person = candidates[trial.candidate]
    return trial_row(person, suggestion_as_tried(person, workplaces[trial.employer], trial), history)


def _history(trial: Trial, of_employer: Sequence[Trial]) -> EmployerHistory:
    """Count the employer's trials that had ended before this one was decided, of those that may be learned from."""
    before = [
        went_well(one).went_well
        for one in of_employer
        if one.ended_on is not None and one.ended_on < trial.day_of_decision
    ]
    return EmployerHistory(len(before), sum(well is True for well in before))


def _outcomes(kept: Sequence[tuple[Trial, Row, str]], number: Mapping[str, int], simulated: bool) -> TrialOutcomes:
    return TrialOutcomes(
        rows=np.array([row for _, row, _ in kept], np.float64).reshape(len(kept), len(trial_features())),
        went_well=np.array([went_well(trial).went_well is True for trial, _, _ in kept], np.bool_),
        employers=tuple(trial.employer for trial, _, _ in kept),
        groups=tuple(trial.group or NO_GROUP for trial, _, _ in kept),
        people=tuple(f"p{number[trial.candidate]}" for trial, _, _ in kept),
        day=np.array([trial.day_of_decision.toordinal() for trial, _, _ in kept], np.int64),
        simulated=simulated,
        ids=tuple(f"t{at}" for at in range(1, len(kept) + 1)),
    )
