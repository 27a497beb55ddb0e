"""The market search leaves nothing out: the same best sites, with the same worth, as carving every site by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from matching.carving import CarveProblem, CarveTask, carve, recheck
from matching.carving.gates import DOSE
from matching.carving.market_search import same_problem
from matching.carving.site_arrays import site_arrays
from matching.search import BestSites, best_sites
from tests.matching.direct_formulation import best_worth
from tests.matching.random_markets import RandomMarket, random_market
from tests.matching.random_problems import random_problem, with_choices, with_many_measures


def _best(market: RandomMarket, top: int) -> BestSites:
    def solve(site: int) -> tuple[float | None, bool]:
        return carve(market.problems[site]).objective, True

    return best_sites(market.columns, market.asked, market.measures, top, solve)


def _one_by_one(market: RandomMarket, top: int) -> list[tuple[int, float]]:
    found = [(at, carve(problem).objective) for at, problem in enumerate(market.problems)]
    kept = [(at, round(worth, 4)) for at, worth in found if worth is not None]
    return sorted(kept, key=lambda one: (-one[1], one[0]))[:top]


@pytest.mark.parametrize("block", range(6))
def test_the_best_sites_are_those_of_carving_every_site(block: int) -> None:
    for seed in range(block * 10, block * 10 + 10):
        market = random_market(seed)
        for top in (1, 4, 12):
            assert [worth for _, worth in _best(market, top).found] == pytest.approx(
                [worth for _, worth in _one_by_one(market, top)], abs=1.5e-4
            ), (seed, top)


@pytest.mark.parametrize("block", range(6))
def test_of_each_kind_of_work_no_more_hours_count_than_may_be_taken(block: int) -> None:
    """60 markets with kinds of work: the same best sites as carving every site with the same bounds, and they bind."""
    lowered = 0
    for seed in range(block * 10 + 500, block * 10 + 510):
        market = random_market(seed, kinds=2)
        for top in (1, 4, 12):
            assert [worth for _, worth in _best(market, top).found] == pytest.approx(
                [worth for _, worth in _one_by_one(market, top)], abs=1.5e-4
            ), (seed, top)
        plain = replace(market, asked=market.asked._replace(kind_hours=np.zeros(0)))
        lowered += _best(plain, 12).found != _best(market, 12).found
    assert lowered >= 1


def test_a_shorter_list_is_the_beginning_of_a_longer_one() -> None:
    for seed in range(20):
        market = random_market(seed)
        longer = _best(market, 8)
        assert _best(market, 3).found == longer.found[:3]
        assert longer.certificate.solved >= _best(market, 3).certificate.solved


def test_what_the_certificate_leaves_out_is_not_better() -> None:
    for seed in range(30):
        market = random_market(seed)
        best = _best(market, 2)
        left = best.certificate.best_bound_left
        if left is not None:
            assert left <= best.found[-1][1] + 1.5e-4


def test_the_order_of_sites_never_matters() -> None:
    for seed in range(20):
        market = random_market(seed)
        order = np.random.default_rng(seed).permutation(len(market.problems))
        columns = market.columns
        turned = replace(
            market,
            columns=columns._replace(
                first=columns.first[order],
                last=columns.last[order],
                guidance_there=columns.guidance_there[order],
                clash_start=np.zeros(len(order) + 1, np.int32),
                clash=columns.clash[:0],
            ),
            problems=tuple(replace(market.problems[at], excluded=()) for at in order),
        )
        plain = replace(
            market,
            columns=columns._replace(clash_start=np.zeros(len(order) + 1, np.int32), clash=columns.clash[:0]),
            problems=tuple(replace(problem, excluded=()) for problem in market.problems),
        )
        assert [worth for _, worth in _best(turned, 5).found] == [worth for _, worth in _best(plain, 5).found]


def test_branches_of_a_chain_are_worth_the_same_and_leave_nobody_out() -> None:
    """Every workplace three times over: the list holds each three times, with the worth that it has by itself."""
    for seed in range(30):
        market = random_market(seed)
        order = np.repeat(np.arange(len(market.problems)), 3)
        columns, no_clash = market.columns, np.zeros(len(order) + 1, np.int32)
        chain = replace(
            market,
            columns=columns._replace(
                first=columns.first[order],
                last=columns.last[order],
                end=columns.end[order],
                guidance_there=columns.guidance_there[order],
                clash_start=no_clash,
                clash=columns.clash[:0],
            ),
            asked=market.asked._replace(extra=market.asked.extra[order]),
            measures=market.measures._replace(site_kind=market.measures.site_kind[order]),
            problems=tuple(replace(market.problems[at], excluded=()) for at in order),
        )
        for top in (4, 12):
            worths = [worth for _, worth in _best(chain, top).found]
            assert worths == pytest.approx([worth for _, worth in _one_by_one(chain, top)], abs=1.5e-4), (seed, top)
            assert len(set(worths)) <= -(-len(worths) // 3), seed  # three of each have one worth, to the last decimal


def test_workplaces_that_differ_in_one_number_do_not_count_as_the_same() -> None:
    seen = set()
    for seed in range(20):
        arrays = site_arrays(random_problem(seed, most_tasks=6))
        assert arrays is not None
        assert same_problem(arrays, arrays)
        for name, value in arrays._asdict().items():
            if not isinstance(value, np.ndarray):
                assert not same_problem(arrays, arrays._replace(**{name: value + 1})), name
                seen.add(name)
            elif value.size:
                other = value.copy()
                other.flat[seed % value.size] = not value.flat[seed % value.size] if value.dtype == bool else 77
                assert not same_problem(arrays, arrays._replace(**{name: other})), name
                assert not same_problem(arrays, arrays._replace(**{name: value[:-1]})), name
                seen.add(name)
    assert seen >= {"hours", "worth", "need", "effect", "applies", "price", "level", "allowed", "switch_cost"}


@pytest.mark.parametrize("block", range(10))
def test_the_search_agrees_with_the_direct_formulation(block: int) -> None:
    """2,000 random problems, one site and two, against DESIGN section 5 as it reads, in another solver."""
    for seed in range(block * 200, block * 200 + 200):
        problem = random_problem(seed + 10_000, most_tasks=10, sites=1 + seed % 4 // 3)
        solution, truth = carve(problem), best_worth(problem)
        assert solution.status == ("infeasible" if truth is None else "optimal"), seed
        if solution.objective is not None:
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
            assert recheck(problem, solution) == [], seed


def test_where_many_measures_could_help_the_search_agrees_too() -> None:
    """500 random problems with five to eleven cheap measures; some need dozens of sets to be tried."""
    sets = 0
    for seed in range(500):
        problem = with_many_measures(random_problem(seed + 90_000, most_tasks=9), seed)
        solution, truth = carve(problem), best_worth(problem)
        assert solution.status == ("infeasible" if truth is None else "optimal"), seed
        if solution.objective is not None:
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
        sets = max(sets, int(str(solution.solver.get("sets_searched", 0))))
    assert sets > 10


@pytest.mark.parametrize("block", range(3))
def test_what_a_coach_chooses_is_kept(block: int) -> None:
    """Locked tasks, groups of which only some may be taken, and budgets: 600 problems, the same truth."""
    for seed in range(block * 200, block * 200 + 200):
        problem = with_choices(random_problem(seed + 30_000, most_tasks=8, sites=1 + seed % 4 // 3), seed)
        solution, truth = carve(problem), best_worth(problem)
        assert solution.status == ("infeasible" if truth is None else "optimal"), seed
        if solution.objective is not None:
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
            assert recheck(problem, solution) == [], seed


def test_loads_that_must_alternate_do_so_in_every_half_day() -> None:
    """No half-day breaks a dose on its own: 200 problems, the same truth, and sometimes it costs something."""
    costs = 0
    for seed in range(400):
        plain = random_problem(seed + 70_000, most_tasks=5, sites=1 + seed % 4 // 3)
        if plain.blocks is None:
            continue
        problem = replace(plain, alternate=True)
        solution, truth = carve(problem), best_worth(problem)
        assert solution.status == ("infeasible" if truth is None else "optimal"), seed
        if solution.objective is not None:
            assert solution.objective == pytest.approx(truth, abs=2e-5), seed
            assert recheck(problem, solution) == [], seed
        costs += carve(plain).objective != solution.objective
    assert costs >= 3


def test_two_far_sites_are_not_on_one_day_and_near_ones_may_be() -> None:
    tasks = (CarveTask("a", 2, 1.0, {}, site="one"), CarveTask("b", 2, 1.0, {}, site="two"))
    day = (("mon_am", 2.0), ("mon_pm", 2.0))
    problem = CarveProblem(4, 4, tasks, blocks=day, between={("one", "two"): 40.0}, travel_within_day=30.0)
    assert carve(problem).status == "infeasible"
    assert carve(replace(problem, travel_within_day=45.0)).status == "optimal"
    assert carve(replace(problem, blocks=(*day, ("tue_am", 2.0)))).status == "optimal"


def _by_counting(problem: CarveProblem) -> float | None:
    """Try every set of measures and every set of whole tasks; nothing but sums and comparisons."""
    best: float | None = None
    measures, limits = problem.measures, problem.limits
    most = len(measures) if limits.accommodations is None else limits.accommodations
    for used in (s for size in range(min(most, len(measures)) + 1) for s in combinations(measures, size)):
        eased = [
            {d: max(0.0, level - max((m.steps(t.id, d) for m in used), default=0.0)) for d, level in t.levels.items()}
            for t in problem.tasks
        ]
        for size in range(1, (limits.tasks or len(problem.tasks)) + 1):
            for chosen in combinations(range(len(problem.tasks)), size):
                if _allowed(problem, chosen, eased):
                    tasks = [problem.tasks[at] for at in chosen]
                    worth = sum(t.hours * t.value for t in tasks) - sum(m.cost for m in used)
                    worth -= problem.switch_cost * (len({t.job for t in tasks}) - 1)
                    best = worth if best is None else max(best, worth)
    return best


def _allowed(problem: CarveProblem, chosen: tuple[int, ...], eased: list[dict[str, float]]) -> bool:
    from data.levels import share_of_shift

    tasks = [problem.tasks[at] for at in chosen]
    hours = sum(task.hours for task in tasks)
    if not problem.hours_min <= hours <= problem.hours_max:
        return False
    if problem.limits.jobs is not None and len({task.job for task in tasks}) > problem.limits.jobs:
        return False
    guidance = sum(task.hours * task.supervision for task in tasks)
    if problem.limits.supervision is not None and guidance > problem.limits.supervision + 1e-9:
        return False
    for dimension, capacity in problem.capacity.items():
        levels = [eased[at].get(dimension, 0.0) for at in chosen]
        if dimension not in DOSE:
            if max(levels) > capacity:
                return False
        elif sum(t.hours * share_of_shift(x) for t, x in zip(tasks, levels, strict=True)) > (
            share_of_shift(capacity) * hours + 1e-9
        ):
            return False
    return True


def test_twelve_whole_tasks_against_counting_every_choice() -> None:
    for seed in range(25):
        made = random_problem(seed + 50_000, most_tasks=12)
        tasks = tuple(replace(t, divisible=False, min_hours=t.hours, core=False) for t in made.tasks)
        problem = replace(made, tasks=tasks, tied=(), excluded=(), blocks=None, bans={}, measures=made.measures[:2])
        truth = _by_counting(problem)
        assert carve(problem).objective == (None if truth is None else pytest.approx(truth, abs=1e-5)), seed
