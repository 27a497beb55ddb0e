"""Which measures of the catalogue could be used at a site, on which of its tasks, and what each costs in value.

A measure that needs something the site is known to lack is out; something unknown makes it a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from data.accommodations import Accommodation, Scope
from data.candidates import Candidate
from data.dimensions import dimension_index
from data.reference_files import read_reference
from data.workplaces import Site, Task

from .market import Levels


def usable_at(measure: Accommodation, site: Site, person: Candidate) -> bool:
    """Tell whether the site is not known to lack what the measure needs, and the person has not declined it."""
    return not measure.requires & site.lacks and measure.id not in person.declined_accommodations


def open_questions(measure: Accommodation, site: Site) -> list[str]:
    """Name the facilities that the measure needs and of which nobody knows whether the site has them."""
    return sorted(measure.requires - site.has - site.lacks)


def applies_to(scope: Scope, task: Task, demand: Levels) -> bool:
    """Tell whether a measure fits a task of these activities and levels (an unknown level does not exclude it)."""
    if scope.activities and scope.activities.isdisjoint(task.activities):
        return False
    if not scope.not_activities.isdisjoint(task.activities):
        return False
    columns = dimension_index()
    if scope.not_when and any(demand[columns[dimension]] >= bound for dimension, bound in scope.not_when.items()):
        return False
    return not (
        scope.only_when and any(demand[columns[dimension]] < bound for dimension, bound in scope.only_when.items())
    )


def fits_activities(catalogue: Sequence[Accommodation], kinds: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Tell which measures fit tasks with these activities, whatever their levels: (kinds of task, measures)."""
    scopes = tuple((measure.scope.activities, measure.scope.not_activities) for measure in catalogue)
    return _fits(scopes, tuple(map(tuple, kinds))).copy()


@lru_cache(maxsize=8)  # a market and a catalogue meet one person after the other
def _fits(
    scopes: tuple[tuple[frozenset[str], frozenset[str]], ...], kinds: tuple[tuple[str, ...], ...]
) -> npt.NDArray[np.bool_]:
    number = {activity: at for at, activity in enumerate(sorted({a for kind in kinds for a in kind}))}
    held = np.zeros((len(kinds), len(number)), np.float32)
    for row, kind in enumerate(kinds):
        held[row, [number[activity] for activity in kind]] = 1
    wanted, refused = (np.zeros((len(number), len(scopes)), np.float32) for _ in range(2))
    for at, (activities, not_activities) in enumerate(scopes):
        wanted[[number[a] for a in sorted(activities & number.keys())], at] = 1
        refused[[number[a] for a in sorted(not_activities & number.keys())], at] = 1
    anything = np.array([not activities for activities, _ in scopes], np.bool_)
    fits: npt.NDArray[np.bool_] = (anything | (held @ wanted > 0)) & ~(held @ refused > 0)
    return fits


def level_bounds(scope: Scope) -> list[tuple[str, float, bool]]:
    """List the levels that a measure is bound to: (dimension, level, True: only below it; False: only from it on)."""
    below = [(dimension, bound, True) for dimension, bound in (scope.not_when or {}).items()]
    return below + [(dimension, bound, False) for dimension, bound in (scope.only_when or {}).items()]


def price_table(catalogue: Sequence[Accommodation], kinds: Sequence[tuple[frozenset[str], frozenset[str]]]) -> Levels:
    """Give the value cost of each measure at each kind of site (what it has, what it lacks): (kinds, measures).

    Infinite where the site is known to lack what the measure needs.
    """
    rules = read_reference("weights.yaml")["accommodation_cost"]
    plain = np.array([_plain_cost(measure, rules) for measure in catalogue])
    unknown, lacks = _facilities_missed(tuple(measure.requires for measure in catalogue), tuple(kinds))
    out = plain + np.where(unknown, rules["facility_unknown"], 0.0)
    out[lacks] = np.inf
    return np.asarray(np.round(out, 4))


@lru_cache(maxsize=8)
def _facilities_missed(
    required: tuple[frozenset[str], ...], kinds: tuple[tuple[frozenset[str], frozenset[str]], ...]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell at which kinds of site something a measure needs is not known, or known to lack: (kinds, measures) each."""
    unknown = [[bool(needs - has - lacking) for needs in required] for has, lacking in kinds]
    lacks = [[bool(needs & lacking) for needs in required] for _, lacking in kinds]
    shape = len(kinds), len(required)
    return np.array(unknown, np.bool_).reshape(shape), np.array(lacks, np.bool_).reshape(shape)


def value_cost(measure: Accommodation, site: Site) -> float:
    """Give the cost of a measure at a site in value-hours a week (expert weights)."""
    rules = read_reference("weights.yaml")["accommodation_cost"]
    cost = _plain_cost(measure, rules)
    if open_questions(measure, site):
        cost += rules["facility_unknown"]
    return round(float(cost), 4)


def _plain_cost(measure: Accommodation, rules: Mapping[str, Any]) -> float:
    """Give the cost of a measure wherever it is used: its class, a long wait, isolation."""
    cost = float(rules["class"][measure.cost_class.value])
    if measure.lead_time_days > rules["long_lead_time"]["days"]:
        cost += rules["long_lead_time"]["cost"]
    return cost + (rules["isolating"] if measure.isolating else 0.0)


def effects_matrix(measures: Sequence[Accommodation]) -> Levels:
    """Lay out the steps that each measure takes off each dimension: (measures, dimensions)."""
    columns = dimension_index()
    steps = np.zeros((len(measures), len(columns)))
    for row, measure in enumerate(measures):
        for effect in measure.effects:
            steps[row, columns[effect.dimension]] = effect.steps
    return steps
