"""``make bench-scorer``: the trial scorer against a simulated truth, and beside its peers.

Everything is simulated: it shows that methods do what they say, and is no evidence about people. Writes part
``scorer`` of ``build/bench.json``; intervals are 95 % over seeds (t) unless said otherwise. ``--quick``: few seeds;
names of parts run only those.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from scipy.stats import t as student

from data.accommodations import load_accommodations
from features.trial_features import dimension_groups, feature_index, trial_features
from matching.evaluation import peers
from matching.evaluation.calibration import calibration_error, coverage, log_loss
from matching.evaluation.fairness import selection_bias
from matching.evaluation.off_policy import off_policy
from matching.evaluation.ranking import covered, diversity, exposure, gini, grades, ndcg, precision, reciprocal_rank
from matching.evaluation.splits import by_employer, by_time
from matching.learning.accommodation_effects import Review, learn_effects
from matching.learning.fitting import FitOptions
from matching.learning.outcomes import NoModel, TrialOutcomes
from matching.learning.scorer import TrialScorer, expert_scorer, learn
from matching.learning.tables import UNITS_PER_LOG_ODDS
from matching.simulation import LABEL, Lists, SimulatedTrials, SimulationOptions, simulate_lists, simulate_trials
from matching.simulation import tried_of as choose
from matching.simulation.world import employer_id, sector_id

Floats = npt.NDArray[np.float64]
WIDTH = len(trial_features())
QUERY = 20


@dataclass(frozen=True)
class Sizes:
    """How much is simulated."""

    seeds: int
    small_seeds: int
    bias_runs: int
    people: int


FULL, QUICK = Sizes(10, 30, 100, 800), Sizes(3, 6, 20, 300)


def _log_odds(p: Floats) -> Floats:
    return np.asarray(np.log(p) - np.log1p(-p))


def _chance(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def _over_seeds(values: Sequence[float]) -> dict[str, Any]:
    """Mean and 95 % t-interval over seeds."""
    mean = statistics.fmean(values)
    reach = 0.0
    if len(values) > 1:
        reach = float(student.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / len(values) ** 0.5
    return {"mean": round(mean, 4), "low": round(mean - reach, 4), "high": round(mean + reach, 4), "seeds": len(values)}


def _ids(lists: Lists, at: npt.NDArray[np.intp] | slice = slice(None)) -> tuple[list[str], list[str]]:
    employers = [employer_id(int(e)) for e in lists.employer.ravel()[at]]
    return employers, [sector_id(int(s)) for s in lists.sector.ravel()[at]]


def _scores(scorer: TrialScorer, lists: Lists) -> Floats:
    flat = lists.rows.reshape(-1, WIDTH)
    return scorer.score(flat, *_ids(lists)).reshape(lists.employer.shape).astype(np.float64)


def _ranking(sizes: Sizes) -> dict[str, Any]:
    """Order lists of new people at 5,000 outcomes; ECE and coverage on trials that coaches chose from them."""
    parts: dict[str, dict[str, list[float]]] = {}
    facts: dict[str, list[float]] = {}
    for seed in range(sizes.seeds):
        world = simulate_trials(SimulationOptions(), seed)
        lists = simulate_lists(world, sizes.people, 0, draws=150)
        learned = learn(world.outcomes)
        for name, scores in _by_method(world, lists, learned, seed).items():
            for measure, value in _measures(scores, lists).items():
                parts.setdefault(name, {}).setdefault(measure, []).append(value)
        for measure, value in _chances(world, lists, learned).items():
            facts.setdefault(measure, []).append(value)
    for name in ("oracle", "oracle_that_learns_employers"):
        best = parts[name]["ndcg10"]
        for of_method in parts.values():
            of_method[f"ndcg10_share_of_{name}"] = [a / b for a, b in zip(of_method["ndcg10"], best, strict=True)]
    table = {name: {m: _over_seeds(v) for m, v in of.items()} for name, of in parts.items()}
    ours = parts["learned"]["ndcg10"]
    minus = {
        f"learned_minus_{name}": _over_seeds([a - b for a, b in zip(ours, parts[name]["ndcg10"], strict=True)])
        for name in parts
        if name != "learned"
    }
    return {"methods": table, "paired_ndcg10": minus, "chances": {m: _over_seeds(v) for m, v in facts.items()}}


def _by_method(world: SimulatedTrials, lists: Lists, learned: TrialScorer, seed: int) -> dict[str, Floats]:
    flat, shape, past = lists.rows.reshape(-1, WIDTH), lists.employer.shape, world.outcomes
    own = np.array([learned.tables.employers.get(employer_id(e), 0) for e in range(world.options.employers)])
    found = {
        "oracle": lists.expected,
        "oracle_that_learns_employers": _log_odds(lists.expected_anywhere) + own[lists.employer] / UNITS_PER_LOG_ODDS,
        "knows_all_truth": lists.probability,
        "random": peers.at_random(flat, seed).reshape(shape),
        "nearest_profile": peers.nearest_profile(flat).reshape(shape),
        "expert_weights": _scores(expert_scorer(), lists),
        "logistic_regression": peers.logistic(past.rows, past.went_well, flat).reshape(shape),
        "learned": _scores(learned, lists),
    }
    if peers.lightgbm_is_available():
        query = np.arange(len(past)) // QUERY
        found["lightgbm_lambdarank"] = peers.lightgbm_ranker(past.rows, past.went_well, query, flat).reshape(shape)
        wider = peers.with_categories(past.rows, *_numbers(past)), peers.with_categories(flat, *_places(lists))
        ranked = peers.lightgbm_ranker(wider[0], past.went_well, query, wider[1])
        found["lightgbm_lambdarank_with_employer"] = ranked.reshape(shape)
        found["lightgbm_log_loss"] = peers.lightgbm_chance(past.rows, past.went_well, flat, 100, 7).reshape(shape)
    return found


def _numbers(past: TrialOutcomes) -> tuple[npt.NDArray[np.int64], ...]:
    """Read the numbers of simulated employers and sectors back from their ids."""
    return tuple(
        np.array([int(id_.removeprefix(start)) for id_ in ids], np.int64)
        for start, ids in ((employer_id(0)[:-1], past.employers), (sector_id(0)[:-1], past.groups))
    )


def _places(lists: Lists) -> tuple[npt.NDArray[np.int64], ...]:
    return lists.employer.ravel(), lists.sector.ravel()


def _measures(scores: Floats, lists: Lists) -> dict[str, float]:
    grade = grades(lists.probability)
    share = exposure(scores, lists.employer, int(lists.employer.max()) + 1)
    return {
        "ndcg10": float(ndcg(scores, grade).mean()),
        "mrr": float(reciprocal_rank(scores, grade).mean()),
        "precision3": float(precision(scores, grade).mean()),
        "mean_chance_of_first_three": float(
            np.take_along_axis(lists.probability, np.argsort(-scores, axis=1, kind="stable")[:, :3], axis=1).mean()
        ),
        "people_with_chance_above_half": covered(scores, lists.probability),
        "sectors_among_first_ten": float(diversity(scores, lists.sector).mean()),
        "exposure_gini": gini(share),
    }


def _chances(world: SimulatedTrials, lists: Lists, learned: TrialScorer) -> dict[str, float]:
    more = simulate_lists(world, 6_000, 1, draws=0)
    at, well = choose(world, more, 0)
    _, odds, _ = learned.interval(more.rows.reshape(-1, WIDTH)[at], *_ids(more, at))
    found = {"ece_new_trials": calibration_error(_chance(odds), well.astype(float)), "new_trials": float(len(at))}
    truth = more.probability.ravel()[at]
    found["ece_of_the_truth_itself"] = calibration_error(truth, well.astype(float))
    tried, _ = choose(world, lists, 1)
    every = np.arange(lists.employer.size)
    for name, some in (("tried", tried), ("all_feasible", every)):
        low, _, high = learned.interval(lists.rows.reshape(-1, WIDTH)[some], *_ids(lists, some))
        found[f"coverage_90_{name}"] = coverage(low, high, _log_odds(lists.expected.ravel()[some]))
    past = world.outcomes
    true = world.decisions.probability[world.decisions.tried][: len(past)]
    for name, (train, test) in (("time", by_time(past)), ("employer", next(iter(by_employer(past))))):
        found[f"ece_split_by_{name}"] = _split_error(past, train, test)
        found[f"ece_of_the_truth_by_{name}"] = calibration_error(true[test], past.went_well[test].astype(float))
    return found


def _split_error(past: TrialOutcomes, train: npt.NDArray[np.bool_], test: npt.NDArray[np.bool_]) -> float:
    held = past.take(test)
    _, odds, _ = learn(past.take(train)).interval(held.rows, held.employers, held.groups)
    return calibration_error(_chance(odds), held.went_well.astype(float))


def _fewer_employers(sizes: Sizes) -> dict[str, Any]:
    """Reach of an oracle's NDCG@10 when the same 5,000 outcomes come from fewer employers."""
    found = {}
    for employers in (50, 100, 200):
        shares = []
        for seed in range(max(3, sizes.seeds // 2)):
            world = simulate_trials(SimulationOptions(employers=employers), seed)
            lists = simulate_lists(world, 400, 0, draws=100)
            grade, scores = grades(lists.probability), _scores(learn(world.outcomes), lists)
            shares.append(float(ndcg(scores, grade).mean() / ndcg(lists.expected, grade).mean()))
        found[str(employers)] = _over_seeds(shares)
    return found


def _as_outcomes_grow(sizes: Sizes) -> dict[str, Any]:
    """Compare with expert weights at 30 to 5,000 outcomes; paired over worlds."""
    found: dict[str, Any] = {}
    for trials in (30, 100, 300, 1_000, 5_000):
        seeds = sizes.small_seeds if trials <= 100 else max(3, sizes.seeds // 2)
        gains, experts, refused = [], [], 0
        for seed in range(1_000, 1_000 + seeds):
            world = simulate_trials(SimulationOptions(trials=trials), seed)
            lists = simulate_lists(world, 300, 0, draws=0)
            grade = grades(lists.probability)
            expert = float(ndcg(_scores(expert_scorer(), lists), grade).mean())
            try:
                scores = _scores(learn(world.outcomes), lists)
            except NoModel:
                refused += 1
                continue
            gains.append(float(ndcg(scores, grade).mean()) - expert)
            experts.append(expert)
        found[str(trials)] = {
            "learned_minus_expert_ndcg10": _over_seeds(gains),
            "expert_ndcg10": _over_seeds(experts),
            "worse_than_expert_by_0.005": sum(gain < -0.005 for gain in gains),
            "no_model": refused,
        }
    return found


def _planted_bias(sizes: Sizes) -> dict[str, Any]:
    """Test past choices for a bias: 10 percentage points planted, and none."""
    found: dict[str, Any] = {}
    for name, bias in (("bias_10_points", 0.10), ("no_bias", 0.0)):
        hits, gaps = 0, []
        for run in range(sizes.bias_runs):
            options = SimulationOptions(trials=1_000, list_length=16, months=24, bias=bias)
            world = simulate_trials(options, 5_000 + run)
            seen = world.decisions
            test = selection_bias(
                world.protected, "language_group", "minority", seen.person, seen.put_forward, seen.rows
            )
            assert test is not None
            hits, gaps = hits + test.found, [*gaps, test.gap]
        interval = binomtest(hits, sizes.bias_runs).proportion_ci(0.95, "wilson")
        found[name] = {
            "found_share": hits / sizes.bias_runs, "low": round(interval.low, 4), "high": round(interval.high, 4),
            "runs": sizes.bias_runs, "mean_gap": round(statistics.fmean(gaps), 4),
        }  # fmt: skip
    return found


def _explanation() -> dict[str, Any]:
    """Add up the terms of 10,000 suggestions, and take named factors away."""
    world = simulate_trials(SimulationOptions(), 0)
    learned = learn(world.outcomes)
    lists = simulate_lists(world, 420, 3, draws=0)
    rows, (employers, groups) = lists.rows.reshape(-1, WIDTH)[:10_000], _ids(lists, slice(0, 10_000))
    scores = learned.score(rows, employers, groups)
    exact = moved = 0
    names = [spec.name for spec in trial_features()]
    without = {name: learned.tables.without(name) for name in names}
    for at, (row, employer, group) in enumerate(zip(rows, employers, groups, strict=True)):
        terms = learned.tables.terms(row, employer, group)
        exact += sum(term.units for term in terms) == scores[at]
        name = names[at % len(names)]
        left = without[name].score(row[None], learned.tables.extras([employer], [group]))[0]
        moved += scores[at] - left == next(term.units for term in terms if term.name == name)
    return {"suggestions": len(rows), "terms_add_up": int(exact), "removed_factor_moves_as_said": int(moved)}


def _seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _training() -> dict[str, Any]:
    """Train on 100,000 outcomes beside LightGBM; log-loss on new trials."""
    options = SimulationOptions(trials=100_000, employers=3_000, list_length=12)
    world = simulate_trials(options, 3)
    past = world.outcomes
    lists = simulate_lists(world, 25_000, 1, draws=0)
    at, well = choose(world, lists, 0)
    rows, held = lists.rows.reshape(-1, WIDTH)[at], well.astype(float)
    learn(past.take(np.arange(500)))  # machine code is compiled once
    found: dict[str, Any] = {"outcomes": len(past), "new_trials": len(at), "seed": 3}
    truth = _log_odds(lists.probability.ravel()[at])
    found["truth_log_loss"] = round(log_loss(truth, held), 5)
    for threads in (1, 2):
        rounds = [_seconds(lambda: learn(past, FitOptions(threads=threads))) for _ in range(3)]  # noqa: B023
        model: TrialScorer = rounds[-1][1]
        found[f"ours_s_{threads}_threads"] = round(statistics.median(r[0] for r in rounds), 3)
        odds = model.score(rows, *_ids(lists, at)) / UNITS_PER_LOG_ODDS
        found["ours_log_loss"] = round(log_loss(odds, held), 5)
    if peers.lightgbm_is_available():
        wider = peers.with_categories(past.rows, *_numbers(past))
        asked = peers.with_categories(rows, *(numbers[at] for numbers in _places(lists)))
        kinds = (
            ("100x7", 100, 7),
            ("300x7", 300, 7),
            ("300x15", 300, 15),
            ("300x31", 300, 31),
            ("with_employer", 300, 7),
        )
        for name, count, leaves in kinds:
            train, ask = (wider, asked) if name == "with_employer" else (past.rows, rows)
            rounds = [
                _seconds(lambda: peers.lightgbm_chance(train, past.went_well, ask, count, leaves))  # noqa: B023
                for _ in range(3)
            ]
            found[f"lightgbm_{name}"] = {
                "s_2_threads": round(statistics.median(r[0] for r in rounds), 3),
                "log_loss": round(log_loss(rounds[-1][1], held), 5),
            }
    return found


def _scoring() -> dict[str, Any]:
    """Score 1,000,000 suggestions; the same for threads and batches."""
    world = simulate_trials(SimulationOptions(), 0)
    learned = learn(world.outcomes)
    lists = simulate_lists(world, 2_000, 2, draws=0)
    rows = np.tile(lists.rows.reshape(-1, WIDTH), (21, 1))[:1_000_000]
    extras = np.tile(learned.tables.extras(*_ids(lists)), 21)[:1_000_000]
    once = learned.tables.score(rows, extras)
    rounds = [_seconds(lambda: learned.tables.score(rows, extras))[0] for _ in range(5)]
    same = all((learned.tables.score(rows, extras, threads) == once).all() for threads in (1, 2, 8))
    small, ends = rows[:50_000], (1, 7, 1_000, 16_384, 50_000)
    for size in ends[1:]:
        pieces = [learned.tables.score(small[a : a + size], extras[a : a + size]) for a in range(0, 50_000, size)]
        same &= bool((np.concatenate(pieces)[:50_000] == once[:50_000]).all())
    ones = [int(learned.tables.score(small[a : a + 1], extras[a : a + 1])[0]) for a in range(2_000)]
    same &= ones == [int(value) for value in once[:2_000]]
    return {"suggestions_per_s_1_thread": round(len(rows) / statistics.median(rounds)),
            "identical_for_threads_1_2_8_and_batches": bool(same), "batches": list(ends)}  # fmt: skip


def _other_policy(sizes: Sizes) -> dict[str, Any]:
    """Estimate from the second half of the log what choosing by the learned scorer would bring."""
    errors: dict[str, list[float]] = {"ips": [], "snips": [], "doubly_robust": []}
    inside, effective, refused = 0, [], 0
    for seed in range(sizes.seeds):
        world = simulate_trials(SimulationOptions(trials=6_000), seed)
        seen, shown = world.decisions, world.options.shown
        half = len(world.outcomes) // 2
        learned = learn(world.outcomes.take(np.arange(half)))
        people = int(seen.person[np.flatnonzero(seen.tried)[half]]) + 1
        rows = np.arange(people * shown, len(seen.person)).reshape(-1, shown)
        rows = rows[seen.tried[rows].any(axis=1)]
        ids = [employer_id(int(e)) for e in seen.employer[rows].ravel()], [""] * rows.size
        odds = (learned.score(seen.rows[rows.ravel()], *ids) / UNITS_PER_LOG_ODDS).reshape(rows.shape)
        wanted = np.exp(1.5 * (odds - odds.max(axis=1, keepdims=True)))
        wanted /= wanted.sum(axis=1, keepdims=True)
        logged = seen.propensity[rows] / seen.propensity[rows].sum(axis=1, keepdims=True)
        one = seen.tried[rows]
        result = off_policy(logged[one], wanted[one], seen.reward[rows][one], _chance(odds)[one],
                            (wanted * _chance(odds)).sum(axis=1))  # fmt: skip
        truth = float((wanted * seen.probability[rows]).sum(axis=1).mean())
        effective.append(result.effective_trials)
        if result.doubly_robust is None or result.ips is None or result.snips is None:
            refused += 1
            continue
        inside += result.doubly_robust.low <= truth <= result.doubly_robust.high
        for name, value in (("ips", result.ips), ("snips", result.snips), ("doubly_robust", result.doubly_robust)):
            errors[name].append(value.value - truth)
    return {"error": {name: _over_seeds(v) for name, v in errors.items()}, "dr_interval_holds_truth": inside,
            "runs": sizes.seeds, "refused": refused,
            "mean_effective_trials": round(statistics.fmean(effective), 1)}  # fmt: skip


def _robustness() -> dict[str, Any]:
    """Move every rating by one step; rate with less and more reliable raters."""
    world = simulate_trials(SimulationOptions(), 0)
    learned = learn(world.outcomes)
    lists = simulate_lists(world, 500, 4, draws=0)
    base = _scores(learned, lists)
    found: dict[str, Any] = {}
    for step in (-1.0, 1.0):
        moved = lists.rows.copy()
        for group in dimension_groups():
            gap, reserve = feature_index()[f"gap_{group}"], feature_index()[f"reserve_{group}"]
            asked = moved[..., reserve] < 5.0
            moved[..., gap] = np.where(asked, np.maximum(0.0, moved[..., gap] - step), moved[..., gap])
            moved[..., reserve] = np.where(asked, moved[..., reserve] + step, moved[..., reserve])
        ids = _ids(lists)
        other = learned.score(moved.reshape(-1, WIDTH), *ids).reshape(base.shape).astype(float)
        first = [np.argsort(-values, axis=1, kind="stable")[:, :3] for values in (base, other)]
        kept = np.mean([len(set(a) & set(b)) / 3 for a, b in zip(first[0], first[1], strict=True)])
        found[f"first_three_kept_when_ratings_move_{step:+.0f}"] = round(float(kept), 4)
    for reliability in (0.25, 0.45, 0.8):
        noisy = simulate_trials(SimulationOptions(reliability=reliability), 0)
        some = simulate_lists(noisy, 500, 4, draws=0)
        value = ndcg(_scores(learn(noisy.outcomes), some), grades(some.probability)).mean()
        found[f"ndcg10_at_reliability_{reliability}"] = round(float(value), 4)
    return found


def _measures_effects(sizes: Sizes) -> dict[str, Any]:
    """Learn effects of measures from simulated reviews: error against the catalogue's, coverage of intervals."""
    catalogue = load_accommodations()
    keys = [(m.id, e.dimension, e.steps) for m in catalogue for e in m.effects]
    ours, told, inside, count = [], [], 0, 0
    for seed in range(sizes.seeds):
        rng = np.random.default_rng([seed, 8])
        true = {(m, d): max(0.0, s + rng.normal(0, 0.5)) for m, d, s in keys}
        reviews = [
            Review(f"t{m}{d}{n}", m, d, float(np.clip(np.rint((true[m, d] + rng.normal(0, 1)) * 2) / 2, -5, 5)))
            for m, d, _ in keys
            for n in range(int(rng.poisson(6)))
        ]
        for effect in learn_effects(catalogue, reviews):
            truth = true[effect.measure, effect.dimension]
            ours.append((effect.mean - truth) ** 2)
            told.append((effect.catalogue - truth) ** 2)
            inside, count = inside + (effect.low <= truth <= effect.high), count + 1
    of_ours, of_catalogue = (round(float(np.mean(errors)) ** 0.5, 4) for errors in (ours, told))
    return {"rmse_learned": of_ours, "rmse_catalogue": of_catalogue, "coverage_90": round(inside / count, 4),
            "effects": count, "reviews_each": "Poisson(6)"}  # fmt: skip


def main() -> None:
    """Measure, print, write."""
    sizes = QUICK if "--quick" in sys.argv else FULL
    figures: dict[str, Any] = {
        "what": LABEL,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "data": "SimulationOptions defaults: 5,000 outcomes, 400 employers, lists of 24; seeds from 0; new people",
    }
    parts: dict[str, Callable[[], Any]] = {
        "training_100000": _training,
        "scoring": _scoring,
        "explanation": _explanation,
        "ranking_5000": lambda: _ranking(sizes),
        "share_of_oracle_by_employers": lambda: _fewer_employers(sizes),
        "as_outcomes_grow": lambda: _as_outcomes_grow(sizes),
        "planted_bias": lambda: _planted_bias(sizes),
        "off_policy": lambda: _other_policy(sizes),
        "robustness": _robustness,
        "measures": lambda: _measures_effects(sizes),
    }
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    wanted = [name for name in sys.argv[1:] if name in parts] or list(parts)
    if out.exists() and len(wanted) < len(parts):
        figures = {**json.loads(out.read_text(encoding="utf-8")).get("scorer", {}), **figures}
    for name in wanted:
        part = parts[name]
        seconds, figures[name] = _seconds(part)
        sys.stdout.write(f"{name} ({seconds:.0f} s)\n{json.dumps(figures[name], indent=1)}\n")
        sys.stdout.flush()
        before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
        out.write_text(json.dumps({**before, "scorer": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
