"""The task text reader for researchers' pipelines: the scikit-learn contract around ``features/task_text.py``."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin

from data.dimensions import dimension_index

from .load_model import LoadModel
from .task_text import TextLoadReader, reader_in_force

Floats = npt.NDArray[np.float32]


class TaskTextReader(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """The reader under the scikit-learn contract: texts to (texts, dimensions), NaN where it abstains.

    >>> reader = TaskTextReader(language="fi").fit(["Laatikoiden nosto, 20 kg"])
    >>> float(reader.transform(["Laatikoiden nosto, 20 kg"])[0, dimension_index()["str_lift"]])
    3.5
    """

    def __init__(self, language: str = "auto", model: LoadModel | None = None) -> None:
        self.language = language
        self.model = model

    def fit(self, texts: Iterable[str], _levels: object = None) -> TaskTextReader:
        """Take the given model, or the one that ships; training is ``features.load_building.build_model``."""
        del texts
        self.reader_ = TextLoadReader(self.model) if self.model else reader_in_force()
        self.dimensions_ = tuple(dimension_index())
        return self

    def transform(self, texts: Iterable[str]) -> Floats:
        """Read each text."""
        listed = list(texts)
        return (
            self.reader_.read(listed, self.language).level
            if listed
            else np.zeros((0, len(self.dimensions_)), np.float32)
        )

    def predict(self, texts: Iterable[str]) -> Floats:
        """Read each text; the same as ``transform``."""
        return self.transform(texts)

    def get_feature_names_out(self, _input: object = None) -> npt.NDArray[np.object_]:
        """Name the columns: the dimension ids."""
        return np.array(self.dimensions_, dtype=object)
