"""What a no, a pause or a breaking-off says of the match: the features of the trial scorer that its reason is about."""

from __future__ import annotations

from functools import cache

from data.errors import ReferenceFault
from data.trial_moves import FILE, reasons
from features.trial_features import trial_features


@cache
def taught_features(reason: str) -> tuple[str, ...]:
    """Name the features that a reason of the closed list speaks about; none where it says nothing of the match.

    Raises ReferenceFault when the list names a feature that there is not.

    >>> taught_features("way_to_work"), taught_features("employer_situation")
    (('travel_share',), ())
    """
    known = [spec.name for spec in trial_features()]
    found: list[str] = []
    for pattern in reasons()[reason].teaches:
        start, star, _ = pattern.partition("*")
        named = [name for name in known if (name.startswith(start) if star else name == pattern)]
        if not named:
            raise ReferenceFault(FILE, reason, f"there is no feature '{pattern}'")
        found += named
    return tuple(found)
