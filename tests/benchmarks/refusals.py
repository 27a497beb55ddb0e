"""How much refusals help: with the learned weights of what people want, how many of the first three would be refused.

``python -m tests.benchmarks.refusals``. Made-up people (``matching.simulation``) with tastes that differ from the
experts': each feature of what people want truly weighs 0.2 to 3 times what the experts think, drawn for each seed and
the same for all. A coach goes down the list by score; the person says no to a part-job with a chance that their true
taste gives, names the feature that was worst in three of four cases, and takes the first that suits. Lists that are
compared are of other people. It proves the method; it says nothing about real people's tastes.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from features.trial_features import feature_index
from matching.learning.expert import expert_tables
from matching.learning.refusals import WANTS, RefusalPairs, learned_wants, with_wants
from matching.learning.tables import UNITS_PER_LOG_ODDS, bin_codes
from matching.simulation import SimulationOptions, simulate_lists, simulate_trials

SEEDS = range(10)
SIZES = (30, 100, 300, 1_000)
PEOPLE, NEW_PEOPLE, FIRST = 1_200, 400, 3
SAID_WHY = 0.75


def wanted(rows: np.ndarray) -> np.ndarray:
    """Read the experts' terms of what people want: (rows, wants), log-odds."""
    codes, index, units = bin_codes(rows), feature_index(), expert_tables().units
    return np.stack([units[index[name]][codes[index[name]]] for name in WANTS], axis=1) / UNITS_PER_LOG_ODDS


def one_seed(seed: int, same_taste: bool = False) -> dict[int, float]:
    """Give by how much the share refused among the first three falls, by number of pairs (0.01: a point)."""
    rng = np.random.default_rng([seed, 16])
    world = simulate_trials(SimulationOptions(trials=300, employers=60), seed)
    taste = np.ones(len(WANTS)) if same_taste else np.exp(rng.uniform(np.log(0.2), np.log(3.0), len(WANTS)))
    lists = simulate_lists(world, PEOPLE, seed + 500, draws=1)
    people, length, width = lists.rows.shape
    flat = lists.rows.reshape(-1, width)
    score = expert_tables().score(flat).reshape(people, length)
    terms = wanted(flat).reshape(people, length, -1)
    refuse = 1 / (1 + np.exp(1.5 * (terms @ taste) - 0.3))
    good, bad, about = [], [], []
    for person in range(people - NEW_PEOPLE):
        noes = []
        for at in np.argsort(-score[person], kind="stable")[:8]:
            if rng.random() < refuse[person, at]:
                if rng.random() < SAID_WHY:
                    noes.append((at, WANTS[int(np.argmin(terms[person, at] * taste))]))
                continue
            for no, why in noes:
                good.append(lists.rows[person, at])
                bad.append(lists.rows[person, no])
                about.append((why,))
            break
    gained = {}
    new = slice(people - NEW_PEOPLE, people)
    new_rows = lists.rows[new].reshape(-1, width)

    def refused_first(tables: object) -> float:
        order = np.argsort(-tables.score(new_rows).reshape(NEW_PEOPLE, length), axis=1, kind="stable")[:, :FIRST]  # type: ignore[attr-defined]
        return float(np.take_along_axis(refuse[new], order, axis=1).mean())

    before = refused_first(expert_tables())
    for size in SIZES:
        if len(about) < size:
            continue
        pairs = RefusalPairs(np.array(good[:size]), np.array(bad[:size]), tuple(about[:size]))
        after = refused_first(with_wants(expert_tables(), learned_wants(pairs, expert_tables())))
        gained[size] = before - after
    return gained | {0: before}


def main() -> None:
    """Print the table: points fewer refused among the first three, 95 % intervals over seeds (t)."""
    for same in (False, True):
        found = [one_seed(seed, same) for seed in SEEDS]
        print("tastes as the experts think" if same else "tastes of their own", "refused before:",  # noqa: T201
              round(float(np.mean([one[0] for one in found])), 3))  # fmt: skip
        for size in SIZES:
            values = [one[size] for one in found if size in one]
            if len(values) > 2:
                low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
                print(size, len(values), f"{np.mean(values):+.4f} ({low:+.4f} to {high:+.4f})")  # noqa: T201


if __name__ == "__main__":
    main()
