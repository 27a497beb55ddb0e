"""Laws of the trial scorer: monotone, exactly additive, the same bytes everywhere, honest refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.accommodations import load_accommodations
from data.errors import InvalidInput
from data.reference_files import read_reference
from features.trial_features import MOST_BINS, feature_index, trial_features
from matching.learning.accommodation_effects import Review, learn_effects
from matching.learning.bounded_least_squares import solve_bounded
from matching.learning.expert import expert_tables
from matching.learning.fitting import HISTORY, FitOptions
from matching.learning.model_folder import FILES, ModelRefused, load_model, make_key, model_card, save_model
from matching.learning.outcomes import NoModel, TrialOutcomes
from matching.learning.scorer import TrialScorer, expert_scorer, learn
from matching.learning.spread_of_employers import variance_of_employers
from matching.learning.tables import AdditiveTables
from matching.simulation import SimulatedTrials, SimulationOptions, simulate_lists, simulate_trials

WIDTH = len(trial_features())
NAMES = [spec.name for spec in trial_features()]
WORLD = simulate_trials(SimulationOptions(trials=1_200, employers=80, months=12, list_length=12), 11)
LEARNED = learn(WORLD.outcomes)
SCORERS = [expert_scorer(), LEARNED]
laws = settings(max_examples=60, deadline=None)
values = st.floats(-3, 150, allow_nan=False) | st.just(float("nan"))
rows = st.lists(values, min_size=WIDTH, max_size=WIDTH).map(np.array)


@pytest.mark.parametrize("scorer", SCORERS, ids=["expert", "learned"])
@pytest.mark.parametrize("at", range(WIDTH), ids=NAMES)
def test_no_table_runs_against_its_feature_s_direction(scorer: TrialScorer, at: int) -> None:
    spec = trial_features()[at]
    steps = np.diff(scorer.tables.units[at, 1 : spec.bins])
    assert (steps * spec.direction >= 0).all()


@pytest.mark.parametrize("scorer", SCORERS, ids=["expert", "learned"])
@given(row=rows, at=st.integers(0, WIDTH - 1), more=st.floats(0, 10))
@laws
def test_a_better_value_never_lowers_the_log_odds(scorer: TrialScorer, row: np.ndarray, at: int, more: float) -> None:
    better = row.copy()
    better[at] += trial_features()[at].direction * more
    assert scorer.score(better[None])[0] >= scorer.score(row[None])[0]


@pytest.mark.parametrize("scorer", SCORERS, ids=["expert", "learned"])
@given(row=rows, name=st.sampled_from(NAMES), employer=st.sampled_from(["sim-e1", "sim-e7", "nobody", ""]))
@laws
def test_terms_add_up_exactly_and_a_removed_factor_moves_the_score_as_said(
    scorer: TrialScorer, row: np.ndarray, name: str, employer: str
) -> None:
    terms = {term.name: term.units for term in scorer.tables.terms(row, employer, "sim-sector1")}
    whole = int(scorer.score(row[None], [employer], ["sim-sector1"])[0])
    assert sum(terms.values()) == whole
    left = scorer.tables.without(name)
    assert whole - int(left.score(row[None], left.extras([employer], ["sim-sector1"]))[0]) == terms[name]


def test_scores_are_the_same_for_any_threads_and_batches() -> None:
    many = simulate_lists(WORLD, 3_000, 1, draws=0).rows.reshape(-1, WIDTH)
    whole = LEARNED.score(many)
    for threads in (2, 8):
        assert (LEARNED.score(many, threads=threads) == whole).all()
    for size in (1, 17, 5_000):
        some = many[:5_000] if size > 1 else many[:300]
        pieces = [LEARNED.score(some[at : at + size]) for at in range(0, len(some), size)]
        assert (np.concatenate(pieces) == whole[: len(some)]).all()


def test_training_gives_the_same_bytes_for_any_number_of_threads() -> None:
    other = learn(WORLD.outcomes, FitOptions(threads=4))
    assert json.dumps(other.tables.as_json()) == json.dumps(LEARNED.tables.as_json())
    assert LEARNED.posterior is not None
    assert other.posterior is not None
    assert (other.posterior.spread == LEARNED.posterior.spread).all()


def test_thirty_outcomes_hardly_move_the_experts_tables() -> None:
    few = learn(WORLD.outcomes.take(np.arange(30)))
    told, now = expert_tables().without(HISTORY), few.tables
    sample = simulate_lists(WORLD, 60, 2, draws=0).rows
    kept = [
        np.corrcoef(told.score(one), now.score(one))[0, 1]
        for one in sample
    ]  # fmt: skip
    assert np.mean(kept) > 0.9


def test_no_outcome_says_the_experts_tables_are_changed_only_by_outcomes() -> None:
    """A feature of which all trials are silent keeps the shape that experts gave it, up to the common scale."""
    silent = WORLD.outcomes.rows.copy()
    at = feature_index()["natural_support"]
    silent[:, at] = np.nan
    learned = learn(replace(WORLD.outcomes, rows=silent))
    bins = trial_features()[at].bins
    mine, told = (np.diff(tables.units[at, 1:bins]) for tables in (learned.tables, expert_tables()))
    assert mine == pytest.approx(told * learned.scale_of_experts, abs=2)


def test_the_order_of_trials_does_not_matter() -> None:
    turned = learn(WORLD.outcomes.take(np.arange(len(WORLD.outcomes))[::-1].copy()))
    assert np.abs(turned.tables.units - LEARNED.tables.units).max() <= 3


def test_an_employer_with_few_trials_is_drawn_to_the_mean() -> None:
    past = WORLD.outcomes
    counted = {e: past.employers.count(e) for e in set(past.employers)}
    by_share = {
        e: abs(np.mean([w for w, o in zip(past.went_well, past.employers, strict=True) if o == e]) - 0.6)
        for e in counted
    }
    few = [abs(LEARNED.tables.employers[e]) for e, n in counted.items() if n <= 6 and by_share[e] > 0.3]
    many = [abs(LEARNED.tables.employers[e]) for e, n in counted.items() if n >= 15 and by_share[e] > 0.2]
    assert few
    assert not many or np.mean(few) < np.mean(many)
    assert LEARNED.tables.added("nobody", "nowhere") == 0


def test_expert_weights_never_give_a_probability() -> None:
    chances = expert_scorer().chances(WORLD.outcomes.rows[:3], [""] * 3, [""] * 3)
    assert chances.withheld == ("expert_weights",) * 3
    assert np.isnan(chances.middle).all()


def test_few_outcomes_give_an_order_but_no_probability() -> None:
    few = learn(WORLD.outcomes.take(np.arange(150)))
    assert few.refusal == "too_few_outcomes"
    assert set(few.chances(WORLD.outcomes.rows[:2], ["", ""], ["", ""]).withheld) == {"too_few_outcomes"}


def test_a_probability_lies_in_its_interval_and_an_unknown_employer_widens_it() -> None:
    past = WORLD.outcomes
    known = LEARNED.chances(past.rows, past.employers, past.groups)
    stranger = LEARNED.chances(past.rows, ["nobody"] * len(past), past.groups)
    shown = ~np.isnan(known.middle)
    assert shown.mean() > 0.5
    assert (known.low[shown] < known.middle[shown]).all()
    assert (known.middle[shown] < known.high[shown]).all()
    _, odds, high = LEARNED.interval(past.rows, past.employers, past.groups)
    _, other, higher = LEARNED.interval(past.rows, ["nobody"] * len(past), past.groups)
    assert np.mean(higher - other) > np.mean(high - odds)
    assert stranger.withheld.count("too_little_known") >= known.withheld.count("too_little_known")


def _outcomes(count: int, well: list[bool] | None = None, rows_: np.ndarray | None = None) -> TrialOutcomes:
    return TrialOutcomes(
        np.zeros((count, WIDTH)) if rows_ is None else rows_,
        np.array(well if well is not None else [at % 2 == 0 for at in range(count)], np.bool_),
        tuple(f"e{at}" for at in range(count)), ("g",) * count, tuple(f"p{at}" for at in range(count)),
        np.arange(count, dtype=np.int64),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        (lambda: _outcomes(3), "too_few"),
        (lambda: _outcomes(0), "too_few"),
        (lambda: _outcomes(40, [True] * 40), "all_well"),
        (lambda: _outcomes(40, [False] * 40), "all_badly"),
        (lambda: _outcomes(40, [True] * 38 + [False] * 2), "few_of_one_kind"),
    ],
)
def test_too_little_to_learn_from_is_said_and_makes_no_model(outcomes, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NoModel, match="No model was made") as told:
        learn(outcomes())
    assert code in [finding.code for finding in told.value.findings]


def test_a_frame_with_faults_names_the_rows() -> None:
    bad = np.zeros((30, WIDTH))
    bad[3, 0], bad[5] = np.inf, np.nan
    with pytest.raises(NoModel) as told:
        _outcomes(30, rows_=bad)
    assert {finding.code: finding.rows for finding in told.value.findings} == {
        "not_finite": (3,), "nothing_known": (5,),
    }  # fmt: skip
    with pytest.raises(NoModel, match="stand twice"):
        replace(_outcomes(30), ids=("same",) * 30)
    with pytest.raises(NoModel, match="one employer"):
        replace(_outcomes(30), employers=())
    with pytest.raises(NoModel, match="features as real numbers"):
        replace(_outcomes(30), rows=np.zeros((30, 2)))


def test_trials_of_which_much_is_unknown_can_be_learned_from() -> None:
    gaps = WORLD.outcomes.rows.copy()
    gaps[np.random.default_rng(0).random(gaps.shape) < 0.5] = np.nan
    learned = learn(replace(WORLD.outcomes, rows=gaps))
    assert np.isfinite(learned.log_loss_seen)


def test_one_employer_and_constant_features_can_be_learned_from() -> None:
    same = replace(_outcomes(60), employers=("e",) * 60)
    assert learn(same).tables.employers.keys() == {"e"}


@given(st.integers(0, 2**32 - 1))
@laws
def test_the_bounded_solution_meets_its_conditions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 25))
    half = rng.normal(size=(size, size))
    a, b = half @ half.T + 0.1 * np.eye(size), rng.normal(size=size)
    bounded = rng.random(size) < 0.7
    x = solve_bounded(a, b, bounded)
    slope = a @ x - b
    assert (x[bounded] >= -1e-9).all()
    assert (np.abs(slope[~bounded]) < 1e-6).all()
    assert (slope[bounded] >= -1e-6).all()
    assert (np.abs(slope[bounded] * x[bounded]) < 1e-6).all()


def test_the_spread_of_employers_is_found_from_few_trials_each() -> None:
    rng = np.random.default_rng(5)
    employer = np.repeat(np.arange(600), 10)
    odds = rng.normal(0.3, 0.5, len(employer))
    for spread in (0.2, 0.6):
        chance = 1 / (1 + np.exp(-odds - rng.normal(0, spread, 600)[employer]))
        well = (rng.random(len(employer)) < chance).astype(float)
        assert variance_of_employers(odds, well, employer, 600, 0.15, 4.0) == pytest.approx(spread**2, abs=0.08)


@pytest.mark.parametrize("name", NAMES)
def test_an_expert_entry_has_a_reason_and_a_source(name: str) -> None:
    entry = read_reference("expert_scorer.yaml")["features"][name]
    assert len(entry["why"]) > 10
    assert len(entry["source"]) > 10


def test_tables_of_other_bins_or_half_units_are_refused() -> None:
    written = json.loads(json.dumps(LEARNED.tables.as_json()))
    assert AdditiveTables.from_json(written).as_json() == LEARNED.tables.as_json()
    written["features"]["variety"]["edges"][0] = 1.3
    with pytest.raises(ValueError, match="other bins"):
        AdditiveTables.from_json(written)
    written = json.loads(json.dumps(LEARNED.tables.as_json()))
    written["features"]["variety"]["terms"][0] = 0.5
    with pytest.raises(ValueError, match="whole numbers"):
        AdditiveTables.from_json(written)
    assert LEARNED.tables.units.shape[1] <= MOST_BINS


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Path, bytes]:
    key = make_key(tmp_path / "keys" / "models.key")
    card = model_card(LEARNED, {"ece": 0.02})
    save_model(tmp_path / "model", LEARNED, {"ece": 0.02}, card, key)
    return tmp_path / "model", key


def test_a_model_comes_back_as_it_was_and_the_same_model_gives_the_same_bytes(folder: tuple[Path, bytes]) -> None:
    path, key = folder
    loaded, metrics = load_model(path, key)
    past = WORLD.outcomes
    assert metrics["ece"] == 0.02
    assert loaded.name == LEARNED.name
    assert (loaded.score(past.rows, past.employers, past.groups) == LEARNED.score(
        past.rows, past.employers, past.groups)).all()  # fmt: skip
    mine, back = (s.chances(past.rows, past.employers, past.groups) for s in (LEARNED, loaded))
    assert np.array_equal(mine.low, back.low, equal_nan=True)
    again = path.with_name("again")
    save_model(again, loaded, {"ece": 0.02}, model_card(LEARNED, {"ece": 0.02}), key)
    assert all((path / name).read_bytes() == (again / name).read_bytes() for name in (*FILES, "manifest.hmac"))
    assert "SIMULATED" in (path / "card.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*FILES, "manifest.json", "manifest.hmac"])
def test_a_model_of_which_one_byte_differs_is_refused(folder: tuple[Path, bytes], name: str) -> None:
    path, key = folder
    content = bytearray((path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (path / name).write_bytes(bytes(content))
    with pytest.raises(ModelRefused, match="Nothing of it was used"):
        load_model(path, key)


def test_a_model_with_a_file_more_or_less_or_another_key_is_refused(folder: tuple[Path, bytes]) -> None:
    path, key = folder
    with pytest.raises(ModelRefused, match="signature"):
        load_model(path, b"x" * 32)
    (path / "more.txt").write_text("more")
    with pytest.raises(ModelRefused, match="too many"):
        load_model(path, key)
    (path / "more.txt").unlink()
    (path / "card.md").unlink()
    with pytest.raises(ModelRefused, match="missing"):
        load_model(path, key)
    with pytest.raises(ModelRefused, match="signed list"):
        load_model(path.with_name("nowhere"), key)


def test_a_model_is_never_written_over_and_experts_are_no_model(folder: tuple[Path, bytes]) -> None:
    path, key = folder
    with pytest.raises(FileExistsError, match="never written over"):
        save_model(path, LEARNED, {}, "", key)
    with pytest.raises(ValueError, match="expert weights"):
        save_model(path.with_name("experts"), expert_scorer(), {}, "", key)
    with pytest.raises(ValueError, match="32 bytes"):
        save_model(path.with_name("short"), LEARNED, {}, "", b"short")


MEASURE = load_accommodations()[0]
EFFECT = MEASURE.effects[0]


def _reviews(steps: float, count: int) -> list[Review]:
    return [Review(f"t{at}", MEASURE.id, EFFECT.dimension, steps) for at in range(count)]


def test_reviews_move_an_effect_but_never_above_the_catalogue_without_a_human() -> None:
    (more,) = learn_effects(load_accommodations(), _reviews(EFFECT.steps + 2.0, 40))
    assert more.mean > more.catalogue
    assert more.in_force == more.catalogue
    assert more.asks_human
    (less,) = learn_effects(load_accommodations(), _reviews(EFFECT.steps - 0.5, 40))
    assert less.low < less.in_force < less.catalogue
    (harm,) = learn_effects(load_accommodations(), _reviews(-2.0, 60))
    assert harm.in_force == 0.0
    assert harm.asks_human


def test_one_review_moves_an_effect_less_than_many() -> None:
    moved = [learn_effects(load_accommodations(), _reviews(EFFECT.steps - 1.0, n))[0] for n in (1, 5, 50)]
    assert [m.mean for m in moved] == sorted((m.mean for m in moved), reverse=True)
    assert [m.high - m.low for m in moved] == sorted((m.high - m.low for m in moved), reverse=True)


@pytest.mark.parametrize(
    ("review", "told"),
    [
        (Review("t", "no_such", EFFECT.dimension, 1.0), "has no effect"),
        (Review("t", MEASURE.id, EFFECT.dimension, float("nan")), "not a number"),
        (Review("t", MEASURE.id, EFFECT.dimension, 9.0), "not a number"),
    ],
)
def test_a_review_that_cannot_be_is_refused(review: Review, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        learn_effects(load_accommodations(), [review])
    twice = _reviews(1.0, 1) * 2
    with pytest.raises(InvalidInput, match="twice"):
        learn_effects(load_accommodations(), twice)


def test_a_world_says_that_it_is_simulated_and_a_seed_gives_it_again() -> None:
    options = SimulationOptions(trials=200, employers=30, months=6, list_length=8)
    one, other, third = (simulate_trials(options, seed) for seed in (3, 3, 4))
    assert isinstance(one, SimulatedTrials)
    assert one.label.startswith("simulated")
    assert one.outcomes.simulated
    assert one.outcomes.fingerprint() == other.outcomes.fingerprint() != third.outcomes.fingerprint()


def test_protected_attributes_of_the_same_past_change_nothing() -> None:
    """Counterfactual: whatever people's attributes are, the model learned from the same trials is the same bytes."""
    others = tuple(replace(p, age_band="x", sex="y", language_group="z") for p in WORLD.protected)
    turned = replace(WORLD, protected=others)
    assert learn(turned.outcomes).tables.as_json() == LEARNED.tables.as_json()
