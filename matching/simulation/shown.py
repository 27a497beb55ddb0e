"""The simulated past as it would have been logged: what stood on each list, at which rank, and what became of it."""

from __future__ import annotations

import numpy as np

from ..learning.decisions import ShownDecisions
from ..learning.expert import expert_name
from .world import MONTH_DAYS, Decisions, SimulatedTrials, employer_id, people_a_month, person_id


def shown_decisions(world: SimulatedTrials) -> ShownDecisions:
    """Write the decisions of a simulated region as an exposure log: one list a person, ordered by expert weights."""
    return logged(world.decisions, people_a_month(world.options))


def logged(decisions: Decisions, people_each_month: int) -> ShownDecisions:
    """Turn a simulator's decisions into a log; what is true but nobody saw (the chances) is left behind."""
    count = len(decisions.person)
    return ShownDecisions(
        rows=decisions.rows,
        list_of=decisions.person,
        rank=decisions.rank,
        people=tuple(person_id(number) for number in decisions.person),
        employers=tuple(employer_id(number) for number in decisions.employer),
        model=(expert_name(),) * count,
        day=np.asarray(decisions.person // people_each_month * MONTH_DAYS, np.int64),
        put_forward=decisions.put_forward,
        tried=decisions.tried,
        went_well=decisions.reward,
        propensity=decisions.propensity,
        simulated=True,
    )
