"""Lists of trials as people save them: every language, every wrong value named with its place, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.commands.outcomes import DEMO_TRIALS, demo_trials
from data.candidates import Candidate
from data.errors import FileUnreadable, RowFault
from data.imports.outcome_check import KnownSite, KnownToStore, check_trials
from data.imports.outcome_file import read_outcome_file
from data.imports.outcome_list import read_day, read_outcome_list
from data.trials import Course, Interruption, Outcome, Retention, Trial
from data.workplaces import Employer

TODAY = date(2026, 6, 1)
KNOWN = KnownToStore(
    {"C-1": False, "C-2": False, "F-1": True},
    {"hall.stock": KnownSite("hall", "logistics", frozenset({"hall.stock.hand.1", "hall.stock.hand.2"}))},
    frozenset({"fi.pension.trial_unpaid"}),
)
FI = "tunnus;henkilö;toimipaikka;tehtävät;mukautukset;alkoi;päättyi;vaihe;keskeytyksen syy;tulos;töissä 3 kk;saa oppia"
SV = "nummer;deltagare;arbetsplats;uppgifter;anpassningar;började;slutade;läge;orsak till avbrott;utfall;3 mån;samtycke"
EN = "trial;candidate;site;tasks;measures;starts;ended on;state;reason;outcome;at work 3 months;released"
ROW = "T-1;C-1;hall.stock;hand.1=6,5 | hand.2=2;;7.1.2026;27.2.2026;{course};{why};{outcome};{kept};{yes}"


def _write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "trials.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _read(path: Path, today: date = TODAY, known: KnownToStore = KNOWN) -> tuple[list[Trial], list[RowFault]]:
    rows, unread, _ = read_outcome_list(path)
    good, wrong = check_trials(rows, known, today)
    return good, [*unread, *wrong]


def _plain(tmp_path: Path) -> Trial:
    row = ROW.format(course="päättynyt", why="", outcome="palkattiin", kept="kyllä", yes="kyllä")
    good, faults = _read(_write(tmp_path, FI, row))
    assert faults == []
    return good[0]


@pytest.mark.parametrize(
    ("header", "answers"),
    [
        (FI, ("päättynyt", "", "palkattiin", "kyllä", "kyllä")),
        (SV, ("avslutad", "", "anställd", "ja", "ja")),
        (EN, ("ended", "", "hired", "yes", "yes")),
        (FI.replace("toimipaikka", "Toimipaika").replace("päättyi", "PÄÄTTYIi"), ("ended", "", "hired", "x", "1")),
    ],
)
def test_three_languages_and_typing_errors_say_the_same(tmp_path: Path, header: str, answers: tuple[str, ...]) -> None:
    row = ROW.format(**dict(zip(("course", "why", "outcome", "kept", "yes"), answers, strict=True)))
    good, faults = _read(_write(tmp_path, "Kokeilut 2026", header, row))
    assert faults == []
    assert good == [_plain(tmp_path)]
    assert good[0].outcome is Outcome.HIRED
    assert good[0].retention == Retention(at_3=True)
    assert good[0].released
    assert [task.task for task in good[0].tasks] == ["hall.stock.hand.1", "hall.stock.hand.2"]
    assert (good[0].employer, good[0].group, good[0].hours_per_week) == ("hall", "logistics", 8.5)


def test_silence_about_learning_is_a_no(tmp_path: Path) -> None:
    row = ROW.format(course="päättynyt", why="", outcome="palkattiin", kept="", yes="")
    good, faults = _read(_write(tmp_path, FI, row))
    assert faults == []
    assert not good[0].released


def test_a_spreadsheet_with_real_dates_and_numbers_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(FI.split(";"))
    sheet.append(
        ["T-1", "C-1", "hall.stock", "hand.1=6,5 | hand.2=2", None, date(2026, 1, 7), date(2026, 2, 27), "päättynyt",
         None, "palkattiin", "kyllä", True]
    )  # fmt: skip
    book.save(tmp_path / "trials.xlsx")
    good, faults = _read(tmp_path / "trials.xlsx")
    assert faults == []
    assert good == [_plain(tmp_path)]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"candidate": "C-9"}, "candidate", "unknown"),
        ({"site": "hall.stokc"}, "site", "unknown"),
        ({"employer": "other"}, "employer", "contradiction"),
        ({"pathway": "fi.none"}, "pathway", "unknown"),
        ({"measures": ("no_such_measure",)}, "measures", "unknown"),
        ({"tasks": ()}, "tasks", "missing"),
        ({"starts": TODAY + timedelta(days=1), "ended_on": TODAY + timedelta(days=2), "retention": Retention()},
         "starts", "in_future"),
        ({"ended_on": TODAY + timedelta(days=1), "retention": Retention()}, "ended_on", "in_future"),
        ({"ended_on": date(2026, 1, 6)}, "ended_on", "order"),
        ({"planned_end": date(2026, 1, 6)}, "planned_end", "order"),
        ({"decided_on": date(2026, 1, 8)}, "decided_on", "order"),
        ({"ended_on": None, "retention": Retention()}, "ended_on", "missing"),
        ({"course": Course.STARTED}, "course", "contradiction"),
        ({"course": Course.INTERRUPTED}, "interruption", "missing"),
        ({"interruption": Interruption.HEALTH}, "interruption", "contradiction"),
        ({"outcome": Outcome.NONE}, "at_3", "impossible_retention"),
        ({"outcome": None}, "at_3", "impossible_retention"),
        ({"ended_on": date(2025, 2, 27), "starts": date(2025, 1, 7), "retention": Retention(False, True)},
         "at_6", "impossible_retention"),
        ({"retention": Retention(at_6=True)}, "at_6", "too_early"),
        ({"fictional": True}, "fictional", "contradiction"),
    ],
)  # fmt: skip
def test_each_wrong_value_is_named_with_its_column(
    tmp_path: Path, change: dict[str, object], column: str, code: str
) -> None:
    good, faults = check_trials([(7, replace(_plain(tmp_path), **change))], KNOWN, TODAY)  # type: ignore[arg-type]
    assert good == []
    assert (7, column, code) in [(fault.row, fault.column, fault.code) for fault in faults]
    assert all(fault.reason and fault.way_out for fault in faults)


@pytest.mark.parametrize(
    ("cell", "column", "code"),
    [
        ("31.2.2026", "starts", "not_a_day"),
        ("1/7/2026", "starts", "not_a_day"),
        ("hand.1=paljon", "tasks", "not_pairs"),
        ("hand.1=6 | hand.1=2", "tasks", "not_pairs"),
        ("hand.9=3", "tasks", "unknown"),
        ("hand.1=-3", "tasks", "not_hours"),
        ("hand.1=61", "tasks", "not_hours"),
        ("nan", "course", "unknown"),
    ],
)
def test_each_unreadable_cell_is_named(tmp_path: Path, cell: str, column: str, code: str) -> None:
    at = {"starts": 5, "tasks": 3, "course": 7}[column]
    cells = ROW.format(course="päättynyt", why="", outcome="palkattiin", kept="", yes="").split(";")
    cells[at] = cell
    good, faults = _read(_write(tmp_path, FI, ";".join(cells)))
    assert good == []
    assert [(fault.row, fault.column, fault.code) for fault in faults] == [(2, column, code)]


def test_the_same_trial_twice_is_a_fault_of_the_second(tmp_path: Path) -> None:
    one = _plain(tmp_path)
    for other, column in ((one, "id"), (replace(one, id="T-2"), "starts")):
        good, faults = check_trials([(2, one), (3, other)], KNOWN, TODAY)
        assert good == [one]
        assert [(f.row, f.column, f.code) for f in faults] == [(3, column, "duplicate")]


def test_a_stored_trial_is_brought_up_to_date_only_when_asked(tmp_path: Path) -> None:
    one = _plain(tmp_path)
    known = replace(KNOWN, trials={one.id: one})
    later = replace(one, outcome=Outcome.NONE, retention=Retention())
    assert [f.code for f in check_trials([(2, later)], known, TODAY)[1]] == ["stored"]
    assert check_trials([(2, later)], known, TODAY, replacing=True) == ([later], [])
    other_id = replace(one, id="T-2")
    assert [f.code for f in check_trials([(2, other_id)], known, TODAY, replacing=True)[1]] == ["stored"]


def test_a_review_needs_its_day_steps_of_the_scale_and_measures_in_use(tmp_path: Path) -> None:
    header = f"{FI};arviointipäivä;havaittu kuormitus;suoriutuminen;rasitus;mukautusten vaikutus"
    row = ROW.format(course="päättynyt", why="", outcome="palkattiin", kept="", yes="x").replace(
        "hand.2=2;;", "hand.2=2;extra_breaks;"
    )
    fine = f"{row};2.2.2026;pos_stand=3 | env_noise=2,5;4;1,5;extra_breaks:end_ment=0,5"
    good, faults = _read(_write(tmp_path, header, fine))
    assert faults == []
    review = good[0].reviews[0]
    assert (review.day, dict(review.loads)) == (date(2026, 2, 2), {"pos_stand": 3.0, "env_noise": 2.5})
    assert (review.performance, review.strain, review.effects[0].steps) == (4.0, 1.5, 0.5)
    wrong: list[tuple[Callable[[str], str], str, str]] = [
        (lambda cell: cell.replace("2.2.2026", ""), "review_day", "missing"),
        (lambda cell: cell.replace("2.2.2026", "2.1.2026"), "review_day", "order"),
        (lambda cell: cell.replace("pos_stand=3", "pos_stand=3,2"), "loads", "not_a_step"),
        (lambda cell: cell.replace("pos_stand=3", "pos_fly=3"), "loads", "unknown"),
        (lambda cell: cell.replace(";4;", ";6;"), "performance", "not_a_step"),
        (lambda cell: cell.replace("extra_breaks:end_ment", "double_check:end_ment"), "effects", "contradiction"),
        (lambda cell: cell.replace("extra_breaks:end_ment", "extra_breaks:pos_sit"), "effects", "unknown"),
        (lambda cell: cell.replace("end_ment=0,5", "end_ment=5,5"), "effects", "not_a_step"),
    ]
    for change, column, code in wrong:
        good, faults = _read(_write(tmp_path, header, change(fine)))
        assert good == []
        assert (column, code) in [(f.column, f.code) for f in faults], (column, code)


def test_yaml_holds_several_reviews_and_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "trials.yaml"
    path.write_text(
        "trials:\n"
        "- {id: T-1, candidate: C-1, site: hall.stock, tasks: {hand.1: 6.5, hand.2: 2}, starts: 2026-01-07,\n"
        "   ended: 2026-02-27, course: ended, outcome: hired, retention: {3: true}, released: true,\n"
        "   measures: [extra_breaks], reviews: [{day: 2026-01-20, strain: 3}, {day: 2026-02-20, strain: 1.5,\n"
        "   effects: {extra_breaks: {end_ment: 1}}}]}\n"
        "- {id: T-2, candidate: C-1, site: hall.stock, tasks: {hand.1: .inf}, starts: soon, course: done}\n",
        encoding="utf-8",
    )
    rows, unread = read_outcome_file(path)
    good, wrong = check_trials(rows, KNOWN, TODAY)
    assert wrong == []
    assert [review.strain for review in good[0].reviews] == [3, 1.5]
    assert replace(good[0], measures=(), reviews=()) == _plain(tmp_path)
    assert {(fault.row, fault.column) for fault in unread} == {(2, "tasks.hand.1"), (2, "starts"), (2, "course")}


def test_what_is_no_list_of_trials_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="columns are missing"):
        read_outcome_list(_write(tmp_path, "tehtävä;tunnit", "Hyllytys;3"))
    with pytest.raises(FileUnreadable, match="empty"):
        read_outcome_list(_write(tmp_path, ""))
    for text in ("trials: 3", "{", "- 1"):
        (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(FileUnreadable):
            read_outcome_file(tmp_path / "t.yaml")


def test_headers_that_say_nothing_are_named(tmp_path: Path) -> None:
    row = ROW.format(course="päättynyt", why="", outcome="palkattiin", kept="", yes="")
    _, _, ignored = read_outcome_list(_write(tmp_path, f"{FI};lempiväri", f"{row};sininen"))
    assert ignored == ["lempiväri"]


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)))
def test_a_day_is_read_alike_in_both_ways_of_writing(day: date) -> None:
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day.day}.{day.month}.{day.year}") == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    assert read_day(text) is None or isinstance(read_day(text), date)


def test_the_demo_trials_fit_the_demo_region_and_show_every_course(
    people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    trials = demo_trials(people, employers)
    assert len(trials) == len(DEMO_TRIALS.read_text(encoding="utf-8").splitlines()) - 2
    assert all(trial.fictional for trial in trials)
    assert {trial.course for trial in trials} == set(Course)
    assert {trial.outcome for trial in trials} == {None, *Outcome}
    assert {one.released for one in trials} == {True, False}
