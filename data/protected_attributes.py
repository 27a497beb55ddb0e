"""What must never be read by a score: age band, sex, origin, language group, diagnosis group.

They stand in a type of their own. Import contracts (``pyproject.toml``) let nobody in ``features`` or ``matching``
import it but fairness evaluation and the simulator; leaving an attribute away is not enough, so it has to be possible
to test (Suresh and Guttag 2021; reviews of reciprocal recommenders find that it is mostly thought to be).
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class ProtectedAttributes:
    """One person's protected attributes, each as a band or a group; empty is not stated."""

    age_band: str = ""
    sex: str = ""
    origin: str = ""
    language_group: str = ""
    diagnosis_group: str = ""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Name the attributes.

        >>> ProtectedAttributes.names()[0]
        'age_band'
        """
        return tuple(one.name for one in fields(cls))
