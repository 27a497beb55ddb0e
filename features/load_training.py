"""Trains the load model: ridge regression on what words look like and mean, one language at a time.

English learns from O*NET tasks (averaged over each occupation, as the ratings are) and ESCO phrases. For Finnish
and Swedish
the English model reads each ESCO phrase with its description; the same phrase in Finnish or Swedish learns from that
reading and from the ratings of the occupations that it belongs to. What was tried is in
``docs/explanation/load-model.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.stats import norm, rankdata

from .load_corrections import MOST_SHARE, SHARE_PER_TEXT, CorrectedText, corrected_scores
from .load_rows import LoadCorpus, means
from .subwords import BUCKETS, buckets_of, load_word_vectors
from .tokens import clean, words_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LanguageOptions:
    """How one language is trained: weights of the kinds of row, strength of the penalty, weight of meaning."""

    tasks: float
    phrases: float
    phrase_means: float
    names: float
    teacher: float
    penalty: float
    meaning: float


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Everything that can be chosen; the defaults were picked by cross-validation (docs)."""

    seed: int = 0
    components: int = 24
    steps: int = 60
    folds: int = 5
    languages: Mapping[str, LanguageOptions] = field(
        default_factory=lambda: {
            "en": LanguageOptions(1.0, 0.3, 0.3, 0.0, 0.0, 1e-4, 0.5),
            "fi": LanguageOptions(0.0, 1.0, 0.5, 0.1, 0.7, 2e-5, 0.8),
            "sv": LanguageOptions(0.0, 1.0, 0.5, 0.1, 0.7, 2e-5, 0.0),
        }
    )


def normal_scores(levels: Floats) -> Floats:
    """Put levels on the normal scale of occupations, dimension by dimension; ties share their mean rank."""
    return np.apply_along_axis(lambda column: norm.ppf((rankdata(column) - 0.5) / len(column)), 0, levels)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """All texts of one language as features: ``matrix`` of a kind of text is (texts, buckets + vector size)."""

    language: str
    rarity: npt.NDArray[np.float32]
    vector_share: float
    matrix: Mapping[str, sparse.csr_matrix]


def text_features(
    kinds: Mapping[str, Sequence[str]], learn_from: Sequence[str], language: str, meaning: float
) -> TextFeatures:
    """Turn texts into features; how rare a letter group is, is learned from the kinds ``learn_from`` only."""
    words: dict[str, int] = {}
    counts = {kind: _counts(texts, words) for kind, texts in kinds.items()}
    for count in counts.values():
        count.resize((count.shape[0], len(words)))
    listed = list(words)
    buckets = buckets_of(listed, language)
    ends = np.append(buckets.starts[1:], len(buckets.flat))
    groups = sparse.csr_matrix(
        (np.ones(len(buckets.flat), np.float32), buckets.flat, np.append(buckets.starts, ends[-1:])),
        shape=(len(listed), BUCKETS),
    )
    seen = sparse.vstack([counts[kind] for kind in learn_from]).tocsr()
    held = (seen @ groups).tocsc()
    texts = seen.shape[0]
    rarity = np.log((1.0 + texts) / (1.0 + np.diff(held.indptr))).astype(np.float32)
    share = 0.0
    parts = [groups @ sparse.diags(rarity)]
    length = np.asarray(parts[0].multiply(parts[0]).sum(axis=1)).ravel()
    vectors = load_word_vectors().of(listed, language)
    if meaning and vectors.shape[1]:
        share = float(meaning * np.sqrt(np.median(length)) / np.median(rarity[buckets.whole]))
        scaled = vectors * (share * rarity[buckets.whole])[:, None]
        parts.append(sparse.csr_matrix(scaled))
        length = length + (scaled * scaled).sum(axis=1)
    features = sparse.hstack(parts).tocsr()
    return TextFeatures(
        language,
        rarity,
        share,
        {
            kind: (sparse.diags(1.0 / np.sqrt(np.maximum(count @ length, 1e-9))) @ count @ features)
            .tocsr()
            .astype(np.float32)
            for kind, count in counts.items()
        },
    )


