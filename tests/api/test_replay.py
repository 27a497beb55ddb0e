"""A list that was shown comes out the same, byte for byte, whatever happened to the store since; if not, it says so."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa

from api.app import create_app
from api.commands.match_lists import Question
from api.commands.runs import find_runs, replay_as_json, runs_as_json
from api.messages import Messages
from api.replay import Replay, Verdict, replay
from api.shown_lists import ShownList, answer_bytes, show_list
from data.candidates import Candidate
from data.errors import ListNotLogged, UnknownId
from data.imports.solutions import read_seed_solutions
from data.store import (
    Store,
    add_employers,
    add_solutions,
    erase_candidate,
    latest_change,
    open_store,
    remove_solutions,
    replace_candidates,
    replace_region,
)
from data.store.exposure import count_shown, shown_rows
from data.workplaces import Employer
from features.trial_features import features_fingerprint, trial_features
from matching import Caution, MatchConfig
from tests.commands import schema, worktrial
from tests.conftest import client_at_home

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 27)
CONFIG = MatchConfig(top=4)


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:12])
        replace_candidates(connection, people[:6])
        add_solutions(connection, read_seed_solutions())
    return store


def _show(store: Store, question: Question, progress: Callable[[str], None] = lambda _stage: None) -> ShownList:
    return show_list(store, question, Messages("sv"), NOW, progress)


def _verdict(store: Store, shown: ShownList) -> Verdict:
    found = replay(store, str(shown.number))
    if found.verdict is Verdict.SAME:
        assert found.again == found.answer == shown.answer
    return found.verdict


def _questions(people: Sequence[Candidate]) -> list[Question]:
    first = people[0].id
    return [
        Question(first, CONFIG),
        Question(people[3].id, MatchConfig(top=3, caution=Caution.CAREFUL, region="keski_suomi")),
        Question(first, MatchConfig(top=2), near=2),
        Question(first, CONFIG, changes=("hours.max=14", "capacity.pos_stand=3")),
        Question(first, CONFIG, pathway="fi.pension.trial_unpaid", on=NOW.date()),
    ]


def test_lists_come_out_the_same_after_sites_changed_came_and_went_and_people_too(
    filled: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    shown = [_show(filled, question) for question in _questions(people)]
    assert [_verdict(filled, one) for one in shown] == [Verdict.SAME] * len(shown)
    best = shown[0].listed.found.suggestions[0].reach.place
    site = best.site
    task = replace(site.jobs[0].tasks[0], text="Aivan muuta työtä", hours_per_week=1.0)
    job = replace(site.jobs[0], tasks=(task, *site.jobs[0].tasks[1:]))
    owner = next(e for e in employers if e.id == best.employer.id)
    others = tuple(s for s in owner.sites if s.id != site.id)
    with filled.write() as connection:  # a site on top of the list changes
        add_employers(connection, [replace(owner, sites=(replace(site, jobs=(job, *site.jobs[1:])), *others))])
    assert [_verdict(filled, one) for one in shown] == [Verdict.SAME] * len(shown)
    later = _show(filled, Question(people[0].id, CONFIG))
    assert later.answer != shown[0].answer
    with filled.write() as connection:  # sites come, sites go, a person changes, the case base is emptied
        replace_region(connection, "keski_suomi", [e for e in employers[4:20] if e.id != owner.id])
        changed = replace(people[0], hours_min=4.0, hours_max=9.0, bans=(), wishes={}, municipality="")
        replace_candidates(connection, [changed])
        remove_solutions(connection, [case.id for case in read_seed_solutions()])
    newest = _show(filled, Question(people[0].id, CONFIG))
    with filled.write() as connection:  # the whole region goes
        replace_region(connection, "keski_suomi", [])
    every = [*shown, later, newest]
    assert [_verdict(filled, one) for one in every] == [Verdict.SAME] * len(every)
    assert len({one.answer for one in every}) == len(every)


def test_another_process_with_another_hash_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    assert worktrial(tmp_path, "demo").returncode == 0
    shown = worktrial(tmp_path, "match", "KS-004", "--json", "--top", "3", "--near", "1", seed="1")
    written = json.loads(shown.stdout)
    for name, seed in ((written["run_id"], "2"), ("2", "77")):
        again = worktrial(tmp_path, "replay", name, "--json", seed=seed)
        assert again.returncode == 0, again.stderr
        found = json.loads(again.stdout)
        jsonschema.validate(found, schema("replay.schema.json"))
        assert found["verdict"] == "same"
        assert found["shown"] == written
        assert hashlib.sha256(answer_bytes(found["shown"])).hexdigest() == found["run"]["answer_sha256"]
    listed = json.loads(worktrial(tmp_path, "runs", "KS-004", "--json").stdout)
    jsonschema.validate(listed, schema("runs.schema.json"))
    assert [run["number"] for run in listed["runs"]] == [2]
    assert "KS-001" in worktrial(tmp_path, "runs").stdout  # what `demo` showed
    assert "byte for byte" in worktrial(tmp_path, "replay", "2", "--lang", "en").stdout
    assert worktrial(tmp_path, "replay", "99").returncode == 3
    assert worktrial(tmp_path, "runs", "KS-999").returncode == 3
    assert json.loads(worktrial(tmp_path, "doctor", "--json").stdout)["shown"]["match_run"] == 2


def test_what_is_logged_is_what_is_shown(filled: Store, people: tuple[Candidate, ...]) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    (logged,) = runs_as_json(find_runs(filled, people[0].id, 10))["runs"]
    assert logged["run_id"] == shown.written["run_id"]
    assert logged["answer_sha256"] == hashlib.sha256(shown.answer).hexdigest()
    assert (logged["what_if"], logged["fictional"]) == (False, True)
    assert logged["shown_at"] == "2026-03-01T09:30:00.000+00:00"
    for line, suggestion in zip(logged["suggestions"], shown.written["suggestions"], strict=True):
        assert (line["rank"], line["id"], line["score"]) == (suggestion["rank"], suggestion["id"], suggestion["score"])
        assert line["site"] == suggestion["site"]["id"]
        points = [suggestion[reading]["points"] for reading in ("can_do", "wants", "likely")]
        assert [line["can_do"], line["wants"], line["likely"]] == points
    with filled.read() as connection:
        rows = shown_rows(connection, features_fingerprint(), fictional=True)
    assert rows.rows.shape == (len(shown.written["suggestions"]), len(trial_features()))


def test_what_if_is_logged_as_what_if_and_a_pathway_is_not_one(filled: Store, people: tuple[Candidate, ...]) -> None:
    for question in _questions(people):
        _show(filled, question)
    found = runs_as_json(find_runs(filled, "", 10))["runs"]
    assert [run["what_if"] for run in reversed(found)] == [False, False, False, True, False]
    with filled.read() as connection:
        rows = shown_rows(connection, features_fingerprint(), fictional=True)
    assert set(rows.run.tolist()) <= {1, 2, 3, 5}


def _tampered(store: Store, statement: str, **values: object) -> None:
    with store.write() as connection:
        assert connection.execute(sa.text(statement), values).rowcount > 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE kept_of_person SET content = :other WHERE digest = (SELECT answer FROM match_run)",
        "DELETE FROM kept_of_person WHERE digest = (SELECT answer FROM match_run)",
        "UPDATE shown_suggestion SET score = score + 0.0001 WHERE rank = 1",
        "UPDATE shown_suggestion SET site_id = 'another' WHERE rank = 2",
        "UPDATE shown_suggestion SET features = '[]' WHERE rank = 1",
        "DELETE FROM shown_suggestion WHERE rank = 3",
    ],
)
def test_a_log_that_was_altered_is_found(filled: Store, people: tuple[Candidate, ...], change: str) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    other = zlib.compress(shown.answer.replace(b'"rank":1', b'"rank":2'))
    _tampered(filled, change, **({"other": other} if ":other" in change else {}))
    found = replay(filled, str(shown.number))
    assert (found.verdict, found.again) == (Verdict.ALTERED, shown.answer)
    jsonschema.validate(replay_as_json(found, Messages("fi")), schema("replay.schema.json"))
    if "features" not in change:  # lines and answer are held against each other also where nothing is made again
        _tampered(filled, "UPDATE match_run SET model = 'expert-1'")
        assert _verdict(filled, shown) is Verdict.ALTERED


def test_an_answer_that_was_swapped_with_its_fingerprint_is_found(filled: Store, people: tuple[Candidate, ...]) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    other = shown.answer.replace(b'"proven":true', b'"proven":false')
    assert other != shown.answer
    name, content = hashlib.sha256(other).hexdigest(), zlib.compress(other)
    old = "WHERE digest = (SELECT answer FROM match_run)"
    _tampered(filled, f"UPDATE kept_of_person SET digest = :name, content = :content {old}", name=name, content=content)  # noqa: S608
    _tampered(filled, "UPDATE match_run SET answer = :name", name=name)
    found = replay(filled, str(shown.number))
    assert (found.verdict, found.why) == (Verdict.DIFFERENT, "replay.other_inputs")


@pytest.mark.parametrize(
    ("change", "why", "names"),
    [
        ("UPDATE match_run SET model = 'expert-1'", "replay.other_model", ("expert-1", "expert-3")),
        ("UPDATE match_run SET rules = 'of-old'", "replay.other_rules", ("of-old",)),
        ("UPDATE site_change SET token = 'of another store'", "replay.market_lost", ()),
        ("DELETE FROM kept_of_person WHERE digest = (SELECT profile FROM match_run)", "replay.profile_lost", ()),
        ("DELETE FROM kept_content", "replay.market_lost", ()),
    ],
)
def test_what_cannot_be_made_again_is_shown_as_stored_and_says_why(
    filled: Store,
    employers: tuple[Employer, ...],
    people: tuple[Candidate, ...],
    change: str,
    why: str,
    names: tuple[str, ...],
) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    with filled.write() as connection:
        add_employers(connection, [replace(employers[0], name="Toinen Oy")])
    _tampered(filled, change)
    found = replay(filled, str(shown.number))
    assert (found.verdict, found.why, found.answer, found.again) == (Verdict.STORED, why, shown.answer, None)
    written = replay_as_json(found, Messages("en"))
    jsonschema.validate(written, schema("replay.schema.json"))
    assert written["text"].startswith("Stored answer shown, not recomputed.")
    assert all(name in written["text"] for name in names)


def test_other_code_that_makes_the_same_bytes_is_the_same_and_is_named_where_it_does_not(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    _tampered(filled, "UPDATE match_run SET code = '0.0.9+old'")
    assert _verdict(filled, shown) is Verdict.SAME
    _tampered(filled, "UPDATE match_run SET answer = 'x' || answer")
    _tampered(filled, "UPDATE kept_of_person SET digest = 'x' || digest")
    found: Replay = replay(filled, str(shown.number))
    assert found.verdict is Verdict.ALTERED


def test_a_list_that_cannot_be_logged_is_not_shown(filled: Store, people: tuple[Candidate, ...]) -> None:
    _refuse_runs(filled)
    with pytest.raises(ListNotLogged, match="is not shown"):
        _show(filled, Question(people[0].id, CONFIG))
    with filled.read() as connection:
        assert set(count_shown(connection).values()) == {0}


def _refuse_runs(store: Store) -> None:
    """Make the database itself refuse the log's last write, as a full disk does."""
    with store.write() as connection:
        if connection.dialect.name == "sqlite":
            full = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            connection.exec_driver_sql(f"CREATE TRIGGER full_disk BEFORE INSERT ON shown_suggestion {full}")
        else:
            connection.exec_driver_sql("ALTER TABLE shown_suggestion ADD CONSTRAINT full_disk CHECK (rank < 0)")


