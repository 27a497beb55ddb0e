"""What stages read from the market's columns is what the records say, task by task and site by site."""

from __future__ import annotations

import numpy as np
import pytest

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.levels import PER_STEP
from features.accommodation_scope import applies_to, usable_at, value_cost
from features.hour_value import hour_value
from features.market import build_market
from features.travel import travel_minutes
from matching import Caution, MatchConfig
from matching.asked import lay_measures_out
from matching.carving.laying_out import fits_task
from matching.check import unmet_conditions
from matching.held_market import hold
from matching.meeting import Meeting, meet
from matching.scoring import site_contributions
from tests.demo_region import demo_employers, demo_people

MARKET = build_market(demo_employers(fictional=False)[::4])
HELD = hold(MARKET)
PEOPLE = demo_people(fictional=False)[::7]
CATALOGUE = load_accommodations()


def _meeting(person: Candidate, caution: Caution) -> Meeting:
    return meet(person, HELD, MatchConfig(caution=caution))


@pytest.mark.parametrize("caution", list(Caution))
@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_the_worth_of_an_hour_is_that_of_the_task_alone(person: Candidate, caution: Caution) -> None:
    meeting = _meeting(person, caution)
    demand = MARKET.planned(caution.quantile)
    for row in np.flatnonzero(meeting.asked.open):
        alone = hour_value(person, meeting.capacity.planned, MARKET.tasks[row], MARKET.jobs[row], demand[row])
        assert meeting.asked.worth[row] == pytest.approx(alone.value, abs=1e-12)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_a_task_is_open_when_nothing_known_speaks_against_it(person: Candidate) -> None:
    meeting = _meeting(person, Caution.BALANCED)
    bans, columns = MARKET.ban_levels(), HELD.index.columns[Caution.BALANCED]
    passed = 0
    for number, place in enumerate(MARKET.places):
        for row in place.rows:
            task, job = MARKET.tasks[row], MARKET.jobs[row]
            room = sum(hours for block, hours in person.blocks.items() if block in task.blocks)
            closed = task.core or unmet_conditions(person, task, job) != ()
            closed |= bool(person.blocks) and (room <= 0 or room < columns.least[row])
            for ban in person.bans:
                closed |= bool(bans[row][list(_dimensions()).index(ban.dimension)] > ban.highest_level)
            if closed or not meeting.retrieved.reached[number]:
                assert not meeting.asked.open[row]
            passed += bool(meeting.asked.open[row])
    assert passed == int(meeting.asked.open.sum())


def _dimensions() -> dict[str, int]:
    from data.dimensions import dimension_index

    return dict(dimension_index())


@pytest.mark.parametrize("person", PEOPLE, ids=lambda p: p.id)
def test_the_terms_of_a_site_are_those_that_are_shown(person: Candidate) -> None:
    meeting = _meeting(person, Caution.BALANCED)
    for number, place in enumerate(MARKET.places):
        minutes = travel_minutes(person.municipality, place.site.municipality, person.travel_by)
        shown = site_contributions(person, place.site.natural_support, minutes)
        assert meeting.asked.extra[number] == pytest.approx(sum(term.value for term in shown), abs=1e-12)
        assert meeting.retrieved.minutes_to(number) == minutes


@pytest.mark.parametrize("caution", list(Caution))
def test_a_measure_applies_and_costs_what_it_does_for_the_task_alone(caution: Caution) -> None:
    declined = frozenset(measure.id for measure in CATALOGUE[::9])
    measures = lay_measures_out(HELD.index, CATALOGUE, declined)
    person = Candidate("x", "X", 4, 20, {}, declined_accommodations=declined)
    columns, demand = HELD.index.columns[caution], MARKET.planned(caution.quantile)
    for number, place in enumerate(MARKET.places):
        for a, measure in enumerate(CATALOGUE):
            price = measures.price[measures.site_kind[number], a]
            expected = value_cost(measure, place.site) if usable_at(measure, place.site, person) else np.inf
            assert price == expected
            for row in list(place.rows)[::5]:
                fits = applies_to(measure.scope, MARKET.tasks[row], demand[row])
                assert fits_task(columns, measures, row, a) == fits


def test_levels_in_bytes_are_the_planned_levels() -> None:
    for caution in Caution:
        level = HELD.index.columns[caution].level.astype(float)
        level[level == 255] = np.nan
        np.testing.assert_array_equal(level / PER_STEP, MARKET.planned(caution.quantile))


def test_any_change_of_a_site_changes_its_digest_and_no_other() -> None:
    from dataclasses import replace

    employers = demo_employers(fictional=False)[::4]
    site = employers[0].sites[0]
    job = site.jobs[0]
    changed = [
        replace(site, natural_support=4.5),
        replace(
            site, jobs=(replace(job, tasks=(replace(job.tasks[0], text="Muuta työtä"), *job.tasks[1:])), *site.jobs[1:])
        ),
        replace(site, jobs=(replace(job, confirmed=not job.confirmed), *site.jobs[1:])),
    ]
    before = HELD.index.sites.digest
    number = list(HELD.index.sites.id).index(site.id)
    for other in changed:
        sites = (other, *employers[0].sites[1:])
        after = hold(build_market((replace(employers[0], sites=sites), *employers[1:]))).index.sites.digest
        assert np.flatnonzero((before != after).any(axis=1)).tolist() == [number]
