"""What we know: records, reference data, the store, imports. Nothing here decides anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy_names import lazily

if TYPE_CHECKING:
    from .accommodations import load_accommodations
    from .dimensions import load_dimensions
    from .levels import Level, Source, most_direct

__all__ = [
    "Level",
    "Source",
    "load_accommodations",
    "load_dimensions",
    "most_direct",
]

__getattr__ = lazily(
    __name__,
    {
        "Level": "levels",
        "Source": "levels",
        "load_accommodations": "accommodations",
        "load_dimensions": "dimensions",
        "most_direct": "levels",
    },
)