def _counts(texts: Sequence[str], words: dict[str, int]) -> sparse.csr_matrix:
    columns: list[int] = []
    ends = [0]
    for text in texts:
        columns += [words.setdefault(word, len(words)) for word in words_of(clean(text))]
        ends.append(len(columns))
    counts = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(texts), len(words)))
    counts.sum_duplicates()
    return counts


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows: features, scores to reach, weight of each row."""

    features: sparse.csr_matrix
    scores: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted linear map: ``weights`` (features, dimensions), ``intercept`` (dimensions,)."""

    weights: npt.NDArray[np.float32]
    intercept: npt.NDArray[np.float32]

    def predict(self, features: sparse.csr_matrix) -> Floats:
        """Predict scores."""
        return np.asarray(features @ self.weights + self.intercept, np.float64)


def fit_ridge(rows: Sequence[Rows], penalty: float, steps: int) -> Linear:
    """Fit weighted ridge regression for all dimensions together: conjugate gradients from zero, at most ``steps``."""
    features = sparse.vstack([part.features for part in rows]).tocsr().astype(np.float32)
    turned = features.T.tocsr()
    weight = np.concatenate([part.weight for part in rows])
    weight = (weight / weight.sum()).astype(np.float32)
    scores = np.vstack([part.scores for part in rows]).astype(np.float32)
    centre, middle = weight @ scores, np.asarray(turned @ weight).ravel()
    root = np.sqrt(weight)[:, None]

    def forth(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return np.asarray(root * (features @ x) - root * (middle @ x))

    def back(z: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        z = root * z
        return np.asarray(turned @ z - np.outer(middle, z.sum(axis=0)))

    rest = back(root * (scores - centre))
    solution, step = np.zeros_like(rest), rest.copy()
    size = first = (rest * rest).sum(axis=0)
    for _ in range(steps):
        bent = back(forth(step)) + np.float32(penalty) * step
        reach = size / np.maximum((step * bent).sum(axis=0), 1e-30)
        solution += reach * step
        rest -= reach * bent
        new = (rest * rest).sum(axis=0)
        if np.all(new < 1e-6 * first):
            break
        step = rest + new / np.maximum(size, 1e-30) * step
        size = new
    return Linear(solution, (centre - middle @ solution).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Split:
    """Which occupations and phrases may be learned from."""

    occupations: npt.NDArray[np.bool_]
    phrases: npt.NDArray[np.bool_]


class LoadTrainer:
    """Holds the features of a corpus, so that several splits can be fitted without reading the texts again."""

    def __init__(self, corpus: LoadCorpus, options: TrainingOptions, corrections: Sequence[CorrectedText] = ()) -> None:
        self.corpus, self.options, self.corrections = corpus, options, corrections
        self.scores = normal_scores(corpus.levels)
        self.features = {language: self._features(language) for language in options.languages}

    def _features(self, language: str) -> TextFeatures:
        corpus = self.corpus
        kinds: dict[str, Sequence[str]] = {"phrases": corpus.phrases[language], "names": corpus.names[language]}
        if language == "en":
            kinds |= {"tasks": corpus.tasks, "descriptions": corpus.descriptions}
        learn = [kind for kind in kinds if kind != "descriptions"]
        kinds["corrected"] = [one.text for one in self._corrected(language)]
        return text_features(kinds, learn, language, self.options.languages[language].meaning)

    def everything(self) -> Split:
        """Leave nothing out."""
        return Split(np.ones(len(self.corpus.codes), bool), np.ones(len(self.corpus.phrase_ids), bool))

    def fit(self, language: str, split: Split, teacher: Floats | None = None) -> Linear:
        """Fit one language on what the split allows."""
        wanted = self.options.languages[language]
        rows = self._rows(language, split, wanted, teacher)
        model = fit_ridge(rows, wanted.penalty, self.options.steps)
        corrected = self._corrected(language)
        if not corrected:
            return model
        features = self.features[language].matrix["corrected"]
        scores = corrected_scores(
            corrected, self.corpus.dimensions, model.predict(features), self.corpus.levels, self.scores
        )
        share = min(MOST_SHARE, SHARE_PER_TEXT * len(corrected)) * sum(float(part.weight.sum()) for part in rows)
        rows.append(_rows(features, scores, np.ones(len(corrected)), share))
        return fit_ridge(rows, wanted.penalty, self.options.steps)

    def _corrected(self, language: str) -> list[CorrectedText]:
        return [one for one in self.corrections if one.language == language]

    def teach(self, split: Split) -> Floats:
        """Let English read every phrase with its description: scores (phrases, dimensions)."""
        wanted = LanguageOptions(0.3, 1.0, 0.5, 0.0, 0.0, 1e-5, 0.0)
        rows = self._rows("en", split, wanted, None)
        matrix = self.features["en"].matrix
        rows.append(Rows(matrix["descriptions"][split.phrases], *self._phrase_scores(split, None, 0.0)))
        model = fit_ridge(rows, wanted.penalty, self.options.steps)
        return (model.predict(matrix["phrases"]) + model.predict(matrix["descriptions"])) / 2

    def _phrase_scores(self, split: Split, teacher: Floats | None, share: float) -> tuple[Floats, Floats]:
        links = self.corpus.phrase_of @ sparse.diags(split.occupations.astype(float))
        strength = np.asarray(links.sum(axis=1)).ravel()
        scores = means(links) @ self.scores
        if teacher is not None:
            scores = np.where(strength[:, None] > 0, (1 - share) * scores + share * teacher, teacher)
            strength = np.maximum(strength, 0.5)
        return scores[split.phrases], np.sqrt(strength)[split.phrases]

    def _rows(self, language: str, split: Split, wanted: LanguageOptions, teacher: Floats | None) -> list[Rows]:
        corpus, matrix = self.corpus, self.features[language].matrix
        rows = []
        if wanted.tasks:
            kept = split.occupations
            tasks = means(corpus.task_of) @ matrix["tasks"]
            rows.append(_rows(tasks[kept], self.scores[kept], np.ones(kept.sum()), wanted.tasks))
        scores, weight = self._phrase_scores(split, teacher, wanted.teacher)
        rows.append(_rows(matrix["phrases"][split.phrases], scores, weight, wanted.phrases))
        names = corpus.name_of @ sparse.diags(split.occupations.astype(float))
        strength = np.asarray(names.sum(axis=1)).ravel()
        of_names = means(names) @ self.scores
        if wanted.phrase_means:
            skills = corpus.skills_of @ sparse.diags(split.phrases.astype(float))
            kept = (np.asarray(skills.sum(axis=1)).ravel() > 0) & (strength > 0)
            mean = means(skills)[kept] @ matrix["phrases"]
            rows.append(_rows(mean, of_names[kept], np.sqrt(strength[kept]), wanted.phrase_means))
        if wanted.names:
            kept = strength > 0
            rows.append(_rows(matrix["names"][kept], of_names[kept], np.sqrt(strength[kept]), wanted.names))
        return [row for row in rows if len(row.weight)]


def _rows(features: sparse.csr_matrix, scores: Floats, weight: Floats, total: float) -> Rows:
    kept = weight > 0
    return Rows(features[kept], scores[kept], weight[kept] / max(weight.sum(), 1e-30) * total)


def shrink(
    model: Linear, features: sparse.csr_matrix, components: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Write the weights as (features, components) times (components, dimensions), by what matters for predictions."""
    predicted = model.predict(features)
    predicted -= predicted.mean(axis=0)
    _, axes = np.linalg.eigh(predicted.T @ predicted)
    axes = axes[:, ::-1][:, :components]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return (model.weights @ axes).astype(np.float32), axes.T.astype(np.float32)
