"""Two people put a model in force; what is not what they promoted is not used; going back brings the bytes back."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from api.model_registry import (
    EXPERT,
    key_path,
    manifest_of,
    model_in_force,
    models_folder,
    open_model,
    promote,
    roll_back,
)
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import Store, all_decisions, replace_candidates
from matching.learning.model_folder import ModelRefused, make_key, model_card, save_model
from matching.learning.outcomes import TrialOutcomes
from matching.learning.scorer import TrialScorer, expert_scorer, learn
from matching.simulation import SimulationOptions, simulate_trials

PAIR = ("Anna Aalto", "Bo Berg")
WHY = "Better at employers that it has not seen"
AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def outcomes() -> TrialOutcomes:
    return simulate_trials(SimulationOptions(trials=150, employers=30), 3).outcomes


@pytest.fixture(scope="module")
def scorers(outcomes: TrialOutcomes) -> tuple[TrialScorer, TrialScorer]:
    """Two scorers that pass for learned from real trials: nothing else about them is made up by this test."""
    real = replace(outcomes, simulated=False)
    return learn(real), learn(real.take(np.arange(100)))


@pytest.fixture
def home(tmp_path: Path, scorers: tuple[TrialScorer, TrialScorer], outcomes: TrialOutcomes) -> Path:
    """A data folder with two models called a and b, and one of made-up outcomes."""
    key = make_key(key_path(tmp_path))
    for name, scorer in zip(("a", "b"), scorers, strict=True):
        save_model(models_folder(tmp_path) / name, scorer, {}, model_card(scorer, {}), key)
    made_up = replace(scorers[0], simulated=True)
    save_model(models_folder(tmp_path) / "made-up", made_up, {}, model_card(made_up, {}), key)
    return tmp_path


def _score(scorer: TrialScorer, outcomes: TrialOutcomes) -> bytes:
    return scorer.score(outcomes.rows, outcomes.employers, outcomes.groups).tobytes()


def test_before_anybody_decides_expert_weights_are_in_force(store: Store, home: Path) -> None:
    now = model_in_force(store, home)
    assert (now.name, now.why_expert) == (EXPERT, "none_promoted")
    assert now.scorer.name == expert_scorer().name


def test_two_people_put_a_model_in_force_and_take_it_back_byte_for_byte(
    store: Store, home: Path, outcomes: TrialOutcomes
) -> None:
    before = _score(model_in_force(store, home).scorer, outcomes)
    promote(store, "a", PAIR, WHY, home, at=AT)
    first = model_in_force(store, home)
    assert (first.name, first.why_expert, first.since) == ("a", "", "2026-11-27T12:00:00+00:00")
    bytes_of_first = {path.name: path.read_bytes() for path in (models_folder(home) / "a").iterdir()}
    promote(store, "b", PAIR, WHY, home)
    second = model_in_force(store, home)
    assert second.name == "b"
    assert _score(second.scorer, outcomes) != _score(first.scorer, outcomes)
    roll_back(store, PAIR, WHY)
    again = model_in_force(store, home)
    assert (again.name, again.manifest, again.since) == (first.name, first.manifest, first.since)
    assert _score(again.scorer, outcomes) == _score(first.scorer, outcomes)
    assert {path.name: path.read_bytes() for path in (models_folder(home) / "a").iterdir()} == bytes_of_first
    roll_back(store, PAIR, WHY)
    last = model_in_force(store, home)
    assert (last.name, last.why_expert) == (EXPERT, "none_promoted")
    assert _score(last.scorer, outcomes) == before
    with pytest.raises(InvalidInput, match="nothing was promoted"):
        roll_back(store, PAIR, WHY)
    with store.read() as connection:
        entries = all_decisions(connection)
    steps = [(entry.kind.value, entry.facts["before"], entry.facts["after"]) for entry in entries]
    assert steps == [
        ("promote", EXPERT, "a"), ("promote", "a", "b"), ("rollback", "b", "a"), ("rollback", "a", EXPERT)
    ]  # fmt: skip
    assert all(entry.people == PAIR and entry.reason == WHY for entry in entries)


@pytest.mark.parametrize("people", [("Anna Aalto",), ("Anna Aalto", "anna  aalto"), ("Anna Aalto", ""), ()])
def test_one_person_alone_decides_nothing(store: Store, home: Path, people: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        promote(store, "a", people, WHY, home)
    promote(store, "a", PAIR, WHY, home)
    with pytest.raises(InvalidInput):
        roll_back(store, people, WHY)
    assert model_in_force(store, home).name == "a"


def test_no_reason_an_unknown_model_experts_or_the_same_again_are_not_promoted(store: Store, home: Path) -> None:
    for name, reason, error in (
        ("a", "ok", InvalidInput), ("c", WHY, UnknownId), ("../a", WHY, UnknownId), (EXPERT, WHY, InvalidInput)
    ):  # fmt: skip
        with pytest.raises(error):
            promote(store, name, PAIR, reason, home)
    promote(store, "a", PAIR, WHY, home)
    with pytest.raises(InvalidInput, match="in force already"):
        promote(store, "a", PAIR, WHY, home)
    with store.read() as connection:
        assert len(all_decisions(connection)) == 1


def test_a_model_of_made_up_outcomes_is_for_made_up_people_only(
    store: Store, home: Path, people: tuple[Candidate, ...]
) -> None:
    with store.write() as connection:
        replace_candidates(connection, people[:2])
    with pytest.raises(InvalidInput, match="trial-mode"):
        promote(store, "made-up", PAIR, WHY, home)
    promote(store, "made-up", PAIR, WHY, home, trial_mode=True)
    now = model_in_force(store, home)
    assert (now.name, now.why_expert, now.simulated) == ("made-up", "", True)
    with store.write() as connection:
        replace_candidates(connection, [replace(people[2], fictional=False)])
    now = model_in_force(store, home)
    assert now.why_expert == "simulated"
    assert now.scorer.name == expert_scorer().name
    roll_back(store, PAIR, WHY)
    with pytest.raises(InvalidInput, match="not fictional"):
        promote(store, "made-up", PAIR, WHY, home, trial_mode=True)


@pytest.mark.parametrize("harm", ["flip", "gone", "other key", "no key", "another model under its name", "extra file"])
def test_a_model_that_is_not_what_was_promoted_gives_way_to_experts(
    store: Store, home: Path, outcomes: TrialOutcomes, harm: str
) -> None:
    promote(store, "a", PAIR, WHY, home)
    folder = models_folder(home) / "a"
    if harm == "flip":
        raw = bytearray((folder / "tables.json").read_bytes())
        raw[len(raw) // 2] ^= 1
        (folder / "tables.json").write_bytes(bytes(raw))
    elif harm == "gone":
        shutil.rmtree(folder)
    elif harm == "other key":
        key_path(home).write_bytes(b"x" * 32)
    elif harm == "no key":
        key_path(home).unlink()
    elif harm == "extra file":
        (folder / "more.json").write_text("{}", encoding="utf-8")
    else:
        shutil.rmtree(folder)
        shutil.copytree(models_folder(home) / "b", folder)
    now = model_in_force(store, home)
    assert (now.name, now.why_expert) == ("a", "refused")
    assert now.detail
    assert _score(now.scorer, outcomes) == _score(expert_scorer(), outcomes)


def test_a_tampered_model_is_not_promoted(store: Store, home: Path) -> None:
    (models_folder(home) / "a" / "card.md").write_text("Better than it is", encoding="utf-8")
    with pytest.raises(ModelRefused):
        promote(store, "a", PAIR, WHY, home)
    assert model_in_force(store, home).why_expert == "none_promoted"


def test_a_list_of_decisions_that_was_changed_puts_experts_in_force(store: Store, home: Path) -> None:
    promote(store, "a", PAIR, WHY, home)
    with store.write() as connection:
        facts = json.dumps({"before": EXPERT, "after": "b", "manifest": manifest_of(models_folder(home) / "b")})
        connection.execute(sa.text("UPDATE human_decision SET facts = :facts"), {"facts": facts})
    now = model_in_force(store, home)
    assert now.why_expert == "registry_broken"
    assert now.scorer.name == expert_scorer().name


def test_the_manifest_stands_for_every_byte_of_a_model(home: Path) -> None:
    folder = models_folder(home) / "a"
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert manifest_of(folder) == hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    for name, expected in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected
    assert open_model("a", home)[0].trials == 150
