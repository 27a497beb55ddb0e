"""An ended trial becomes the draft of a case: the gap of the whole job, what closed it, how it went; no name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.errors import InvalidInput
from data.levels import Level, Source
from data.solutions import Went
from data.trials import Course, MeasureEffect, Outcome, Trial, TrialReview, TriedTask
from data.workplaces import Employer, Job, Site, Task
from matching.past_trial import NotInStore
from matching.solutions.trial_case import case_of_trial

TODAY = date(2026, 6, 1)
STOOL = next(m for m in load_accommodations() if any(e.dimension == "pos_stand" for e in m.effects) and m.scope)


def level(value: float) -> tuple[Level, ...]:
    return (Level(value, value, value, Source.EMPLOYER),)


def task(id_: str, hours: float, **levels: float) -> Task:
    return Task(id=id_, text=f"Work {id_}", hours_per_week=hours, levels={d: level(v) for d, v in levels.items()})


def workplace() -> Employer:
    tasks = (task("fold", 10, pos_stand=5.0, env_noise=2.0), task("carry", 6, pos_stand=2.0, str_lift=5.0))
    job = Job(id="job", title="Laundry", tasks=tasks, confirmed=True)
    site = Site(id="e.s", name="Site", municipality="Jyväskylä", jobs=(job,))
    return Employer("e", "Pesula Salainen Oy", "own", (site,), sector="laundry", size="small")


def person(people: tuple[Candidate, ...]) -> Candidate:
    levels = {"pos_stand": level(2.0), "str_lift": level(2.0), "env_noise": level(4.0)}
    return replace(people[0], capacity=levels, bans=())


def trial(**changes: object) -> Trial:
    plain = Trial(
        "t1", "KS-001", "e", "e.s", date(2026, 1, 5), Course.ENDED, (TriedTask("fold", 10.0),), (STOOL.id,),
        ended_on=date(2026, 3, 30), outcome=Outcome.HIRED, fictional=True,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_the_gap_is_that_of_the_whole_job_and_what_fits_is_fine(people: tuple[Candidate, ...]) -> None:
    """Lifting 5 stands in the job beside the tasks tried: it was carved away, standing 5 was met by the stool."""
    case = case_of_trial(person(people), workplace(), trial(), TODAY)
    assert case.gaps["str_lift"] == (5.0, 2.0)
    assert case.gaps["pos_stand"][1] == 2.0
    assert case.fine == {"env_noise": (2.0, 4.0)}
    assert case.carved_for == ("str_lift",)
    assert [one.id for one in case.carved_away] == ["carry"]
    assert case.measures == {STOOL.id: Went.WORKED}
    assert (case.outcome, case.weeks, case.sector) == (Went.WORKED, 12.0, "laundry")


@pytest.mark.parametrize(
    ("changes", "went"),
    [
        ({"outcome": Outcome.HIRED}, Went.WORKED),
        ({"outcome": Outcome.HIRED_WITH_CHANGES}, Went.PARTLY),
        ({"outcome": Outcome.NONE}, Went.NOT_WORKED),
        ({"outcome": None, "course": Course.INTERRUPTED}, Went.NOT_WORKED),
    ],
)
def test_how_it_went_follows_the_one_rule(
    people: tuple[Candidate, ...], changes: dict[str, object], went: Went
) -> None:
    assert case_of_trial(person(people), workplace(), trial(**changes), TODAY).outcome is went


@pytest.mark.parametrize(("share", "went"), [(1.0, Went.WORKED), (0.5, Went.PARTLY), (0.0, Went.NOT_WORKED)])
def test_a_measure_is_judged_by_what_reviews_saw_of_it(people: tuple[Candidate, ...], share: float, went: Went) -> None:
    effect = next(e for e in STOOL.effects if e.dimension == "pos_stand")
    review = TrialReview(date(2026, 2, 2), effects=(MeasureEffect(STOOL.id, "pos_stand", share * effect.steps),))
    assert case_of_trial(person(people), workplace(), trial(reviews=(review,)), TODAY).measures == {STOOL.id: went}


def test_what_is_unknown_of_the_person_is_neither_a_gap_nor_fine(people: tuple[Candidate, ...]) -> None:
    someone = person(people)
    someone = replace(someone, capacity={d: v for d, v in someone.capacity.items() if d != "str_lift"})
    case = case_of_trial(someone, workplace(), trial(), TODAY)
    assert "str_lift" not in case.gaps
    assert "str_lift" not in case.fine


def test_trials_that_give_no_case_say_why(people: tuple[Candidate, ...]) -> None:
    able = replace(person(people), capacity={d: level(5.0) for d in ("pos_stand", "str_lift", "env_noise")})
    for who, changes, why in (
        (person(people), {"course": Course.STARTED, "outcome": None, "ended_on": None}, "not judged"),
        (able, {}, "no more than the person manages"),
    ):
        with pytest.raises(InvalidInput, match=why):
            case_of_trial(who, workplace(), trial(**changes), TODAY)
    with pytest.raises(NotInStore):
        case_of_trial(person(people), workplace(), trial(tasks=(TriedTask("gone", 3.0),)), TODAY)
