"""Which measures of the catalogue could be used at a site, on which of its tasks, and what each costs in value.

A measure that needs something the site is known to lack is out; something unknown makes it a question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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


def value_cost(measure: Accommodation, site: Site) -> float:
    """Give the cost of a measure at a site in value-hours a week (expert weights)."""
    rules = read_reference("weights.yaml")["accommodation_cost"]
    cost = rules["class"][measure.cost_class.value]
    if measure.lead_time_days > rules["long_lead_time"]["days"]:
        cost += rules["long_lead_time"]["cost"]
    if measure.isolating:
        cost += rules["isolating"]
    if open_questions(measure, site):
        cost += rules["facility_unknown"]
    return round(float(cost), 4)


def effects_matrix(measures: Sequence[Accommodation]) -> Levels:
    """Lay out the steps that each measure takes off each dimension: (measures, dimensions)."""
    columns = dimension_index()
    steps = np.zeros((len(measures), len(columns)))
    for row, measure in enumerate(measures):
        for effect in measure.effects:
            steps[row, columns[effect.dimension]] = effect.steps
    return steps