def test_the_command_prints_no_line_of_a_list_that_is_not_logged(tmp_path: Path) -> None:
    assert worktrial(tmp_path, "demo").returncode == 0
    store = open_store(f"sqlite:///{tmp_path / 'worktrial.db'}")
    _refuse_runs(store)
    store.close()
    for arguments in (("match", "KS-001"), ("match", "KS-001", "--json")):
        ended = worktrial(tmp_path, *arguments)
        assert (ended.returncode, ended.stdout) == (5, "")
        assert "disk is full" in ended.stderr
        assert "Traceback" not in ended.stderr


class _Crash(Exception):
    """The process ends between matching and logging."""


def test_a_crash_between_match_and_log_shows_nothing_and_logs_nothing(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    def crash(stage: str) -> None:
        if stage == "explain":
            raise _Crash

    with pytest.raises(_Crash):
        _show(filled, Question(people[0].id, CONFIG), crash)
    with filled.read() as connection:
        assert set(count_shown(connection).values()) == {0}


def test_a_list_during_which_a_workplace_changes_is_made_anew_before_it_is_shown(
    filled: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    stages: list[str] = []

    def change_once(stage: str) -> None:
        stages.append(stage)
        if stages.count("explain") == 1 and stage == "explain":
            with filled.write() as connection:
                add_employers(connection, [replace(one, name=f"Uusi {one.name}") for one in employers[:12]])

    shown = _show(filled, Question(people[0].id, CONFIG), change_once)
    assert stages.count("explain") > 1
    assert all(one["employer"]["name"].startswith("Uusi") for one in shown.written["suggestions"])
    assert _verdict(filled, shown) is Verdict.SAME


def test_a_list_that_can_never_be_made_in_peace_is_not_shown(
    filled: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    def always(stage: str) -> None:
        if stage == "explain":
            with filled.write() as connection:
                add_employers(connection, employers[:1])

    with pytest.raises(ListNotLogged, match="being changed"):
        _show(filled, Question(people[0].id, CONFIG), always)


def test_a_person_who_is_erased_while_matched_is_shown_nothing(filled: Store, people: tuple[Candidate, ...]) -> None:
    def erase(stage: str) -> None:
        if stage == "explain":
            with filled.write() as connection:
                erase_candidate(connection, people[0].id, DAY)

    with pytest.raises(UnknownId):
        _show(filled, Question(people[0].id, CONFIG), erase)


def test_the_service_logs_what_it_sends_and_lists_it(filled: Store, people: tuple[Candidate, ...]) -> None:
    url = filled.engine.url.render_as_string(hide_password=False)
    with client_at_home(create_app(url)) as client:
        answer = client.get(f"/api/v1/candidates/{people[0].id}/suggestions", params={"top": 3})
        runs = client.get(f"/api/v1/candidates/{people[0].id}/runs")
        assert client.get("/api/v1/candidates/KS-999/runs").status_code == 404
        assert client.get(f"/api/v1/candidates/{people[0].id}/runs", params={"limit": 0}).status_code == 422
    assert answer.headers["worktrial-run"] == "1"
    (run,) = runs.json()["runs"]
    jsonschema.validate(runs.json(), schema("runs.schema.json"))
    assert run["answer_sha256"] == hashlib.sha256(answer.content).hexdigest()
    assert runs.headers["cache-control"] == "no-store"
    assert replay(filled, "1").verdict is Verdict.SAME


def test_replaying_changes_nothing_in_the_store(filled: Store, people: tuple[Candidate, ...]) -> None:
    shown = _show(filled, Question(people[0].id, CONFIG))
    with filled.read() as connection:
        before = count_shown(connection), latest_change(connection)
    _verdict(filled, shown)
    with filled.read() as connection:
        assert (count_shown(connection), latest_change(connection)) == before
