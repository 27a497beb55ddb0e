"""Lists in and out over HTTP: who may bring what, stored as previewed by whoever previewed it, undone, told."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from typing import Any

import jsonschema
import openpyxl
import pytest

from api.http.uploads import CSV, XLSX
from data.candidates import Candidate
from data.imports.uploaded_table import sheets_of_bytes
from data.levels import Level, Source
from data.store import Store, add_task_levels, all_candidates, employers_of, entries_about, get_candidate, verify_audit
from data.store.accounts import in_caseload, tenant_of
from data.workplaces import Employer
from tests.api.test_commands import schema

from .world import CANARY, COLLEAGUES, FOREIGN, MINE, World, digest, fill, now, open_service

PEOPLE = "tunnus;nimi;tunnit vähintään;tunnit enintään\nUUSI-1;Aino;8;16\n"
TASKS = "tehtävä;tunnit\nKukkien kastelu;2,5\nLakaisu;3\n"


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    site = fill(store, employers[:3], people, now())
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


def send(world: World, role: str, path: str, table: str | bytes, kind: str = CSV, **query: Any) -> Any:
    content = table.encode() if isinstance(table, str) else table
    return world.ask(role, "POST", path, content=content, headers={"Content-Type": kind}, params=query)


def previewed(world: World, role: str, kind: str, table: str | bytes, **query: Any) -> Any:
    answer = send(world, role, f"/api/v1/imports/{kind}/preview", table, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ask(world: World, role: str, method: str, path: str, **more: Any) -> Any:
    return world.ask(role, method, path, **more)


def test_a_coach_brings_in_a_person_who_is_theirs_from_then_on_and_takes_it_back(world: World) -> None:
    before = digest(world.store)
    seen = previewed(world, "coach", "candidates", PEOPLE)
    jsonschema.validate(seen, schema("import-preview.schema.json"))
    assert (seen["rows"], seen["counts"]["new"]) == ({"good": 1, "bad": 0}, 1)
    assert digest(world.store) == before, "a preview changes nothing"
    stored = send(world, "coach", "/api/v1/imports/candidates", PEOPLE, token=seen["token"])
    assert stored.status_code == 201, stored.text
    with world.store.read() as connection:
        assert tenant_of(connection, "UUSI-1") == "t1"
        assert in_caseload(connection, "UUSI-1", "a-coach")
        assert [e.action for e in entries_about(connection, "UUSI-1")] == ["caseload.given", "person.changed"]
    id_ = stored.json()["import"]
    (listed,) = ask(world, "coach", "GET", "/api/v1/imports").json()["imports"]
    assert (listed["id"], listed["counts"]["new"]) == (id_, 1)
    jsonschema.validate([listed], schema("imports.schema.json"))
    undone = ask(world, "coach", "POST", f"/api/v1/imports/{id_}/undo")
    assert undone.status_code == 200, undone.text
    assert undone.json()["undone_at"]
    with world.store.read() as connection:
        left = [one.id for one in all_candidates(connection)]
        assert {MINE, COLLEAGUES, FOREIGN} <= set(left)
        assert "UUSI-1" not in left
        verify_audit(connection)
    again = ask(world, "coach", "POST", f"/api/v1/imports/{id_}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "undo_refused")


def test_a_click_that_is_sent_twice_stores_once_and_says_the_same(world: World) -> None:
    token = previewed(world, "coach", "candidates", PEOPLE)["token"]
    key = {"Idempotency-Key": secrets.token_hex(16), "Content-Type": CSV}
    answers = [
        world.ask("coach", "POST", "/api/v1/imports/candidates", content=PEOPLE.encode(), headers=key,
                  params={"token": token})
        for _ in range(2)
    ]  # fmt: skip
    assert [one.status_code for one in answers] == [201, 201]  # type: ignore[attr-defined]
    assert answers[0].content == answers[1].content  # type: ignore[attr-defined]
    assert len(ask(world, "coach", "GET", "/api/v1/imports").json()["imports"]) == 1


@pytest.mark.parametrize("id_", [COLLEAGUES, FOREIGN])
def test_nobody_outside_the_caseload_is_written_over_or_told_apart(world: World, id_: str) -> None:
    table = PEOPLE.replace("UUSI-1", id_)
    seen = previewed(world, "coach", "candidates", table, lang="en")
    (fault,) = seen["faults"]
    assert (fault["code"], fault["row"], seen["rows"]["good"]) == ("taken", 2, 0)
    assert fault["text"]
    before = digest(world.store)
    refused = send(world, "coach", "/api/v1/imports/candidates", table, token=seen["token"])
    assert (refused.status_code, refused.json()["code"]) == (422, "rows_refused")
    kept = send(world, "coach", "/api/v1/imports/candidates", table, token=seen["token"], keep_good=True)
    assert kept.status_code == 201
    with world.store.read() as connection:
        assert CANARY in get_candidate(connection, id_).name
    assert before != digest(world.store), "an import without rows is recorded too"


def test_a_preview_is_of_the_account_that_made_it(world: World) -> None:
    token = previewed(world, "coach", "tasks", TASKS, site=world.site)["token"]
    before = digest(world.store)
    other = send(world, "employer", "/api/v1/imports/tasks", TASKS, token=token, site=world.site)
    assert (other.status_code, other.json()["code"]) == (409, "preview_outdated")
    changed = send(world, "coach", "/api/v1/imports/tasks", TASKS.replace("3", "4"), token=token, site=world.site)
    assert changed.status_code == 409
    assert digest(world.store) == before
    done = send(world, "coach", "/api/v1/imports/tasks", TASKS, token=token, site=world.site)
    assert done.status_code == 201
    for role, status in (("employer", 404), ("admin", 403)):
        path = f"/api/v1/imports/{done.json()['import']}/undo"
        assert ask(world, role, "POST", path).status_code == status
    assert ask(world, "employer", "GET", "/api/v1/imports").json() == {"imports": []}
    (told,) = ask(world, "admin", "GET", "/api/v1/imports").json()["imports"]
    assert told["account"] == "a-coach"


def test_an_employer_brings_in_tasks_of_an_own_site_and_of_no_other(world: World) -> None:
    with world.store.read() as connection:
        owners = employers_of(connection)
    own = next(owner for owner in owners for place in owner.sites if place.id == world.site)
    other = next(place.id for owner in owners for place in owner.sites if place.id != world.site)
    before = digest(world.store)
    for query, status in (({"site": other}, 404), ({"site": "no.such"}, 404), ({}, 422)):
        assert send(world, "employer", "/api/v1/imports/tasks/preview", TASKS, **query).status_code == status
    for kind in ("candidates", "outcomes"):
        for path in (f"/api/v1/imports/{kind}/preview", f"/api/v1/imports/{kind}/faults"):
            assert send(world, "employer", path, PEOPLE).status_code == 403
        assert ask(world, "employer", "GET", f"/api/v1/exports/{kind}").status_code == 403
        assert ask(world, "admin", "GET", f"/api/v1/exports/{kind}").status_code == 403
    sly = f"tehtävä;tunnit;site_id;toimiala\nLakaisu;3;{other};care\n"
    assert [one["code"] for one in previewed(world, "employer", "tasks", sly, site=world.site)["faults"]] == [
        "other_site"
    ]
    assert digest(world.store) == before
    token = previewed(world, "employer", "tasks", TASKS, site=world.site)["token"]
    assert send(world, "employer", "/api/v1/imports/tasks", TASKS, token=token, site=world.site).status_code == 201
    with world.store.read() as connection:
        now_ = {owner.id: owner for owner in employers_of(connection)}
    texts = [t.text for s in now_[own.id].sites if s.id == world.site for j in s.jobs for t in j.tasks]
    assert {"Kukkien kastelu", "Lakaisu"} <= set(texts)
    assert [one for one in now_.values() if one.id != own.id] == [one for one in owners if one.id != own.id]
    assert now_[own.id].name == own.name


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_employer_gets_own_tasks_without_what_trials_and_professionals_said(world: World, form: str) -> None:
    with world.store.write() as connection:
        owner = next(o for o in employers_of(connection) if any(s.id == world.site for s in o.sites))
        task = next(s for s in owner.sites if s.id == world.site).jobs[0].tasks[0].id
        seen = Level(3.0, 2.5, 3.5, Source.OBSERVED, CANARY)
        add_task_levels(connection, {task: {"pos_stand": seen}})
    answer = ask(world, "employer", "GET", "/api/v1/exports/tasks", params={"format": form})
    assert answer.status_code == 200
    text = repr(sheets_of_bytes(answer.content, "x"))
    assert world.site in text
    assert CANARY not in text
    assert "observed" not in text
    coachs = ask(world, "coach", "GET", "/api/v1/exports/tasks", params={"site": world.site})
    assert CANARY in repr(sheets_of_bytes(coachs.content, "x"))
    back = previewed(world, "employer", "tasks", answer.content, site=world.site)
    assert (back["faults"], back["counts"]["gone"]) == ([], 0)
    stored = send(world, "employer", "/api/v1/imports/tasks", answer.content, token=back["token"], site=world.site)
    assert stored.status_code == 201
    with world.store.read() as connection:
        owner = next(o for o in employers_of(connection, sites=[world.site]))
        levels = next(t for s in owner.sites for j in s.jobs for t in j.tasks if t.id == task).levels["pos_stand"]
    assert seen in levels, "what was seen at work stays though the employer's table does not have it"


def test_people_and_trials_leave_for_their_coach_only_and_each_person_reads_of_it(world: World) -> None:
    answer = ask(world, "coach", "GET", "/api/v1/exports/candidates", params={"format": "xlsx", "lang": "sv"})
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == 'attachment; filename="candidates.xlsx"'
    cells = sheets_of_bytes(answer.content, "x")[0].cells
    assert MINE in repr(cells)
    assert COLLEAGUES not in repr(cells)
    assert FOREIGN not in repr(cells)
    assert ask(world, "coach", "GET", "/api/v1/exports/outcomes").status_code == 200
    with world.store.read() as connection:
        assert [e.action for e in entries_about(connection, MINE)].count("export.made") >= 1
        assert "export.made" not in [e.action for e in entries_about(connection, COLLEAGUES)]
    back = previewed(world, "coach", "candidates", answer.content)
    assert (back["faults"], back["counts"]["unchanged"]) == ([], 1)


def test_faults_come_back_marked_in_the_language_asked_for_and_no_formula_in_them(world: World) -> None:
    bad = "tehtävä;tunnit\n'=HYPERLINK(1);x\n"
    marked = send(world, "coach", "/api/v1/imports/tasks/faults", bad, lang="sv")
    assert (marked.status_code, marked.headers["content-type"], marked.headers["content-language"]) == (200, XLSX, "sv")
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).active
    assert sheet["A2"].value == "'=HYPERLINK(1)"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert sheet["B2"].comment is not None


@pytest.mark.parametrize(
    ("kind", "content", "status", "code"),
    [
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("multipart/form-data", b"x", 415, "unsupported_media_type"),
        (CSV, b"", 422, "file_unreadable"),
        (XLSX, b"PK\x03\x04 no", 422, "file_unreadable"),
        (CSV, b"a;b\n1;2\n", 422, "file_unreadable"),
    ],
)
def test_what_is_no_table_is_a_problem(world: World, kind: str, content: bytes, status: int, code: str) -> None:
    answer = send(world, "coach", "/api/v1/imports/candidates/preview", content, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_template_is_read_back_empty(world: World, form: str) -> None:
    made = ask(world, "employer", "GET", "/api/v1/exports/tasks/template", params={"format": form, "lang": "en"})
    seen = previewed(world, "employer", "tasks", made.content, site=world.site)
    assert (seen["rows"], seen["ignored"]) == ({"good": 0, "bad": 0}, [])


def test_a_list_cannot_say_that_a_trial_may_be_learned_from(world: World) -> None:
    with world.store.read() as connection:
        place = employers_of(connection, sites=[world.site])[0].sites[0]
        owner = employers_of(connection, sites=[world.site])[0].id
    task = place.jobs[0].tasks[0].id
    table = (
        "id;candidate;employer;site;tasks;starts;planned_end;ended_on;course;outcome;released\n"
        f"k-1;{MINE};{owner};{world.site};{task}=4;2026-01-05;2026-03-05;2026-03-05;completed;hired;yes\n"
    )
    seen = previewed(world, "coach", "outcomes", table)
    assert seen["faults"] == []
    assert send(world, "coach", "/api/v1/imports/outcomes", table, token=seen["token"]).status_code == 201
    with world.store.read() as connection:
        from data.store import all_trials

        assert [one.released for one in all_trials(connection) if one.id == "k-1"] == [False]
