"""Who gets what, by group: chances among the first suggestions, foretold against what happened, put forward or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.trial_features import trial_features

from ..learning.decisions import ShownDecisions
from ..learning.outcomes import TrialOutcomes
from ..learning.scorer import TrialScorer
from ..learning.tables import UNITS_PER_LOG_ODDS, Points
from .fairness import (
    Counterfactual,
    GroupFigure,
    PeopleGroups,
    SelectionBias,
    Table,
    by_group,
    counterfactual,
    selection_bias,
    whole_record,
)
from .foretelling import SplitTested
from .lists import as_shown, numbered, side_by_side
from .methods import chance
from .ranking import mean_of_first

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fairness:
    """Figures by group, each a mean over people with a 95 % bootstrap interval, None under 20 people.

    ``chances``: mean foretold chance of the first three shown. ``put_forward``: share of what was shown that a coach
    put forward. ``happened_less_foretold``: on the latest fifth, share gone well less the foretold chance.
    ``bias``: tests of past choices; None: too few people in the group or in the rest.
    """

    people: int
    chances: tuple[GroupFigure, ...]
    put_forward: tuple[GroupFigure, ...]
    happened_less_foretold: tuple[GroupFigure, ...]
    bias: tuple[tuple[str, str, SelectionBias | None], ...]
    counterfactuals: tuple[Counterfactual, ...]


def judge_fairness(
    past: TrialOutcomes,
    shown: ShownDecisions,
    groups: PeopleGroups,
    scorer: TrialScorer,
    latest: SplitTested,
    seed: int,
) -> Fairness:
    """Compare groups of people on the lists that coaches saw, ordered by the scorer, and on held-out trials."""
    lists = as_shown(shown, past)
    odds = scorer.score(lists.asked.rows, lists.asked.employers, lists.asked.groups) / UNITS_PER_LOG_ODDS
    person, count = numbered(shown.people)
    names = np.unique(np.asarray(shown.people, dtype=str)).tolist()
    own = groups.of(names)
    first = _by_person(shown, person, count, odds)
    forward = np.bincount(person, shown.put_forward, count) / np.bincount(person, minlength=count)
    chances: list[GroupFigure] = []
    put_forward: list[GroupFigure] = []
    missed: list[GroupFigure] = []
    bias: list[tuple[str, str, SelectionBias | None]] = []
    for number, attribute in enumerate(groups.stated()):
        chances += by_group(own, attribute, first, np.random.default_rng([seed, 51, number]))
        put_forward += by_group(own, attribute, forward, np.random.default_rng([seed, 52, number]))
        if latest.test is not None and latest.learned is not None:
            missed += _missed(latest.test, latest.learned, groups, attribute, np.random.default_rng([seed, 53, number]))
        bias += [
            (attribute, group, selection_bias(own, attribute, group, person, shown.put_forward, shown.rows))
            for group in groups.values(attribute)
        ]
    return Fairness(
        count, tuple(chances), tuple(put_forward), tuple(missed), tuple(bias),
        changed_attributes(scorer, shown, past, groups),
    )  # fmt: skip


def changed_attributes(
    scorer: TrialScorer, shown: ShownDecisions, past: TrialOutcomes, groups: PeopleGroups
) -> tuple[Counterfactual, ...]:
    """Give everybody each value of each protected attribute in turn, and score everything that was shown again."""
    asked = as_shown(shown, past).asked
    table = whole_record(asked.rows, shown.people, groups, employer=tuple(asked.employers), group=tuple(asked.groups))
    return counterfactual(table, groups, lambda record: scored_by_name(scorer, record))


def scored_by_name(scorer: TrialScorer, record: Table) -> Points:
    """Score suggestions from columns by name: the declared features, the employer and the group of the work."""
    rows = np.column_stack([np.asarray(record[spec.name], np.float64) for spec in trial_features()])
    return scorer.score(rows, [str(e) for e in record["employer"]], [str(g) for g in record["group"]])


def _by_person(shown: ShownDecisions, person: npt.NDArray[np.int64], count: int, odds: Floats) -> Floats:
    """Give each person's mean chance among the first three, over the lists that the person had."""
    total, lists = np.zeros(count), np.zeros(count)
    for at in side_by_side(shown.list_of):
        np.add.at(total, person[at[:, 0]], mean_of_first(odds[at], chance(odds)[at]))
        np.add.at(lists, person[at[:, 0]], 1.0)
    return total / lists


def _missed(
    test: TrialOutcomes, foretold: Floats, groups: PeopleGroups, attribute: str, rng: np.random.Generator
) -> tuple[GroupFigure, ...]:
    person, count = numbered(test.people)
    names = np.unique(np.asarray(test.people, dtype=str)).tolist()
    each = np.bincount(person, test.went_well - foretold, count) / np.bincount(person, minlength=count)
    return by_group(groups.of(names), attribute, each, rng)
