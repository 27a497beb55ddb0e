"""What employers' own words say about loads, on 0-5, each level with its source and the words that drove it.

Evidence is combined from the least to the most direct: what the job title suggests, the trained model's reading,
words that
people gave a level (``features/lexicon.py``), figures that the text states (``features/stated_amounts.py``). Where
nothing is said, nothing is returned. Text is data: nothing in it is followed, run or looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from data.dimensions import dimension_index
from data.home import load_model_path
from data.levels import TOP, Level, Source
from data.model_files import model_path

from .boilerplate import boilerplate_spans
from .job_titles import TitlePrior, title_prior
from .language import LANGUAGES, OTHER, is_elsewhere, word_language_scores
from .lexicon import WORD_WIDTH, Hit, Lexicon, lexicon
from .load_model import LoadModel, WordScores, load_model
from .stated_amounts import stated_amounts
from .tokens import clean, spans_of, words_of

Floats = npt.NDArray[np.float32]

LEAST_KNOWN = 0.72
"""A text of which the model knows less than this share says nothing to it."""

BLIND = frozenset(("org_night", "upl_reach", "env_skin", "env_vib", "org_break", "soc_alone", "con_punc"))
"""Dimensions that O*NET does not see or sees only by proxy: a lexicon word counts fully there."""

TITLE_SHARE = 0.3
"""A certain job title moves the level by this share of the way (expert weight)."""

STRANGE, FAMILIAR = 0.35, 0.9
"""A word of which less than the first share is known is read in another language that knows more than the second."""

MOST_REMEMBERED = 60_000
"""So many words' scores are kept; then memory starts anew, so that it does not grow with the file."""

NONE, TITLE, MODEL, WORDS, FIGURE = range(5)
ORIGINS = ("", "job title", "model", "words", "figure")
_SOURCES = {TITLE: Source.OCCUPATION_PRIOR, FIGURE: Source.EMPLOYER}
"""A figure in the text is the employer's own statement; words and the model are readings of it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the cleaned text that drove a level: character offsets, end not included."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a text says: levels with their evidence, activities, and the language it was read in."""

    levels: Mapping[str, Level]
    activities: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """Levels of many texts: arrays (texts, 60), NaN where nothing is said; ``origin`` numbers ``ORIGINS``."""

    texts: Sequence[str]
    languages: Sequence[str]
    level: Floats
    low: Floats
    high: Floats
    origin: npt.NDArray[np.int8]
    activities: Sequence[tuple[str, ...]]
    quoted: Sequence[Mapping[int, tuple[int, int]]]
    driven: npt.NDArray[np.int32] | None
    spans: Sequence[Sequence[tuple[int, int]]]

    def quote(self, at: int, column: int) -> Quote | None:
        """Return the words of text ``at`` that drove the level in ``column``; only when read with ``quotes``."""
        place = self.quoted[at].get(column)
        if place is None and self.driven is not None and (word := int(self.driven[at, column])) >= 0:
            place = self.spans[at][word]
        return Quote(*place, self.texts[at][place[0] : place[1]]) if place else None


