"""A made-up world with known truth: it proves methods, and is never evidence about people."""

from .shown import shown_decisions
from .truth import Truth, draw_truth
from .world import LABEL, Lists, SimulatedTrials, SimulationOptions, simulate_lists, simulate_trials, tried_of

__all__ = [
    "LABEL",
    "Lists",
    "SimulatedTrials",
    "SimulationOptions",
    "Truth",
    "draw_truth",
    "shown_decisions",
    "simulate_lists",
    "simulate_trials",
    "tried_of",
]
