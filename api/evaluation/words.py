"""What things of an evaluation are called on the page (English: it is read by researchers)."""

from __future__ import annotations

from collections.abc import Mapping

from matching.evaluation.evaluating import Evaluation
from matching.evaluation.methods import Method

LABEL = "SIMULATED DATA: proves methods, says nothing about people."

METHODS: Mapping[Method, str] = {
    Method.RANDOM: "chance",
    Method.NEAREST: "nearest profile",
    Method.EXPERT: "expert weights (not learned)",
    Method.LOGISTIC: "logistic regression",
    Method.LIGHTGBM: "LightGBM lambdarank",
    Method.LEARNED: "learned scorer",
    Method.LEARNED_STRANGE: "learned, employers unknown",
    Method.ORACLE: "oracle",
}

SPLITS: Mapping[str, str] = {
    "time": "latest fifth",
    "employer": "unseen employers",
    "new_people": "new people",
}

SPLIT_TEXTS: Mapping[str, str] = {
    "time": "learned from earlier trials, tested on the latest fifth of the time",
    "employer": "five folds of employers, each trial tested once without any trial of its employer",
    "new_people": "learned from all trials, tested on trials of simulated new people",
}

CHANGES: Mapping[str, str] = {
    "lower": "every rating one step lower",
    "higher": "every rating one step higher",
    "0.5": "rated again, noise of half a step",
    "1": "rated again, noise of one step",
}

POLICIES: Mapping[str, str] = {
    "as_it_was": "as coaches chose",
    "at_random": "at random from the list",
    "learned_softly": "learned scorer, softly",
    "learned_first_only": "learned scorer, first only",
    "expert_first_only": "expert weights, first only",
}

REFUSALS: Mapping[str, str] = {
    "propensity_missing": "refused: the chance of each choice was not logged, and a human choice has none",
    "too_few_effective_trials": "refused: too few logged trials carry the estimate",
    "never_tried": "refused: it wants what coaches hardly ever tried",
}

WITHHELD: Mapping[str, str] = {
    "": "shown with a 90 % interval",
    "expert_weights": "withheld: expert weights",
    "too_few_outcomes": "withheld: fewer than 100 trials of either kind",
}

MISSING: Mapping[str, Mapping[str, str]] = {
    "order": {
        "no_truth": "NDCG@10, MRR and precision@3 of whole lists are not measured: of what was not tried nobody knows "
        "how it would have gone. The order of trials that did happen is measured below (concordance).",
    },
    "coverage": {
        "no_truth": "Interval coverage is not measured: a trial's true chance is unknown, only its outcome is seen.",
        "no_model": "Interval coverage is not measured: nothing was learned.",
    },
    "splits": {"no_model": "Nothing is foretold: nothing was learned."},
    "spread": {"nothing_shown": "Who is shown is not measured: these data hold no shown lists (no exposure log)."},
    "robustness": {
        "nothing_shown": "Robustness is not measured: these data hold no shown lists (no exposure log).",
        "no_model": "Robustness is not measured: nothing was learned.",
    },
    "fairness": {
        "nothing_shown": "Groups are not compared: these data hold no shown lists (no exposure log), and trials alone "
        "cannot show a bias in who was put forward.",
        "no_groups": "Groups are not compared: these data say of nobody to which group they belong.",
        "no_model": "Groups are not compared: nothing was learned.",
    },
    "policies": {
        "nothing_shown": "Other ways of choosing are not judged: these data hold no shown lists (no exposure log).",
        "no_model": "Other ways of choosing are not judged: the first half of the time has too few trials.",
    },
}


def made_of(found: Evaluation, split: str) -> str:
    """Say where the figures of a table come from."""
    kind = "Simulated data" if found.simulated else "Data"
    return f"{kind}: {found.source}. Split: {split}. Seed of draws: {found.seed}."


def attribute_name(attribute: str) -> str:
    """Name a protected attribute.

    >>> attribute_name("age_band")
    'age band'
    """
    return attribute.replace("_", " ")