class TextLoadReader:
    """Reads texts with one model; remembers words, so the second thousand texts are faster than the first.

    ``columns`` are the places of the model's dimensions among the 60.
    """

    def __init__(self, model: LoadModel) -> None:
        self.model = model
        index = dimension_index()
        self.columns = np.array([index[dimension] for dimension in model.dimensions])
        self._width = len(index)
        self._index = index
        self._blind = np.array([dimension in BLIND for dimension in index], bool)
        self._language = _Remembered(3)
        self._words = {language: _Remembered(model.width + 2) for language in LANGUAGES}

    def read(
        self, texts: Sequence[str], language: str = "auto", titles: Sequence[str] = (), quotes: bool = False
    ) -> Readings:
        """Read texts; ``titles`` are job titles beside them, ``quotes`` finds the words behind each model level."""
        cleaned = [clean(text) for text in texts]
        words = [words_of(text) for text in cleaned]
        read_in = self._languages(words, language)
        kept = [_kept(text, said) for text, said in zip(cleaned, words, strict=True)]
        level = np.full((len(texts), self._width), np.nan, np.float32)
        low, high, origin = level.copy(), level.copy(), np.zeros(level.shape, np.int8)
        driven = np.full(level.shape, -1, np.int32) if quotes else None
        for name in LANGUAGES:
            mine = [at for at, found in enumerate(read_in) if found == name]
            if mine:
                self._by_model(mine, kept, name, (level, low, high, origin), driven)
        quoted: list[dict[int, tuple[int, int]]] = [{} for _ in texts]
        activities = self._by_words(cleaned, kept, read_in, (level, low, high, origin), quoted, quotes)
        if titles:
            self._by_title(titles, read_in, (level, low, high, origin))
        for at, text in enumerate(cleaned):
            for said in stated_amounts(text, words[at]):
                column = self._index[said.dimension]
                level[at, column] = said.value
                low[at, column], high[at, column] = max(0.0, said.value - said.width), min(TOP, said.value + said.width)
                origin[at, column] = FIGURE
                quoted[at][column] = (said.start, said.end)
        spans = [_spans_of_kept(text, own) for text, own in zip(cleaned, kept, strict=True)] if quotes else []
        return Readings(cleaned, read_in, level, low, high, origin, activities, quoted, driven, spans)

    def _languages(self, words: Sequence[Sequence[str]], language: str) -> list[str]:
        if language != "auto":
            return [language] * len(words)
        rows = self._language.rows(words, lambda new: word_language_scores(new, self.model))
        found = [LANGUAGES[0]] * len(words)
        spoken = [at for at, said in enumerate(words) if said]
        if spoken:
            ends = np.cumsum([len(rows[at]) for at in spoken])
            values = self._language.values[np.concatenate([rows[at] for at in spoken])]
            best = np.add.reduceat(values, np.append(0, ends[:-1]), axis=0).argmax(axis=1)
            for at, number in zip(spoken, best.tolist(), strict=True):
                found[at] = OTHER if is_elsewhere(words[at]) else LANGUAGES[number]
        return found

    def _by_model(
        self,
        mine: Sequence[int],
        kept: Sequence[Sequence[str]],
        language: str,
        out: tuple[Floats, Floats, Floats, npt.NDArray[np.int8]],
        driven: npt.NDArray[np.int32] | None,
    ) -> None:
        model, width = self.model, self.model.width
        memory = self._words[language]
        rows = memory.rows([kept[at] for at in mine], lambda new: self._score(new, language))
        sizes = np.array([len(row) for row in rows])
        spoken = sizes > 0
        if not spoken.any():
            return
        flat = np.concatenate([row for row in rows if len(row)])
        values = memory.values[flat]
        starts = np.concatenate(([0], np.cumsum(sizes[spoken])[:-1]))
        sums = np.add.reduceat(values, starts, axis=0)
        length = np.sqrt(np.maximum(sums[:, -2], 1e-9))[:, None]
        weights = model.languages[language]
        scores = (sums[:, :width] / length + weights.intercept).astype(np.float32)
        silent = np.abs(scores - weights.middle) < weights.silence
        silent |= sums[:, -1:] < LEAST_KNOWN * sums[:, -2:-1]
        low, high = model.interval(scores, language)
        levels = np.clip(model.level(scores), low, high)
        places = np.array(mine)[spoken]
        at = np.ix_(places, self.columns)
        for target, found in zip(out[:3], (levels, low, high), strict=True):
            target[at] = np.where(silent, np.nan, found)
        out[3][at] = np.where(silent, NONE, MODEL)
        if driven is not None:
            towards = np.where(scores >= weights.middle, 1.0, -1.0).astype(np.float32)
            pulls = values[:, :width] * np.repeat(towards, sizes[spoken], axis=0)
            best = _first_largest(pulls, starts)
            driven[at] = np.where(silent, -1, best)

    def _score(self, words: Sequence[str], language: str) -> Floats:
        """Score new words; a word that another language knows and this one does not is read there (mixed texts)."""
        out = _joined(self.model.word_scores(words, language))
        strange = np.flatnonzero(out[:, -1] < STRANGE * out[:, -2])
        for other in sorted(self.model.languages) if len(strange) else ():
            if other != language:
                theirs = _joined(self.model.word_scores([words[at] for at in strange.tolist()], other))
                known = theirs[:, -1] > FAMILIAR * theirs[:, -2]
                out[strange[known]] = theirs[known]
        return out

    def _by_words(
        self,
        texts: Sequence[str],
        kept: Sequence[Sequence[str]],
        languages: Sequence[str],
        out: tuple[Floats, Floats, Floats, npt.NDArray[np.int8]],
        quoted: list[dict[int, tuple[int, int]]],
        quotes: bool,
    ) -> list[tuple[str, ...]]:
        activities: list[tuple[str, ...]] = [()] * len(texts)
        for language in LANGUAGES:
            known = lexicon(language)
            found = {
                at: hits for at, own in enumerate(languages) if own == language if (hits := [*known.hits(kept[at])])
            }
            if not found:
                continue
            places = np.array(list(found))
            starts = np.cumsum([0, *(len(hits) for hits in found.values())])[:-1]
            said = np.fmax.reduceat(
                known.levels[[hit.entry for hits in found.values() for hit in hits]], starts, axis=0
            )
            self._merge_words(places, said, out)
            for at, hits in found.items():
                activities[at] = _activities(known, hits)
                if quotes:
                    own = _lexicon_quotes(known, hits, _spans_of_kept(texts[at], kept[at]))
                    quoted[at].update({column: place for column, place in own.items() if out[3][at, column] == WORDS})
        return activities

    def _merge_words(
        self, places: npt.NDArray[np.int64], said: Floats, out: tuple[Floats, Floats, Floats, npt.NDArray[np.int8]]
    ) -> None:
        """Let lexicon levels (places, 60) stand where the model is blind, and everywhere where it knows too few words.

        Elsewhere they were no help on O*NET (``docs/explanation/load-model.md``).
        """
        level, low, high, origin = out
        strange = (origin[places] == NONE).all(axis=1)
        alone = ~np.isnan(said) & (self._blind | strange[:, None])
        for part, own in ((level, said), (low, said - WORD_WIDTH), (high, said + WORD_WIDTH)):
            part[places] = np.clip(np.where(alone, own, part[places]), 0.0, TOP)
        origin[places] = np.where(alone, WORDS, origin[places])

    def _by_title(
        self,
        titles: Sequence[str],
        languages: Sequence[str],
        out: tuple[Floats, Floats, Floats, npt.NDArray[np.int8]],
    ) -> None:
        level, low, high, origin = out
        known: dict[tuple[str, str], TitlePrior | None] = {}
        for at, (title, language) in enumerate(zip(titles, languages, strict=True)):
            if not title.strip():
                continue
            if (title, language) not in known:
                known[title, language] = title_prior(title, language)
            prior = known[title, language]
            if prior is None:
                continue
            silent = (origin[at, self.columns] == NONE) & ~np.isnan(prior.level)
            moved = origin[at, self.columns] == MODEL
            shift = np.where(moved, TITLE_SHARE * prior.confidence * (prior.level - level[at, self.columns]), 0.0)
            for part, own in ((level, prior.level), (low, prior.low), (high, prior.high)):
                part[at, self.columns] = np.clip(np.where(silent, own, part[at, self.columns] + shift), 0.0, TOP)
            origin[at, self.columns] = np.where(silent, TITLE, origin[at, self.columns])


