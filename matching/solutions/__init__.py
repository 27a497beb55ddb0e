"""Earlier solutions: which of them is nearest to a gap, and what they say together."""

from .analysis import TOO_FEW, MeasureOnGap, SolutionAnalysis, Tally, analyse, wilson
from .columns import SolutionIndex, index_solutions
from .nearest import NearestWeights, NearSolution, nearest_solutions

__all__ = [
    "TOO_FEW",
    "MeasureOnGap",
    "NearSolution",
    "NearestWeights",
    "SolutionAnalysis",
    "SolutionIndex",
    "Tally",
    "analyse",
    "index_solutions",
    "nearest_solutions",
    "wilson",
]
