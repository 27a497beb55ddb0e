"""The reverse of transfer: an earlier solution fits a workplace when its gap is there and its change opens work."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from data.accommodations import load_accommodations
from data.errors import UnknownId
from data.imports.solutions import SEED_SOLUTIONS, read_solutions
from data.solutions import Change, ChangeKind, Gap, Solution, Went
from data.workplaces import Employer, Job, Site
from features.market import build_market
from matching.held_market import MarketInMemory, hold
from matching.transfer import SolutionsHere, solutions_here
from tests.demo_region import demo_market
from tests.matching.planted_markets import task_with

HELD = hold(demo_market())
SEEDS = tuple(case for path in sorted(SEED_SOLUTIONS.glob("*.yaml")) for case in read_solutions(path))
SITE = "aallonpesu.seppala"


@cache
def _found() -> SolutionsHere:
    return solutions_here(SITE, HELD, SEEDS[::3], top=100)


def _one_site(has_shelf: bool = True) -> MarketInMemory:
    """Give a site of three tasks: reading aloud asked 3, light work, and core work that is never carved."""
    tasks = (
        replace(task_with("Ohjeiden kuuntelu ja lajittelu", ("sorting",), {"com_comp": 3.0}, 6.0, 0.0), id="e.s.j.1"),
        replace(task_with("Hyllyjen pyyhintä", ("cleaning",), {"com_comp": 1.0}, 4.0, 0.0), id="e.s.j.2"),
        replace(task_with("Vaativa opastus", ("teaching",), {"com_comp": 5.0}, 9.0, 0.0), id="e.s.j.3", core=True),
    )
    lacks = frozenset() if has_shelf else frozenset({"named_supervisor"})
    site = Site("e.s", "s", (Job("e.s.j", "Apulainen", tasks, confirmed=True),), lacks=lacks)
    return hold(build_market((Employer("e", "E", "r", (site,), sector="retail", fictional=True),)))


def _case(managed: float | None, kind: ChangeKind = ChangeKind.MEASURE) -> Solution:
    words = {"fi": "osa jätettiin muille"}
    change = (
        Change(ChangeKind.MEASURE, Went.WORKED, accommodation="step_by_step_teaching")
        if kind is ChangeKind.MEASURE
        else Change(kind, Went.WORKED, words=words, dimensions=("com_comp",))
    )
    return replace(SEEDS[0], id="case", gaps={"com_comp": Gap(3.0, managed)}, fine={}, changes=(change,), hours=None)


def test_by_hand_a_measure_opens_the_six_hours_of_the_gap() -> None:
    """Managed 1.5, asked 3: teaching takes 1.5 off. Each hour is worth 0.5 and up to 0.5 more by likeness."""
    measure = next(one for one in load_accommodations() if one.id == "step_by_step_teaching")
    assert {e.dimension: e.steps for e in measure.effects}["com_comp"] == 1.5
    (one,) = solutions_here("e.s", _one_site(), [_case(1.5)]).found
    assert one.way == "measures"
    assert one.gap_tasks == {"e.s.j.1": {"com_comp": (3.0, 1.5)}}
    assert [(part.task.id, part.hours) for part in one.tasks] == [("e.s.j.1", 6.0)]
    worth = {term.term: term.value for term in one.terms}
    assert worth["hours_with"] == pytest.approx(6 * (0.5 + 0.5 * one.likeness), abs=1e-3)
    assert one.score == round(sum(worth.values()), 4)


def test_too_wide_a_gap_no_gap_and_no_levels_open_nothing() -> None:
    here = _one_site()
    assert solutions_here("e.s", here, [_case(1.0)]).opens_nothing == 1
    assert solutions_here("e.s", here, [_case(3.0)]).no_gap == 1
    assert solutions_here("e.s", here, [_case(None)]).without_levels == 1
    assert solutions_here("e.s", here, []).found == ()


def test_a_workplace_that_lacks_what_the_change_needs_is_told_apart() -> None:
    found = solutions_here("e.s", _one_site(has_shelf=False), [_case(1.5)])
    assert found.found == ()
    assert [(case.id, lacks) for case, lacks in found.blocked] == [("case", ("named_supervisor",))]


def test_a_carved_case_is_tried_as_carving() -> None:
    case = replace(
        _case(1.5, ChangeKind.CARVED),
        texts={"fi": replace(SEEDS[0].text("fi"), title="Apulainen", work="Hyllyjen pyyhintä")},
    )
    (one,) = solutions_here("e.s", _one_site(), [case]).found
    assert one.way == "carved"
    assert [part.task.id for part in one.tasks] == ["e.s.j.2"]
    assert one.gap_tasks == {}


def test_what_is_found_occurs_here_and_terms_add_up() -> None:
    assert len(_found().found) >= 5
    for one in _found().found:
        assert one.score > 0
        assert one.score == round(sum(term.value for term in one.terms), 4)
        for gaps in one.gap_tasks.values():
            for dimension, (asked, managed) in gaps.items():
                assert asked > managed == one.solution.gaps[dimension].managed
        if one.way == "measures":
            assert one.gap_tasks
            assert one.measures
            assert {m.id for m in one.measures} <= {c.accommodation for c in one.solution.changes}
    scores = [(-one.score, one.solution.id) for one in _found().found]
    assert scores == sorted(scores)


def test_every_case_is_told_once_and_the_order_of_cases_never_matters() -> None:
    found = _found()
    told = len(found.found) + len(found.blocked) + found.without_levels + found.no_gap + found.opens_nothing
    assert told == found.looked_at == len(SEEDS[::3])
    again = solutions_here(SITE, HELD, tuple(reversed(SEEDS[::3])), top=100)
    assert [(one.solution.id, one.score) for one in again.found] == [(o.solution.id, o.score) for o in found.found]


def test_an_unknown_site_is_named() -> None:
    with pytest.raises(UnknownId, match="aallonpesu"):
        solutions_here("aallonpesu.sepala", HELD, SEEDS[:1])
