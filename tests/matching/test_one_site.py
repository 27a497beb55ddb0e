"""One workplace looked at closely says the same as the match list, and what would open it really does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.candidates import Ban, Candidate
from data.errors import UnknownId
from features.market import build_market
from matching import MatchConfig, match
from matching.carving import Blocker, CarveProblem, carve, donor_jobs, recheck
from matching.held_market import hold
from matching.one_site import SiteQuestion, ask_about, just_outside
from tests.demo_region import demo_employers, demo_market, demo_people

HELD = hold(demo_market(fictional=False))
PEOPLE = demo_people(fictional=False)


def _score(asked: SiteQuestion) -> float | None:
    objective = carve(asked.problem).objective
    return None if objective is None else objective + asked.term


@pytest.mark.parametrize("person", PEOPLE[::9], ids=lambda p: p.id)
def test_a_site_of_the_list_has_the_score_of_the_list(person: Candidate) -> None:
    for suggestion in match(person, HELD, MatchConfig(top=4)).suggestions:
        asked = ask_about(person, HELD, suggestion.reach.place.site.id)
        assert asked.against == ""
        assert _score(asked) == pytest.approx(suggestion.score, abs=1e-4)


@pytest.mark.parametrize("person", PEOPLE[4::12], ids=lambda p: p.id)
def test_a_site_that_is_not_in_the_whole_list_has_no_part_job_or_is_out_of_reach(person: Candidate) -> None:
    found = match(person, HELD, MatchConfig(top=500))
    listed = {suggestion.reach.place.site.id for suggestion in found.suggestions}
    for place in HELD.market.places[::6]:
        asked = ask_about(person, HELD, place.site.id)
        if place.site.id not in listed:
            assert asked.against or carve(asked.problem).objective is None


def test_closed_tasks_are_named_with_what_closes_them() -> None:
    person = replace(PEOPLE[0], bans=(Ban("str_lift", 0.0, ""),), permits={}, criminal_record_ok=False)
    rules = {closed.rule for place in HELD.market.places for closed in ask_about(person, HELD, place.site.id).closed}
    assert {"task.core", "task.ban"} <= rules
    for place in HELD.market.places[::5]:
        asked = ask_about(person, HELD, place.site.id)
        open_ = {task.id for task in asked.problem.tasks}
        for closed in asked.closed:
            assert closed.task.id not in open_
            assert closed.rule != "task.ban" or closed.about == ("str_lift",)


def test_a_far_site_is_looked_at_and_said_to_be_far() -> None:
    person = replace(PEOPLE[0], travel_minutes_max=1.0)
    asked = ask_about(person, HELD, HELD.market.places[0].site.id)
    assert asked.against == "site.travel"
    assert asked.problem.tasks or asked.closed


def test_an_unknown_site_is_answered_with_close_ones() -> None:
    with pytest.raises(UnknownId, match=r"saarikirjasto\.paakirjasto"):
        ask_about(PEOPLE[0], HELD, "saarikirjasto.pääkirjasto")


def _after(problem: CarveProblem, change: Blocker) -> CarveProblem | None:
    """Make a change that was named, from what was said about it alone; None for kinds that need more than numbers."""
    needed = change.needed or 0.0
    if change.rule in {"dose", "peak_limit"}:
        return replace(problem, capacity={**problem.capacity, change.about: needed})
    if (change.rule, change.about) == ("hours", "smallest"):
        return replace(problem, hours_min=needed)
    if change.rule == "limits" and change.about == "supervision":
        return replace(problem, limits=replace(problem.limits, supervision=needed))
    if change.rule == "limits":
        return replace(problem, limits=replace(problem.limits, **{change.about: round(needed)}))
    return None


@pytest.mark.parametrize("person", PEOPLE[1::8], ids=lambda p: p.id)
def test_what_is_said_to_be_enough_is_enough(person: Candidate) -> None:
    listed = {s.reach.place.site.id for s in match(person, HELD).suggestions}
    for near in just_outside(person, HELD, MatchConfig(), listed, 3):
        site = near.view.place.site.id
        assert site not in listed
        problem = ask_about(person, HELD, site).problem
        assert carve(problem).objective is None
        for change in near.changes:
            changed = _after(problem, change)
            if changed is not None:
                solution = carve(changed)
                assert solution.objective is not None, (site, change)
                assert not recheck(changed, solution)


def test_what_stays_with_a_job_counts_its_core_tasks_too() -> None:
    person = PEOPLE[0]
    suggestion = match(person, HELD, MatchConfig(top=1)).suggestions[0]
    asked = ask_about(person, HELD, suggestion.reach.place.site.id)
    solution = carve(asked.problem)
    donors, _ = donor_jobs(asked.problem, solution, asked.everything)
    jobs = {job.id: job for job in suggestion.reach.place.site.jobs}
    for donor in donors:
        hours = sum(task.hours_per_week for task in jobs[donor.job].tasks)
        assert donor.hours_freed + donor.hours_kept == pytest.approx(hours)


def test_a_task_that_could_be_done_more_frees_only_what_is_done_today() -> None:
    employers = demo_employers(fictional=False)
    person = PEOPLE[0]
    site = match(person, HELD, MatchConfig(top=1)).suggestions[0].reach.place.site
    jobs = tuple(
        replace(job, tasks=tuple(replace(t, extends_to_hours_per_week=t.hours_per_week + 6) for t in job.tasks))
        for job in site.jobs
    )
    more = tuple(
        replace(e, sites=tuple(replace(s, jobs=jobs) if s.id == site.id else s for s in e.sites)) for e in employers
    )
    held = hold(build_market(more))
    asked, before = ask_about(person, held, site.id), ask_about(person, HELD, site.id)
    solution = carve(asked.problem)
    assert solution.objective is not None
    assert solution.objective >= (carve(before.problem).objective or 0.0) - 1e-6
    donors, _ = donor_jobs(asked.problem, solution, asked.everything)
    today = {task.id: task.hours_per_week for job in site.jobs for task in job.tasks}
    assert any(task.hours > today[task.id] + 1e-6 for task in solution.tasks)
    freed = sum(min(task.hours, today[task.id]) for task in solution.tasks)
    assert sum(donor.hours_freed for donor in donors) == pytest.approx(freed, abs=1e-3)
    added = sum(max(0.0, task.hours - today[task.id]) for task in solution.tasks)
    assert sum(donor.hours_added for donor in donors) == pytest.approx(added, abs=1e-3)
    best = match(person, held, MatchConfig(top=500)).suggestions
    (mine,) = [s for s in best if s.reach.place.site.id == site.id]
    assert mine.score == pytest.approx(solution.objective + asked.term, abs=1e-4)
