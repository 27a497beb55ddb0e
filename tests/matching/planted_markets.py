"""Markets in which a job is known to fit at some workplaces only: planted ones, look-alikes that break a limit, others.

Tasks are drawn from the fictional demo region and written anew. A planted workplace holds all the job's kinds of work
within its levels, in other words; every other workplace lacks a kind of it, or breaks a limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import Level, Source, level_of_share, share_of_shift
from data.workplaces import Employer, Job, Site, Task
from matching.carving.gates import DOSE
from tests.demo_region import demo_market

BANNED = "saf_height"
LOOKALIKES = ("banned", "too_few_hours", "no_guidance", "lacks_a_kind")


@dataclass(frozen=True)
class PoolTask:
    text: str
    title: str
    activities: tuple[str, ...]
    levels: dict[str, float]


@dataclass(frozen=True)
class PlantedMarket:
    """The job as ``transfer-job/1``, the employers, and what each site is: planted, other or a kind of look-alike."""

    job: dict[str, Any]
    employers: tuple[Employer, ...]
    what: dict[str, str]

    @property
    def planted(self) -> set[str]:
        return {site for site, what in self.what.items() if what == "planted"}


@cache
def pool() -> tuple[PoolTask, ...]:
    market = demo_market()
    names = list(dimension_index())
    found = []
    for row, (task, job) in enumerate(zip(market.tasks, market.jobs, strict=True)):
        levels = {n: float(v) for n, v in zip(names, market.value[row], strict=True) if v > 0 and n != HOURS_DIMENSION}
        if not task.core and task.activities and not levels.get(BANNED):
            found.append(PoolTask(task.text, job.title, task.activities, levels))
    return tuple(found)


def planted_market(seed: int, sites: int = 24, planted: int = 4, kinds: int = 3) -> PlantedMarket:
    """Draw a job of some kinds of work and a market; of the other sites a third look like planted ones."""
    rng = np.random.default_rng([seed, 29])
    parts = _parts(rng, kinds)
    hours = [float(rng.integers(3, 7)) for _ in parts]
    what = {f"e{number:05d}.s": "planted" if number < planted else _other(rng) for number in range(sites)}
    order = rng.permutation(sites)
    what = {f"e{order[number]:05d}.s": kind for number, kind in enumerate(what.values())}
    employers = tuple(_employer(rng, site, kind, parts, hours) for site, kind in sorted(what.items()))
    return PlantedMarket(_job(parts, hours), employers, what)


def _other(rng: np.random.Generator) -> str:
    return str(rng.choice(LOOKALIKES)) if rng.random() < 1 / 3 else "other"


def _parts(rng: np.random.Generator, kinds: int) -> list[PoolTask]:
    """Draw pieces of work that share no activity with each other."""
    found: list[PoolTask] = []
    for at in rng.permutation(len(pool())):
        one = pool()[at]
        if all(not set(one.activities) & set(other.activities) for other in found):
            found.append(one)
        if len(found) == kinds:
            break
    return found


def _job(parts: list[PoolTask], hours: list[float]) -> dict[str, Any]:
    capacity = {}
    for dimension in sorted({d for part in parts for d in part.levels}):
        levels = [part.levels.get(dimension, 0.0) for part in parts]
        asked = max(levels)
        if dimension in DOSE:
            share = sum(h * share_of_shift(level) for h, level in zip(hours, levels, strict=True)) / sum(hours)
            asked = level_of_share(share) + 0.5
        capacity[dimension] = min(5.0, round(asked, 2))
    return {
        "format": "transfer-job/1",
        "name": "planted",
        "hours": {"min": sum(hours) / 2, "max": sum(hours)},
        "bans": {BANNED: 0.0},
        "capacity": capacity,
        "parts": [
            {"text": p.text, "title": p.title, "hours": h, "activities": list(p.activities), "levels": p.levels}
            for p, h in zip(parts, hours, strict=True)
        ],
    }


def _employer(rng: np.random.Generator, site: str, what: str, parts: list[PoolTask], hours: list[float]) -> Employer:
    drawn: list[Task] = []
    lacking = parts[int(rng.integers(len(parts)))] if what in ("other", "lacks_a_kind") else None
    if what != "other":
        for part, own in zip(parts, hours, strict=True):
            if part is not lacking:
                drawn.append(_like(rng, part, own, what))
    if what not in ("banned", "too_few_hours", "no_guidance"):
        for at in rng.permutation(len(pool()))[: int(rng.integers(3, 9))]:
            one = pool()[at]
            if lacking is None or not set(one.activities) & set(lacking.activities):
                drawn.append(task_with(one.text, one.activities, one.levels, float(rng.choice([1, 2, 3, 4, 6])), 0.05))
    cut = max(1, len(drawn) // 2)
    jobs = []
    for number, some in enumerate((drawn[:cut], drawn[cut:])):
        id_ = f"{site}.j{number}"
        tasks = tuple(replace(task, id=f"{id_}.{at}") for at, task in enumerate(some))
        if tasks:
            jobs.append(Job(id_, pool()[int(rng.integers(len(pool())))].title, tasks, confirmed=True))
    place = Site(
        site,
        site,
        tuple(jobs),
        supervision_hours_per_week=0.2 if what == "no_guidance" else None,
        natural_support=[None, 2.0, 3.0][int(rng.integers(3))],
    )
    return Employer(site.partition(".")[0], site, "planted", (place,), fictional=True)


def _like(rng: np.random.Generator, part: PoolTask, hours: float, what: str) -> Task:
    """Write a piece of work anew; look-alikes keep its words and break a limit."""
    levels, words = dict(part.levels), part.text.split()
    if what == "planted":
        strange = [word for at in rng.integers(len(pool()), size=3) for word in pool()[at].text.split()]
        words = [str(rng.choice(strange)) if rng.random() < 0.4 else word for word in rng.permutation(words)]
        levels = {d: level - 0.5 if level > 0.5 and rng.random() < 0.3 else level for d, level in levels.items()}
    if what == "banned":
        levels[BANNED] = 3.0
    guidance = 0.9 if what == "no_guidance" else 0.05
    own = 0.5 if what == "too_few_hours" else hours + float(rng.integers(0, 3))
    return task_with(" ".join(words), part.activities, levels, own, guidance)


def task_with(text: str, activities: tuple[str, ...], levels: dict[str, float], hours: float, guidance: float) -> Task:
    said = {d: (Level(level, level, level, Source.EMPLOYER),) for d, level in sorted(levels.items())}
    return Task("", text, hours, activities=activities, levels=said, supervision=guidance)
