"""Reads what others have written: a region, an employer's task list, the O*NET database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy_names import lazily

if TYPE_CHECKING:
    from .region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
    from .solutions import read_seed_solutions

__all__ = ["DEMO_CANDIDATES", "DEMO_REGION", "read_candidates", "read_region", "read_seed_solutions"]

__getattr__ = lazily(
    __name__,
    {
        "DEMO_CANDIDATES": "region",
        "DEMO_REGION": "region",
        "read_candidates": "region",
        "read_region": "region",
        "read_seed_solutions": "solutions",
    },
)
