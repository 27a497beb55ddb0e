"""Trials and decisions in the store, on both databases: kept whole, apart from regions and profiles, append-only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from data.candidates import Candidate
from data.errors import InvalidInput
from data.human_decisions import DecisionKind, RegistryBroken, named_people, stated_reason
from data.store import (
    Store,
    add_decision,
    all_decisions,
    all_trials,
    count_trials,
    release_trials,
    remove_trials_of,
    replace_candidates,
    replace_region,
    replace_trials,
)
from data.trials import (
    Course,
    Interruption,
    MeasureEffect,
    Outcome,
    Retention,
    Trial,
    TrialReview,
    TriedTask,
)
from data.workplaces import Employer

WHOLE = Trial(
    id="T-1",
    candidate="KS-001",
    employer="hall",
    site="hall.stock",
    starts=date(2026, 1, 7),
    course=Course.INTERRUPTED,
    tasks=(TriedTask("hall.stock.hand.2", 2.5), TriedTask("hall.stock.hand.1", 6.0)),
    measures=("extra_breaks", "double_check"),
    decided_on=date(2026, 1, 2),
    planned_end=date(2026, 4, 1),
    ended_on=date(2026, 3, 1),
    interruption=Interruption.NEXT_STEP,
    outcome=Outcome.OTHER_JOB,
    retention=Retention(True, False, None),
    reviews=(
        TrialReview(date(2026, 2, 1), {"pos_stand": 3.5}, 4.0, 1.5, (MeasureEffect("extra_breaks", "end_ment", -0.5),)),
        TrialReview(date(2026, 1, 20)),
    ),
    pathway="fi.pension.trial_unpaid",
    suggestion="abc",
    run="def",
    group="logistics",
    released=True,
    fictional=True,
)
BARE = Trial("T-0", "KS-002", "hall", "hall.stock", date(2026, 5, 1), Course.STARTED, (TriedTask("t", 1.0),))
AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def test_trials_come_back_as_they_were_stored_and_replace_themselves_whole(store: Store) -> None:
    with store.write() as connection:
        assert replace_trials(connection, [WHOLE, BARE]) == 2
        assert all_trials(connection) == (BARE, WHOLE)
        changed = replace(WHOLE, reviews=(), tasks=WHOLE.tasks[:1], outcome=Outcome.HIRED)
        replace_trials(connection, [changed])
        assert all_trials(connection) == (BARE, changed)
        assert count_trials(connection) == 2


def test_bringing_in_a_region_or_profiles_anew_leaves_trials_alone(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    with store.write() as connection:
        replace_trials(connection, [replace(WHOLE, employer=employers[0].id, candidate=people[0].id)])
        replace_region(connection, employers[0].region, employers[:1])
        replace_candidates(connection, people[:1])
        replace_region(connection, employers[0].region, ())
        assert count_trials(connection) == 1


def test_a_person_withdraws_or_is_erased_with_everything_below(store: Store) -> None:
    with store.write() as connection:
        replace_trials(connection, [WHOLE, replace(WHOLE, id="T-2", starts=date(2026, 4, 1)), BARE])
        assert release_trials(connection, "KS-001", False) == 2
        assert not any(trial.released for trial in all_trials(connection))
        assert remove_trials_of(connection, ["KS-001"]) == 2
        assert all_trials(connection) == (BARE,)
        for table in ("trial_task", "trial_review"):
            left = connection.execute(sa.text(f"SELECT COUNT(*) FROM {table} WHERE trial_id <> 'T-0'"))  # noqa: S608
            assert left.scalar() == 0


def test_a_fault_in_the_middle_leaves_no_trial_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        replace_trials(connection, [WHOLE])
        raise RuntimeError
    with store.read() as connection:
        assert all_trials(connection) == ()


def _decide(store: Store, count: int) -> None:
    with store.write() as connection:
        for number in range(count):
            facts = {"before": "expert", "after": f"m{number}", "manifest": "0", "steps": 0.1}
            add_decision(connection, DecisionKind.PROMOTE, ("Anna Aalto", "Bo Berg"), "Because it is better", facts, AT)


def test_decisions_are_kept_in_order_with_who_when_and_why(store: Store) -> None:
    _decide(store, 3)
    with store.read() as connection:
        entries = all_decisions(connection)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert {entry.people for entry in entries} == {("Anna Aalto", "Bo Berg")}
    assert entries[0].decided_at == "2026-11-27T12:00:00+00:00"
    assert len({entry.chain for entry in entries}) == 3


@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        ("UPDATE human_decision SET reason = 'Another reason' WHERE number = 2", 2),
        ("UPDATE human_decision SET decided_at = '2020-01-01T00:00:00+00:00' WHERE number = 1", 1),
        ("DELETE FROM human_decision WHERE number = 2", 2),
        ("UPDATE human_decision SET chain = 'x' WHERE number = 3", 3),
    ],
)
def test_a_changed_or_missing_entry_shows(store: Store, tamper: str, number: int) -> None:
    _decide(store, 3)
    with store.write() as connection:
        connection.execute(sa.text(tamper))
    with store.read() as connection, pytest.raises(RegistryBroken, match=f"entry {number}"):
        all_decisions(connection)


@pytest.mark.parametrize("names", [("Anna", "Anna"), ("Anna Aalto", "anna  AALTO"), ("Anna", ""), ("Anna", "  12 ")])
def test_one_person_under_two_spellings_is_one_person(names: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        named_people(names, 2)


@pytest.mark.parametrize("reason", ["", "ok", "         .", "x" * 3000])
def test_a_decision_says_why(reason: str) -> None:
    with pytest.raises(InvalidInput):
        stated_reason(reason)
