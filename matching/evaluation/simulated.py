"""A simulated past made ready for evaluation, and checks that only a world with known truth allows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from ..learning.outcomes import TrialOutcomes
from ..learning.scorer import expert_scorer, learn
from ..learning.tables import UNITS_PER_LOG_ODDS
from ..simulation import (
    Lists,
    SimulatedTrials,
    SimulationOptions,
    shown_decisions,
    simulate_lists,
    simulate_trials,
    tried_of,
)
from ..simulation.world import employer_id, person_id, sector_id
from .bootstrap import Estimate
from .evaluating import PastTrials
from .fairness import PeopleGroups, SelectionBias, selection_bias
from .lists import JudgedLists
from .methods import Asked, Method
from .order import against_truth

NEW_PEOPLE = 400
NEW_PEOPLE_FOR_TRIALS = 5_000
_DRAWS = 100

BIAS_WORLD = SimulationOptions(trials=1_000, list_length=16, months=24)
"""The size of world in which the bias test was shown to find 10 points in 95 of 100 runs and more."""


@dataclass(frozen=True, slots=True)
class PlantedBias:
    """What the bias test says in a world where a bias was planted (0: none), in points of chance (0-1)."""

    planted: float
    decisions: int
    found: SelectionBias


@dataclass(frozen=True, slots=True)
class AtReliability:
    """NDCG@10 of the learned scorer and of expert weights, learned and used with raters of one reliability (0-1)."""

    reliability: float
    learned: Estimate
    expert: Estimate


def simulated_past(
    seed: int, trials: int = 5_000, people: int = NEW_PEOPLE, tested: int = NEW_PEOPLE_FOR_TRIALS
) -> PastTrials:
    """Simulate a region with known truth, lists of new people to judge orders by, and trials of ``tested`` others."""
    world = simulate_trials(world_of(trials), seed)
    new = simulate_lists(world, people, 0, draws=_DRAWS)
    seen = world.decisions
    return PastTrials(
        source=f"simulated region, seed {seed}, {trials:,} trials, {world.options.employers} employers",
        outcomes=world.outcomes,
        shown=shown_decisions(world),
        groups=groups_of(world),
        shown_truth=seen.probability,
        lists=judged(new),
        chosen=tried_of(world, new, 1)[0],
        new_trials=_new_trials(world, tested),
    )


def world_of(trials: int) -> SimulationOptions:
    """Choose the size of a world: a small one has fewer employers and months, so that each is met again."""
    usual = SimulationOptions()
    if trials >= usual.trials:
        return replace(usual, trials=trials)
    share = trials / usual.trials
    return replace(
        usual,
        trials=trials,
        employers=max(20, round(usual.employers * share)),
        months=max(6, round(usual.months * share)),
    )


def groups_of(world: SimulatedTrials) -> PeopleGroups:
    """Say who belongs to which group in a simulated region."""
    return PeopleGroups(tuple(person_id(number) for number in range(len(world.protected))), world.protected)


def judged(lists: Lists) -> JudgedLists:
    """Lay simulated lists out for judging orders; ``expected`` only when it was asked for."""
    people, length = lists.employer.shape
    asked = Asked(
        lists.rows.reshape(people * length, -1),
        [employer_id(int(e)) for e in lists.employer.ravel()],
        [sector_id(int(s)) for s in lists.sector.ravel()],
    )
    expected = None if np.isnan(lists.expected).any() else lists.expected.ravel()
    return JudgedLists(asked, np.repeat(np.arange(people), length), lists.probability.ravel(), expected)


def _new_trials(world: SimulatedTrials, people: int) -> TrialOutcomes:
    lists = simulate_lists(world, people, 1, draws=0)
    at, well = tried_of(world, lists, 0)
    asked = judged(lists).asked
    person: npt.NDArray[np.int64] = at // lists.employer.shape[1]
    return TrialOutcomes(
        rows=asked.rows[at],
        went_well=well,
        employers=tuple(asked.employers[i] for i in at),
        groups=tuple(asked.groups[i] for i in at),
        people=tuple(f"new-{number}" for number in person),
        day=np.full(len(at), int(world.outcomes.day.max()) + 1, np.int64),
        simulated=True,
    )


def planted_bias(seed: int, biases: tuple[float, ...] = (0.0, 0.10)) -> tuple[PlantedBias, ...]:
    """Plant a bias against a group in past choices, and test for it: whether the test sees what is there."""
    found = []
    for bias in biases:
        world = simulate_trials(replace(BIAS_WORLD, bias=bias), seed)
        seen = world.decisions
        with threadpool_limits(limits=1):  # the same bytes on any number of threads
            test = selection_bias(
                world.protected, "language_group", "minority", seen.person, seen.put_forward, seen.rows
            )
        if test is None:
            raise ValueError("seed: this world has too few people of the group")
        found.append(PlantedBias(bias, len(seen.person), test))
    return tuple(found)


def at_reliability(
    seed: int, trials: int, reliabilities: tuple[float, ...] = (0.25, 0.45, 0.8)
) -> tuple[AtReliability, ...]:
    """Learn and order again in worlds where raters agree less or more."""
    found = []
    for reliability in reliabilities:
        world = simulate_trials(replace(world_of(trials), reliability=reliability), seed)
        lists = judged(simulate_lists(world, NEW_PEOPLE, 4, draws=0))
        scorer, asked = learn(world.outcomes), lists.asked
        from_experts = _expert(lists)
        learned = scorer.score(asked.rows, asked.employers, asked.groups) / UNITS_PER_LOG_ODDS
        by = {
            one.method: one.ndcg10
            for one in against_truth(lists, {Method.LEARNED: learned, Method.EXPERT: from_experts}, seed)
        }
        found.append(AtReliability(reliability, by[Method.LEARNED], by[Method.EXPERT]))
    return tuple(found)


def _expert(lists: JudgedLists) -> npt.NDArray[np.float64]:
    return expert_scorer().score(lists.asked.rows) / UNITS_PER_LOG_ODDS
