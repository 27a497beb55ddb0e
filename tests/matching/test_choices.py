"""Alternatives, locks, fronts, near misses, reasons and donor jobs: each answer is checked against trying it out."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from matching.carving import (
    CarveLimits,
    CarveMeasure,
    CarveProblem,
    CarveTask,
    alternatives,
    carve,
    cheapest_accommodations,
    donor_jobs,
    explain_infeasible,
    fewest_accommodations,
    pareto_front,
    recheck,
    smallest_changes,
    with_choices,
    with_variety_kept,
)
from tests.matching.random_problems import random_problem

SOLVABLE = [seed for seed in range(160) if carve(random_problem(seed, 6)).objective is not None]
IMPOSSIBLE = [seed for seed in range(160) if carve(random_problem(seed, 6)).objective is None]


def _ids(solution) -> frozenset[str]:  # type: ignore[no-untyped-def]
    return frozenset(task.id for task in solution.tasks)


@pytest.mark.parametrize("differ", [1, 2])
def test_alternatives_come_best_first_and_differ_by_as_many_tasks_as_was_asked(differ: int) -> None:
    for seed in SOLVABLE[:40]:
        problem = random_problem(seed, 6)
        found = alternatives(problem, 4, differ)
        worth = [one.objective for one in found]
        assert worth == sorted(worth, reverse=True)  # type: ignore[type-var]
        assert found[0] == carve(problem)
        for earlier, later in combinations(found, 2):
            assert len(_ids(earlier) - _ids(later)) >= min(differ, len(_ids(earlier)))
            assert recheck(problem, later) == []


def test_a_task_locked_in_is_taken_and_one_locked_out_is_not() -> None:
    for seed in SOLVABLE[:40]:
        problem = random_problem(seed, 6)
        best = carve(problem)
        taken = sorted(_ids(best))
        without = carve(with_choices(problem, lock_out=taken[:1]))
        assert taken[0] not in _ids(without)
        assert (without.objective or -99.0) <= best.objective + 1e-6
        for task in problem.tasks:
            locked = carve(with_choices(problem, lock_in=[task.id]))
            assert locked.objective is None or task.id in _ids(locked)


def test_what_if_changes_only_what_was_asked() -> None:
    problem = random_problem(SOLVABLE[0], 6)
    changed = with_choices(problem, hours=(1.0, 3.0), capacity={"pos_stand": 5.0, "env_noise": None})
    assert (changed.hours_min, changed.hours_max) == (1.0, 3.0)
    assert changed.capacity["pos_stand"] == 5.0
    assert "env_noise" not in changed.capacity
    assert changed.tasks == problem.tasks


def _cheapest_by_trying(problem: CarveProblem, price) -> float | None:  # type: ignore[no-untyped-def]
    free = replace(problem, limits=replace(problem.limits, accommodations=None))
    worth = [
        sum(price(m) for m in some)
        for size in range(len(problem.measures) + 1)
        for some in combinations(problem.measures, size)
        if carve(replace(free, measures=some)).objective is not None
    ]
    return min(worth, default=None)


def test_the_cheapest_and_the_fewest_accommodations_are_just_that() -> None:
    tried = 0
    for seed in range(160):
        problem = random_problem(seed, 6)
        cheap, few = cheapest_accommodations(problem), fewest_accommodations(problem)
        cost, size = (_cheapest_by_trying(problem, price) for price in (lambda m: m.cost, lambda _m: 1))
        assert (cheap is None) == (cost is None) == (few is None)
        if cheap and few:
            assert cheap.cost == pytest.approx(cost)
            assert len(few.accommodations) == size
            assert cheap.proven
            assert few.cost >= cheap.cost - 1e-9
            tried += bool(cheap.accommodations)
    assert tried >= 3


def test_a_near_miss_says_what_each_accommodation_closes_and_what_stays_tight() -> None:
    lifting = CarveTask("lifting", 4, 1.0, {"str_lift": 4.0, "pos_stand": 2.5})
    trolley = CarveMeasure("trolley", 0.2, {"str_lift": 2.0})
    problem = CarveProblem(2, 8, (lifting,), capacity={"str_lift": 2.0, "pos_stand": 5.0}, measures=(trolley,))
    needed = cheapest_accommodations(problem)
    assert needed is not None
    gap = needed.closes[0]
    assert (gap.accommodation, gap.dimension, gap.before, gap.after, gap.limit) == ("trolley", "str_lift", 4, 2, 2)
    assert needed.remains == (("str_lift", 2.0, 2.0),)


def test_each_change_named_makes_a_part_job_possible_and_a_smaller_one_does_not() -> None:
    checked = 0
    for seed in IMPOSSIBLE:
        problem = random_problem(seed, 6)
        for change in smallest_changes(problem):
            if change.rule in {"dose", "peak_limit"} and change.needed is not None:
                enough = {**problem.capacity, change.about: change.needed}
                less = {**problem.capacity, change.about: change.needed - 0.5}
                assert carve(replace(problem, capacity=enough)).objective is not None, seed
                assert carve(replace(problem, capacity=less)).objective is None, seed
                checked += 1
            if (change.rule, change.about) == ("hours", "smallest"):
                assert carve(replace(problem, hours_min=change.needed)).objective is not None
                assert carve(replace(problem, hours_min=change.needed + 0.5)).objective is None
                checked += 1
    assert checked >= 20


def test_the_reason_names_the_lighter_hours_that_are_missing() -> None:
    """A third of the time standing: 4 h on the line need 8 h of seated work, of which 3 are there."""
    tasks = (
        CarveTask("line", 4, 0.9, {"pos_stand": 5.0}),
        CarveTask("labels", 3, 0.5, {"pos_sit": 5.0}),
    )
    problem = CarveProblem(4, 20, tasks, capacity={"pos_stand": 3.0}, locked=frozenset({"line"}))
    reasons = {(reason.rule, reason.about): reason for reason in explain_infeasible(problem)}
    assert reasons["lighter", "pos_stand"].needed == 5.0
    assert reasons["dose", "pos_stand"].needed == 4.0


def test_where_no_single_change_is_enough_two_are_named() -> None:
    task = CarveTask("both", 4, 1.0, {"str_lift": 4.0, "com_read": 4.0})
    reasons = smallest_changes(CarveProblem(2, 8, (task,), capacity={"str_lift": 2.0, "com_read": 2.0}))
    assert [(reason.rule, reason.about) for reason in reasons] == [("together", "com_read+str_lift")]


def test_no_point_of_the_front_is_beaten_and_its_ends_are_the_extremes() -> None:
    for seed in SOLVABLE[:25]:
        problem = random_problem(seed, 6)
        benefit = {task.id: task.value for task in problem.tasks}
        strain = {task.id: 1.0 - task.value / 2 + 0.1 * (at % 3) for at, task in enumerate(problem.tasks)}
        front = pareto_front(problem, benefit, strain, points=5)
        assert front
        assert front[-1].benefit == pytest.approx(carve(problem).objective, abs=1e-5)
        for one, next_ in pairwise(front):
            assert one.strain < next_.strain
            assert one.benefit < next_.benefit
        for point in front:
            assert recheck(problem, point.solution) == []


def test_what_stays_with_the_donor_job_and_a_guard_on_its_variety() -> None:
    """Taking the only varied task away leaves the job monotonous; the guard forbids it."""
    tasks = (
        CarveTask("varied", 4, 0.9, {"org_mono": 1.0}, job="packer", supervision=0.25),
        CarveTask("packing", 12, 0.4, {"org_mono": 4.0}, job="packer"),
    )
    problem = CarveProblem(4, 4, tasks)
    (donor,), guidance = donor_jobs(problem, carve(problem))
    assert (donor.hours_freed, donor.hours_added, donor.hours_kept, donor.tasks_kept, guidance) == (4, 0, 12, 1, 1)
    assert donor.monotony_after == 4.0
    assert donor.monotony_before == pytest.approx(3.52, abs=0.01)
    guarded = replace(with_variety_kept(problem, 0.25), tasks=(tasks[0], replace(tasks[1], divisible=True)))
    kept = carve(guarded)
    (donor,), _ = donor_jobs(guarded, kept)
    assert donor.monotony_after is not None
    assert donor.monotony_after <= donor.monotony_before + 0.26
    assert carve(with_variety_kept(problem, 0.1)).status == "infeasible"


def test_relaxing_a_limit_never_lowers_the_worth_and_new_names_never_change_it() -> None:
    for seed in range(120):
        problem = random_problem(seed, 6)
        worth = carve(problem).objective
        free = carve(replace(problem, limits=CarveLimits(), hours_max=problem.hours_max + 2)).objective
        assert worth is None or (free is not None and free >= worth - 1e-6)
        names = {task.id: f"x{9 - at}{task.id}" for at, task in enumerate(problem.tasks)}
        renamed = replace(
            problem,
            tasks=tuple(replace(task, id=names[task.id], job=f"new-{task.job}") for task in problem.tasks),
            tied=tuple(tuple(names[id_] for id_ in group) for group in problem.tied),
            excluded=tuple((names[a], names[b]) for a, b in problem.excluded),
            measures=tuple(
                replace(m, id=f"z{m.id}", tasks=None if m.tasks is None else frozenset(names[t] for t in m.tasks))
                for m in problem.measures
            ),
        )
        again = carve(renamed).objective
        assert again == (None if worth is None else pytest.approx(worth, abs=1e-5)), seed
