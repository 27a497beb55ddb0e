"""What we decide: feasibility, accommodation, carving, the search for the best, score, order and reasons."""

from .config import Caution, MatchConfig
from .meeting import Stages
from .pipeline import match
from .suggestion import MatchList, Suggestion

__all__ = ["Caution", "MatchConfig", "MatchList", "Stages", "Suggestion", "match"]
