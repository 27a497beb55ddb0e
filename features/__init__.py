"""What we read from it: levels out of texts and ratings, what a person wants and knows, the value of an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.lazy_names import lazily

if TYPE_CHECKING:
    from .asking import tasks_to_ask
    from .task_text import ORIGINS, reader_in_force
    from .trial_features import dimension_groups, feature, feature_index

__all__ = [
    "ORIGINS",
    "dimension_groups",
    "feature",
    "feature_index",
    "reader_in_force",
    "tasks_to_ask",
]

__getattr__ = lazily(
    __name__,
    {
        "ORIGINS": "task_text",
        "dimension_groups": "trial_features",
        "feature": "trial_features",
        "feature_index": "trial_features",
        "reader_in_force": "task_text",
        "tasks_to_ask": "asking",
    },
)
