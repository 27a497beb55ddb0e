"""The words that tell must from wish and denial from demand: ``data/reference/condition_cues.yaml``, compiled."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from data.reference_files import read_reference


@cache
def cue(name: str, language: str) -> str:
    """Return one list of words as a regular expression in a group of its own."""
    return "(?:" + "|".join(read_reference("condition_cues.yaml")[name][language]) + ")"


@cache
def cue_pattern(name: str, language: str) -> re.Pattern[str]:
    """Return one list of words, compiled; texts are lower-cased before."""
    return re.compile(cue(name, language))


@cache
def cues(name: str, language: str) -> Any:
    """Return a list of expressions, or a mapping from values to expressions, as it stands in the file."""
    found = read_reference("condition_cues.yaml")[name][language]
    return {key: "|".join(words) for key, words in found.items()} if isinstance(found, dict) else tuple(found)