def _first_largest(values: Floats, starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return, for each stretch of rows and each column, which row of the stretch is the first largest.

    >>> _first_largest(np.array([[1, 5], [3, 5], [2, 0]], np.float32), np.array([0, 2])).tolist()
    [[1, 0], [0, 0]]
    """
    sizes = np.diff(np.append(starts, len(values)))
    most = np.repeat(np.maximum.reduceat(values, starts, axis=0), sizes, axis=0)
    place = (np.arange(len(values)) - np.repeat(starts, sizes))[:, None]
    return np.asarray(np.minimum.reduceat(np.where(values == most, place, len(values)), starts, axis=0))


def _kept(text: str, words: list[str]) -> list[str]:
    """Drop the words of sentences that say nothing about the work."""
    dropped = boilerplate_spans(text, words)
    if not dropped:
        return words
    return [
        word
        for word, (start, _) in zip(words, spans_of(text), strict=True)
        if not any(first <= start < last for first, last in dropped)
    ]


def _activities(known: Lexicon, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Return the three activities that most words speak of."""
    counted: dict[str, int] = {}
    for hit in hits:
        for activity in known.entries[hit.entry].activities:
            counted[activity] = counted.get(activity, 0) + 1
    return tuple(sorted(counted, key=lambda name: (-counted[name], name))[:3])


def _lexicon_quotes(
    known: Lexicon, hits: Sequence[Hit], spans: Sequence[tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    """Return, by column, where the words stand that gave the highest level."""
    levels = known.levels[[hit.entry for hit in hits]]
    found = {}
    for column in np.flatnonzero(~np.isnan(levels).all(axis=0)).tolist():
        best = hits[int(np.nanargmax(levels[:, column]))]
        found[column] = (spans[best.at][0], spans[best.at + best.length - 1][1])
    return found


def _spans_of_kept(text: str, kept: Sequence[str]) -> list[tuple[int, int]]:
    spans = spans_of(text)
    if len(spans) == len(kept):
        return spans
    dropped = boilerplate_spans(text, words_of(text))
    return [span for span in spans if not any(first <= span[0] < last for first, last in dropped)]


def _joined(scores: WordScores) -> Floats:
    return np.hstack([scores.pull, scores.length[:, None], scores.known[:, None]])


class _Remembered:
    """Values of words, worked out once a word; starts anew when full, so that memory does not grow with the file."""

    def __init__(self, width: int) -> None:
        self.values = np.zeros((1024, width), np.float32)
        self._row: dict[str, int] = {}

    def rows(self, texts: Sequence[Sequence[str]], work_out: Callable[[Sequence[str]], Floats]) -> list[list[int]]:
        """Return the rows in ``values`` of each text's words; they hold until the next call."""
        row = self._row
        new = list(dict.fromkeys(word for words in texts for word in words if word not in row))
        if new and len(row) + len(new) > MOST_REMEMBERED:
            row.clear()
            new = list(dict.fromkeys(word for words in texts for word in words))
        if new:
            first, last = len(row), len(row) + len(new)
            if last > len(self.values):
                grown = np.zeros((max(last, 2 * len(self.values)), self.values.shape[1]), np.float32)
                grown[:first] = self.values[:first]
                self.values = grown
            self.values[first:last] = work_out(new)
            row.update(zip(new, range(first, last), strict=True))
        return [[row[word] for word in words] for words in texts]


@cache
def reader_in_force() -> TextLoadReader:
    """Return the reader with the model in force, loaded once: one's own where there is one, else the shipped."""
    own = load_model_path()
    return TextLoadReader(load_model(own if own.exists() else model_path("task_loads")))


def guess_language(text: str) -> str:
    """Tell the language of a text: fi, sv, en or other.

    >>> guess_language("Städning av golv")
    'sv'
    """
    return reader_in_force().read([text]).languages[0]


def read_text(text: str, language: str = "auto", title: str = "") -> TextReading:
    """Read levels and activities from one task text; a dimension on which it says nothing is absent.

    >>> read_text("Lattioiden moppaus", "fi").language
    'fi'
    """
    return next(iter(read_texts([text], language, [title] if title else ())))


def read_texts(texts: Sequence[str], language: str = "auto", titles: Sequence[str] = ()) -> Iterator[TextReading]:
    """Read many texts, each as ``read_text`` does."""
    readings = reader_in_force().read(texts, language, titles, quotes=True)
    dimensions = list(dimension_index())
    for at in range(len(texts)):
        levels = {}
        for column in np.flatnonzero(readings.origin[at]).tolist():
            low, value, high = (float(part[at, column]) for part in (readings.low, readings.level, readings.high))
            source = _SOURCES.get(int(readings.origin[at, column]), Source.MODEL)
            quote = readings.quote(at, int(column))
            low, value, high = round(low, 2), round(value, 2), round(high, 2)
            levels[dimensions[column]] = Level(
                value, min(low, value), max(high, value), source, evidence_text(readings, at, int(column), quote)
            )
        yield TextReading(levels, readings.activities[at], readings.languages[at])


def read_activities(texts: Sequence[str], language: str) -> Iterator[tuple[str, ...]]:
    """Read only what is done (cleaning, kitchen ...), from the lexicon's words.

    >>> list(read_activities(["Mop the floors"], "en"))
    [('cleaning',)]
    """
    known = lexicon(language)
    for text in texts:
        yield _activities(known, list(known.hits(words_of(clean(text)))))


def evidence_text(readings: Readings, at: int, column: int, quote: Quote | None) -> str:
    """Write where a level comes from: kind of evidence, the words, their offsets."""
    kind = ORIGINS[readings.origin[at, column]]
    return f"{kind}: {quote.text} [{quote.start}-{quote.end}]" if quote else kind
