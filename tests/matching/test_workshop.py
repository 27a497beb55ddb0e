"""What an employer may see of a part-job, counted by hand."""

from __future__ import annotations

from data.workplaces import Benefit, Job, Site, Task
from matching.carving import CarveSolution, TakenTask
from matching.workshop import ProposedWork, proposed, without_whom

DESK = Job(
    "s.desk",
    "Virkailija",
    (
        Task("s.desk.1", "Puhelin", 6.0, benefit=Benefit.FREES, supervision=0.25),
        Task("s.desk.2", "Arkisto", 4.0, benefit=Benefit.UNDONE),
    ),
)
HALL = Job("s.hall", "Vahtimestari", (Task("s.hall.1", "Kukat", 1.0, extends_to_hours_per_week=3.0),))
SITE = Site("s", "Talo", (DESK, HALL))


def taken(measures: tuple[str, ...], **hours: float) -> CarveSolution:
    parts = tuple(TakenTask(f"s.{id_.replace('_', '.')}", h, {"mon_am": h}) for id_, h in hours.items())
    return CarveSolution("optimal", 5.0, 5.0, parts, measures)


def test_hours_freed_and_hours_of_new_work_are_told_apart() -> None:
    """4 h of the phone are freed; 2 h of the archive nobody does; of 3 h with flowers one is done today."""
    work = proposed(SITE, taken((), desk_1=4.0, desk_2=2.0, hall_1=3.0))
    assert work.freed == (("Vahtimestari", 1.0), ("Virkailija", 4.0))
    assert work.new_hours == 2.0 + 2.0
    assert work.hours == 9.0
    assert work.guidance == 1.0


def test_measures_are_named_only_when_they_suit_anybody() -> None:
    work = proposed(SITE, taken(("screen_reader", "lift_table", "own_checklist"), desk_1=4.0))
    assert (work.arrangements, work.agreed_apart) == (("lift_table",), True)
    assert not proposed(SITE, taken(("lift_table",), desk_1=4.0)).agreed_apart


def test_how_many_measures_are_unnamed_is_not_told() -> None:
    one, three = (
        proposed(SITE, taken(measures, desk_1=4.0))
        for measures in (("screen_reader",), ("screen_reader", "own_checklist", "speech_app"))
    )
    assert one == three


def test_proposals_forget_who_they_were_for() -> None:
    mine, yours = proposed(SITE, taken((), desk_1=4.0)), proposed(SITE, taken((), desk_1=4.0, desk_2=1.0))
    assert without_whom([mine, yours, mine]) == without_whom([yours, mine]) == (yours, mine)


def test_a_proposal_has_no_place_for_a_person() -> None:
    assert set(ProposedWork.__dataclass_fields__) == {
        "tasks",
        "arrangements",
        "agreed_apart",
        "freed",
        "new_hours",
        "guidance",
    }
