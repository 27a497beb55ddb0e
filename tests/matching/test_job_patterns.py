"""Job patterns: alike jobs are found wherever they are, in any order, and a job that exists is not called a new one."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from data.errors import InvalidInput
from data.workplaces import Employer, Job, Site
from features.market import build_market
from matching import MatchConfig
from matching.held_market import MarketInMemory, hold
from matching.transfer import CarvedJob, Patterns, carved_jobs, job_patterns
from matching.transfer.patterns import LEAST_EMPLOYERS, LEAST_SITES, activity_shares, distances, overlap
from tests.demo_region import demo_market, demo_people
from tests.matching.planted_markets import task_with

HELD = hold(demo_market())
PEOPLE = demo_people(fictional=False)[::8]


@cache
def _jobs() -> tuple[CarvedJob, ...]:
    return carved_jobs(PEOPLE, HELD, MatchConfig(top=8))


@cache
def _found() -> Patterns:
    return job_patterns(_jobs(), HELD)


def _region(one_title: bool, sites: int = 4) -> MarketInMemory:
    """Give sites with a laundry-and-packing job, out of one occupation or out of two, and one with garden work."""
    employers = []
    for number in range(sites):
        id_ = f"e{number}.s"
        fold = replace(task_with("Pyyhkeiden taittelu", ("laundry",), {"pos_stand": 3.0}, 5.0, 0.0), id=f"{id_}.a.1")
        pack = replace(task_with("Tilausten pakkaus", ("packing",), {"pos_stand": 2.0}, 5.0, 0.0), id=f"{id_}.b.1")
        mangle = task_with("Mankelin hoito", ("machine_work",), {"saf_mach": 4.0}, 30.0, 0.0)
        drive = task_with("Jakelu", ("driving",), {"env_noise": 4.0}, 30.0, 0.0)
        core = [replace(t, id=f"{id_}.{n}", core=True) for n, t in (("a.2", mangle), ("b.2", drive))]
        if one_title:
            jobs = (Job(f"{id_}.a", "Pesulatyöntekijä", (fold, pack, *core), confirmed=True, isco="8157"),)
        else:
            jobs = (
                Job(f"{id_}.a", "Pesulatyöntekijä", (fold, core[0]), confirmed=True, isco="8157"),
                Job(f"{id_}.b", "Kuljettaja", (pack, core[1]), confirmed=True, isco="8322"),
            )
        employers.append(Employer(f"e{number}", f"E{number}", "r", (Site(id_, id_, jobs),), fictional=True))
    weed = replace(task_with("Kitkentä", ("garden",), {"pos_bend": 4.0}, 10.0, 0.0), id="g.s.j.1")
    garden = Site("g.s", "g", (Job("g.s.j", "Puutarhuri", (weed,), confirmed=True, isco="6113"),))
    return hold(build_market((*employers, Employer("g", "G", "r", (garden,), fictional=True))))


@pytest.mark.parametrize("one_title", [True, False])
def test_a_job_out_of_two_occupations_is_new_and_one_out_of_one_is_not(one_title: bool) -> None:
    held = _region(one_title)
    (pattern,) = job_patterns(carved_jobs((), held), held).found
    assert set(pattern.named) == {"laundry", "packing"}
    assert pattern.sites == ("e0.s", "e1.s", "e2.s", "e3.s")
    assert pattern.hours == (10.0, 10.0, 10.0)
    assert pattern.new is not one_title
    assert pattern.likest.hours_share == (1.0 if one_title else 0.5)
    assert {(task.activities, task.sites, task.hours_median) for task in pattern.tasks} == {
        (("laundry",), 4, 5.0), (("packing",), 4, 5.0),
    }  # fmt: skip


def test_what_two_workplaces_or_one_employer_have_does_not_recur() -> None:
    two = _region(False, sites=2)
    assert job_patterns(carved_jobs((), two), two).found == ()
    held = _region(False)
    jobs = [replace(job, employer="e0") for job in carved_jobs((), held)]
    assert job_patterns(jobs, held).found == ()


def test_patterns_recur_and_hold_only_alike_jobs() -> None:
    assert len(_found().found) >= 3
    seen: set[str] = set()
    for pattern in _found().found:
        assert len(pattern.sites) >= LEAST_SITES
        assert len(pattern.employers) >= LEAST_EMPLOYERS
        assert not seen & {job.id for job in pattern.jobs}
        seen |= {job.id for job in pattern.jobs}
        assert sum(pattern.shares.values()) == pytest.approx(1, abs=1e-3)
        assert all(load.low <= load.median <= load.high for load in pattern.loads)
        assert pattern.new is not pattern.likest.coincides
    assert len(seen) + _found().in_no_pattern == _found().compared


def test_the_order_of_jobs_and_of_people_never_matters() -> None:
    shuffled = list(_jobs())
    random.Random(3).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    assert job_patterns(shuffled, HELD) == _found()
    assert carved_jobs(tuple(reversed(PEOPLE)), HELD, MatchConfig(top=8)) == _jobs()


def test_distances_are_those_of_a_dissimilarity() -> None:
    apart = distances(_jobs())
    assert np.array_equal(apart, apart.T)
    assert (np.diag(apart) == 0).all()
    assert ((apart >= 0) & (apart <= 1)).all()
    one, other = _jobs()[0], _jobs()[-1]
    if not one.shares.keys() & other.shares.keys():
        assert apart[0, -1] >= 0.7


def test_the_same_job_for_several_people_is_one_with_all_of_them() -> None:
    person = PEOPLE[0]
    twice = carved_jobs((person, replace(person, id="another")), HELD, MatchConfig(top=4))
    once = carved_jobs((person,), HELD, MatchConfig(top=4))
    assert [job.id for job in twice] == [job.id for job in once]
    assert all(job.people == {person.id, "another"} for job in twice)


def test_nothing_and_too_much() -> None:
    assert job_patterns((), HELD).found == ()
    assert carved_jobs((), hold(build_market(()))) == ()
    assert job_patterns(_jobs()[:1], HELD).in_no_pattern == 1
    many = [replace(_jobs()[0], id=f"{number:05d}") for number in range(6001)]
    with pytest.raises(InvalidInput, match="too many"):
        job_patterns(many, HELD)


def test_shares_by_hand() -> None:
    shares = activity_shares(
        [(task_with("", ("laundry", "packing"), {}, 4, 0), 4.0), (task_with("", (), {}, 9, 0), 9.0)]
    )
    assert shares == {"laundry": 0.5, "packing": 0.5}
    assert overlap(shares, {"laundry": 0.2, "garden": 0.8}) == 0.2
