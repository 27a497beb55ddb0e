"""Days of trials, limits for carving and the rotation guard: laws and cases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.candidates import Candidate
from data.errors import InvalidInput
from data.pathways import load_guard_rules, load_pathways
from data.workplaces import BLOCKS
from features.market import Market
from features.trial_days import Period, covered_days, joined, length_of, months_after
from matching import MatchConfig, match
from matching.carving import carve
from matching.carving.problem import CarveProblem, CarveTask
from matching.rotation_guard import Alarm, blocks, guard, override, rotation_report
from matching.trial_limits import (
    TrialLimits,
    half_days,
    narrowed,
    person_within,
    trial_limits,
    week_breaches,
    weekly_hours,
)
from matching.trial_terms import PastTrial, PlannedTrial, held_terms
from tests.matching.history_campaign import campaign, random_history

ON = date(2020, 6, 1)
DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))
PERIODS = st.lists(st.tuples(DAYS, st.integers(0, 200)), max_size=6).map(
    lambda drawn: [Period(day, day + timedelta(days=n)) for day, n in drawn]
)


def limits_of(pathway: str, full_time: float | None = None) -> TrialLimits:
    country = load_pathways().country(pathway[:2])
    return trial_limits(held_terms(country, country.pathway(pathway), ON, {}), full_time)


def test_no_breach_passes_and_no_legal_history_is_blocked() -> None:
    """The small run of `make campaign-pathways`."""
    counts = campaign(2_000, seed=7)
    assert counts["disagreements"] == 0
    assert counts["missed"] == 0
    assert min(counts["broken"], counts["kept"]) > 200
    assert counts["planted"] == 200


@given(DAYS, st.integers(1, 30))
def test_whole_months_from_a_date_are_just_those_months(day: date, months: int) -> None:
    end = months_after(day, months) - timedelta(days=1)
    length = length_of([Period(day, end)])
    assert not length.exceeds(months, "months")
    assert not length.below(months, "months")
    assert length_of([Period(day, end + timedelta(days=1))]).exceeds(months, "months")


@given(PERIODS, st.randoms(use_true_random=False))
def test_order_and_overlap_of_periods_do_not_matter(periods: list[Period], rng: random.Random) -> None:
    shuffled = list(periods)
    rng.shuffle(shuffled)
    assert length_of(shuffled) == length_of(periods) == length_of(joined(periods))
    assert length_of([*periods, *periods]) == length_of(periods)


@given(PERIODS, DAYS, st.integers(0, 60))
def test_another_period_never_makes_a_history_shorter(periods: list[Period], day: date, days: int) -> None:
    more = length_of([*periods, Period(day, day + timedelta(days=days))])
    assert more.days_in_all >= length_of(periods).days_in_all


@given(PERIODS)
def test_covered_days_of_a_window_are_counted_once(periods: list[Period]) -> None:
    window = Period(date(2020, 1, 1), date(2021, 12, 31))
    each = {window.starts + timedelta(days=n) for n in range((window.ends - window.starts).days + 1)}
    walked = {day for day in each if any(p.starts <= day <= p.ends for p in periods)}
    assert covered_days(periods, window) == len(walked)


def test_the_same_person_gets_other_limits_on_other_pathways() -> None:
    assert limits_of("fi.employment.trial").days_most == 5
    assert limits_of("fi.pension.trial_unpaid", 37.5).hours_min == 20
    assert limits_of("se.arbetstraning").demands_most == {"org_press": 1}
    assert limits_of("nl.uwv.trial_placement") == TrialLimits()


def test_firm_terms_alone_leave_out_what_is_only_usual() -> None:
    country = load_pathways().country("fi")
    terms = held_terms(country, country.pathway("fi.pension.trial_unpaid"), ON, {})
    assert trial_limits(terms, 37.5, usual=False).hours_min is None
    assert trial_limits(terms, 37.5, usual=False).hours_max == 37.5


HALF_DAYS = st.dictionaries(st.sampled_from(BLOCKS), st.sampled_from([2.0, 4.0, 5.0]), max_size=21)


@given(HALF_DAYS)
def test_half_days_are_cut_to_what_a_day_may_hold_and_never_grow(hours: dict[str, float]) -> None:
    limits = limits_of("fi.employment.trial")
    kept = dict(half_days(limits, hours.items()))
    assert all(kept[block] == min(hours[block], 8) for block in kept)
    by_day = {block[:3]: sum(h for b, h in hours.items() if b[:3] == block[:3]) for block in hours}
    assert {block[:3] for block in kept} == {day for day, there in by_day.items() if there >= 4}


def test_a_cap_on_time_pressure_changes_the_part_job() -> None:
    calm = CarveTask("calm", 10, 0.5, {"org_press": 1}, job="j", divisible=True)
    rushed = CarveTask("rushed", 10, 0.9, {"org_press": 4}, job="j", divisible=True)
    problem = CarveProblem(5, 10, (calm, rushed))
    assert [task.id for task in carve(problem).tasks] == ["rushed"]
    capped = narrowed(problem, limits_of("se.arbetstraning"))
    assert [task.id for task in carve(capped).tasks] == ["calm"]


def test_hours_of_a_pathway_change_the_part_job() -> None:
    task = CarveTask("desk", 30, 0.5, {}, job="j", divisible=True)
    problem = CarveProblem(5, 40, (task,))
    partial = replace(limits_of("fi.kela.trial"), hours_max=22.5)
    assert carve(narrowed(problem, partial)).hours == pytest.approx(22.5)
    short = CarveProblem(5, 12, (task,))
    assert weekly_hours(limits_of("fi.pension.trial_unpaid", 37.5), 5, 12) == (20, 12)
    assert carve(narrowed(short, limits_of("fi.pension.trial_unpaid", 37.5))).objective is None


@given(st.integers(0, 10_000))
def test_narrowing_never_widens(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    problem = CarveProblem(rng.uniform(0, 20), rng.uniform(20, 60), (), capacity={"org_press": rng.uniform(0, 5)})
    for pathway in ("fi.employment.trial", "se.arbetstraning", "fi.pension.trial_paid"):
        found = narrowed(problem, limits_of(pathway, 37.5))
        assert found.hours_min >= problem.hours_min
        assert found.hours_max <= problem.hours_max
        assert found.capacity["org_press"] <= problem.capacity["org_press"]


def test_a_match_list_follows_the_pathway(market: Market, people: tuple[Candidate, ...]) -> None:
    """The same fictional person: without terms, with time pressure capped, and with hours that do not go together."""
    person = next(one for one in people if one.id == "KS-017")
    usual = match(person, market, MatchConfig(top=5))
    calm = person_within(person, limits_of("se.arbetstraning"))
    assert calm is not None
    pressed = match(calm, market, MatchConfig(top=5))
    shown = [c.demand for s in pressed.suggestions for c in s.comparisons if c.dimension == "org_press"]
    assert max(shown, default=0) <= 1
    assert [s.score for s in pressed.suggestions] != [s.score for s in usual.suggestions]
    assert person_within(person, limits_of("fi.pension.trial_unpaid", 37.5)) is None
    assert person_within(person, TrialLimits()) == person


def test_a_week_outside_the_limits_is_named_by_day() -> None:
    hours = {"mon_am": 4.0, "mon_pm": 5.0, "tue_am": 2.0}
    found = week_breaches(limits_of("fi.employment.trial"), 11.0, hours)
    assert [(breach.limit, breach.day) for breach in found] == [
        ("hours_per_day_most", "mon"),
        ("hours_per_day_least", "tue"),
    ]


CHAIN = [
    PastTrial("Q", "fi.kela.trial", "A", "sorting", date(2020, 1, 1), date(2020, 2, 29)),
    PastTrial("R", "fi.kela.trial", "A", "sorting", date(2020, 3, 1), date(2020, 4, 30)),
]
PLAN = PlannedTrial("P", "fi.kela.trial", "A", "sorting", ON, date(2020, 8, 31))


def test_a_block_is_lifted_only_by_a_named_person_with_a_reason() -> None:
    findings = guard(PLAN, CHAIN, load_guard_rules(), ON)
    assert [finding.alarm for finding in findings] == [Alarm.BLOCK]
    assert blocks(findings)
    with pytest.raises(InvalidInput, match="reason"):
        override(findings, "coach 7", "ok", ON)
    with pytest.raises(InvalidInput, match="nobody"):
        override(findings, " ", "The employer has signed a contract from September.", ON)
    lifted = override(findings, "coach 7", "The employer has signed a contract from September.", ON)
    assert not blocks(findings, [lifted])


def test_the_report_puts_the_gravest_task_first() -> None:
    harmless = PastTrial("S", "fi.kela.trial", "B", "garden", date(2020, 1, 1), date(2020, 1, 31))
    third = PastTrial("T", "fi.kela.trial", "A", "sorting", date(2020, 5, 1), date(2020, 5, 31))
    lines = rotation_report([harmless, *CHAIN, third], load_guard_rules(), ON)
    assert [(line.employer, line.alarm, line.chain) for line in lines] == [("A", Alarm.BLOCK, 3), ("B", None, 1)]
    assert (lines[0].people, lines[0].hires, lines[0].days_covered) == (3, 0, 60 + 61 + 31)


def test_generated_histories_are_the_same_for_the_same_seed() -> None:
    one, other = (random_history(random.Random(3), "fi.employment.trial") for _ in range(2))  # noqa: S311 - seeded
    assert one.plan == other.plan
    assert one.past == other.past
