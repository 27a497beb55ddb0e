"""Random small markets: the same sites as columns for the market search, and as one carving problem each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from data.levels import PER_STEP
from data.workplaces import BLOCKS
from matching.carving import CarveLimits, CarveProblem, CarveTask
from matching.carving.columns import NO_LIMIT, Asked, MarketColumns, Measures, no_bounds
from matching.carving.gate_bitmaps import build_bitmaps
from matching.carving.gates import DOSE
from matching.carving.site_arrays import UNLIMITED
from tests.matching.random_problems import DIMENSIONS, random_problem


@dataclass(frozen=True)
class RandomMarket:
    columns: MarketColumns
    asked: Asked
    measures: Measures
    problems: tuple[CarveProblem, ...]


def random_market(seed: int, sites: int = 12, most_tasks: int = 7, kinds: int = 0) -> RandomMarket:
    """Make a market in which one person's capacity, week and limits hold everywhere, and measures fit some tasks.

    With ``kinds``, tasks are of so many kinds of work or of none, and no more hours of each count than a random bound.
    """
    rng = np.random.default_rng([seed, 11])
    person = random_problem(seed, most_tasks)
    problems = []
    for site in range(sites):
        some = random_problem(seed * 1000 + site, most_tasks)
        ids = {task.id: f"s{site}{task.id}" for task in some.tasks}
        tasks = tuple(replace(t, id=ids[t.id], site=f"s{site}", core=False) for t in some.tasks)
        problems.append(
            replace(
                person,
                tasks=tasks,
                tied=tuple(tuple(ids[id_] for id_ in group) for group in some.tied),
                excluded=tuple((ids[a], ids[b]) for a, b in some.excluded),
                limits=replace(person.limits, supervision=some.limits.supervision),
            )
        )
    every = [task for problem in problems for task in problem.tasks]
    scopes = [frozenset(task.id for task in every if rng.random() < 0.7) for _ in person.measures]
    measures = tuple(replace(m, tasks=scope) for m, scope in zip(person.measures, scopes, strict=True))
    problems = [replace(problem, measures=measures) for problem in problems]
    asked = _asked(person, every, sites)
    if kinds:
        kind, most = rng.integers(-1, kinds, len(every)).astype(np.int32), rng.uniform(1.0, 8.0, kinds).round(1)
        asked = asked._replace(kind=kind, kind_hours=most)
        budgets = [({t.id: 1.0 for t, own in zip(every, kind, strict=True) if own == k}, h) for k, h in enumerate(most)]
        problems = [replace(problem, budgets=tuple(budgets)) for problem in problems]
    return RandomMarket(_columns(problems, every), asked, _measures(problems[0], every, sites), tuple(problems))


def _columns(problems: list[CarveProblem], every: list[CarveTask]) -> MarketColumns:
    sizes = [len(problem.tasks) for problem in problems]
    last = np.cumsum(sizes)
    level = np.array([[round(t.levels.get(d, 0.0) * PER_STEP) for d in DIMENSIONS] for t in every], np.uint8)
    job, unit, clash, clash_start = [], [], [], [0]
    for problem in problems:
        ids = [task.id for task in problem.tasks]
        jobs = sorted({task.job for task in problem.tasks})
        job += [jobs.index(task.job) for task in problem.tasks]
        tied = {id_: ids.index(group[0]) for group in problem.tied for id_ in group}
        unit += [tied.get(id_, at) for at, id_ in enumerate(ids)]
        clash += [(ids.index(a), ids.index(b)) for a, b in problem.excluded]
        clash_start.append(len(clash))
    return MarketColumns(
        first=np.array(last - sizes, np.int32),
        last=np.array(last, np.int32),
        end=np.array(last, np.int32),
        level=level,
        ban_level=level,
        above=build_bitmaps(level),
        hours=np.array([task.hours for task in every]),
        least=np.array([task.min_hours if task.divisible else task.hours for task in every]),
        guidance=np.array([task.supervision for task in every]),
        job=np.array(job, np.int32),
        unit=np.array(unit, np.int32),
        half_days=np.array([_bits(task.blocks or frozenset(BLOCKS)) for task in every], np.uint32),
        clash_start=np.array(clash_start, np.int32),
        clash=np.array(clash, np.int32).reshape(-1, 2),
        guidance_there=np.array([p.limits.supervision or np.inf for p in problems]),
    )


def _bits(blocks: frozenset[str]) -> int:
    return sum(1 << BLOCKS.index(block) for block in blocks)


def _most(limit: int | None) -> int:
    return UNLIMITED if limit is None else limit


def _asked(person: CarveProblem, every: list[CarveTask], sites: int) -> Asked:
    limits: CarveLimits = person.limits
    room = dict(person.blocks or ())
    return Asked(
        capacity=np.array(
            [round(person.capacity[d] * PER_STEP) if d in person.capacity else NO_LIMIT for d in DIMENSIONS], np.int16
        ),
        ban=np.array(
            [round(person.bans[d] * PER_STEP) if d in person.bans else NO_LIMIT for d in DIMENSIONS], np.int16
        ),
        dose=np.array([d in DOSE for d in DIMENSIONS]),
        open=np.ones(len(every), np.bool_),
        worth=np.array([task.value for task in every]),
        extra=np.zeros(sites),
        room=np.array([room.get(block, 0.0) for block in BLOCKS]),
        weekly=person.blocks is not None,
        hours_min=person.hours_min,
        hours_max=person.hours_max,
        most_tasks=_most(limits.tasks),
        most_jobs=_most(limits.jobs),
        most_measures=_most(limits.accommodations),
        switch_cost=person.switch_cost,
    )


def _measures(problem: CarveProblem, every: list[CarveTask], sites: int) -> Measures:
    effect = np.array(
        [[round(m.effects.get(d, 0.0) * PER_STEP) for d in DIMENSIONS] for m in problem.measures], np.int16
    )
    effect = effect.reshape(len(problem.measures), len(DIMENSIONS))
    touching = [np.flatnonzero(effect[:, d]) for d in range(len(DIMENSIONS))]
    return Measures(
        effect=effect,
        price=np.array([[m.cost for m in problem.measures]]).reshape(1, len(problem.measures)),
        site_kind=np.zeros(sites, np.int32),
        fits=np.array([[task.id in (m.tasks or ()) for m in problem.measures] for task in every], np.bool_).reshape(
            len(every), len(problem.measures)
        ),
        task_kind=np.arange(len(every), dtype=np.int32),
        bound_start=no_bounds(len(problem.measures))[0],
        bound=no_bounds(0)[1],
        touch_start=np.cumsum([0, *(len(some) for some in touching)]).astype(np.int32),
        touching=np.concatenate(touching).astype(np.int32),
    )
