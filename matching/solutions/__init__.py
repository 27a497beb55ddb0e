"""Earlier solutions: which of them is nearest to a gap, and what they say together."""

from .columns import SolutionIndex, index_solutions
from .nearest import NearestWeights, NearSolution, nearest_solutions

__all__ = ["NearSolution", "NearestWeights", "SolutionIndex", "index_solutions", "nearest_solutions"]
