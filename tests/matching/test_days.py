"""A day of a week plan is free or has fitting hours: exact at one site, over a market, and named where nothing fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.candidates import Candidate
from data.pathways import load_pathways
from features.market import Market, build_market
from matching import MatchConfig, match
from matching.carving import CarveProblem, CarveTask, DayRule, carve, explain_infeasible, recheck
from matching.carving.days import could_hold, most_hours, spans_of_hours, spread_over_days
from matching.search import best_sites, best_under_a_rule
from matching.trial_limits import TrialLimits, day_rule, person_within, trial_limits, week_breaches
from matching.trial_terms import held_terms
from tests.demo_region import demo_employers, demo_people
from tests.matching.direct_formulation import best_worth
from tests.matching.random_markets import random_market
from tests.matching.random_problems import WEEK, random_problem, with_choices, with_days

FOUR_TO_EIGHT = DayRule(4, 8, 5)
MARKET: Market = build_market(demo_employers()[::3])
PEOPLE = demo_people()
PATHWAYS = [
    (pathway.id, day)
    for country in load_pathways().countries.values()
    for pathway in country.pathways
    for day in (date(2020, 6, 1), date(2026, 6, 1))
    if trial_limits(held_terms(country, pathway, day, {})).rules
]


@pytest.mark.parametrize("block", range(4))
def test_the_best_part_job_under_a_rule_is_the_one_of_the_direct_formulation(block: int) -> None:
    """600 problems, one site and two, some with locked tasks and loads that alternate, in another solver."""
    costs = 0
    for seed in range(block * 150, block * 150 + 150):
        plain = random_problem(seed + 90_000, most_tasks=7, sites=1 + seed % 3 // 2)
        problem = with_days(with_choices(plain, seed) if seed % 4 == 0 else plain, seed)
        solution, truth = carve(problem), best_worth(problem)
        assert solution.status == ("infeasible" if truth is None else "optimal"), seed
        if solution.objective is not None:
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
            assert recheck(problem, solution) == [], seed
        costs += carve(replace(problem, day=None)).objective != solution.objective
    assert costs > 20, "the rule must matter in many of them"


@given(st.integers(0, 5000))
@settings(max_examples=60, deadline=None)
def test_a_rule_never_adds_worth_and_one_that_allows_all_changes_nothing(seed: int) -> None:
    problem = with_days(random_problem(seed, sites=1 + seed % 2), seed)
    free = carve(replace(problem, day=None))
    assert (carve(problem).objective or -1e9) <= (free.objective or -1e9) + 1e-5
    assert carve(replace(problem, day=DayRule(0, 24, 7))).objective == pytest.approx(free.objective, abs=2e-5)


HOURS = st.sampled_from([1.0, 2.0, 3.0, 4.0])


@given(st.lists(HOURS, min_size=1, max_size=3), st.data())
@settings(max_examples=150, deadline=None)
def test_hours_are_spread_over_days_exactly_where_a_linear_program_can(
    wanted: list[float], data: st.DataObject
) -> None:
    from scipy.optimize import linprog

    fits = [[data.draw(st.booleans()) for _ in WEEK] for _ in wanted]
    rule = DayRule(data.draw(st.sampled_from([0.0, 1.0, 2.0, 3.5])), data.draw(st.sampled_from([None, 4.0, 5.0])))
    some = data.draw(st.lists(st.sampled_from(range(len(WEEK))), min_size=1, unique=True).map(sorted))
    blocks, open_ = [WEEK[at] for at in some], [[fit[at] for at in some] for fit in fits]
    flow = spread_over_days(rule, wanted, open_, blocks)
    n, m = len(wanted), len(blocks)
    days = sorted({block[:3] for block, _ in blocks})
    on = [[float(block[:3] == day) for _ in wanted for block, _ in blocks] for day in days]
    most = 24.0 if rule.most is None else rule.most
    rows = [*on, *([-x for x in row] for row in on)]
    rows += [[float(k % m == b) for k in range(n * m)] for b in range(m)]
    right = [*([most] * len(days)), *([-rule.least] * len(days)), *(room for _, room in blocks)]
    equal = [[float(k // m == one) for k in range(n * m)] for one in range(n)]
    bounds = [(0.0, None if open_[one][b] else 0.0) for one in range(n) for b in range(m)]
    truth = linprog([0.0] * (n * m), A_ub=rows, b_ub=right, A_eq=equal, b_eq=wanted, bounds=bounds)
    assert (flow is not None) == (truth.status == 0)
    if flow is None:
        return
    assert could_hold(rule, blocks, sum(wanted)), "what can be spread is not turned away beforehand"
    for parts, hours, fit in zip(flow, wanted, open_, strict=True):
        assert sum(parts) == pytest.approx(hours)
        assert all(part == 0 or fits for part, fits in zip(parts, fit, strict=True))
    for day in days:
        there = sum(parts[b] for parts in flow for b, (block, _) in enumerate(blocks) if block[:3] == day)
        assert rule.least - 1e-6 <= there <= most + 1e-6


def test_a_short_day_is_joined_to_a_longer_one() -> None:
    """Six hours over a week of mornings: with four hours a day at least, one day of six or none."""
    task = CarveTask("desk", 6, 0.5, {}, divisible=True, min_hours=1)
    mornings = tuple((f"{day}_am", 5.0) for day in ("mon", "tue"))
    problem = CarveProblem(2, 6, (task,), blocks=mornings, day=FOUR_TO_EIGHT)
    assert carve(problem).hours == 5.0, "a second morning of one hour would be too short"
    assert carve(replace(problem, day=None)).hours == 6.0
    longer = carve(replace(problem, blocks=(("mon_am", 4.0), ("mon_pm", 4.0), ("tue_am", 4.0))))
    assert dict(longer.tasks[0].blocks) == {"mon_am": 4.0, "mon_pm": 2.0}


def test_without_half_days_the_weekly_hours_are_those_of_some_days() -> None:
    task = CarveTask("desk", 20, 0.5, {}, divisible=True)
    problem = CarveProblem(1, 9, (task,), day=DayRule(5, 6, 3))
    assert spans_of_hours(DayRule(5, 6, 3), 1, 9) == [(5, 6)]
    assert carve(problem).hours == 6.0
    assert recheck(problem, carve(replace(problem, day=None)))[0].rule == "day"
    assert carve(replace(problem, hours_min=7)).status == "infeasible"
    whole = replace(task, hours=8, divisible=False)
    assert carve(replace(problem, tasks=(whole,))).status == "infeasible"


@pytest.mark.parametrize(
    ("rule", "about", "needed"),
    [(DayRule(least=4), "least", 3.0), (DayRule(most=2), "most", 2.5), (DayRule(days=1), "days", 2.0)],
)
def test_where_nothing_fits_the_part_of_the_rule_is_named(rule: DayRule, about: str, needed: float) -> None:
    tasks = (CarveTask("a", 3, 0.5, {}, blocks=frozenset({"mon_am"})),)
    if about != "least":
        tasks = (*tasks, CarveTask("b", 2, 0.5, {}, blocks=frozenset({"tue_am"})))
    if about == "most":
        tasks = (replace(tasks[0], hours=2.5), tasks[1])
    least = sum(task.hours for task in tasks)
    problem = CarveProblem(least, least, tasks, blocks=(("mon_am", 4.0), ("tue_am", 4.0)), day=rule)
    assert carve(problem).status == "infeasible"
    assert carve(replace(problem, day=None)).status == "optimal"
    found = [reason for reason in explain_infeasible(problem) if reason.rule == "day"]
    assert [(reason.about, reason.needed) for reason in found] == [(about, needed)]


def test_the_best_sites_of_a_market_are_the_ones_that_solving_every_site_finds() -> None:
    turned = 0
    for seed in range(40):
        market = random_market(seed)
        rule = (with_days(market.problems[0], seed).day or DayRule(), DayRule(3, 5, 2))[seed % 2]
        problems = [replace(problem, day=rule) for problem in market.problems]

        def solve(site: int, problems: list[CarveProblem] = problems, extra=market.asked.extra):  # type: ignore[no-untyped-def]
            solution = carve(problems[site])
            worth = None if solution.objective is None else solution.objective + float(extra[site])
            return worth, solution.status != "feasible"

        truth = {site: round(worth, 4) for site in range(len(problems)) if (worth := solve(site)[0]) is not None}
        order = sorted(truth.items(), key=lambda one: (-one[1], one[0]))
        rank = partial(best_under_a_rule, best_sites)
        for top in (1, 3, 100):
            found = rank(market.columns, market.asked, market.measures, top, solve)
            assert [worth for _, worth in found.found] == pytest.approx([w for _, w in order[:top]], abs=1.1e-4), seed
            assert found.certificate.proven
            left = found.certificate.best_bound_left
            unseen = [worth for site, worth in truth.items() if site not in dict(found.found)]
            assert left is None or all(worth <= max(left, found.found[-1][1]) + 1e-4 for worth in unseen)
        plain = best_sites(market.columns, market.asked, market.measures, 100, solve)
        turned += [site for site, _ in plain.found] != [site for site, _ in order]
    assert turned > 5, "the rule must change some order"


@given(st.sampled_from(PEOPLE), st.sampled_from(PATHWAYS))
@settings(max_examples=25, deadline=None)
def test_no_suggestion_under_a_pathway_breaks_its_terms(person: Candidate, asked: tuple[str, date]) -> None:
    country = load_pathways().country(asked[0][:2])
    limits = trial_limits(held_terms(country, country.pathway(asked[0]), asked[1], {}))
    within = person_within(person, limits)
    if within is None:
        return
    found = match(within, MARKET, MatchConfig(top=10, day=day_rule(limits)))
    for suggestion in found.suggestions:
        hours: dict[str, float] = {}
        for part in suggestion.tasks:
            for block, planned in part.blocks.items():
                hours[block] = hours.get(block, 0.0) + planned
        assert week_breaches(limits, suggestion.hours, hours) == ()
        assert set(hours) <= set(person.blocks), "never a half-day that the person does not have"
    assert found.certificate.proven


def test_no_part_job_is_lost_that_the_terms_allow() -> None:
    """Every site of a list under a rule has the worth of the direct formulation of the untouched problem."""
    limits = TrialLimits(hours_per_day_least=4, hours_per_day_most=6, days_most=3, rules={"x": "y"})
    from matching.check import Capacity
    from matching.held_market import hold
    from matching.pipeline import meet
    from matching.site_problem import site_problem

    held, shown = hold(MARKET), 0
    for person in PEOPLE[:12]:
        within = person_within(person, limits)
        if within is None:
            continue
        config = MatchConfig(top=3, day=day_rule(limits))
        listed = match(within, held, config)
        meeting = meet(person, held, config)
        capacity = Capacity.of(person, config.caution.quantile)
        sites = {str(id_): number for number, id_ in enumerate(held.index.sites.id)}
        for suggestion in listed.suggestions[:2]:
            number = sites[suggestion.reach.place.site.id]
            problem = site_problem(person, capacity, meeting.view(number), config.day)
            assert suggestion.solution.objective == pytest.approx(best_worth(problem), abs=2e-4)
            shown += 1
    assert shown >= 8


def test_most_hours_of_days_bound_every_spread() -> None:
    assert most_hours(None, WEEK) == 19.5
    assert most_hours(DayRule(0, 6, 2), WEEK) == 11.5
