"""Rules of what refusals teach: tastes by named features only, never turned round, limits and capacity untouched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.trial_features import feature_index, trial_features
from matching.learning.expert import expert_tables
from matching.learning.frame_folder import load_frame, save_frame
from matching.learning.model_folder import load_model, save_model
from matching.learning.refusals import FEWEST_PAIRS, MOST, WANTS, RefusalPairs, learned_wants, pairs_of, with_wants
from matching.learning.scorer import learn
from matching.simulation import SimulationOptions, shown_decisions, simulate_trials
from matching.training_frame import TrainingFrame

WIDTH = len(trial_features())


def pairs(count: int, name: str, good: float, bad: float, about: tuple[str, ...] | None = None) -> RefusalPairs:
    chosen, refused = np.full((count, WIDTH), 0.5), np.full((count, WIDTH), 0.5)
    chosen[:, feature_index()[name]], refused[:, feature_index()[name]] = good, bad
    return RefusalPairs(chosen, refused, ((name,) if about is None else about,) * count)


def test_who_refuses_long_ways_teaches_that_the_way_weighs_more() -> None:
    wants = learned_wants(pairs(60, "travel_share", 0.1, 0.9), expert_tables())
    assert set(wants) == {"travel_share"} and 1.0 < wants["travel_share"] <= MOST


def test_who_chooses_the_longer_way_teaches_that_it_weighs_less_and_never_that_long_is_good() -> None:
    against = learned_wants(pairs(400, "travel_share", 0.9, 0.1), expert_tables())
    assert 0.0 <= against["travel_share"] < 0.5
    units = with_wants(expert_tables(), against).units[feature_index()["travel_share"]]
    known = units[1 : trial_features()[feature_index()["travel_share"]].bins]
    assert (np.diff(known) <= 0).all()


def test_few_refusals_change_nothing_and_more_of_the_same_change_more() -> None:
    assert learned_wants(pairs(FEWEST_PAIRS - 1, "travel_share", 0.1, 0.9), expert_tables()) == {}
    found = [learned_wants(pairs(n, "travel_share", 0.1, 0.9), expert_tables())["travel_share"] for n in (20, 60, 200)]
    assert found == sorted(found) and found[0] < found[-1]


def test_a_feature_that_the_reason_does_not_speak_about_teaches_nothing() -> None:
    assert learned_wants(pairs(60, "travel_share", 0.1, 0.9, ("inclusion",)), expert_tables()) == {"inclusion": 1.0}


def test_capacity_flags_and_measures_cannot_be_taught_away() -> None:
    others = [spec.name for spec in trial_features() if spec.name not in WANTS]
    taught = with_wants(expert_tables(), dict.fromkeys(WANTS, MOST))
    for name in others:
        assert (taught.units[feature_index()[name]] == expert_tables().units[feature_index()[name]]).all()
        with pytest.raises(ValueError, match="no feature of what people want"):
            with_wants(expert_tables(), {name: 0.0})
    rows = np.zeros((2, WIDTH))
    assert len(pairs_of([(0, tuple(others))], [1], rows, [0, 0])) == 0


def test_pairs_are_of_one_list_and_of_something_chosen() -> None:
    rows = np.arange(4.0)[:, None] * np.ones((1, WIDTH))
    found = pairs_of([(0, ("travel_share",)), (2, ("inclusion",))], [1], rows, [0, 0, 1, 1])
    assert (found.chosen[:, 0].tolist(), found.refused[:, 0].tolist()) == ([1.0], [0.0])
    assert found.about == (("travel_share",),)


def test_frame_and_model_keep_what_refusals_taught(tmp_path: Path) -> None:
    world = simulate_trials(SimulationOptions(trials=200, employers=20), 5)
    told = pairs(40, "travel_share", 0.1, 0.9)
    frame = TrainingFrame(world.outcomes, ("shown",) * len(world.outcomes), {}, shown_decisions(world), told)
    save_frame(tmp_path / "frame", frame)
    back = load_frame(tmp_path / "frame")
    assert back.refusals is not None and back.refusals.fingerprint() == told.fingerprint()
    plain = learn(world.outcomes)
    scorer = replace(plain, wants=learned_wants(told, plain.tables))
    save_model(tmp_path / "model", scorer, {}, "card", b"k" * 32)
    read, _ = load_model(tmp_path / "model", b"k" * 32)
    assert read.wants == scorer.wants and read.fingerprint == scorer.fingerprint != plain.fingerprint
    assert (read.order_tables.units != plain.tables.units).any()
    assert (read.tables.units == plain.tables.units).all()  # chances are what outcomes say
