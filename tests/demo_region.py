"""The demo region as tests read it: once in a process, however many files of tests ask for it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from data.candidates import Candidate
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from data.workplaces import Employer
from features.market import Market, build_market

if TYPE_CHECKING:
    from matching.learning.scorer import TrialScorer


@cache
def demo_employers(*, fictional: bool = True) -> tuple[Employer, ...]:
    """All employers of Keski-Suomi."""
    return read_region(DEMO_REGION, fictional=fictional)


@cache
def demo_people(*, fictional: bool = True) -> tuple[Candidate, ...]:
    """All people of Keski-Suomi."""
    return read_candidates(DEMO_CANDIDATES, fictional=fictional)


@cache
def demo_market(*, fictional: bool = True) -> Market:
    """The market of all employers of Keski-Suomi."""
    return build_market(demo_employers(fictional=fictional))


@cache
def learned_scorer() -> TrialScorer:
    """A scorer that learned from 600 simulated trials: as good as any where only lists are looked at."""
    from matching.learning.scorer import learn
    from matching.simulation import SimulationOptions, simulate_trials

    return learn(simulate_trials(SimulationOptions(trials=600, employers=40, months=8, list_length=8), 5).outcomes)
