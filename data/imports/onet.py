"""Reads the O*NET database: occupations, their real task texts, and ratings of what they demand.

Two layouts: the official tab-separated release (``Task Statements.txt`` ...), and a folder of compressed CSV
tables with scores scaled to 0-1. O*NET is by USDOL/ETA, CC BY 4.0; attribution in ``data/README.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import FileUnreadable

RANGES = {"CX": (1.0, 5.0), "CT": (1.0, 3.0), "LV": (0.0, 7.0), "IM": (1.0, 5.0), "WI": (-3.0, 3.0)}
"""Lowest and highest value of the O*NET scales that are read."""

_THREE_STEP = ("4.C.3.d.4", "4.C.3.d.8")
"""Work schedules and duration of the week are the two work-context items on the 1-3 scale CT."""

_OFFICIAL = {
    "Abilities.txt": ("LV",),
    "Skills.txt": ("LV",),
    "Work Activities.txt": ("LV",),
    "Work Context.txt": ("CX", "CT"),
    "Work Styles.txt": ("IM", "WI"),
}
_SCALED = {
    "work_context": "CX",
    "abilities_skills_knowledge": "LV",
    "work_activities": "LV",
    "work_styles": "IM",
}


@dataclass(frozen=True, slots=True)
class OnetScore:
    """One rating in the units of its own O*NET scale; ``doubtful`` where O*NET recommends to suppress it."""

    scale: str
    value: float
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class OnetOccupation:
    """One occupation with its tasks (O*NET task id, text) and scores by element id."""

    code: str
    title: str
    tasks: tuple[tuple[str, str], ...]
    scores: dict[str, OnetScore] = field(default_factory=dict)


def read_onet(folder: Path) -> tuple[OnetOccupation, ...]:
    """Read all occupations that have tasks, by code; FileUnreadable names the table that is missing or wrong."""
    if not folder.is_dir():
        raise FileUnreadable(folder, "this is not a folder", "Point to the unpacked O*NET text release.")
    official = folder / "Task Statements.txt"
    if official.exists():
        tasks = _table(official, ["O*NET-SOC Code", "Task ID", "Task"])
        names = _table(folder / "Occupation Data.txt", ["O*NET-SOC Code", "Title"])
        scores = _official_scores(folder)
    else:
        tasks = _table(_newest(folder, "task_statements_*.csv.gz"), ["O*NET-SOC Code", "Task ID", "Task"])
        names = _table(_newest(folder, "occupation_data_*.csv.gz"), ["O*NET-SOC Code", "Title"])
        scores = _scaled_scores(folder)
    titles = dict(zip(names["O*NET-SOC Code"], names["Title"], strict=True))
    tasks = tasks.assign(number=tasks["Task ID"].astype(int)).sort_values(["O*NET-SOC Code", "number"])
    found = []
    for code, rows in tasks.groupby("O*NET-SOC Code", sort=True):
        pairs = tuple(zip(rows["Task ID"].astype(str), rows["Task"], strict=True))
        found.append(OnetOccupation(str(code), titles.get(code, str(code)), pairs, scores.get(str(code), {})))
    return tuple(found)


def _newest(folder: Path, pattern: str) -> Path:
    files = sorted(folder.glob(pattern), key=lambda path: [int(n) for n in path.stem.split(".")[0].split("_")[-2:]])
    return files[-1] if files else folder / pattern


def _table(path: Path, columns: list[str], optional: tuple[str, ...] | None = ()) -> pd.DataFrame:
    """Read one table; ``optional`` names further columns to keep, None keeps all."""
    try:
        separator = "\t" if path.suffix == ".txt" else ","
        frame = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise FileUnreadable(
            path,
            "this O*NET table is missing or cannot be read",
            "Unpack the whole text release of the O*NET database.",
        ) from error
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise FileUnreadable(
            path,
            f"column {missing[0]} is missing",
            "Use the tables as O*NET publishes them, with their header row.",
        )
    if optional is None:
        return frame
    return frame[[*columns, *(column for column in optional if column in frame.columns)]]


def _official_scores(folder: Path) -> dict[str, dict[str, OnetScore]]:
    wanted = ["O*NET-SOC Code", "Element ID", "Scale ID", "Data Value"]
    scores: dict[str, dict[str, OnetScore]] = {}
    for name, scales in _OFFICIAL.items():
        path = folder / name
        if name == "Skills.txt" and not path.exists():
            continue  # renamed in later releases; the dimensions that lean on skills keep their other elements
        frame = _table(path, wanted, ("Recommend Suppress", "Not Relevant"))
        frame = frame[frame["Scale ID"].isin(scales)]
        values = pd.to_numeric(frame["Data Value"], errors="coerce").to_numpy(dtype=np.float64)
        blank = np.full(len(frame), "")
        suppress = frame["Recommend Suppress"].to_numpy() if "Recommend Suppress" in frame else blank
        irrelevant = frame["Not Relevant"].to_numpy() if "Not Relevant" in frame else blank
        rows = zip(
            frame["O*NET-SOC Code"],
            frame["Element ID"],
            frame["Scale ID"],
            values,
            suppress,
            irrelevant,
            strict=True,
        )
        for code, element, scale, value, doubtful, not_relevant in rows:
            if np.isfinite(value):
                value = RANGES[scale][0] if not_relevant == "Y" else float(value)
                scores.setdefault(code, {})[element] = OnetScore(scale, value, doubtful == "Y")
    return scores


def _scaled_scores(folder: Path) -> dict[str, dict[str, OnetScore]]:
    scores: dict[str, dict[str, OnetScore]] = {}
    for stem, usual in _SCALED.items():
        frame = _table(_newest_wide(folder, stem), ["O*NET-SOC Code"], None)
        elements = [column for column in frame.columns if column[:1].isdigit()]
        values = frame[elements].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
        for code, row in zip(frame["O*NET-SOC Code"], values, strict=True):
            own = scores.setdefault(code, {})
            for element, value in zip(elements, row, strict=True):
                if np.isfinite(value):
                    scale = "CT" if element in _THREE_STEP else usual
                    low, high = RANGES[scale]
                    own[element] = OnetScore(scale, low + float(value) * (high - low))
    return scores


def _newest_wide(folder: Path, stem: str) -> Path:
    files = sorted(folder.glob(f"{stem}_scaled_*_wide.csv.gz"))
    return files[-1] if files else folder / f"{stem}_scaled_wide.csv.gz"
