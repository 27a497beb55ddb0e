"""An employer pastes what is done, as people write it: tasks, hours, and loads with the words behind them come out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.conditions import Need
from data.postings import MOST_TASKS
from features.posting_reading import health_in_note, proposed_from_text, rows_of_text

TYPOS = """Keittiöapulainen:
- Astioden pesu ja tiskikoneen täytö 10 h/vko
- Painavien laatikoiden nostelua varastossa, max 15 kg (n. 4 tuntia viikossa)
- Latioiden moppausta illalla

Hygieniapassi vaaditaan. Joskus asiakkaiden neuvomista puhelimessa."""


def test_a_pasted_finnish_text_with_typing_errors_becomes_tasks_with_proposed_loads() -> None:
    tasks = proposed_from_text(TYPOS, "oma.sali.posting-1")
    assert [(one.task.text, one.task.hours_per_week) for one in tasks] == [
        ("Astioden pesu ja tiskikoneen täytö", 10.0),
        ("Painavien laatikoiden nostelua varastossa, max 15 kg", 4.0),
        ("Latioiden moppausta illalla", 2.0),
        ("Hygieniapassi vaaditaan", 2.0),
        ("Joskus asiakkaiden neuvomista puhelimessa", 2.0),
    ]
    dishes, lifting, mopping, *_ = tasks
    assert dishes.task.id == "oma.sali.posting-1.1"
    assert dishes.loads["pos_stand"].shown >= 2.5
    lifted = lifting.loads["str_lift"]
    assert "15 kg" in lifted.words, "the figure that says it"
    assert lifted.shown >= 3
    assert mopping.loads
    assert all(0 <= load.shown <= 5 and (load.shown * 2).is_integer() for one in tasks for load in one.loads.values())
    driven = [load for one in tasks for load in one.loads.values() if load.words]
    assert len(driven) > 20
    assert all(load.words in one.task.text for one in tasks for load in one.loads.values())
    (hygiene,) = tasks[3].conditions
    assert (hygiene.condition.key, hygiene.condition.need) == ("permit:hygiene_passport", Need.MUST)
    assert "Hygieniapassi" in hygiene.words


def test_what_is_too_wide_to_plan_is_proposed_but_not_in_the_task() -> None:
    tasks = proposed_from_text(TYPOS, "j")
    wide = [(one, d) for one in tasks for d, load in one.loads.items() if not load.plans]
    assert wide
    assert not [d for one, d in wide if d in one.task.levels]
    sure = [(one, d) for one in tasks for d, load in one.loads.items() if load.plans]
    assert all(d in one.task.levels for one, d in sure)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1. Duka bord, 3 timmar per vecka\n2) Torka golv", [("Duka bord", 3.0), ("Torka golv", None)]),
        ("Wipe tables 2.5 hours a week; refill napkins", [("Wipe tables", 2.5), ("refill napkins", None)]),
        ("• Kukkien kastelu\n• Kukkien kastelu\n\n...\n12", [("Kukkien kastelu", None)]),
        ("Nostaa laatikoita 99 h", [("Nostaa laatikoita 99 h", None)]),
        ("", []),
    ],
)
def test_lines_bullets_and_sentences_are_tasks(text: str, rows: list[tuple[str, float | None]]) -> None:
    assert [(row.text, row.hours) for row in rows_of_text(text)] == rows


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_makes_it_fall_over_and_none_is_invented(text: str) -> None:
    rows = rows_of_text(text)
    flat = " ".join(text.split())
    assert len(rows) <= MOST_TASKS
    for row in rows:
        assert row.text
        assert all(word in flat for word in row.text.split(" ")) or not flat.isprintable()


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("Soitettu Mari Virtaselle, uusi palaveri 3.2.2027 Jyväskylässä", ()),
        ("Työntekijällä on masennus ja selkäkipuja", ("diagnosis",)),
        ("Hakija 010190-123A aloittaa", ("id",)),
    ],
)
def test_a_note_about_a_contact_is_warned_of_when_it_speaks_of_a_person(note: str, found: tuple[str, ...]) -> None:
    assert set(health_in_note(note)) >= set(found)
    assert bool(health_in_note(note)) == bool(found)


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("Silitys 4 tuntia viikosa", 4.0), ("Lajittelu 3 tun/vk", 3.0), ("Disk 2 timar i veckan", 2.0),
        ("Disk 2 timmar i veckn", 2.0), ("Silitys n. 3 h", 3.0), ("Silitys noin 3 h", 3.0),
        ("Sorting 2.5 hrs a week", 2.5), ("Hyllytys (noin 5 h/v)", 5.0), ("Pakkaa 3 timmar/vecka", 3.0),
        ("Avustaa 2 h päivässä", None), ("Kantaa 10 kg", None), ("Sivujen 20 tunnusta", None),
    ],
)  # fmt: skip
def test_weekly_hours_are_read_as_people_write_and_mistype_them(line: str, hours: float | None) -> None:
    (row,) = rows_of_text(line)
    assert row.hours == hours


def test_a_word_that_ends_in_n_keeps_it_and_it_is_known_whether_hours_were_said() -> None:
    (row,) = rows_of_text("Pöytien pyyhkiminen 5 tuntia viikossa")
    assert (row.text, row.hours) == ("Pöytien pyyhkiminen", 5.0)
    told, silent = proposed_from_text("Pöytien pyyhkiminen 5 h\nLattian lakaisu", "j", "fi")
    assert (told.hours_known, silent.hours_known) == (True, False)
