"""Terms that change while a trial runs are named with day, value and source; the plan is held to its first day."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from data.pathways import FOLDER, Country, load_pathways
from matching.term_changes import TermChange, term_changes
from matching.trial_terms import PlannedTrial, check_trial, held_terms
from tests.data.test_pathways import FIFTH

CHANGE = date(2024, 1, 1)
PLAN = PlannedTrial("P", "xx.trial", "E", "t", date(2023, 11, 1), date(2024, 2, 29), hours_per_week=28)


def fifth() -> Country:
    """Load the fictional country whose most weekly hours fall from 30 to 24 on 1 January 2024."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("facts.yaml", "sources.yaml", "rotation_guard.yaml"):
            shutil.copy(FOLDER / name, folder / name)
        shutil.copytree(FIFTH / "xx", folder / "xx")
        return load_pathways(folder).country("xx")


COUNTRY = fifth()


def changes(plan: PlannedTrial) -> tuple[TermChange, ...]:
    return term_changes(COUNTRY, COUNTRY.pathway("xx.trial"), plan, {})


def test_a_later_limit_that_the_plan_would_break_is_named_and_does_not_break_the_first_days_terms() -> None:
    (change,) = changes(PLAN)
    assert (change.rule.id, change.on, change.breaks, change.to_confirm) == ("xx.trial.hours", CHANGE, True, False)
    assert change.before is not None
    assert change.after is not None
    assert (change.before.value, change.after.value) == (30, 24)
    terms = held_terms(COUNTRY, COUNTRY.pathway("xx.trial"), PLAN.starts, {})
    assert check_trial(PLAN, terms) == (), "28 hours keep the terms of the first day"


def test_a_plan_within_both_limits_is_only_told() -> None:
    (change,) = changes(replace(PLAN, hours_per_week=20))
    assert not change.breaks
    (unknown,) = changes(replace(PLAN, hours_per_week=None))
    assert not unknown.breaks, "what nobody has told is asked by the check itself"


def test_one_that_breaks_the_first_days_terms_already_is_not_said_twice() -> None:
    (change,) = changes(replace(PLAN, hours_per_week=35))
    assert not change.breaks


@given(st.integers(-400, 400), st.integers(0, 300))
def test_only_changes_after_the_first_day_and_until_the_last_are_named(offset: int, days: int) -> None:
    starts = CHANGE + timedelta(days=offset)
    plan = replace(PLAN, starts=starts, ends=starts + timedelta(days=days))
    assert bool(changes(plan)) == (plan.starts < CHANGE <= plan.ends)


def test_finnish_terms_carried_forward_past_the_reform_are_to_be_confirmed() -> None:
    country = load_pathways().country("fi")
    plan = PlannedTrial("P", "fi.employment.trial", "E", "t", date(2024, 11, 1), date(2025, 2, 28))
    found = term_changes(country, country.pathway(plan.pathway), plan, {})
    assert {change.on for change in found} == {date(2025, 1, 1)}
    assert all(change.to_confirm and not change.breaks for change in found)
    assert "fi.employment.day_least" in {change.rule.id for change in found}
    assert "fi.employment.municipality" not in {change.rule.id for change in found}, "the host is a company"
    assert term_changes(country, country.pathway(plan.pathway), replace(plan, starts=date(2025, 1, 1)), {}) == ()
