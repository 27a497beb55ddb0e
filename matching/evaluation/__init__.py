"""How good a scorer is, for whom, and how sure that is: ranking, calibration, fairness, other policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.lazy_names import lazily

if TYPE_CHECKING:
    from .bootstrap import Estimate
    from .calibration import calibration_error, calibration_noise
    from .evaluating import Evaluation, PastTrials, evaluate
    from .fairness import PeopleGroups
    from .foretelling import latest_fifth, unseen_employers
    from .groups import judge_fairness
    from .lists import JudgedLists
    from .methods import Asked, Method, scores_by_method
    from .order import against_truth
    from .policies import judge_policies
    from .robustness import moved_ratings
    from .simulated import at_reliability, planted_bias, simulated_past
    from .splits import by_employer, by_time

__all__ = [
    "Asked",
    "Estimate",
    "Evaluation",
    "JudgedLists",
    "Method",
    "PastTrials",
    "PeopleGroups",
    "against_truth",
    "at_reliability",
    "by_employer",
    "by_time",
    "calibration_error",
    "calibration_noise",
    "evaluate",
    "judge_fairness",
    "judge_policies",
    "latest_fifth",
    "moved_ratings",
    "planted_bias",
    "scores_by_method",
    "simulated_past",
    "unseen_employers",
]

__getattr__ = lazily(
    __name__,
    {
        "Asked": "methods",
        "Estimate": "bootstrap",
        "Evaluation": "evaluating",
        "JudgedLists": "lists",
        "Method": "methods",
        "PastTrials": "evaluating",
        "PeopleGroups": "fairness",
        "against_truth": "order",
        "at_reliability": "simulated",
        "by_employer": "splits",
        "by_time": "splits",
        "calibration_error": "calibration",
        "calibration_noise": "calibration",
        "evaluate": "evaluating",
        "judge_fairness": "groups",
        "judge_policies": "policies",
        "latest_fifth": "foretelling",
        "moved_ratings": "robustness",
        "planted_bias": "simulated",
        "scores_by_method": "methods",
        "simulated_past": "simulated",
        "unseen_employers": "foretelling",
    },
)
