"""What ``worktrial import outcomes`` does with a YAML file: trials become records, or a report of their faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from data.candidates import Candidate
from data.errors import RowFault, RowsRefused
from data.imports.outcome_check import KnownToStore, check_trials
from data.imports.outcome_file import read_outcome_file
from data.imports.outcome_list import read_outcome_list
from data.imports.task_list import faults_as_csv
from data.pathways import load_pathways
from data.reference_files import REFERENCE
from data.store import Store, all_candidates, all_trials, employers_of, replace_trials
from data.trials import Trial, went_well
from data.workplaces import Employer

DEMO_TRIALS = REFERENCE / "trials" / "keski_suomi.csv"
"""Fictional trials of the fictional demo region."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many were stored, faults of the others, the store's trials."""

    stored: int
    faults: tuple[RowFault, ...]
    trials: tuple[Trial, ...]


def import_outcomes(
    store: Store, path: Path, today: date, keep_good: bool = False, update: bool = False, faults_out: Path | None = None
) -> Imported:
    """Store a YAML file of trials whole, or with ``keep_good`` its good ones; RowsRefused stores nothing."""
    rows, unread = read_outcome_file(path)
    with store.write() as connection:
        good, wrong = check_trials(rows, _known(connection), today, update)
        faults = tuple(sorted([*unread, *wrong], key=lambda fault: (fault.row, fault.column)))
        if faults_out is not None:
            faults_out.write_text(faults_as_csv(faults), encoding="utf-8-sig")
        if faults and not keep_good:
            raise RowsRefused(path.name, len(good), faults)
        stored = replace_trials(connection, good)
        return Imported(stored, faults, all_trials(connection))


def _known(connection: sa.Connection) -> KnownToStore:
    people, employers = all_candidates(connection), employers_of(connection)
    return KnownToStore.of(people, employers, _pathways(), all_trials(connection))


def _pathways() -> list[str]:
    return [pathway.id for country in load_pathways().countries.values() for pathway in country.pathways]


def demo_trials(people: Sequence[Candidate], employers: Sequence[Employer]) -> tuple[Trial, ...]:
    """Read the fictional trials of the demo region; RowsRefused if they do not fit it (a test holds them together)."""
    rows, unread, _ = read_outcome_list(DEMO_TRIALS)
    good, wrong = check_trials(rows, KnownToStore.of(people, employers, _pathways(), ()), date.max)
    if unread or wrong:
        raise RowsRefused(DEMO_TRIALS.name, len(good), (*unread, *wrong))
    return tuple(good)


def counts(trials: Iterable[Trial]) -> Counter[str]:
    """Count trials by how they may be learned from: well, badly, unjudged, kept_back."""
    found: Counter[str] = Counter()
    for trial in trials:
        judged = went_well(trial).went_well
        if judged is None:
            found["unjudged"] += 1
        elif not trial.released:
            found["kept_back"] += 1
        else:
            found["well" if judged else "badly"] += 1
    return found
