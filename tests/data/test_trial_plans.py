"""Planned trials in the store, on both databases: steps with their audit, nobody overtaken or left over."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from api.trial_plans import needs_attention, what_next
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import (
    Store,
    add_plan,
    all_trials,
    back_up,
    count_plans,
    erase_candidate,
    erased_people,
    get_plan,
    plans_at,
    plans_of,
    reasons_released,
    release_trials,
    remove_trials_of,
    replace_candidates,
    replace_region,
    restore,
    terms_of,
)
from data.store.audit import entries_about, entries_after, verify_audit
from data.store.schema import metadata
from data.trial_lifecycle import Asked, Move, MoveRefused, PlanChanged, TrialPlan, TrialState
from data.trials import Course
from data.workplaces import Employer
from matching.trial_lifecycle import Need, taught_features
from tests.data.lifecycle_model import BY_HAND, TrialLives, left_of
from tests.trial_parties import CANDIDATE, COACH, DAY, EMPLOYER, LIFE, REASON, WHOLE, at, draft
from tests.trials_in_store import change_plan, move_trial

SEQUENCES = "WORKTRIAL_LIFECYCLE_SEQUENCES"
ID = "f" * 32
PERSON = Candidate("KS-001", "Kanerva Canary", 4.0, 20.0, {}, fictional=True)


@pytest.fixture
def planned(store: Store) -> Store:
    """A store with one person and the draft of one trial."""
    with store.write() as connection:
        replace_candidates(connection, [PERSON, replace(PERSON, id="KS-002")])
        add_plan(connection, draft(), COACH)
    return store


def lived(store: Store, steps: int | None = None) -> TrialPlan:
    """Go the first so many steps of a trial's life in the store (None: all)."""
    plan = read(store)
    for _, (asked, actor, day) in LIFE[:steps]:
        plan = move_trial(store, ID, plan.version, asked, actor, at(day))
    return plan


def read(store: Store) -> TrialPlan:
    with store.read() as connection:
        return get_plan(connection, ID)


def test_a_whole_life_is_kept_step_by_step_and_comes_back_as_it_was(planned: Store) -> None:
    plan = lived(planned)
    assert read(planned) == plan
    assert [step.after.value for step in plan.steps] == ["draft", *(state for state, _ in LIFE)]
    with planned.read() as connection:
        assert all_trials(connection) == (plan.trial,)
        assert terms_of(connection, ID) == {1: draft().terms, 2: WHOLE}
        assert count_plans(connection) == {"evaluated": 1}


def test_every_step_has_its_entry_of_the_audit_that_says_nothing_of_the_person(planned: Store) -> None:
    plan = lived(planned)
    with planned.read() as connection:
        entries = entries_after(connection)
        assert verify_audit(connection) == len(plan.steps)
        assert len(entries_about(connection, PERSON.id)) == len(plan.steps)
    assert [entry.action for entry in entries] == [f"trial.{step.move.value}" for step in plan.steps]
    assert [entry.facts["step"] for entry in entries] == list(range(1, len(entries) + 1))
    text = repr(entries)
    for secret in (PERSON.id, PERSON.name, REASON, WHOLE.supervisor, "pos_stand", "hired", COACH.name):
        assert secret not in text


def test_whoever_was_overtaken_is_told_so_and_changes_nothing(planned: Store) -> None:
    before = lived(planned, 2)
    with pytest.raises(PlanChanged, match="Somebody else"):
        move_trial(planned, ID, before.version - 1, LIFE[2][1][0], COACH, at(DAY))
    assert read(planned) == before


def test_a_refused_move_leaves_store_and_audit_as_they_were(planned: Store) -> None:
    before = read(planned)
    with pytest.raises(MoveRefused, match="flags_answered"):
        move_trial(planned, ID, 1, Asked(Move.PROPOSE, answer_by=DAY), COACH, at(DAY))
    assert read(planned) == before
    with planned.read() as connection:
        assert len(entries_after(connection)) == 1


