"""Which measures of the catalogue could be used at a site, on which of its tasks, and what each costs in value.

A measure that needs something the site is known to lack is out; something unknown makes it a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    kinds = set(task.activities)
    if scope.activities and not scope.activities & kinds:
        return False
    if scope.not_activities & kinds:
        return False
    columns = dimension_index()
    for dimension, bound in (scope.not_when or {}).items():
        if demand[columns[dimension]] >= bound:
            return False
    return not any(demand[columns[dimension]] < bound for dimension, bound in (scope.only_when or {}).items())


def fits_activities(catalogue: Sequence[Accommodation], kinds: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Tell which measures fit tasks with these activities, whatever their levels: (kinds of task, measures)."""
    number = {activity: at for at, activity in enumerate(sorted({a for kind in kinds for a in kind}))}
    held = np.zeros((len(kinds), len(number)), np.float32)
    for row, kind in enumerate(kinds):
        held[row, [number[activity] for activity in kind]] = 1
    wanted, refused = (np.zeros((len(number), len(catalogue)), np.float32) for _ in range(2))
    for at, measure in enumerate(catalogue):
        wanted[[number[a] for a in sorted(measure.scope.activities & number.keys())], at] = 1
        refused[[number[a] for a in sorted(measure.scope.not_activities & number.keys())], at] = 1
    anything = np.array([not measure.scope.activities for measure in catalogue], np.bool_)
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
    out = np.empty((len(kinds), len(catalogue)))
    needs = sorted({facility for measure in catalogue for facility in measure.requires})
    required = np.array([[facility in m.requires for facility in needs] for m in catalogue], np.bool_)
    required = required.reshape(len(catalogue), len(needs))
    for row, (has, lacking) in enumerate(kinds):
        lacks = np.array([facility in lacking for facility in needs], np.bool_)
        unknown = np.array([facility not in has and facility not in lacking for facility in needs], np.bool_)
        out[row] = plain + np.where((required & unknown).any(axis=1), rules["facility_unknown"], 0.0)
        out[row, (required & lacks).any(axis=1)] = np.inf
    return np.round(out, 4)


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
