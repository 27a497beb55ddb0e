"""What carving frees at a workplace: core stays, guidance is taken off, no job turns dull, no person is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.errors import UnknownId
from data.levels import Level, Source
from data.workplaces import Benefit, Employer, Job, Site, Task
from matching.freed_time import MOST_RISE, freed_time

CORE = Task("s.j.1", "Asiakkaiden neuvonta", 20.0, core=True)
SHELVES = Task("s.j.2", "Hyllytys", 10.0, benefit=Benefit.FREES, supervision=0.1)
UNDONE = Task("s.j.3", "Arkiston siivous", 4.0, benefit=Benefit.UNDONE, supervision=0.5)


def shop(*tasks: Task, **site: object) -> Employer:
    return Employer("e", "Kauppa", "own", (Site("s", "Kauppa", (Job("s.j", "Myyjä", tasks),), **site),))  # type: ignore[arg-type]


def test_core_stays_and_guidance_is_taken_off() -> None:
    found = freed_time(shop(CORE, SHELVES), "s", 8.0)
    assert [(one.task.id, one.hours, one.guidance) for one in found.tasks] == [("s.j.2", 8.0, 0.8)]
    assert (found.freed, found.added, found.guidance, found.gain) == (8.0, 0.0, 0.8, 7.2)
    ((job, left),) = found.donors
    assert (job.title, left.hours_freed, left.hours_kept, left.tasks_kept) == ("Myyjä", 8.0, 22.0, 2)
    ((one),) = found.jobs
    assert (one.hours, one.core, one.free_to_give, one.undone) == (30.0, 20.0, 10.0, 0.0)


def test_work_that_nobody_does_frees_nothing_and_comes_after_what_frees() -> None:
    found = freed_time(shop(CORE, SHELVES, UNDONE), "s", 12.0)
    assert (found.freed, found.added) == (10.0, 2.0)
    assert found.gain == found.freed - found.guidance
    assert freed_time(shop(UNDONE), "s", 12.0).gain < 0  # guidance for work that frees nobody


def test_nothing_can_be_taken_out_of_core_work_and_a_site_that_is_not_there_is_named() -> None:
    found = freed_time(shop(CORE), "s", 8.0)
    assert (found.tasks, found.donors, found.gain) == ((), (), 0.0)
    with pytest.raises(UnknownId):
        freed_time(shop(CORE), "elsewhere", 8.0)


def test_no_job_left_behind_becomes_dull() -> None:
    def mono(task: Task, level: float) -> Task:
        return replace(task, levels={"org_mono": (Level(level, level, level, Source.EMPLOYER),)})

    lively = mono(replace(SHELVES, id="s.j.4", hours_per_week=20.0), 0.0)
    dull = mono(replace(CORE, core=True), 4.0)
    found = freed_time(shop(dull, lively), "s", 20.0)
    for _, left in found.donors:
        assert left.monotony_after is not None
        assert left.monotony_after <= left.monotony_before + MOST_RISE + 0.01
    assert found.freed < 20.0


def test_what_trials_and_people_said_changes_nothing() -> None:
    plain = shop(CORE, SHELVES)
    observed = Level(5.0, 5.0, 5.0, Source.OBSERVED)
    seen = shop(CORE, replace(SHELVES, levels={"org_mono": (observed,), "pos_stand": (observed,)}))
    one, other = freed_time(plain, "s", 8.0), freed_time(seen, "s", 8.0)
    assert (one.freed, one.guidance, [left for _, left in one.donors]) == (
        other.freed, other.guidance, [left for _, left in other.donors]
    )  # fmt: skip