def test_a_fault_after_the_step_leaves_no_half_of_it(planned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lived(planned, 9)

    def full(*_args: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("data.store.trial_plans.note", full)
    with pytest.raises(RuntimeError):
        move_trial(planned, ID, before.version, LIFE[9][1][0], COACH, at(date(2027, 1, 18)))
    assert read(planned) == before
    with planned.read() as connection:
        assert all_trials(connection) == ()


def test_a_change_adds_exactly_one_step(planned: Store) -> None:
    with pytest.raises(ValueError, match="exactly one step"):
        change_plan(planned, ID, lambda _plan: True, COACH, lambda _connection, plan: plan)


def test_an_id_is_used_once_and_a_plan_is_of_somebody_who_is_there(planned: Store) -> None:
    with pytest.raises(InvalidInput, match="already"), planned.write() as connection:
        add_plan(connection, draft(), COACH)
    with pytest.raises(UnknownId), planned.write() as connection:
        add_plan(connection, replace(draft(), id="0" * 32, candidate="nobody"), COACH)
    with pytest.raises(UnknownId), planned.read() as connection:
        get_plan(connection, "0" * 32)


def test_a_trial_that_starts_is_there_for_learning_and_released_only_by_the_candidate(planned: Store) -> None:
    plan = lived(planned, 11)
    with planned.read() as connection:
        (trial,) = all_trials(connection)
    assert (trial.id, trial.course, trial.released, len(trial.reviews)) == (ID, Course.STARTED, False, 1)
    move_trial(planned, ID, plan.version, Asked(Move.RELEASE, answer=True), CANDIDATE, at(date(2027, 2, 2)))
    with planned.write() as connection:
        assert all_trials(connection)[0].released
        release_trials(connection, PERSON.id, False)
    assert not read(planned).released


def test_new_profiles_and_regions_leave_plans_alone(planned: Store, employers: tuple[Employer, ...]) -> None:
    plan = lived(planned, 10)
    with planned.write() as connection:
        replace_candidates(connection, [replace(PERSON, hours_max=12.0)])
        replace_region(connection, employers[0].region, employers[:1])
        replace_region(connection, employers[0].region, ())
    assert read(planned) == plan


def everything(store: Store) -> str:
    with store.read() as connection:
        return " ".join(repr(tuple(r)) for t in metadata.sorted_tables for r in connection.execute(sa.select(t)))


def test_erasing_a_person_leaves_nothing_of_their_trials(planned: Store) -> None:
    lived(planned, 11)
    assert PERSON.name in everything(planned)
    with planned.write() as connection:
        erase_candidate(connection, PERSON.id, DAY)
    text = everything(planned)
    for secret in (PERSON.id, REASON, WHOLE.supervisor, WHOLE.goal, COACH.name):
        assert secret not in text
    with planned.read() as connection:
        assert verify_audit(connection) == 12


def test_an_erased_persons_trials_do_not_come_back_with_a_backup(planned: Store, tmp_path: Path) -> None:
    lived(planned, 11)
    back_up(planned, tmp_path / "a.zip", at(DAY))
    with planned.write() as connection:
        erase_candidate(connection, PERSON.id, DAY)
        ledger = erased_people(connection)
    assert restore(planned, tmp_path / "a.zip", ledger).erased_again == 1
    assert WHOLE.supervisor not in everything(planned)
    with planned.read() as connection:
        assert count_plans(connection) == {}


def test_a_backup_brings_trials_back_whole(planned: Store, tmp_path: Path) -> None:
    plan = lived(planned)
    back_up(planned, tmp_path / "a.zip", at(DAY))
    with planned.write() as connection:
        remove_trials_of(connection, [PERSON.id])
        assert count_plans(connection) == {}
    restore(planned, tmp_path / "a.zip", {})
    assert read(planned) == plan


def test_plans_are_found_by_organisation_caseload_state_and_site(planned: Store) -> None:
    with planned.write() as connection:
        other = replace(draft(), id="a" * 32, candidate="KS-002", tenant="other", site="hall.other")
        add_plan(connection, other, replace(COACH, tenant="other"))
    with planned.read() as connection:
        assert [plan.id for plan in plans_of(connection, "hub")] == [ID]
        assert plans_of(connection, "hub", ["KS-002"]) == ()
        assert plans_of(connection, "hub", [PERSON.id], [TrialState.RUNNING]) == ()
        assert [plan.id for plan in plans_of(connection, "other", ["KS-002"], [TrialState.DRAFT])] == ["a" * 32]
        assert [plan.id for plan in plans_at(connection, ["hall.stock"])] == [ID]


def test_what_waits_for_a_human_is_asked_of_a_caseload(planned: Store) -> None:
    assert [one.need for one in needs_attention(planned, "hub", DAY)] == [Need.FLAGS_OPEN]
    assert needs_attention(planned, "hub", DAY, ["KS-002"]) == ()
    assert needs_attention(planned, "other", DAY) == ()
    assert any(one.move is Move.PROPOSE and one.missing for one in what_next(planned, ID, DAY))


def test_a_no_teaches_only_what_the_person_let_go_and_names_nobody(planned: Store) -> None:
    plan = lived(planned, 4)
    no = Asked(Move.DECLINE, reason="way_to_work", note="tired of the bus")
    plan = move_trial(planned, ID, plan.version, Asked(Move.RELEASE, answer=True), CANDIDATE, at(date(2027, 1, 6)))
    with pytest.raises(MoveRefused, match="reason_given"):
        move_trial(planned, ID, plan.version, no, EMPLOYER, at(date(2027, 1, 6)))
    move_trial(planned, ID, plan.version, no, COACH, at(date(2027, 1, 6)))
    with planned.write() as connection:
        assert reasons_released(connection) == ((7, "sugg", "decline", "coach", "way_to_work"),)
        release_trials(connection, PERSON.id, False)
        assert reasons_released(connection) == ()
    assert taught_features("way_to_work") == ("travel_share",)


def test_lives_of_trials_are_those_of_a_plain_model(store: Store) -> None:
    """CI: some fifty lives of thirty steps; many more with ``make campaign-lifecycle``."""
    sequences = int(os.environ.get(SEQUENCES, "50"))

    class Lives(TrialLives):
        counted: dict[str, int] = {}  # noqa: RUF012 - one count for all sequences
        erased: list[str] = []  # noqa: RUF012

    Lives.store = store
    quick = settings(
        max_examples=sequences,
        stateful_step_count=30,
        deadline=None,
        database=None,
        derandomize=SEQUENCES not in os.environ,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(Lives, settings=quick)
        assert left_of(Lives.store, Lives.erased) == []
        with Lives.store.read() as connection:
            assert verify_audit(connection) > sequences
    finally:
        Lives.store.close()
    print({name: Lives.counted[name] for name in sorted(Lives.counted)})  # noqa: T201 - shown with -s
    assert Lives.erased
    assert {"propose", "agree", "start", "refused", "overtaken"} <= set(Lives.counted)
    assert set(Lives.counted) <= {*BY_HAND, "refused", "overtaken"}
