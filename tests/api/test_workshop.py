"""A workshop from the pack to the stored answers: nothing of a person goes out, nothing of an answer gets lost."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.messages import Messages
from api.workshop import PACK_FILES, make_pack, pack_files
from api.workshop.results import read_results, results_as_json, said_fault, store_results
from data.candidates import Ban, Candidate
from data.levels import Level, Source
from data.store import Store, add_employers, employers_of, replace_candidates
from data.workplaces import Employer, Task
from data.workshop_tables import table_forms
from tests.commands import schema, worktrial
from tests.conftest import client_at_home

DAY = date(2026, 11, 27)
SITE = "saarikirjasto.paakirjasto"
HEADER = 3


@pytest.fixture
def library(
    store: Store,
    employers: tuple[Employer, ...],
    people: tuple[Candidate, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Store:
    """A store with one workplace of the demo region and its people; the market is kept in a folder of the test."""
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))
    with store.write() as connection:
        add_employers(connection, [owner for owner in employers if owner.id == SITE.partition(".")[0]])
        replace_candidates(connection, people)
    return store


def tasks_of(store: Store) -> dict[str, Task]:
    with store.read() as connection:
        return {
            t.id: t
            for owner in employers_of(connection, sites=[SITE])
            for site in owner.sites
            for job in site.jobs
            for t in job.tasks
        }


class Filled:
    """A results workbook that somebody fills in, in one language."""

    def __init__(self, content: bytes, language: str = "fi") -> None:
        self.book, self.language = openpyxl.load_workbook(io.BytesIO(content)), language
        self.forms = {form.kind.value: form for form in table_forms()}

    def put(self, table: str, row: int, **cells: object) -> int:
        """Write cells of one row; row 0 is the first free one. Returns the row."""
        form, sheet = self.forms[table], self.book[self.forms[table].names[self.language]]
        row = row or sheet.max_row + 1
        for name, value in cells.items():
            cell = sheet.cell(row, [column.id for column in form.columns].index(name) + 1)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        return row

    def rows(self, table: str) -> list[tuple[int, dict[str, str]]]:
        form, sheet = self.forms[table], self.book[self.forms[table].names[self.language]]
        return [
            (at, {c.id: str(v or "") for c, v in zip(form.columns, cells, strict=False)})
            for at, cells in enumerate(sheet.iter_rows(min_row=HEADER + 1, values_only=True), start=HEADER + 1)
            if any(cells)
        ]

    def save(self, path: Path) -> Path:
        self.book.save(path)
        return path


def sheet_of(store: Store, language: str = "fi") -> Filled:
    pack, _ = make_pack(store, SITE)
    return Filled(PACK_FILES["results.xlsx"](pack, language, DAY), language)


# --- the round trip


def test_a_filled_sheet_becomes_stored_answers_and_a_second_reading_changes_nothing(
    library: Store, tmp_path: Path
) -> None:
    before, filled = tasks_of(library), sheet_of(library)
    loads = filled.rows("loads")
    (first, one), (second, two) = loads[0], loads[1]
    filled.put("loads", first, level_new="oikein")
    filled.put("loads", second, level_new="2,5", note="Kärry on uusi")
    filled.put("loads", 0, card="B1", load="Nostaminen", level_new="erittäin paljon")
    filled.put("tasks", 4, hours_new="6,5", core_new="kyllä")
    filled.put("conditions", 0, card="A2", condition="hygieniapassi", need_new="toive")
    filled.put(
        "new_tasks", 4, new_task="Palautuslaatikon tyhjennys aamuisin", job="Kirjaston aula ja näyttelyt", hours=2
    )
    path = filled.save(tmp_path / "filled.xlsx")

    shown = read_results(library, path, "", DAY)
    assert not shown.faults
    assert not shown.stored
    assert tasks_of(library) == before, "a preview stores nothing"

    assert store_results(library, path, "", DAY).stored
    after = tasks_of(library)
    right, corrected = after[one["task_id"]], after[two["task_id"]]
    names = {"Asiakkaat": "soc_cust", "Puhuminen": "com_speak"}
    confirmed = right.levels[names[one["load"]]][-1]
    assert (confirmed.value, confirmed.source, confirmed.stated_on) == (
        float(one["level_now"].replace(",", ".")),
        Source.EMPLOYER,
        DAY,
    )
    stated = [level for level in corrected.levels[names[two["load"]]] if level.evidence.startswith("corrected")]
    assert [(level.value, level.low, level.high, level.evidence) for level in stated] == [
        (2.5, 2.0, 3.0, "corrected: Kärry on uusi")
    ]
    for id_, task in before.items():
        for dimension, several in task.levels.items():
            assert set(several) <= set(after[id_].levels[dimension]), "an estimate is never overwritten"
    changed = after[one["task_id"]]
    assert (changed.hours_per_week, changed.core) == (6.5, True)
    assert [c.key for c in after[f"{SITE}.aula.2"].conditions] == ["permit:hygiene_passport"]
    new = [task for id_, task in after.items() if id_ not in before]
    assert [(task.text, task.hours_per_week) for task in new] == [("Palautuslaatikon tyhjennys aamuisin", 2.0)]
    assert new[0].levels, "the words of a new task are read"

    again = store_results(library, path, "", date(2026, 12, 24))
    assert (again.same, again.changes.any, again.faults) == (6, False, ())
    assert tasks_of(library) == after


def test_bad_rows_never_lose_good_ones_and_the_mended_sheet_adds_only_the_rest(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    good, bad = (row for row, _ in filled.rows("loads")[:2])
    filled.put("loads", good, level_new="1")
    filled.put("loads", bad, level_new="seitsemän")
    filled.put("tasks", 5, hours_new="-4")
    first = store_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [(fault.row, fault.column, fault.code) for fault in first.faults] == [
        (bad, "Kuormitus: Oikea taso", "not_a_level"),
        (5, "Tehtävät: Oikeat tunnit", "not_hours"),
    ]
    assert len(first.changes.levels) == 1
    filled.put("loads", bad, level_new=2)
    filled.put("tasks", 5, hours_new=4)
    mended = store_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert (len(mended.changes.levels), len(mended.changes.tasks), mended.same, mended.faults) == (1, 1, 1, ())


def test_a_level_mended_the_same_day_replaces_the_statement_of_that_day(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    row, cells = filled.rows("loads")[0]
    for said in ("5", "1"):
        filled.put("loads", row, level_new=said)
        store_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    stated = [
        level.value
        for several in tasks_of(library)[cells["task_id"]].levels.values()
        for level in several
        if level.evidence.startswith("corrected")
    ]
    assert stated == [1.0]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_table_comes_back_from_csv_as_it_does_from_the_workbook(
    library: Store, tmp_path: Path, language: str
) -> None:
    pack, _ = make_pack(library, SITE)
    files = {name: PACK_FILES[name](pack, language, DAY) for name in ("results-loads.csv", "results.xlsx")}
    rows = list(csv.reader(io.StringIO(files["results-loads.csv"].decode("utf-8-sig")), delimiter=";"))
    form = next(form for form in table_forms() if form.kind.value == "loads")
    at = [column.id for column in form.columns].index("level_new")
    rows[1][at], rows[2][at] = "4,5", {"fi": "oikein", "sv": "rätt", "en": "right"}[language]
    path = tmp_path / "loads.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    from_csv = read_results(library, path, "", DAY)
    filled = Filled(files["results.xlsx"], language)
    filled.put("loads", 4, level_new="4,5")
    filled.put("loads", 5, level_new=rows[2][at])
    from_book = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert from_csv.changes.levels == from_book.changes.levels
    assert len(from_csv.changes.levels) == 2
    assert not from_csv.faults
    assert not from_book.faults


def test_an_unfilled_sheet_changes_nothing(library: Store, tmp_path: Path) -> None:
    for language in ("fi", "sv", "en"):
        found = read_results(library, sheet_of(library, language).save(tmp_path / "f.xlsx"), "", DAY)
        assert (found.changes.any, found.faults, found.same, found.drafts) == (False, (), 0, ())


# --- words as people write them


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("palon", 4.0),
        ("ei lainkan", 0.0),
        ("Erittäin paljon!", 5.0),
        ("jonkun verran", 3.0),
        ("3,5", 3.5),
        ("2 / 5", 2.0),
    ],
)
def test_typing_errors_in_headers_and_level_words_are_understood(
    library: Store, tmp_path: Path, said: str, level: float
) -> None:
    filled = sheet_of(library)
    sheet = filled.book["Kuormitus"]
    sheet.cell(HEADER, 3).value, sheet.cell(HEADER, 6).value = "kuormitustekja", "Oikea tasso:"
    filled.put("loads", 4, level_new=said)
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [one.level.value for one in found.changes.levels] == [level]


def test_what_is_not_understood_is_asked_with_what_was_perhaps_meant(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    filled.put("loads", 4, load="Seisoskelu", level_new="2")
    filled.put("loads", 5, level_new="palijohnki")
    filled.put("loads", 6, level_new="2026-02-05 00:00:00")
    filled.put("loads", 0, card="Z9", load="Nostaminen", level_new="2")
    filled.put("new_tasks", 4, new_task="Pölyjen pyyhintä", job="Kirjaston aulaa hoitava")
    filled.put("conditions", 0, card="A1", condition="hygieniatodistus", need_new="pakollinen")
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    messages = Messages("fi")
    said = {fault.code: said_fault(fault, messages).way_out for fault in found.faults}
    assert set(said) == {
        "unknown_load",
        "not_a_level",
        "became_date",
        "unknown_card",
        "unknown_job",
        "unknown_condition",
    }
    assert "Tarkoititko: seisominen" in said["unknown_load"]
    assert "paljon" in said["not_a_level"]
    assert "Kirjaston aula ja näyttelyt" in said["unknown_job"]
    assert "hygieniapassi" in said["unknown_condition"]
    assert not found.changes.any


def test_a_missing_column_is_a_fault_of_its_table_only(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    filled.book["Kuormitus"].cell(HEADER, 6).value = "Tähän"
    filled.put("loads", 4, level_new="3")
    filled.put("tasks", 4, hours_new="7")
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [fault.code for fault in found.faults] == ["column_missing"]
    assert len(found.changes.tasks) == 1


def test_a_condition_of_the_whole_job_is_not_eased_on_one_task(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    filled.put("conditions", 4, need_new="ei tarvita")
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [fault.code for fault in found.faults] == ["of_job"]
    assert not found.changes.any


def test_two_answers_on_one_thing_are_not_chosen_between(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    _, cells = filled.rows("loads")[0]
    filled.put("loads", 4, level_new="2")
    row = filled.put("loads", 0, card=cells["card"], load=cells["load"], level_new="4")
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [(fault.code, fault.row) for fault in found.faults] == [("twice", row)]


def test_another_file_is_no_results_sheet(library: Store, tmp_path: Path) -> None:
    from data.errors import FileUnreadable

    path = tmp_path / "other.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(FileUnreadable, match="no table of a results sheet"):
        read_results(library, path, "", DAY)


# --- solutions


def test_a_tried_solution_is_stored_without_names_and_an_unfinished_one_is_a_draft(
    library: Store, tmp_path: Path
) -> None:
    from data.store import all_solutions

    filled = sheet_of(library)
    filled.put(
        "solutions",
        4,
        work="Kirjojen hyllytys kärryltä, paljon kumartelua.",
        change="Kärryyn laitettiin jousipohja. Pekka Virtanen kokeili sitä.",
        result="Toimi hyvin.",
        gaps="kumartelu 4/2",
        outcome="onnistui",
        sector="kirjastot ja museot",
        size="20",
        weeks="8",
        consent="kyllä",
    )
    filled.put("solutions", 5, work="Lehtien jako aamulla", change="Jako siirrettiin iltapäivään, Maija Korhosen idea")
    filled.put("solutions", 6, work="Tiski", change="Istuin", gaps="seisominen 4/2", consent="ei")
    path = filled.save(tmp_path / "f.xlsx")
    found = store_results(library, path, "", DAY)
    with library.read() as connection:
        stored = all_solutions(connection)
    assert len(stored) == 1
    assert "Virtanen" not in repr(stored[0])
    assert [one.row for one in found.drafts] == [5]
    assert "Korhosen" not in repr(found.drafts[0].draft.parts)
    assert [(fault.row, fault.code) for fault in found.faults if fault.code == "no_consent"] == [(6, "no_consent")]
    assert store_results(library, path, "", DAY).same_solutions == 1


# --- nothing of the person


CANARY = ("KANARIA-77", "Zebulon Kanarialintu", "Kivijärvi-kanaria")


def canary(person: Candidate) -> Candidate:
    odd = {"com_write": (Level(1.37, 1.29, 1.43, Source.CANDIDATE, "kanarian oma sana"),)}
    bans = (*person.bans, Ban("saf_height", 0.0, "kanarian este"))
    return replace(person, id=CANARY[0], name=CANARY[1], capacity={**person.capacity, **odd}, bans=bans)


def test_no_file_of_a_pack_tells_anything_about_the_people_behind_it(
    library: Store, people: tuple[Candidate, ...]
) -> None:
    """Names, ids, levels, must-nots and scores of two people are looked for in every part of every file."""
    from api.workspace import ask_market
    from matching import MatchConfig
    from matching.carving import carve
    from matching.one_site import ask_about

    chosen = [canary(people[0]), people[8]]
    with library.write() as connection:
        replace_candidates(connection, chosen)
    with_people, _ = make_pack(library, SITE, [one.id for one in chosen])
    without, _ = make_pack(library, SITE)
    assert with_people.proposals
    hidden = [*CANARY, "kanaria", *(one.id for one in chosen), *(one.name for one in chosen)]
    for one in chosen:
        asked = ask_market(library, "", lambda market, one=one: ask_about(one, market, SITE, MatchConfig()))
        objective = carve(asked.problem).objective
        hidden += [] if objective is None else [f"{objective:.2f}", f"{objective:.2f}".replace(".", ",")]
    figures = {"1,37", "1.37", "1,29", "1,43"}
    for language in ("fi", "sv", "en"):
        plain = {name: text_of(name, content) for name, content in pack_files(without, language, DAY).items()}
        for name, content in pack_files(with_people, language, DAY).items():
            text = text_of(name, content)
            added = text if name.endswith((".html", ".docx")) else text.replace(plain[name], "")
            for word in hidden:
                assert word.lower() not in text.lower(), (name, word)
            for figure in figures:
                assert not re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d])", added), (name, figure)
            if name.startswith("results"):
                assert text == plain[name], "a results sheet does not depend on the people at all"


def text_of(name: str, content: bytes) -> str:
    """Give all text of a file, every part of an office file too."""
    if not name.endswith((".docx", ".xlsx")):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(part).decode("utf-8", "replace") for part in packed.namelist())


def test_the_order_of_people_and_the_same_person_twice_change_no_byte(library: Store) -> None:
    def files(*ids: str) -> dict[str, bytes]:
        return pack_files(make_pack(library, SITE, ids)[0], "fi", DAY)

    forth = files("KS-001", "KS-009", "KS-014")
    assert forth == files("KS-014", "KS-001", "KS-009", "KS-001")
    assert forth != files("KS-001")


def test_people_with_the_same_part_job_give_the_same_pack_whatever_else_they_are(
    library: Store, people: tuple[Candidate, ...]
) -> None:
    """Non-interference: id, name, a must-not that binds nowhere and what a level rests on leave no trace."""
    first = next(one for one in people if one.id == "KS-001")
    grounds = {d: tuple(replace(one, evidence="kanaria") for one in several) for d, several in first.capacity.items()}
    bans = (*first.bans, Ban("com_calc", 5.0, "kanarian este"))
    twin = replace(first, id=CANARY[0], name=CANARY[1], capacity=grounds, bans=bans)
    with library.write() as connection:
        replace_candidates(connection, [first, twin])
    mine, theirs, both = (
        pack_files(make_pack(library, SITE, ids)[0], "en", DAY)
        for ids in (["KS-001"], [CANARY[0]], ["KS-001", CANARY[0]])
    )
    assert mine == theirs == both


def test_measures_that_would_tell_about_a_person_are_not_named(library: Store) -> None:
    from api.wording import accommodation_name
    from data.accommodations import load_accommodations
    from matching.workshop import is_ordinary

    pack, _ = make_pack(library, SITE, ["KS-002", "KS-005", "KS-009", "KS-014"])
    text = text_of("workshop.docx", PACK_FILES["workshop.docx"](pack, "fi", DAY))
    told = [one for one in load_accommodations() if not is_ordinary(one.id)]
    assert told
    assert [one.id for one in told if accommodation_name(one.id, "fi") in text] == []
    assert any(one.agreed_apart for one in pack.proposals)


def test_ordinary_measures_are_of_the_catalogue_and_touch_no_mind_or_sense() -> None:
    from data.accommodations import load_accommodations
    from data.dimensions import load_dimensions
    from data.reference_files import read_reference

    groups = {one.id: one.group for one in load_dimensions()}
    catalogue = {one.id: one for one in load_accommodations()}
    for id_ in read_reference("workshop.yaml")["ordinary_measures"]:
        touched = {groups[effect.dimension] for effect in catalogue[id_].effects}
        assert not touched & {"senses", "communication", "cognition", "social_emotional", "work_conduct"}, id_


# --- spreadsheets that do not bite


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=40))
def test_no_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    from data.spreadsheet_text import guarded, unguarded

    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(text)) == text


def test_formulas_of_an_employer_stay_text_in_every_sheet_and_come_back(library: Store, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org","pöytien pyyhintä")'
    with library.write() as connection:
        owner = employers_of(connection, sites=[SITE])[0]
        site = next(one for one in owner.sites if one.id == SITE)
        job = replace(site.jobs[0], tasks=(replace(site.jobs[0].tasks[0], text=evil), *site.jobs[0].tasks[1:]))
        add_employers(connection, [replace(owner, sites=(replace(site, jobs=(job, *site.jobs[1:])),))])
    pack, _ = make_pack(library, SITE)
    files = {name: write(pack, "fi", DAY) for name, write in PACK_FILES.items() if name.startswith("results")}
    book = openpyxl.load_workbook(io.BytesIO(files["results.xlsx"]))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.coordinate
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t")), cell.coordinate
    for name in (name for name in files if name.endswith(".csv")):
        for cells in csv.reader(io.StringIO(files[name].decode("utf-8-sig")), delimiter=";"):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells), name
    filled = Filled(files["results.xlsx"])
    filled.put("tasks", 4, task_id="", hours_new="2")
    found = read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY)
    assert [one.before.text for one in found.changes.tasks] == [evil], "found by its words, as they were"


def test_the_same_pack_gives_the_same_bytes(library: Store) -> None:
    runs = [pack_files(make_pack(library, SITE, ["KS-001"])[0], "sv", DAY) for _ in range(2)]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("paper", ["a4", "a3"])
def test_pages_need_no_script_and_nothing_from_elsewhere(library: Store, paper: str) -> None:
    html = PACK_FILES[f"workshop-{paper}.html"](make_pack(library, SITE)[0], "fi", DAY).decode()
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="', html)
    assert f"size: {paper.upper()}" in html
    assert 'lang="fi"' in html


# --- the command and the route


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert worktrial(folder, "demo").returncode == 0
    return folder


def test_the_commands_from_pack_to_store(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "pack"
    made = worktrial(home, "workshop", "make", SITE, "--candidate", "KS-001", "--out", str(out), "--on", "2026-11-27")
    assert made.returncode == 0, made.stderr
    assert "Kortteja 16" in made.stdout
    assert "yhdelle henkilölle" in made.stderr
    again = worktrial(home, "workshop", "make", SITE, "--out", str(out))
    assert again.returncode == 7, "a filled sheet is never written over"
    filled = Filled((out / "results.xlsx").read_bytes())
    filled.put("loads", 4, level_new="oikein")
    filled.put("loads", 5, level_new="kai")
    path, faults = filled.save(out / "results.xlsx"), tmp_path / "faults.csv"
    shown = worktrial(home, "workshop", "results", str(path), "--faults", str(faults), "--json")
    assert shown.returncode == 8
    written = json.loads(shown.stdout)
    jsonschema.validate(written, schema("workshop-results.schema.json"))
    assert (written["stored"], len(written["levels"])) == (False, 1)
    assert "not_a_level" in faults.read_text(encoding="utf-8-sig")
    stored = worktrial(home, "workshop", "results", str(path), "--confirm")
    assert stored.returncode == 8
    assert "kuormituksia 1" in stored.stdout
    assert "Rivi 5, Kuormitus: Oikea taso" in stored.stderr
    assert "Traceback" not in stored.stderr


def test_an_unknown_workplace_names_those_close_to_it(home: Path, tmp_path: Path) -> None:
    done = worktrial(home, "workshop", "make", "saarikirjasto.pakirjasto", "--out", str(tmp_path / "x"))
    assert done.returncode == 3
    assert SITE in done.stderr


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    with client_at_home(create_app(f"sqlite:///{home / 'worktrial.db'}")) as opened:
        yield opened


def test_the_route_gives_the_same_files_as_the_command(client: TestClient, home: Path, tmp_path: Path) -> None:
    asked = {"site": "saarikirjasto.paakirjasto", "candidates": ["KS-009"]}
    answer = client.post("/api/v1/workshops", json=asked, params={"on": "2026-11-27", "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    out = tmp_path / "pack"
    arguments = ["workshop", "make", SITE, "--candidate", "KS-009", "--on", "2026-11-27", "--lang", "en"]
    assert worktrial(home, *arguments, "--out", str(out)).returncode == 0
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            path.name: path.read_bytes() for path in out.iterdir()
        }
    one = client.post("/api/v1/workshops", json=asked, params={"on": "2026-11-27", "file": "workshop-a4.html"})
    assert one.headers["content-type"] == "text/html; charset=utf-8"
    wrong = client.post("/api/v1/workshops", json=asked, params={"on": "2026-11-27", "file": "hush-hush"})
    assert (wrong.status_code, "hush-hush" in wrong.text) == (422, False)
    assert client.post("/api/v1/workshops", json={"site": "x"}, params={"on": "2026-11-27"}).status_code == 404


def test_the_shape_of_the_answer_is_documented(library: Store, tmp_path: Path) -> None:
    filled = sheet_of(library)
    filled.put("tasks", 4, hours_new="6,5", divisible_new="ei", extends_new="9")
    filled.put("conditions", 0, card="A2", condition="kielitaito (ruotsi) A2", need_new="pakollinen")
    filled.put("new_tasks", 4, new_task="Kukkien kastelu", job="Kirjaston aula ja näyttelyt")
    written = results_as_json(read_results(library, filled.save(tmp_path / "f.xlsx"), "", DAY))
    jsonschema.validate(written, schema("workshop-results.schema.json"))
    assert written["tasks"][0]["changes"] == {"hours": [5.0, 6.5], "extends": [None, 9.0], "divisible": [True, False]}
    assert written["tasks"][1]["changes"] == {"conditions": [[], ["language:sv:A2:must"]]}
