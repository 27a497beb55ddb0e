"""The best steps of all tables at once, when some steps may only go one way.

Minimises ``x'Ax/2 - b'x`` with ``x >= 0`` where it is bounded. ``A`` is positive definite, so there is one answer.
Block principal pivoting (Portugal, Judice and Vicente 1994): all wrong signs change sides at once, and one by one
(Murty 1974) when that goes in circles; it ends after finitely many rounds, and nothing in it is random.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_PATIENCE = 3
_MOST_ROUNDS = 2_000
_SMALL = 1e-10


def solve_bounded(a: Floats, b: Floats, bounded: Flags, at_zero: Flags | None = None) -> Floats:
    """Solve for ``x``; ``at_zero`` is a guess of which bounded entries end at zero (it only saves rounds).

    >>> solve_bounded(np.eye(2), np.array([-1.0, 2.0]), np.array([True, True]))
    array([0., 2.])
    """
    zero = np.zeros(len(b), np.bool_) if at_zero is None else at_zero & bounded
    fewest, patience = len(b) + 1, _PATIENCE
    scale = _SMALL * (1.0 + float(np.abs(b).max(initial=0.0)))
    x = np.zeros(len(b))
    for _ in range(_MOST_ROUNDS):
        free = ~zero
        x = np.zeros(len(b))
        x[free] = cho_solve(cho_factor(a[np.ix_(free, free)], lower=True, check_finite=False), b[free])
        slope = a @ x - b
        wrong = (free & bounded & (x < -_SMALL)) | (zero & (slope < -scale))
        count = int(wrong.sum())
        if not count:
            return x
        if count < fewest:
            fewest, patience = count, _PATIENCE
        elif patience:
            patience -= 1
        else:
            only = np.flatnonzero(wrong)[-1]
            wrong = np.zeros(len(b), np.bool_)
            wrong[only] = True
        zero = zero ^ wrong
    raise ArithmeticError("the steps of the tables were not found: the matrix is not positive definite")
