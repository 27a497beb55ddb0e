"""The fewest measures to tell of, against all subsets: the same set, in whatever order things come."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.carving.problem import CarveLimits, CarveMeasure, CarveProblem, CarveSolution, CarveTask, TakenTask
from matching.carving.recheck import recheck
from matching.smallest_measures import LOADS, SmallestMeasures, smallest_measures

PEAKS, DOSES = ("str_lift", "cog_conc", "org_press"), ("pos_stand", "pos_bend")
Given = tuple[CarveProblem, tuple[TakenTask, ...], frozenset[str], frozenset[str]]
"""A problem, the tasks that are planned, measures that need no telling, measures that are planned."""

HALVES = st.integers(0, 10).map(lambda n: n / 2)
STEPS = st.sampled_from((0.5, 1.0, 2.0, 3.0))


@st.composite
def problems(draw: st.DrawFn) -> Given:
    """A part-job of one to four tasks, limits a little below what it asks, and up to eight measures that overlap."""
    dimensions = PEAKS + DOSES
    tasks = tuple(
        CarveTask(f"t{n}", 5.0, 0.5, {d: draw(HALVES) for d in dimensions}, divisible=True)
        for n in range(draw(st.integers(1, 4)))
    )
    taken = tuple(TakenTask(task.id, draw(st.integers(1, 10)) / 2, {}) for task in tasks)
    ids = [task.id for task in tasks]
    measures = tuple(
        CarveMeasure(
            f"m{n}",
            draw(st.sampled_from((0.05, 0.15, 0.4))),
            draw(st.dictionaries(st.sampled_from(dimensions), STEPS, min_size=1, max_size=3)),
            draw(st.none() | st.none() | st.sets(st.sampled_from(ids), min_size=1).map(frozenset)),
        )
        for n in range(draw(st.integers(0, 8)))
    )
    short = draw(st.dictionaries(st.sampled_from(dimensions), st.sampled_from((0.5, 1.0, 2.0)), min_size=1, max_size=5))
    highest = {dimension: max(task.levels[dimension] for task in tasks) for dimension in short}
    capacity = {dimension: max(0.0, highest[dimension] - steps) for dimension, steps in short.items()}
    limits = CarveLimits(accommodations=draw(st.sampled_from((None, None, 2, 4))))
    names = [measure.id for measure in measures]
    some = st.sets(st.sampled_from(names)).map(frozenset) if names else st.just(frozenset[str]())
    problem = CarveProblem(1.0, 40.0, tasks, capacity, measures=measures, limits=limits)
    return problem, taken, draw(some), draw(some)


def by_all_subsets(
    problem: CarveProblem, taken: tuple[TakenTask, ...], free: frozenset[str], planned: frozenset[str]
) -> tuple[str, ...] | None:
    """Try every set of measures and take the first by the stated order."""
    cost = {measure.id: measure.cost for measure in problem.measures}
    most = len(cost) if problem.limits.accommodations is None else problem.limits.accommodations
    found = []
    for size in range(min(most, len(cost)) + 1):
        for used in itertools.combinations(sorted(cost), size):
            solution = CarveSolution("optimal", tasks=taken, accommodations=used)
            if not any(blocker.rule in LOADS for blocker in recheck(problem, solution)):
                told = set(used) - free
                key = len(told), len(told - planned), size, round(sum(cost[id_] for id_ in used), 6), used
                found.append(key)
    return min(found)[-1] if found else None


@settings(max_examples=400, deadline=None)
@given(problems())
def test_the_set_is_the_smallest_of_all_subsets(given_: Given) -> None:
    problem, taken, free, planned = given_
    best, right = smallest_measures(problem, taken, free, planned), by_all_subsets(problem, taken, free, planned)
    assert best.found is (right is not None)
    if right is not None:
        assert best.used == frozenset(right)
        assert best.told == tuple(id_ for id_ in right if id_ not in free)
    else:
        assert (best.told, best.untold) == ((), ())


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_the_order_in_which_things_come_does_not_matter(given_: Given, data: st.DataObject) -> None:
    problem, taken, free, planned = given_
    tasks = data.draw(st.permutations(problem.tasks))
    measures = data.draw(st.permutations(problem.measures))
    other = replace(problem, tasks=tuple(tasks), measures=tuple(measures))
    one, two = smallest_measures(problem, taken, free, planned), smallest_measures(other, taken, free, planned)
    assert (one.found, one.told, one.untold) == (two.found, two.told, two.untold)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_more_measures_that_need_no_telling_never_mean_telling_more(given_: Given) -> None:
    problem, taken, free, planned = given_
    best = smallest_measures(problem, taken, free, planned)
    for measure in problem.measures:
        more = smallest_measures(problem, taken, free | {measure.id}, planned)
        assert not best.found or len(more.told) <= len(best.told)


def _hand(measures: tuple[CarveMeasure, ...], capacity: dict[str, float], free: frozenset[str]) -> SmallestMeasures:
    task = CarveTask("shelves", 6.0, 0.5, {"str_lift": 3.0, "pos_stand": 4.0, "cog_conc": 2.0})
    problem = CarveProblem(4.0, 20.0, (task,), capacity, measures=measures)
    return smallest_measures(problem, (TakenTask("shelves", 6.0, {}),), free, frozenset({"stool", "trolley"}))


STOOL = CarveMeasure("stool", 0.15, {"pos_stand": 2.0})
TROLLEY = CarveMeasure("trolley", 0.15, {"str_lift": 1.0})
BOTH = CarveMeasure("lift_table", 0.4, {"pos_stand": 2.0, "str_lift": 1.0})
LIMITS = {"pos_stand": 2.0, "str_lift": 2.0}


def test_one_measure_that_does_for_two_is_told_of_instead_of_both() -> None:
    assert _hand((STOOL, TROLLEY, BOTH), LIMITS, frozenset()).told == ("lift_table",)


def test_a_set_that_begins_with_what_nobody_planned_is_found_though_a_planned_one_does_too() -> None:
    """All that is planned does for the three limits; two do, one of them not planned: the two are told of."""
    level = {"str_lift": 3.0, "org_press": 3.0, "cog_conc": 3.0}
    ease = {"a": ["cog_conc"], "b": ["org_press"], "c": ["str_lift"], "x": ["cog_conc", "org_press"]}
    measures = tuple(CarveMeasure(id_, 0.1, dict.fromkeys(of, 1.0)) for id_, of in ease.items())
    task = CarveTask("t", 6.0, 0.5, level)
    problem = CarveProblem(4.0, 20.0, (task,), dict.fromkeys(level, 2.0), measures=measures)
    best = smallest_measures(problem, (TakenTask("t", 6.0, {}),), frozenset(), frozenset("abc"))
    assert best.told == ("c", "x")


@pytest.mark.parametrize(("most", "found"), [(None, True), (3, True), (2, False)])
def test_no_more_measures_are_used_than_a_trial_may_have(most: int | None, found: bool) -> None:
    level = {"str_lift": 3.0, "org_press": 3.0, "cog_conc": 3.0}
    measures = tuple(CarveMeasure(dimension, 0.1, {dimension: 1.0}) for dimension in level)
    limits = CarveLimits(accommodations=most)
    task = CarveTask("t", 6.0, 0.5, level)
    problem = CarveProblem(4.0, 20.0, (task,), dict.fromkeys(level, 2.0), measures=measures, limits=limits)
    assert smallest_measures(problem, (TakenTask("t", 6.0, {}),), frozenset(level), frozenset()).found is found


def test_what_the_person_brings_along_needs_no_telling() -> None:
    best = _hand((STOOL, TROLLEY, BOTH), LIMITS, frozenset({"stool", "trolley"}))
    assert (best.told, best.untold) == ((), ("stool", "trolley"))


def test_without_any_limit_nothing_is_told() -> None:
    assert _hand((STOOL, TROLLEY, BOTH), {}, frozenset()) == SmallestMeasures(True, (), (), (), 1)


@pytest.mark.parametrize("capacity", [{"str_lift": 1.0}, {"cog_conc": 1.0, "pos_stand": 2.0}])
def test_limits_that_no_measure_mends_are_named(capacity: dict[str, float]) -> None:
    best = _hand((STOOL, TROLLEY, BOTH), capacity, frozenset())
    assert not best.found
    assert {blocker.about for blocker in best.broken} == {next(iter(capacity))}
