"""Part-jobs at two workplaces: the best of all pairs, hours at both, half-days never shared, far ones on other days."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from data.candidates import Candidate
from data.reference_files import read_reference
from features.market import build_market
from features.travel import travel_minutes
from matching import MatchConfig
from matching.carving import recheck
from matching.carving.milp import carve_directly
from matching.carving.part_job import in_order
from matching.held_market import hold
from matching.meeting import meet
from matching.site_problem import site_problem
from matching.two_sites import best_pairs, joint_problem
from tests.demo_region import demo_employers, demo_people

HELD = hold(build_market(demo_employers(fictional=False)[::9]))
PEOPLE = demo_people(fictional=False)
RULES = read_reference("weights.yaml")["second_site"]


@pytest.mark.parametrize("person", [PEOPLE[0], PEOPLE[24], PEOPLE[36]], ids=lambda p: p.id)
def test_the_best_pairs_are_the_best_of_all_pairs(person: Candidate) -> None:
    meeting = meet(person, HELD, MatchConfig())
    worths = []
    numbers = [n for n in range(len(HELD.market.places)) if meeting.retrieved.reached[n]]
    views = {n: meeting.view(n) for n in numbers}
    problems = {n: site_problem(person, meeting.capacity, views[n]) for n in numbers}
    for one, other in itertools.combinations([n for n in numbers if problems[n].tasks], 2):
        ends = [views[n].place.site.municipality for n in (one, other)]
        minutes = travel_minutes(ends[0], ends[1], person.travel_by)
        if minutes is not None and minutes > RULES["minutes_between"]:
            continue
        carved = carve_directly(in_order(joint_problem(problems[one], problems[other], minutes)))
        if carved.status == "optimal":
            terms = float(np.mean(meeting.asked.extra[[one, other]])) - RULES["cost"]
            worths.append(carved.bound + terms)
    found = best_pairs(meeting, 3)
    assert [pair.score for pair in found.found] == pytest.approx(sorted(worths, reverse=True)[:3], abs=2e-4)


@pytest.mark.parametrize("person", PEOPLE[::11], ids=lambda p: p.id)
def test_both_workplaces_have_hours_and_no_half_day_has_both(person: Candidate) -> None:
    for found in best_pairs(meet(person, HELD, MatchConfig()), 2).found:
        assert not recheck(found.problem, found.solution)
        site = {task.id: task.site for task in found.problem.tasks}
        hours: dict[str, float] = {}
        places: dict[str, set[str]] = {}
        for task in found.solution.tasks:
            hours[site[task.id]] = hours.get(site[task.id], 0.0) + task.hours
            for block in task.blocks:
                places.setdefault(block, set()).add(site[task.id])
        assert len(hours) == 2
        assert min(hours.values()) >= RULES["least_hours"] - 1e-6
        assert all(len(some) == 1 for some in places.values())


def test_the_certificate_bounds_what_was_not_looked_at() -> None:
    meeting = meet(PEOPLE[0], HELD, MatchConfig())
    few, many = best_pairs(meeting, 1), best_pairs(meeting, 6)
    assert few.found[0].score == many.found[0].score
    assert few.pairs == many.pairs
    if few.best_bound_left is not None:
        assert few.best_bound_left <= few.found[0].score + 1e-3
