"""What runs out: a proposal without an answer is over the day after its last one, once, with a step that says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.upkeep import Upkeep, keep_up
from data.candidates import Candidate
from data.store import Store, get_plan, verify_audit
from data.trial_lifecycle import Move, TrialState
from data.workplaces import Employer

from .access.world import TRIALS, fill


def test_a_proposal_runs_out_after_its_last_day_and_only_once(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    at = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    fill(store, employers[:2], people, at)  # to be answered within fourteen days
    assert keep_up(store, at + timedelta(days=14)) == Upkeep(0, 0, 0)
    assert keep_up(store, at + timedelta(days=15)) == Upkeep(1, 0, 0)
    assert keep_up(store, at + timedelta(days=16)) == Upkeep(0, 0, 0)
    with store.read() as connection:
        gone, kept = get_plan(connection, TRIALS["not_shown"]), get_plan(connection, TRIALS["mine"])
        assert (gone.state, gone.steps[-1].move) == (TrialState.EXPIRED, Move.EXPIRE)
        assert kept.state is TrialState.EMPLOYER_ACCEPTED
        verify_audit(connection)
