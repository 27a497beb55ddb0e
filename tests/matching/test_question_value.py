"""Question value agrees with making every list anew, finds what decides, and never asks what cannot matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.candidates import Candidate
from data.dimensions import dimension_index
from data.levels import Level, Source
from data.reference_files import read_reference
from data.workplaces import Employer, Task
from features.market import build_market
from matching import MatchConfig, match
from matching.held_market import MarketInMemory, hold
from matching.meeting import meet
from matching.question_value import OpenQuestion, ask_most_telling
from tests.demo_region import demo_employers, demo_people

EMPLOYERS = demo_employers()[::6]
PEOPLE = demo_people()
TOP = 3
CONFIG = MatchConfig(top=TOP)
RULES = read_reference("weights.yaml")["questions"]


def _ask(person: Candidate, held: MarketInMemory, count: int, config: MatchConfig = CONFIG) -> tuple[OpenQuestion, ...]:
    return ask_most_telling(meet(person, held, config), match(person, held, config).suggestions, count)


def _list(person: Candidate, employers: tuple[Employer, ...] | list[Employer]) -> dict[str, float]:
    return {s.reach.place.site.id: s.score for s in match(person, build_market(employers), CONFIG).suggestions}


def _size(before: dict[str, float], after: dict[str, float]) -> float:
    gone = len(before.keys() - after.keys())
    return abs(sum(before.values()) - sum(after.values())) + float(RULES["place"]) * gone


def _shares(levels: list[float]) -> list[float]:
    counts = np.array(RULES["levels"], float) + np.bincount(np.round(levels).astype(int), minlength=6)
    return [float(x) for x in counts / counts.sum()]


def _knowing(person: Candidate, dimension: str, level: float) -> Candidate:
    known = (Level(level, level, level, Source.PROFESSIONAL),)
    return replace(person, capacity={**person.capacity, dimension: known})


def _answered(employer: Employer, site: str, dimension: str, level: float) -> Employer:
    """The employer's records as they would be after an answer for each task of which the level is unknown."""
    said = (Level(level, level, level, Source.EMPLOYER),)

    def of_task(task: Task, known: bool) -> Task:
        if known or dimension in task.levels:
            return task
        return replace(task, levels={**task.levels, dimension: said})

    sites = []
    for one in employer.sites:
        if one.id == site:
            jobs = tuple(
                replace(j, tasks=tuple(of_task(t, j.confirmed or dimension in j.levels) for t in j.tasks))
                for j in one.jobs
            )
            one = replace(one, jobs=jobs)
        sites.append(one)
    return replace(employer, sites=tuple(sites))


@pytest.mark.parametrize("at", [1, 4, 9, 22])
def test_what_a_capacity_is_worth_is_what_making_every_list_anew_says(at: int) -> None:
    person, held = PEOPLE[at], hold(build_market(EMPLOYERS))
    before = _list(person, EMPLOYERS)
    own = [max(levels, key=lambda v: v.source.directness).value for levels in person.capacity.values()]
    planned = meet(person, held, CONFIG).capacity.planned
    shares = _shares([float(x) for x in planned[np.isfinite(planned)]])
    assert len(own) == int(np.isfinite(planned).sum())
    found = {q.about: q for q in _ask(person, held, 100) if q.kind == "capacity"}
    for dimension in sorted(set(dimension_index()) - person.capacity.keys() - {"org_hours"}):
        sizes = [_size(before, _list(_knowing(person, dimension, step), EMPLOYERS)) for step in range(6)]
        expected = sum(share * size for share, size in zip(shares, sizes, strict=True))
        if dimension in found:
            assert found[dimension].expected == pytest.approx(expected, abs=2e-3)
            assert found[dimension].largest == pytest.approx(max(sizes), abs=2e-3)
        else:
            assert expected < 2e-3


