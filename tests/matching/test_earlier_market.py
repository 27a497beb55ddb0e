"""A market of an earlier day, put together from the one of today, answers just as it answered on that day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.match_json import match_as_json
from api.messages import Messages
from data.candidates import Candidate
from data.workplaces import Employer
from features.market import build_market
from matching import Caution, MatchConfig, match
from matching.earlier_market import market_before
from matching.held_market import hold

MESSAGES = Messages("en")
Sites = dict[str, Employer]


def _sites(employers: tuple[Employer, ...]) -> Sites:
    return {site.id: replace(owner, sites=(site,)) for owner in employers for site in owner.sites}


def _longer(owner: Employer) -> Employer:
    """Give an employer whose tasks have other hours, one task more and other words."""
    job = owner.sites[0].jobs[0]
    tasks = tuple(replace(task, hours_per_week=task.hours_per_week + 2) for task in job.tasks)
    more = replace(tasks[0], id=f"{tasks[0].id}-2", text="Kastellaan kukat", activities=("garden",))
    jobs = (replace(job, tasks=(*tasks, more)), *owner.sites[0].jobs[1:])
    return replace(owner, name="Toinen Oy", sites=(replace(owner.sites[0], jobs=jobs),))


def _cases(there: Sites) -> dict[str, tuple[Sites, Sites]]:
    """Pairs of a market today and the market of that day."""
    ids = sorted(there)
    some = {id_: there[id_] for id_ in ids[:9]}
    changed = {id_: _longer(owner) if at % 2 else owner for at, (id_, owner) in enumerate(some.items())}
    mixed = {id_: there[id_] for id_ in ids[5:14]} | {ids[6]: _longer(there[ids[6]])}
    return {
        "the same": (some, some),
        "only came": (some | {id_: there[id_] for id_ in ids[9:12]}, some),
        "only went": ({id_: some[id_] for id_ in ids[3:6]}, some),
        "changed": (changed, some),
        "all of it": (mixed, some),
        "others altogether": ({id_: there[id_] for id_ in ids[20:25]}, some),
        "nothing left": ({}, some),
        "nothing yet": (some, {}),
    }


@pytest.mark.parametrize(
    "case",
    ["the same", "only came", "only went", "changed", "all of it", "others altogether", "nothing left", "nothing yet"],
)
def test_it_answers_as_on_that_day(case: str, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> None:
    today, then = _cases(_sites(employers))[case]
    otherwise = {id_ for id_ in today.keys() | then.keys() if today.get(id_) != then.get(id_)}
    live = hold(build_market(today.values())) if today else None
    earlier = market_before(live, [then[id_] for id_ in otherwise if id_ in then], otherwise)
    for person in people[::20]:
        for config in (MatchConfig(top=3), MatchConfig(top=3, caution=Caution.CAREFUL, region="keski_suomi")):
            mine = match_as_json(match(person, earlier, config), MESSAGES)
            assert mine == match_as_json(match(person, hold(build_market(then.values())), config), MESSAGES)
