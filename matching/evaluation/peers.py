"""What a scorer is compared with: chance, the nearest profile, logistic regression, and LightGBM where it is installed.

LightGBM (extra, group ``bench``) orders lists with lambdarank (Burges 2010) or predicts outcomes; it never ranks people
here, because its trees cannot be written as a sum of named terms.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import numpy.typing as npt

from features.trial_features import trial_features

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


def at_random(rows: Floats, seed: int) -> Floats:
    """Score by chance."""
    return np.random.default_rng([seed, 9]).random(len(rows))


def nearest_profile(rows: Floats) -> Floats:
    """Score by the nearness of demands to capacities alone: the less gap and surplus, the nearer (profile methods)."""
    names = [spec.name for spec in trial_features()]
    gap = np.array([name.startswith("gap_") for name in names])
    reserve = np.array([name.startswith("reserve_") for name in names])
    away = np.nan_to_num(rows[:, gap]).sum(axis=1) + 0.25 * np.nan_to_num(rows[:, reserve]).sum(axis=1)
    return np.asarray(-away)


def logistic(rows: Floats, well: npt.NDArray[np.bool_], asked: Floats) -> Floats:
    """Fit a plain logistic regression (standardised, unknown as its own column) and give log-odds of ``asked``."""
    from sklearn.linear_model import LogisticRegression  # slow to load, and only needed here

    middle = np.array([np.nanmean(column) if (~np.isnan(column)).any() else 0.0 for column in rows.T])
    scale = np.array([np.nanstd(column) if (~np.isnan(column)).any() else 0.0 for column in rows.T])
    scale[scale == 0] = 1.0

    def laid_out(values: Floats) -> Floats:
        unknown = np.isnan(values)
        return np.hstack([np.where(unknown, 0.0, (values - middle) / scale), unknown])

    fitted = LogisticRegression(C=0.1, max_iter=2_000).fit(laid_out(rows), well)
    return np.asarray(fitted.decision_function(laid_out(asked)))


def lightgbm_is_available() -> bool:
    """Tell whether LightGBM is installed (``uv sync --group bench``)."""
    return importlib.util.find_spec("lightgbm") is not None


_QUIET: dict[str, Any] = {"verbose": -1, "num_threads": 2, "deterministic": True, "force_row_wise": True, "seed": 1}


def with_categories(rows: Floats, *numbers: Numbers) -> Floats:
    """Add columns of categories (employer, sector as numbers) after the features."""
    return np.column_stack([rows, *numbers])


def lightgbm_ranker(
    rows: Floats, well: npt.NDArray[np.bool_], query: Numbers, asked: Floats, rounds: int = 150
) -> Floats:
    """Fit lambdarank on outcomes grouped into queries (equal numbers stand together) and score ``asked``.

    Columns after the features are categories.
    """
    import lightgbm

    order = np.argsort(query, kind="stable")
    _, sizes = np.unique(query, return_counts=True)
    data = lightgbm.Dataset(rows[order], well[order].astype(int), group=sizes, categorical_feature=_categories(rows))
    options = {"objective": "lambdarank", "learning_rate": 0.05, "num_leaves": 7, "min_data_in_leaf": 30,
               "lambda_l2": 5.0, "label_gain": [0, 1], "monotone_constraints": _directions(rows), **_QUIET}  # fmt: skip
    return np.asarray(lightgbm.train(options, data, rounds).predict(asked))


def lightgbm_chance(
    rows: Floats, well: npt.NDArray[np.bool_], asked: Floats, rounds: int = 300, leaves: int = 15
) -> Floats:
    """Fit LightGBM on outcomes (log-loss) and give log-odds of ``asked``; columns after the features are categories."""
    import lightgbm

    data = lightgbm.Dataset(rows, well.astype(int), categorical_feature=_categories(rows))

    options = {"objective": "binary", "learning_rate": 0.05, "num_leaves": leaves, "min_data_in_leaf": 50,
               "lambda_l2": 5.0, **_QUIET}  # fmt: skip
    fitted = lightgbm.train(options, data, rounds)
    return np.asarray(fitted.predict(asked, raw_score=True))


def _directions(rows: Floats) -> list[int]:
    return [spec.direction for spec in trial_features()] + [0] * len(_categories(rows))


def _categories(rows: Floats) -> list[int]:
    return list(range(len(trial_features()), rows.shape[1]))
