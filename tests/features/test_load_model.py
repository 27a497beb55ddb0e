"""The trained model: what it is made of, that it can be rebuilt, and that corrections move it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.errors import ReferenceFault
from data.imports.esco import Esco, EscoOccupation, EscoSkill
from data.imports.onet import OnetOccupation, OnetScore
from data.model_files import model_path, read_arrays, read_facts, write_arrays
from features.asking import tasks_to_ask
from features.load_building import build_model, make_job_titles
from features.load_calibration import HeldOut, calibrate, occupation_folds
from features.load_corrections import CorrectedText
from features.load_model import LoadModel, load_model, save_model
from features.load_rows import LoadCorpus, load_corpus
from features.load_training import TrainingOptions, normal_scores
from features.task_text import TextLoadReader, reader_in_force

HEAVY, LIGHT = (
    ("carry heavy bricks", "lift sacks of cement", "shovel gravel"),
    ("file letters", "type reports", "sort mail"),
)
OPTIONS = replace(TrainingOptions(), components=8, steps=20, folds=2)


def _scores(strength: float) -> dict[str, OnetScore]:
    from data.dimensions import load_dimensions

    elements = {element for dimension in load_dimensions() for element in dimension.onet.elements}
    heavy = {"1.A.3.a.1", "1.A.3.a.3", "4.A.3.a.2"}
    return {
        element: OnetScore("LV", strength if element in heavy else (7 - strength) * (hash_of(element) % 7) / 7)
        for element in elements
    }


def hash_of(text: str) -> int:
    return sum(map(ord, text))


@pytest.fixture(scope="module")
def corpus() -> LoadCorpus:
    """Sixteen invented occupations, half of them heavy, so that a model can be trained in a second."""
    occupations, names, skills = [], {}, {}
    for number in range(16):
        heavy = number % 2 == 0
        words = HEAVY if heavy else LIGHT
        code = f"{11 + number}-{1 + number % 3}000.00"
        tasks = tuple((f"{number}{at}", f"{word} at place {number}") for at, word in enumerate(words))
        occupations.append(
            OnetOccupation(code, f"occupation {number}", tasks, _scores(6 - number / 8 if heavy else 1 + number / 16))
        )
        phrases = {
            "fi": "kantaa säkkejä" if heavy else "lajitella postia",
            "sv": "bära säckar" if heavy else "sortera post",
        }
        for at, word in enumerate(words):
            id_ = f"{number:08x}-0000-0000-0000-00000000000{at}"
            skills[id_] = EscoSkill(id_, {**{k: f"{v} {at}" for k, v in phrases.items()}, "en": word}, word)
        id_ = f"{number:08x}-1111-0000-0000-000000000000"
        named = {"fi": f"ammatti {number}", "sv": f"yrke {number}", "en": f"job {number}"}
        links = dict.fromkeys(list(skills)[-3:], 1.0)
        names[id_] = EscoOccupation(id_, named, (), {code: 1.0}, {code: "exactMatch"}, links)
    return load_corpus(occupations, Esco(names, skills))


@pytest.fixture(scope="module")
def built(corpus: LoadCorpus) -> LoadModel:
    """The model of these occupations, trained once."""
    return build_model(corpus, OPTIONS)


def test_a_trained_model_tells_heavy_from_light(built: LoadModel) -> None:
    reader = TextLoadReader(built)
    at = reader.model.dimensions.index("str_lift")
    for language, heavy, light in (("en", "carry bricks", "sort mail"), ("fi", "kantaa säkkejä", "lajitella postia")):
        found = reader.read([heavy, light], language).level[:, reader.columns[at]]
        assert np.isnan(found).any() or found[0] > found[1]
        scores = [reader.model.word_scores(text.split(), language).pull.sum(axis=0)[at] for text in (heavy, light)]
        assert scores[0] > scores[1]


def test_the_same_data_and_seed_give_the_same_file(corpus: LoadCorpus, built: LoadModel, tmp_path: Path) -> None:
    again = build_model(corpus, OPTIONS)
    digests = [save_model(model, tmp_path / name) for model, name in ((built, "one.npz"), (again, "two.npz"))]
    assert digests[0] == digests[1]
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_corrections_move_the_estimate_towards_what_people_said(corpus: LoadCorpus, built: LoadModel) -> None:
    text = "polish brass lamps"
    said = [CorrectedText(f"{text} {word}", "en", (("str_lift", 5.0),)) for word in ("hall", "room", "yard", "shop")]
    before, after = built, build_model(corpus, OPTIONS, said)
    at = before.dimensions.index("str_lift")

    def pull(model: object) -> float:
        return float(model.word_scores(text.split(), "en").pull.sum(axis=0)[at])  # type: ignore[attr-defined]

    assert pull(after) > pull(before)
    assert after.facts["data"]["corrected_texts"] == 4


def test_a_model_comes_back_as_it_was_saved(built: LoadModel, tmp_path: Path) -> None:
    model = built
    save_model(model, tmp_path / "model.npz")
    again = load_model(tmp_path / "model.npz")
    texts = ["carry bricks and cement", "sort mail"]
    one, two = (TextLoadReader(m).read(texts, "en").level for m in (model, again))
    assert np.array_equal(one, two, equal_nan=True)


def test_titles_are_written_for_every_language(corpus: LoadCorpus, tmp_path: Path) -> None:
    make_job_titles(corpus, tmp_path / "titles.npz")
    arrays = read_arrays(tmp_path / "titles.npz")
    assert arrays["fi.names"].tobytes().decode().split("\n")[0] == "ammatti 0"
    assert len(arrays["en.levels"]) == 32


def test_no_group_of_related_occupations_is_split_between_folds() -> None:
    codes = ["11-1011.00", "11-1021.00", "11-2011.00", "13-1011.00", "13-1011.03", "15-1211.00"]
    fold = occupation_folds(codes, 3, 0)
    by_group: dict[str, set[int]] = {}
    for code, number in zip(codes, fold.tolist(), strict=True):
        by_group.setdefault(code[:4], set()).add(number)
    assert all(len(numbers) == 1 for numbers in by_group.values())


def test_intervals_hold_what_they_promise_and_silence_falls_where_nothing_is_known() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(size=(4000, 1))
    informed = HeldOut(truth + rng.normal(size=(4000, 1)), truth)
    found = calibrate(informed)
    low = np.interp(informed.predicted[:, 0], found.centres[0], found.lows[0])
    high = np.interp(informed.predicted[:, 0], found.centres[0], found.highs[0])
    assert 0.75 <= float(((truth[:, 0] >= low) & (truth[:, 0] <= high)).mean()) <= 0.85
    guesses = HeldOut(0.2 * rng.normal(size=(4000, 1)), truth)
    assert calibrate(guesses).silence > 0.3
    assert calibrate(HeldOut(truth * 0.99, truth)).silence == 0.0


def test_scores_keep_the_order_of_levels() -> None:
    levels = np.array([[0.0], [0.0], [2.0], [5.0]])
    scores = normal_scores(levels)[:, 0]
    assert scores[0] == scores[1] < scores[2] < scores[3]


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "model.npz"
    broken.write_bytes(b"not a model")
    with pytest.raises(ReferenceFault, match=r"model\.npz"):
        load_model(broken)
    good = tmp_path / "good.npz"
    write_arrays(good, {"a": np.arange(3)}, {"x": 1})
    assert read_facts(good) == {"x": 1}
    assert read_arrays(good)["a"].tolist() == [0, 1, 2]


def test_the_shipped_files_are_small_and_say_what_they_were_made_of() -> None:
    files = [model_path(name) for name in ("task_loads", "word_vectors", "job_titles")]
    assert sum(path.stat().st_size for path in files) <= 15_000_000
    facts = read_facts(model_path("task_loads"))
    assert len(facts["data"]["fingerprint"]) == 64
    assert facts["data"]["tasks"] == 17_828


def test_the_task_that_speaks_for_most_is_asked_first() -> None:
    texts = ["moppaus", "moppaus", "moppaus", "laskujen kirjaus"]
    asked = tasks_to_ask(reader_in_force().read(texts, "fi"), 2)
    assert asked[0].at == 0
    assert asked[0].speaks_for == pytest.approx(3.0)
    assert asked[1].at == 3
    assert tasks_to_ask(reader_in_force().read([]), 3) == []


CORPORA = Path(os.environ.get("WORKTRIAL_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))


@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"no public corpora at {CORPORA}: set WORKTRIAL_CORPORA")
def test_the_shipped_model_was_trained_on_the_corpora_that_lie_here() -> None:
    from data.imports.esco import read_esco
    from data.imports.onet import read_onet
    from features.load_building import fingerprint

    found = load_corpus(read_onet(CORPORA / "onet"), read_esco(CORPORA / "esco"))
    assert fingerprint(found) == read_facts(model_path("task_loads"))["data"]["fingerprint"]
