"""How a trial goes from a draft to its last follow-up: what may happen when, what is due, and what needs a human."""

from .attention import Attention, Need, attention
from .due_days import DueDay, DueKind, due_days
from .limits import LimitCheck, Surroundings, limit_check
from .moves import OpenMove, new_plan, open_moves, take
from .reasons import taught_features

__all__ = [
    "Attention",
    "DueDay",
    "DueKind",
    "LimitCheck",
    "Need",
    "OpenMove",
    "Surroundings",
    "attention",
    "due_days",
    "limit_check",
    "new_plan",
    "open_moves",
    "take",
    "taught_features",
]
