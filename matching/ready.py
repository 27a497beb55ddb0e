"""Makes the machine code of the search once, at set-up: ``python -m matching.ready``.

It is kept beside the source (or in the user's cache folder), so that the first match is as fast as the hundredth. Code
of other versions of the source is thrown away.
"""

from __future__ import annotations

import shutil

import numpy as np

from data.workplaces import BLOCKS

from .carving import CarveProblem, CarveTask, carve
from .carving.columns import NO_LIMIT, Asked, MarketColumns, Measures, no_bounds
from .carving.compiled import code_folder
from .carving.gate_bitmaps import build_bitmaps, clear_row
from .hours_worth import mean_strain
from .learned_worth import lowest_of_groups
from .search import best_sites


def make_ready() -> None:
    """Solve the smallest problem and search the smallest market."""
    for old in code_folder().parent.glob("machine-code-*"):
        if old != code_folder():
            shutil.rmtree(old, ignore_errors=True)
    carve(CarveProblem(1.0, 2.0, (CarveTask("task", 2.0, 1.0, {}),)))
    load_search()


def is_made() -> bool:
    """Tell if machine code of these sources lies on this machine, so that loading it takes a second and not minutes."""
    return any(code_folder().rglob("*.nbc"))


def load_search() -> None:
    """Search the smallest market: the machine code of the search is loaded then, or made; no thread is started."""
    level = np.zeros((1, 1), np.uint8)
    one, none = np.zeros(1), np.zeros(0, np.int32)
    above = build_bitmaps(level)
    clear_row(above, 0)
    start = np.zeros(1, np.int32)
    market = MarketColumns(
        first=start,
        last=start + 1,
        end=start + 1,
        level=level,
        ban_level=level,
        above=build_bitmaps(level),
        hours=one + 2.0,
        least=one,
        guidance=one,
        job=start,
        unit=start,
        half_days=np.zeros(1, np.uint32),
        clash_start=np.zeros(2, np.int32),
        clash=none.reshape(0, 2),
        guidance_there=one + np.inf,
    )
    nowhere = np.full(1, NO_LIMIT, np.int16)
    asked = Asked(
        nowhere, nowhere, np.zeros(1, np.bool_), np.ones(1, np.bool_), one, one, np.zeros(len(BLOCKS)), False,
        1.0, 2.0, 1, 1, 0, 0.0,
    )  # fmt: skip
    measures = Measures(
        np.zeros((0, 1), np.int16), np.zeros((1, 0)), start, np.zeros((1, 0), np.bool_), start, *no_bounds(0),
        np.zeros(2, np.int32), none,
    )  # fmt: skip
    mean_strain(np.zeros((1, 256)), level, np.zeros(1, np.intp))
    lowest_of_groups(np.zeros((1, 256), np.int64), np.zeros(1, np.int64), level, np.zeros(1, np.intp), 1)
    best_sites(market, asked, measures, 1, lambda _site: (None, True))


if __name__ == "__main__":
    make_ready()
