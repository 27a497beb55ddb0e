"""Machine code for the innermost loops of carving: Numba, compiled once per machine and kept beside the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays; strict IEEE arithmetic, one thread: the same bits everywhere."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
