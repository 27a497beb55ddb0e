"""A list is previewed, stored as previewed, and undone exactly; every bad row is named; a mended file comes in."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import jsonschema
import openpyxl
import pytest

from api.bulk_imports import (
    ListOptions,
    ListPlace,
    commit,
    export_candidates,
    export_outcomes,
    export_workplaces,
    imports,
    preview,
    preview_as_json,
    read_list,
    record_as_json,
    undo,
)
from api.commands.outcomes import demo_trials
from api.fault_sheet import marked_table
from api.messages import LANGUAGES, Messages
from data.accounts import COMMAND_LINE, Actor, Role
from data.bulk_imports import PreviewOutdated, UndoRefused
from data.candidates import Candidate
from data.errors import FileUnreadable, InvalidInput, RowsRefused, UnknownId
from data.exchange_tables import TableKind
from data.imports.read_list import ReadList
from data.levels import Level, Source
from data.releasable_facts import ReleasableFact
from data.store import (
    Store,
    add_employers,
    add_task_levels,
    all_candidates,
    all_trials,
    back_up,
    employers_of,
    erase_candidate,
    open_store,
    release,
    replace_candidates,
    replace_trials,
    restore,
)
from data.store.audit import entries_about, entries_after, verify_audit
from data.store.bulk_imports import expire_undo
from data.store.objections import set_objection
from data.workplaces import Employer
from tests.conftest import ROOT

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 27)
COACH = Actor("a" * 32, Role.COACH, "north", "Anna Aalto")
OTHER = Actor("b" * 32, Role.COACH, "south", "Bo Berg")
LIST = "tehtävä;tunnit;nimike;toimipaikka;työnantaja;kunta\nPöytien pyyhintä;2,5;Salityö;Sali;Oma Oy;Laukaa\n{more}"
WIPE = LIST.format(more="Astioiden keräily;3;Salityö;Sali;Oma Oy;Laukaa\n")
PEOPLE = "tunnus;nimi;tunnit vähintään;tunnit enintään;toimintakyky\nK-1;Aino;8;16;pos_stand=3\nK-2;Ilmo;4;10;\n"


def schema(name: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads((ROOT / "docs" / "reference" / name).read_text(encoding="utf-8"))
    return loaded


def read(kind: TableKind, text: str | bytes, **options: object) -> ReadList:
    content = text.encode() if isinstance(text, str) else text
    return read_list(kind, content, "list", ListOptions(**options), TODAY)  # type: ignore[arg-type]


def bring(store: Store, kind: TableKind, text: str | bytes, id_: str = "i1", at: datetime = AT, **options: object):  # type: ignore[no-untyped-def]
    listed = read(kind, text, **options)
    return commit(store, listed, preview(store, listed, COACH).token, COACH, at, id_)


def state(store: Store) -> tuple[object, ...]:
    with store.read() as connection:
        return employers_of(connection), all_candidates(connection), all_trials(connection)


def test_a_preview_counts_names_columns_and_changes_nothing(store: Store) -> None:
    before = state(store)
    seen = preview(store, read(TableKind.TASKS, WIPE.replace("kunta", "Parkkipaikka")), COACH)
    assert (seen.rows_good, seen.rows_bad) == (2, 0)
    assert (seen.counts.new, seen.counts.changed, seen.counts.unchanged, seen.counts.gone) == (2, 0, 0, 0)
    assert seen.columns["hours"] == "tunnit"
    assert seen.ignored == ("Parkkipaikka",)
    assert state(store) == before
    jsonschema.validate(preview_as_json(seen), schema("import-preview.schema.json"))


def test_a_column_can_be_said_where_it_is_not_found(store: Store) -> None:
    odd = WIPE.replace("tunnit", "Paljonko").replace("kunta", "tunnit")
    assert "hours" in read(TableKind.TASKS, odd).columns.at
    said = read(TableKind.TASKS, odd, columns={"hours": "paljonko", "municipality": ""})
    assert said.headers()["hours"] == "Paljonko"
    assert [t.hours_per_week for o in said.employers for s in o.sites for j in s.jobs for t in j.tasks] == [2.5, 3.0]
    assert preview(store, said, COACH).token != preview(store, read(TableKind.TASKS, odd), COACH).token


def test_what_is_stored_is_what_was_previewed_or_nothing(store: Store) -> None:
    listed = read(TableKind.TASKS, WIPE)
    token = preview(store, listed, COACH).token
    for other in (read(TableKind.TASKS, WIPE.replace("2,5", "4")), read(TableKind.TASKS, WIPE, language="fi")):
        with pytest.raises(PreviewOutdated):
            commit(store, other, token, COACH, AT, "i1")
    with pytest.raises(PreviewOutdated):
        commit(store, listed, token, OTHER, AT, "i1")
    bring(store, TableKind.TASKS, LIST.format(more=""), "i0")
    before = state(store)
    with pytest.raises(PreviewOutdated):
        commit(store, listed, token, COACH, AT, "i1")
    assert state(store) == before
    assert [one.id for one in imports(store, COACH)] == ["i0"]


def test_bringing_the_same_list_in_again_adds_nothing(store: Store) -> None:
    for kind, text, count in ((TableKind.TASKS, WIPE, 2), (TableKind.CANDIDATES, PEOPLE, 2)):
        bring(store, kind, text, f"{kind}-1")
        before = state(store)
        again = bring(store, kind, text, f"{kind}-2")
        assert (again.counts.new, again.counts.changed, again.counts.unchanged, again.counts.gone) == (0, 0, count, 0)
        assert state(store) == before


def test_what_people_said_of_a_task_and_what_a_list_does_not_say_stays(store: Store) -> None:
    bring(store, TableKind.TASKS, WIPE)
    said = Level(4.0, 3.5, 4.5, Source.EMPLOYER, "said", TODAY)
    with store.write() as connection:
        owner = employers_of(connection)[0]
        site = replace(owner.sites[0], has=frozenset({"lift"}), places=2)
        add_employers(connection, [replace(owner, sites=(site,))])
        task = site.jobs[0].tasks[0].id
        add_task_levels(connection, {task: {"pos_stand": said}})
    first_gone = "\n".join([WIPE.splitlines()[0], "Uusi tehtävä;1;Salityö;Sali;Oma Oy;Laukaa", WIPE.splitlines()[1]])
    done = bring(store, TableKind.TASKS, first_gone, "i2")
    assert (done.counts.new, done.counts.unchanged, done.counts.gone) == (1, 1, 1)
    with store.read() as connection:
        now = employers_of(connection)[0].sites[0]
    assert (now.has, now.places) == (frozenset({"lift"}), 2)
    kept = next(one for one in now.jobs[0].tasks if one.text == "Pöytien pyyhintä")
    assert kept.id == task
    assert said in kept.levels["pos_stand"]
    assert next(one for one in now.jobs[0].tasks if one.text == "Uusi tehtävä").id.endswith(".3")


def test_hours_that_a_list_leaves_open_stay_as_they_are_stored(store: Store) -> None:
    bring(store, TableKind.TASKS, WIPE)
    bring(store, TableKind.TASKS, WIPE.replace(";2,5;", ";;"), "i2")
    with store.read() as connection:
        job = employers_of(connection)[0].sites[0].jobs[0]
    assert [task.hours_per_week for task in job.tasks] == [2.5, 3.0]
    assert not job.hours_assumed


@pytest.mark.parametrize("kind", TableKind)
def test_undo_puts_everything_back_exactly(
    kind: TableKind, store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    trials = demo_trials(people, employers)
    with store.write() as connection:
        add_employers(connection, employers)
        replace_candidates(connection, people)
        replace_trials(connection, trials[:20])
    before = state(store)
    if kind is TableKind.TASKS:
        changed = export_workplaces(store, "csv", "fi", COACH, AT, "keski_suomi").decode("utf-8-sig")
        text = changed.replace("siivous", "puhdistus").replace("\r\n", "\n") + WIPE.splitlines()[1][:0]
    elif kind is TableKind.CANDIDATES:
        text = export_candidates(store, "csv", "fi", COACH, AT, [p.id for p in people[:9]]).decode("utf-8-sig")
        text = text.replace(people[0].name, "Uusi Nimi").replace(people[1].id, "NEW-1")
    else:
        with store.write() as connection:
            replace_trials(connection, trials)
        text = export_outcomes(store, "csv", "fi", COACH, AT).decode("utf-8-sig").replace("kyllä", "ei")
        with store.write() as connection:
            connection.exec_driver_sql("DELETE FROM trial")
            replace_trials(connection, trials[:20])
    done = bring(store, kind, text, update=True)
    assert done.counts.new + done.counts.changed > 0
    assert state(store) != before
    undone = undo(store, "i1", COACH, AT + timedelta(days=29))
    assert state(store) == before
    assert undone.undone_by == COACH.account
    jsonschema.validate([record_as_json(one) for one in imports(store, COACH)], schema("imports.schema.json"))
    with pytest.raises(UndoRefused, match="already"):
        undo(store, "i1", COACH, AT)
    with store.read() as connection:
        assert [one.action for one in entries_after(connection) if one.action.startswith("import")] == [
            "import.stored",
            "import.undone",
        ]
        verify_audit(connection)


def test_undo_is_refused_when_something_was_changed_since_and_says_by_whom(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    other = read(TableKind.CANDIDATES, PEOPLE.replace(";8;16;", ";8;12;"))
    colleague = replace(OTHER, tenant="north")
    commit(store, other, preview(store, other, colleague).token, colleague, AT + timedelta(days=1), "i2")
    before = state(store)
    with pytest.raises(UndoRefused, match=r"K-1 by b+") as refused:
        undo(store, "i1", COACH, AT + timedelta(days=2))
    assert refused.value.changed == (("K-1", OTHER.account),)
    assert state(store) == before
    undo(store, "i2", COACH, AT + timedelta(days=2))
    undo(store, "i1", COACH, AT + timedelta(days=3))
    assert state(store)[1] == ()


def test_undo_is_refused_after_thirty_days_and_what_was_kept_for_it_goes(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    late = AT + timedelta(days=30, seconds=1)
    with pytest.raises(UndoRefused, match="30 days"):
        undo(store, "i1", COACH, late)
    with store.write() as connection:
        assert expire_undo(connection, AT + timedelta(days=30)) == 0
        assert expire_undo(connection, late) == 2


def test_an_import_of_another_organisation_is_not_there(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    assert imports(store, OTHER) == ()
    with pytest.raises(UnknownId):
        undo(store, "i1", OTHER, AT)
    assert [one.id for one in imports(store, COMMAND_LINE)] == ["i1"]


def test_people_of_others_cannot_be_written_over(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    listed = read(TableKind.CANDIDATES, PEOPLE.replace("Aino", "Toinen"))
    seen = preview(store, listed, OTHER, not_own={"K-1", "K-2"})
    assert [(one.row, one.code) for one in seen.faults] == [(2, "taken"), (3, "taken")]
    with pytest.raises(RowsRefused):
        commit(store, listed, seen.token, OTHER, AT, "i2", not_own={"K-1", "K-2"})


def test_what_one_account_has_looked_at_no_other_account_stores(store: Store) -> None:
    listed = read(TableKind.TASKS, WIPE)
    token = preview(store, listed, COACH).token
    colleague = replace(COACH, account="c" * 32)
    with pytest.raises(PreviewOutdated):
        commit(store, listed, token, colleague, AT, "i1")
    commit(store, listed, token, COACH, AT, "i1")
    assert imports(store, colleague, mine=True) == ()
    with pytest.raises(UnknownId):
        undo(store, "i1", colleague, AT, mine=True)


def test_people_who_went_to_somebody_else_are_not_put_back(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    bring(store, TableKind.CANDIDATES, PEOPLE.replace("Aino", "Aune"), "i2")
    before = state(store)
    with pytest.raises(UndoRefused, match="caseload"):
        undo(store, "i2", COACH, AT, not_own={"K-1"})
    assert state(store) == before


def test_who_has_objected_meanwhile_is_not_taken_away_with_the_objection(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE)
    with store.write() as connection:
        set_objection(connection, "K-1", AT, objects=True)
    with pytest.raises(UndoRefused, match="in use") as refused:
        undo(store, "i1", COACH, AT)
    assert refused.value.changed == (("K-1", ""),)


def test_an_employer_who_was_let_know_something_is_not_taken_away(store: Store) -> None:
    bring(store, TableKind.TASKS, WIPE)
    bring(store, TableKind.CANDIDATES, PEOPLE, "i2")
    person = replace(COACH, role=Role.CANDIDATE)
    with store.write() as connection:
        release(connection, person, "K-1", "own-oma-oy", ReleasableFact("hours_cap"), AT, "1" * 32)
    with pytest.raises(UndoRefused, match="in use"):
        undo(store, "i1", COACH, AT)


@pytest.mark.parametrize("column", ["site_id", "job_id", "task_id"])
def test_a_list_takes_no_site_job_or_task_from_another_employer(store: Store, column: str) -> None:
    bring(store, TableKind.TASKS, WIPE)
    before = state(store)
    with store.read() as connection:
        place = employers_of(connection)[0].sites[0]
    ids = {"site_id": place.id, "job_id": place.jobs[0].id, "task_id": place.jobs[0].tasks[0].id}
    listed = read(TableKind.TASKS, f"tehtävä;työnantaja;{column}\nLakaisu;Muu Oy;{ids[column]}\n")
    with pytest.raises(InvalidInput, match="elsewhere"):
        preview(store, listed, COACH)
    twice = read(TableKind.TASKS, "tehtävä;työnantaja;site_id\nLakaisu;Muu Oy;s1\nLakaisu;Kolmas Oy;s1\n")
    with pytest.raises(InvalidInput, match="two things"):
        preview(store, twice, COACH)
    assert state(store) == before


def test_a_list_of_one_site_changes_that_site_and_nothing_of_its_employer(store: Store) -> None:
    bring(store, TableKind.TASKS, WIPE + "Lakaisu;1;Varasto;Kellari;Oma Oy;Laukaa\n")
    with store.read() as connection:
        kept = {place.id: place for place in employers_of(connection)[0].sites}
    here = ListPlace("own-oma-oy", "own-oma-oy.sali", "Sali")
    text = (
        "tehtävä;tunnit;nimike;toimipaikka;työnantaja;toimiala;job_id\nKukkien kastelu;1;Salityö;sali;Aivan Muu;care;\n"
    )
    text += "Lakaisu;1;Varasto;Kellari;Oma Oy;;\nLakaisu;2;Varasto;;;;own-oma-oy.kellari.varasto\n"
    listed = read(TableKind.TASKS, text, at=here)
    seen = preview(store, listed, COACH)
    assert [(one.row, one.code) for one in seen.faults] == [(3, "other_site"), (4, "other_site")]
    assert (seen.rows_good, seen.rows_bad) == (1, 2)
    commit(store, listed, seen.token, COACH, AT, "i2", keep_good=True)
    with store.read() as connection:
        (owner,) = employers_of(connection)
    assert (owner.name, owner.sector) == ("Oma Oy", "")
    now = {place.id: place for place in owner.sites}
    assert now["own-oma-oy.kellari"] == kept["own-oma-oy.kellari"]
    assert [task.text for job in now["own-oma-oy.sali"].jobs for task in job.tasks] == ["Kukkien kastelu"]


def test_an_erased_person_leaves_the_undo_data_and_does_not_come_back(store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    bring(store, TableKind.CANDIDATES, PEOPLE.replace("Aino", "Canary-Aino"))
    bring(store, TableKind.CANDIDATES, PEOPLE, "i2")
    back_up(store, tmp_path / "b.zip", AT)
    with store.write() as connection:
        erase_candidate(connection, "K-1", TODAY)
        assert connection.exec_driver_sql("SELECT count(*) FROM bulk_import_before").scalar() == 1
    seen = preview(store, read(TableKind.CANDIDATES, PEOPLE), COACH)
    assert [(one.row, one.code) for one in seen.faults] == [(2, "taken")]
    restore(store, tmp_path / "b.zip", {})
    with store.write() as connection:
        assert [one.id for one in all_candidates(connection)] == ["K-2"]
        left = connection.exec_driver_sql("SELECT thing FROM bulk_import_before").scalars().all()
    assert set(left) == {"K-2"}
    undo(store, "i2", COACH, AT)
    assert [one.id for one in state(store)[1]] == ["K-2"]  # type: ignore[attr-defined]
    elsewhere = open_store(f"sqlite:///{tmp_path / 'other.db'}")
    restore(elsewhere, tmp_path / "b.zip", {})
    elsewhere.close()


def test_a_persons_audit_tells_of_imports_and_exports_and_holds_no_text(store: Store) -> None:
    bring(store, TableKind.CANDIDATES, PEOPLE.replace("Aino", "Canary-Aino"))
    export_candidates(store, "xlsx", "fi", COACH, AT, ["K-1", "nobody"])
    with store.read() as connection:
        assert [one.action for one in entries_about(connection, "K-1")] == ["export.made", "person.changed"]
        assert "Canary" not in repr(entries_after(connection))
        kept = connection.exec_driver_sql("SELECT * FROM bulk_import").all()
    assert "Canary" not in repr(kept)


BAD = {
    "empty": ("", "8", "16", "", "name"),
    "huge cell": ("x" * 1_000_000, "8", "16", "", "name"),
    "words": ("A", "viisi", "16", "", "hours_min"),
    "nan": ("A", "NaN", "16", "", "hours_min"),
    "infinite": ("A", "inf", "16", "", "hours_min"),
    "large": ("A", "8", "9223372036854775808", "", "hours_max"),
    "below zero": ("A", "-1", "16", "", "hours_min"),
    "order": ("A", "20", "10", "", "hours_min"),
    "a date": ("A", "2026-02-05", "16", "", "hours_min"),
    "formula": ("A", "=1+1", "16", "", "hours_min"),
    "level": ("A", "8", "16", "pos_stand=6", "capacity"),
    "no level": ("A", "8", "16", "pos_stand", "capacity"),
    "load": ("A", "8", "16", "pos_fly=2", "capacity"),
    "bounds": ("A", "8", "16", "pos_stand=3 [4 5]", "capacity"),
    "source": ("A", "8", "16", "pos_stand=3 hearsay", "capacity"),
    "no day": ("A", "8", "16", "pos_stand=3 employer 2026-99-99", "capacity"),
    "zero width": ("A", "8\u200b\u202e.x", "16", "", "hours_min"),
    "quotes": ("A", '"8', "16", "", "hours_min"),
    "e": ("A", "1e400", "16", "", "hours_min"),
    "hex": ("A", "0x10", "16", "", "hours_min"),
    "blank id": ("A", "8", "16", "", "id"),
    "id with a blank": ("A", "8", "16", "", "id"),
    "id of letters": ("A", "8", "16", "", "id"),
    "id twice": ("A", "8", "16", "", "id"),
    "long id": ("A", "8", "16", "", "id"),
    "arabic figures": ("A", "٨h", "16", "", "hours_min"),
}
IDS = {"blank id": "", "id with a blank": "K 1", "id of letters": "Käpy", "id twice": "G-0", "long id": "x" * 70}


def test_hundreds_of_bad_rows_among_good_ones_are_each_named_and_the_good_ones_stored(store: Store) -> None:
    rows = [(f"G-{n}", "Hyvä", "8", "16", "pos_stand=3", "") for n in range(600)]
    first, rest = rows[0], rows[1:]
    bad = [(IDS.get(name, f"B-{name.replace(' ', '')}-{n}"), *cells) for n in range(20) for name, cells in BAD.items()
           if name != "huge cell" or n == 0]  # fmt: skip
    assert len(BAD) >= 25
    mixed: list[tuple[str, ...]] = [*rest, *bad]
    random.Random(7).shuffle(mixed)  # noqa: S311 - an order, not a secret
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(PEOPLE.splitlines()[0].split(";"))
    writer.writerows(row[:5] for row in [first, *mixed])
    listed = read(TableKind.CANDIDATES, out.getvalue())
    seen = preview(store, listed, COACH)
    assert (seen.rows_good, seen.rows_bad) == (600, len(bad))
    expected = {number: row[5] for number, row in enumerate(mixed, start=3) if row[5]}
    assert {fault.row: fault.column for fault in seen.faults} == expected
    assert "hearsay" not in repr(seen.faults), "the raw value is not kept"
    with pytest.raises(RowsRefused):
        commit(store, listed, seen.token, COACH, AT, "i1")
    assert state(store)[1] == ()
    done = commit(store, listed, seen.token, COACH, AT, "i1", keep_good=True)
    assert (done.rows_good, done.rows_bad, done.counts.new) == (600, len(bad), 600)
    assert len(state(store)[1]) == 600  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_with_faults_comes_back_marked_and_can_be_mended_and_sent_again(store: Store, language: str) -> None:
    text = "Meidän lista;;;\n" + WIPE.replace(";3;", ";kolme;").replace("Pöytien", "'=Pöytien")
    listed = read(TableKind.TASKS, text)
    seen = preview(store, listed, COACH)
    book = openpyxl.load_workbook(io.BytesIO(marked_table(listed, seen.faults, language)))
    sheet = book.active
    (fault,) = seen.faults
    cell = sheet.cell(fault.row, 2)
    assert cell.comment is not None
    assert cell.fill.fgColor.rgb.endswith("F8CBAD")
    mend = sheet.cell(fault.row, sheet.max_column).value
    assert mend == f"tunnit: {Messages(language).text('mend.not_hours')}"
    assert sheet.cell(2, sheet.max_column).value == Messages(language).text("mend.column")
    assert not [one for row in sheet.iter_rows() for one in row if one.data_type == "f"]
    cell.value = "3"
    out = io.BytesIO()
    book.save(out)
    again = preview(store, read(TableKind.TASKS, out.getvalue()), COACH)
    assert (again.rows_good, again.rows_bad) == (2, 0)
    assert again.ignored == (Messages(language).text("mend.column"),)
    assert "=Pöytien pyyhintä" in repr(read(TableKind.TASKS, out.getvalue()).employers)


def test_every_code_of_a_fault_is_said_in_three_languages() -> None:
    sources = ["data/table_cells.py", "data/review_cells.py", "data/store/bulk_imports.py"]
    assert all(Messages(language).has("mend.other_site") for language in LANGUAGES)
    sources += [f"data/imports/{name}.py" for name in ("task_list", "candidate_list", "outcome_list", "outcome_check")]
    named = re.compile(r'(?:CellFault\(|RowFault\(\s*[\w.]+,\s*[^,]+,|fault\(\s*[^,()]+,)\s*"([a-z_]+)"')
    codes = {code for source in sources for code in named.findall((ROOT / source).read_text(encoding="utf-8"))}
    assert {"missing", "unknown", "not_hours", "too_early", "not_a_review", "taken"} <= codes
    for language in LANGUAGES:
        assert [code for code in codes if not Messages(language).has(f"mend.{code}")] == []


def test_a_file_that_is_no_list_is_refused_in_a_sentence() -> None:
    with pytest.raises(FileUnreadable, match="columns are missing"):
        read(TableKind.CANDIDATES, "a;b\n1;2\n")
