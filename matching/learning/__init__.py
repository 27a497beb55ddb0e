"""A scorer that learns from trials: expert tables first, drawn to what outcomes say as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.lazy_names import lazily

if TYPE_CHECKING:
    from .accommodation_effects import Review, learn_effects
    from .decisions import ShownDecisions
    from .model_folder import ModelRefused, load_model, make_key, model_card, save_model
    from .outcomes import NoModel, TrialOutcomes
    from .scorer import TrialScorer, expert_scorer, learn
    from .tables import UNITS_PER_LOG_ODDS, AdditiveTables

__all__ = [
    "UNITS_PER_LOG_ODDS",
    "AdditiveTables",
    "ModelRefused",
    "NoModel",
    "Review",
    "ShownDecisions",
    "TrialOutcomes",
    "TrialScorer",
    "expert_scorer",
    "learn",
    "learn_effects",
    "load_model",
    "make_key",
    "model_card",
    "save_model",
]

__getattr__ = lazily(
    __name__,
    {
        "AdditiveTables": "tables",
        "ModelRefused": "model_folder",
        "NoModel": "outcomes",
        "Review": "accommodation_effects",
        "ShownDecisions": "decisions",
        "TrialOutcomes": "outcomes",
        "TrialScorer": "scorer",
        "UNITS_PER_LOG_ODDS": "tables",
        "expert_scorer": "scorer",
        "learn": "scorer",
        "learn_effects": "accommodation_effects",
        "load_model": "model_folder",
        "make_key": "model_folder",
        "model_card": "model_folder",
        "save_model": "model_folder",
    },
)
