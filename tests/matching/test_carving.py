"""Carving is exact: the same optimum as trying everything, every rule kept, no order matters, and it says why not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.dimensions import Combine, load_dimensions
from matching.carving import (
    CarveLimits,
    CarveMeasure,
    CarveProblem,
    CarveTask,
    carve,
    explain_infeasible,
    recheck,
)
from matching.carving.part_job import planned
from matching.carving.week import rooms_needed, spread
from tests.matching.random_problems import best_by_trying_everything, random_problem

PEAKS = [dimension.id for dimension in load_dimensions() if dimension.combine is Combine.PEAK][:16]


@pytest.mark.parametrize("block", range(12))
def test_the_best_part_job_is_the_best_of_all(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        problem = random_problem(seed, sites=1 + seed % 2)
        solution, truth = carve(problem), best_by_trying_everything(problem)
        if truth is None:
            assert solution.status == "infeasible", seed
        else:
            assert solution.status == "optimal", seed
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
            assert recheck(problem, solution) == [], seed


@given(st.integers(0, 5000), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_tasks_and_measures_never_matters(seed: int, random) -> None:  # type: ignore[no-untyped-def]
    problem = random_problem(seed)
    tasks, measures = list(problem.tasks), list(problem.measures)
    random.shuffle(tasks)
    random.shuffle(measures)
    assert carve(replace(problem, tasks=tuple(tasks), measures=tuple(measures))) == carve(problem)


def _worth(problem: CarveProblem) -> float:
    objective = carve(problem).objective
    return -math.inf if objective is None else objective


@given(st.integers(0, 5000), st.floats(0, 5))
@settings(max_examples=60, deadline=None)
def test_more_capacity_never_lowers_the_worth(seed: int, more: float) -> None:
    problem = random_problem(seed)
    able = {d: min(5.0, level + more) for d, level in problem.capacity.items()}
    assert _worth(replace(problem, capacity=able)) >= _worth(problem) - 1e-5


@given(st.integers(0, 5000))
@settings(max_examples=60, deadline=None)
def test_a_further_measure_never_lowers_the_worth_and_a_further_ban_never_raises_it(seed: int) -> None:
    problem = random_problem(seed)
    further = CarveMeasure("z", 0.1, {"pos_stand": 2.0, "str_lift": 1.0})
    assert _worth(replace(problem, measures=(*problem.measures, further))) >= _worth(problem) - 1e-5
    assert _worth(replace(problem, bans={**problem.bans, "env_noise": 2.0})) <= _worth(problem) + 1e-5


def test_a_ban_is_not_traded_away_by_an_accommodation() -> None:
    ladder = CarveTask("ladder", 4, 1.0, {"saf_height": 3.0})
    platform = CarveMeasure("platform", 0.1, {"saf_height": 3.0})
    problem = CarveProblem(
        1, 8, (ladder,), capacity={"saf_height": 0.0}, bans={"saf_height": 0.0}, measures=(platform,)
    )
    assert carve(problem).status == "infeasible"
    assert carve(replace(problem, bans={})).accommodations == ("platform",)


def test_standing_work_is_balanced_with_seated_work() -> None:
    """A person who can stand a third of the time takes 4 h of standing work when 8 h of seated work go with it."""
    standing = CarveTask("standing", 10, 0.9, {"pos_stand": 5.0}, divisible=True)
    seated = CarveTask("seated", 8, 0.1, {"pos_sit": 5.0}, divisible=True)
    solution = carve(CarveProblem(0, 20, (standing, seated), capacity={"pos_stand": 3.0}))
    assert {task.id: task.hours for task in solution.tasks} == {"standing": 4.0, "seated": 8.0}


def test_two_measures_on_one_dimension_do_not_add_up() -> None:
    lifting = CarveTask("lifting", 4, 1.0, {"str_lift": 5.0})
    two = (CarveMeasure("trolley", 0.1, {"str_lift": 1.0}), CarveMeasure("lifter", 0.1, {"str_lift": 1.5}))
    assert carve(CarveProblem(1, 8, (lifting,), capacity={"str_lift": 3.0}, measures=two)).status == "infeasible"


def test_an_unknown_capacity_does_not_constrain() -> None:
    reading = CarveTask("reading", 4, 1.0, {"com_read": 5.0})
    assert carve(CarveProblem(1, 8, (reading,))).status == "optimal"


def test_two_sites_never_share_a_half_day() -> None:
    tasks = (CarveTask("a", 2, 1.0, {}, site="one"), CarveTask("b", 2, 1.0, {}, site="two"))
    problem = CarveProblem(4, 8, tasks, blocks=(("mon_am", 4.0),))
    assert carve(problem).status == "infeasible"
    assert carve(replace(problem, blocks=(("mon_am", 4.0), ("mon_pm", 2.0)))).status == "optimal"


def test_the_week_is_kept_to_few_half_days_on_different_days() -> None:
    tasks = tuple(CarveTask(f"t{i}", 2, 0.5, {}) for i in range(4))
    week = tuple((f"{day}_{half}", 4.0) for day in ("mon", "tue", "wed") for half in ("am", "pm"))
    problem = CarveProblem(8, 8, tasks, blocks=week)
    plan = carve(problem)
    assert sorted({block for task in plan.tasks for block in task.blocks}) == ["mon_am", "tue_am"]


def test_hours_fit_half_days_just_when_no_union_of_classes_wants_more_than_its_half_days_offer() -> None:
    fitting = 0
    for seed in range(2000):
        rng = np.random.default_rng(seed)
        classes, blocks = int(rng.integers(1, 5)), int(rng.integers(1, 7))
        wanted = [float(rng.choice([0.5, 1.0, 2.0, 3.5])) for _ in range(classes)]
        fits = [[rng.random() < 0.6 for _ in range(blocks)] for _ in range(classes)]
        room = [float(rng.choice([0.0, 1.0, 2.5, 4.0])) for _ in range(blocks)]
        enough = all(sum(room[at] for at in union) >= hours for hours, union in rooms_needed(wanted, fits))
        assert enough == (spread(wanted, fits, room) is not None), seed
        fitting += enough
    assert 300 < fitting < 1700


def test_the_reason_says_how_many_hours_are_missing_and_what_would_help() -> None:
    tasks = (
        CarveTask("line", 10, 0.9, {"pos_stand": 5.0}, divisible=True),
        CarveTask("labels", 3, 0.5, {"pos_sit": 5.0}, divisible=True),
    )
    reasons = explain_infeasible(CarveProblem(10, 20, tasks, capacity={"pos_stand": 3.0}))
    assert (reasons[0].rule, reasons[0].needed, reasons[0].available) == ("hours", 10, 4.5)
    assert ("dose", "pos_stand") in {(reason.rule, reason.about) for reason in reasons}


def test_a_problem_full_of_equal_tasks_is_answered() -> None:
    tasks = tuple(CarveTask(f"t{i:02}", 2, 0.5, {"pos_stand": 3.0}, job=f"j{i % 4}") for i in range(40))
    solution = carve(CarveProblem(10, 20, tasks, capacity={"pos_stand": 3.0}))
    assert solution.status == "optimal"
    assert solution.hours == 20


LITTLE_WORK = 50_000_000


def test_ten_thousand_tasks_at_one_site_give_a_clear_status_and_a_bound() -> None:
    levels = [{"pos_stand": float(at % 6), "str_lift": float(at % 5)} for at in range(10_000)]
    tasks = tuple(
        CarveTask(f"t{at:05}", 1.0 + at % 4, 0.1 + at % 17 / 20, levels[at], job=f"j{at % 50}", divisible=at % 2 == 0)
        for at in range(10_000)
    )
    problem = CarveProblem(10, 20, tasks, capacity={"pos_stand": 2.5, "str_lift": 3.0}, limits=CarveLimits(8, 3, 3))
    solution = carve(problem, work_limit=LITTLE_WORK)
    assert solution.status in {"optimal", "feasible", "unknown"}
    if solution.objective is not None and solution.bound is not None:
        assert solution.objective <= solution.bound
        assert recheck(problem, solution) == []


def test_ten_thousand_equal_tasks_are_answered_exactly_and_at_once() -> None:
    tasks = tuple(CarveTask(f"t{at}", 2.0, 0.5, {"pos_stand": 3.0}) for at in range(10_000))
    stool = CarveMeasure("stool", 0.3, {"pos_stand": 1.0})
    problem = CarveProblem(10, 20, tasks, capacity={"pos_stand": 2.0}, measures=(stool,), limits=CarveLimits(8, 8, 3))
    solution = carve(problem, work_limit=LITTLE_WORK)
    assert (solution.status, solution.objective) == ("optimal", 8 * 2 * 0.5 - 0.3)


def test_the_work_limit_is_the_same_work_every_time() -> None:
    tasks = tuple(
        CarveTask(f"t{at:02}", 3 + at * 37 % 11 / 7, 1.0, {"pos_stand": float(at * 5 % 6), "env_skin": float(at % 6)})
        for at in range(60)
    )
    problem = CarveProblem(39.99, 40, tasks, capacity={"pos_stand": 2.0, "env_skin": 2.0})
    assert carve(problem, work_limit=2_000_000) == carve(problem, work_limit=2_000_000)


def test_a_part_job_that_is_known_is_planned_and_one_that_breaks_a_rule_is_not() -> None:
    for seed in range(200):
        problem = random_problem(seed)
        best = carve(problem)
        if best.objective is None:
            continue
        hours = {task.id: task.hours for task in best.tasks}
        chosen = tuple(one for one in problem.measures if one.id in best.accommodations)
        for asked in (problem, replace(problem, measures=chosen)):
            known = planned(asked, hours, best.accommodations, best.objective)
            assert known is not None, seed
            assert replace(known, solver={}) == replace(best, solver={}), seed
        longer = {id_: one + 100.0 for id_, one in hours.items()}
        assert planned(problem, longer, best.accommodations, best.objective) is None, seed
        assert planned(problem, hours, best.accommodations, best.objective + 1.0) is None, seed


def test_a_ring_of_ties_is_taken_whole_or_not_at_all() -> None:
    tasks = tuple(CarveTask(f"t{at}", 2, 0.5, {}) for at in range(6))
    ring = tuple((f"t{at}", f"t{(at + 1) % 5}") for at in range(5))
    solution = carve(CarveProblem(2, 20, tasks, tied=ring))
    assert len(solution.tasks) == 6
    assert [task.id for task in carve(CarveProblem(2, 9, tasks, tied=ring)).tasks] == ["t5"]


def test_whole_numbers_and_fractions_are_the_same_problem() -> None:
    task = CarveTask("a", 3, 1, {"pos_stand": 4}, divisible=True)
    light = CarveTask("b", 9, 1, {})
    whole = CarveProblem(1, 8, (task, light), capacity={"pos_stand": 2})
    assert carve(whole) == carve(replace(whole, hours_min=1.0, hours_max=8.0, capacity={"pos_stand": 2.0}))


def test_many_measures_without_a_limit_go_to_the_general_program() -> None:
    tasks = tuple(CarveTask(f"t{at}", 2, 0.5, dict.fromkeys(PEAKS[at % 10 : at % 10 + 6], 4.0)) for at in range(24))
    measures = tuple(
        CarveMeasure(
            f"m{at}", 0.1 + at / 100, {PEAKS[at % len(PEAKS)]: 3.0}, frozenset({f"t{at}", f"t{(at + 7) % 24}"})
        )
        for at in range(24)
    )
    problem = CarveProblem(2, 20, tasks, capacity=dict.fromkeys(PEAKS, 2.0), measures=measures)
    solution = carve(problem)
    assert solution.status in {"optimal", "infeasible"}
