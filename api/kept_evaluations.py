"""Evaluations that were worked out before and are kept for researchers to read: nothing is measured here.

``worktrial evaluate --keep`` writes one; each is a folder beside the store, named by its data and seed. Counts of
trials that happened are rounded to five, as in tables, so that two evaluations do not tell who came in between.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import UnknownId
from data.home import data_home
from matching.research_tables import ROUNDED_TO

from .evaluation.writing import FORMAT, JSON
from .model_json import with_counts_rounded

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
MOST_BYTES = 5_000_000
_COUNTED = re.compile(r"\d[\d,]*(?= (?:ended|made-up|simulated) trials)")
_COUNT = re.compile(r"\d[\d,]*")
_COUNTS_OF_FACTS = frozenset({"ended trials", "of them gone well"})


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """One evaluation: its name, from which data, with which seed, and its sections as ``evaluation/1`` has them.

    ``label`` is not empty when the data are simulated.
    """

    name: str
    label: str
    source: str
    seed: int
    sections: tuple[Mapping[str, Any], ...]

    @property
    def simulated(self) -> bool:
        """Tell whether it is about made-up people."""
        return bool(self.label)

    def table(self, key: str) -> Mapping[str, Any] | None:
        """Give a table by its key; None when it was not measured."""
        return next((one for section in self.sections for one in section["tables"] if one["key"] == key), None)


def evaluations_folder(home: Path | None = None) -> Path:
    """Name the folder that evaluations are kept in."""
    return (home or data_home(os.environ)) / "evaluations"


def name_of(fingerprint: str, seed: int) -> str:
    """Name an evaluation by its data and its seed: the same again takes the place of the one before.

    >>> name_of("6e40934e93301b2c" * 4, 7)
    'evaluation-6e40934e9330-7'
    """
    return f"evaluation-{fingerprint[:12]}-{seed}"


def evaluation_names(home: Path | None = None) -> list[str]:
    """List the evaluations that are kept, the latest first."""
    folder = evaluations_folder(home)
    if not folder.is_dir():
        return []
    found = [one for one in folder.iterdir() if NAME.fullmatch(one.name) and (one / JSON).is_file()]
    return [one.name for one in sorted(found, key=lambda one: (-(one / JSON).stat().st_mtime, one.name))]


def kept_evaluation(name: str, home: Path | None = None) -> KeptEvaluation:
    """Read one evaluation; UnknownId when there is none of that name, or what is there is no evaluation."""
    if name not in evaluation_names(home):
        raise UnknownId("evaluation", name)
    path = evaluations_folder(home) / name / JSON
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnknownId("evaluation", name)
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT:
            raise UnknownId("evaluation", name)
        sections = told["sections"] if told["label"] else [_rounded(one) for one in told["sections"]]
        source = str(told["source"]) if told["label"] else _text_rounded(str(told["source"]))
        return KeptEvaluation(name, str(told["label"]), source, int(told["seed"]), tuple(sections))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UnknownId("evaluation", name) from None


def _rounded(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """Round every count of a section of real data, also where it stands in words."""
    rounded = dict(with_counts_rounded(dict(section), ROUNDED_TO))
    rounded["tables"] = [
        {**table, "made_of": _text_rounded(table["made_of"]), "rows": [_row(row) for row in table["rows"]]}
        for table in rounded["tables"]
    ]
    return rounded


def _row(row: list[Any]) -> list[Any]:
    if row and row[0] in _COUNTS_OF_FACTS:
        return [row[0], *(_COUNT.sub(_to_five, one) if isinstance(one, str) else one for one in row[1:])]
    return [_text_rounded(one) if isinstance(one, str) else one for one in row]


def _text_rounded(text: str) -> str:
    """Round counts of trials within a sentence.

    >>> _text_rounded("training frame a, 1,234 ended trials")
    'training frame a, 1,235 ended trials'
    """
    return _COUNTED.sub(_to_five, text)


def _to_five(found: re.Match[str]) -> str:
    return f"{ROUNDED_TO * round(int(found[0].replace(',', '')) / ROUNDED_TO):,}"
