"""What several commands let one choose from."""

from __future__ import annotations

from enum import StrEnum


class TextLanguage(StrEnum):
    """Language that texts are written in."""

    AUTO = "auto"
    FI = "fi"
    SV = "sv"
    EN = "en"


class CautionChoice(StrEnum):
    """How sure the coach wants to be."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    EXPLORATORY = "exploratory"


class AnswerLanguage(StrEnum):
    """Languages of what people read."""

    FI = "fi"
    SV = "sv"
    EN = "en"