@pytest.mark.parametrize("at", [6, 4])
def test_what_a_demand_is_worth_is_what_making_every_list_anew_says(at: int) -> None:
    person, market = PEOPLE[at], build_market(EMPLOYERS)
    before = _list(person, EMPLOYERS)
    found = {(q.site, q.about): q for q in _ask(person, hold(market), 1_000) if q.kind == "demand"}
    assert found
    for site, dimension in sorted(found)[::4]:
        column = market.value[:, dimension_index()[dimension]]
        shares = _shares([float(x) for x in np.floor(column[np.isfinite(column)] + 0.5)])
        sizes = [
            _size(before, _list(person, [_answered(e, site, dimension, float(step)) for e in EMPLOYERS]))
            for step in range(6)
        ]
        expected = sum(share * size for share, size in zip(shares, sizes, strict=True))
        assert found[site, dimension].expected == pytest.approx(expected, abs=2e-2)
        assert found[site, dimension].largest == pytest.approx(max(sizes), abs=2e-3)


@pytest.mark.parametrize("at", [1, 6, 12, 30])
def test_stopping_early_never_changes_which_questions_come_first(at: int) -> None:
    held = hold(build_market(EMPLOYERS))
    few, all_ = _ask(PEOPLE[at], held, 2), _ask(PEOPLE[at], held, 1_000)
    assert few == all_[:2]
    assert [q.expected for q in all_] == sorted((q.expected for q in all_), reverse=True)


def test_a_planted_unknown_that_decides_the_list_comes_first() -> None:
    """All work is in heat or cold and nobody knows how much of it the person stands: nothing else weighs as much."""
    said = (Level(4.0, 4.0, 4.0, Source.EMPLOYER),)
    hot = [
        replace(
            e,
            sites=tuple(
                replace(
                    s,
                    jobs=tuple(
                        replace(
                            j, tasks=tuple(replace(t, levels={**t.levels, "env_clim": said}) for t in j.tasks)
                        )
                        for j in s.jobs
                    ),
                )
                for s in e.sites
            ),
        )
        for e in EMPLOYERS
    ]  # fmt: skip
    person = replace(PEOPLE[1], capacity={d: v for d, v in PEOPLE[1].capacity.items() if d != "env_clim"})
    first = _ask(person, hold(build_market(hot)), 3)[0]
    assert (first.kind, first.about, first.ask) == ("capacity", "env_clim", "candidate")
    assert first.fallen


def test_what_nothing_demands_is_never_asked() -> None:
    bare = [
        replace(
            e,
            sites=tuple(
                replace(s, jobs=tuple(_without(j, "upl_rep") for j in s.jobs)) for s in e.sites
            ),
        )
        for e in EMPLOYERS
    ]  # fmt: skip
    person = replace(PEOPLE[1], capacity={d: v for d, v in PEOPLE[1].capacity.items() if d != "upl_rep"})
    assert all(q.about != "upl_rep" for q in _ask(person, hold(build_market(bare)), 1_000))


def _without(job, dimension: str):  # type: ignore[no-untyped-def]
    none = (Level(0.0, 0.0, 0.0, Source.OBSERVED),)
    return replace(
        job,
        levels={**job.levels, dimension: none},
        tasks=tuple(replace(t, levels={d: v for d, v in t.levels.items() if d != dimension}) for t in job.tasks),
    )


def test_who_is_known_whole_is_asked_nothing_about_capacity() -> None:
    whole = {d: (Level(4.0, 4.0, 4.0, Source.PROFESSIONAL),) for d in dimension_index() if d != "org_hours"}
    person = replace(PEOPLE[1], capacity=whole)
    assert all(q.kind != "capacity" for q in _ask(person, hold(build_market(EMPLOYERS)), 1_000))


def test_questions_are_about_work_ability_conditions_and_workplaces_only() -> None:
    held = hold(build_market(EMPLOYERS))
    for person in PEOPLE[::12]:
        for question in _ask(person, held, 20):
            if question.kind in {"capacity", "demand"}:
                assert question.about in dimension_index()
            assert question.ask == ("candidate" if question.kind in {"capacity", "condition"} else "employer")
            assert bool(question.site) == (question.ask == "employer")


def test_the_same_questions_come_whatever_the_order_of_the_market() -> None:
    mixed = build_market(list(reversed(EMPLOYERS)))
    assert _ask(PEOPLE[4], hold(mixed), 5) == _ask(PEOPLE[4], hold(build_market(EMPLOYERS)), 5)


def test_an_empty_list_has_no_questions() -> None:
    person = replace(PEOPLE[0], hours_min=20.0, hours_max=12.0)
    assert _ask(person, hold(build_market(EMPLOYERS)), 3) == ()
