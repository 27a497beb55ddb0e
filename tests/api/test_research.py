"""Rules of research over HTTP: tables of people together, a ledger, frames that stay, models trained where rows lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa

from api.research import MOST_TABLES, research_table, simulated_rows
from api.research_frames import frames_of
from data.accounts import Actor, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.levels import Level, Source
from data.research import Grouping, Measure, ResearchBudgetSpent, TooFewForResearch, closed_before
from data.store import Store, add_tenant, admit, erase_candidate, note, replace_candidates, replace_trials, verify_audit
from data.store.account_tables import candidate_tenant
from data.store.objections import set_objection
from data.store.research_facts import research_facts
from data.store.research_ledger import queries_before
from data.trials import Course, Interruption, Outcome, Trial, TriedTask
from data.workplaces import Employer
from tests.api.test_commands import schema

from .access.world import World, fill, now, open_service

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
KEY = b"of this test only"
WHO = Actor("a-researcher", Role.RESEARCHER, "t1", "Risto Rinne")
ENDS = [(Outcome.HIRED, None), (Outcome.NONE, None), (None, Interruption.HEALTH)]


def people_of(count: int, start: int = 0) -> list[Candidate]:
    low = {"pos_stand": (Level(2.0, 1.5, 2.5, Source.PROFESSIONAL),)}
    return [Candidate(f"R-{n:03d}", "Somebody", 4, 20, low) for n in range(start, start + count)]


def trials_of(people: list[Candidate], employers: tuple[Employer, ...], **more: Any) -> list[Trial]:
    found = []
    for n, person in enumerate(people):
        employer = employers[n % len(employers)]
        outcome, interruption = ENDS[n % len(ENDS)]
        course = Course.ENDED if interruption is None else Course.INTERRUPTED
        job = employer.sites[0].jobs[0]
        plain: dict[str, Any] = {"released": True, "ended_on": date(2026, 6, 30)}
        found.append(
            Trial(f"T{person.id}", person.id, employer.id, employer.sites[0].id, date(2026, 4, 1), course,
                  tuple(TriedTask(task.id, 3.0) for task in job.tasks[:2]), ("sit_stand_stool",),
                  date(2026, 3, 1), outcome=outcome, interruption=interruption, **plain | more)
        )  # fmt: skip
    return found


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...]) -> Store:
    people = people_of(120)
    with store.write() as connection:
        from data.store import replace_region

        replace_region(connection, "keski_suomi", employers[:4])
        replace_candidates(connection, people)
        replace_trials(connection, trials_of(people, employers[:4]))
        add_tenant(connection, "t1", "Valmennus", AT)
        admit(connection, [one.id for one in people], "t1")
    return store


def ask(store: Store, measure: Measure, *by: Grouping, at: datetime = AT, key: bytes = KEY) -> dict[str, Any]:
    with store.write() as connection:
        return research_table(connection, None, WHO, measure, by, key, at)


def test_endings_are_counted_in_coarse_groups(filled: Store) -> None:
    table = ask(filled, Measure.ENDINGS, Grouping.REGION, Grouping.LIMITATION)
    jsonschema.validate(table, schema("research-table.schema.json"))
    assert {cell["value"] for cell in table["cells"]} == {"hired", "none", "broken_off:health"}
    assert {cell["limitation"] for cell in table["cells"]} == {"movement_and_strength"}
    assert all(15 <= cell["people"] <= 70 for cell in table["cells"]) and 100 <= table["total"] <= 140


def test_every_measure_can_be_counted(filled: Store) -> None:
    for measure in Measure:
        jsonschema.validate(ask(filled, measure, Grouping.QUARTER), schema("research-table.schema.json"))
    kept = ask(filled, Measure.ACCOMMODATIONS)
    assert {cell["value"].partition(":")[0] for cell in kept["cells"]} == {"tried", "kept"}


def test_a_person_more_within_the_quarter_changes_nothing(filled: Store, employers: tuple[Employer, ...]) -> None:
    before = ask(filled, Measure.ENDINGS, Grouping.ISCO)
    one = people_of(1, start=500)
    with filled.write() as connection:
        replace_candidates(connection, one)
        replace_trials(connection, trials_of(one, employers[:4], ended_on=AT.date() - timedelta(days=1)))
        assert closed_before(AT.date()) < AT.date() - timedelta(days=1)
        late = people_of(1, start=501)
        replace_candidates(connection, late)
        replace_trials(connection, trials_of(late, employers[:4]))  # ended before, but written down only now
    assert ask(filled, Measure.ENDINGS, Grouping.ISCO, at=AT + timedelta(days=2)) == before
    with filled.write() as connection:
        erase_candidate(connection, "R-000", AT.date())
    assert ask(filled, Measure.ENDINGS, Grouping.ISCO, at=AT + timedelta(days=3)) == before


def test_who_objects_or_has_released_nothing_is_not_counted(filled: Store, employers: tuple[Employer, ...]) -> None:
    with filled.write() as connection:
        replace_trials(connection, trials_of(people_of(1), employers[:4], released=False))
        set_objection(connection, "R-001", AT, objects=True)
        facts, fictional = research_facts(connection, Measure.ENDINGS, None, closed_before(AT.date()))
    assert {"R-000", "R-001"} & {one.person for one in facts} == set()
    assert len(facts) == 118 and not fictional


def test_fictional_people_are_not_counted_with_real_ones(filled: Store) -> None:
    from dataclasses import replace

    with filled.write() as connection:
        replace_candidates(connection, [replace(one, fictional=True) for one in people_of(30)])
        facts, fictional = research_facts(connection, Measure.ENDINGS, None, closed_before(AT.date()))
    assert len(facts) == 90 and not fictional


def test_more_different_tables_than_the_budget_are_refused_and_the_same_again_are_not(filled: Store) -> None:
    from itertools import combinations

    chosen = [by for size in range(4) for by in combinations(Grouping, size)]
    asked = [(measure, by) for measure in (Measure.ENDINGS, Measure.TRIALS) for by in chosen]
    for measure, by in asked[:MOST_TABLES]:
        ask(filled, measure, *by)
    with pytest.raises(ResearchBudgetSpent):
        ask(filled, asked[MOST_TABLES][0], *asked[MOST_TABLES][1])
    again = ask(filled, asked[0][0], *asked[0][1])
    assert again == ask(filled, asked[0][0], *asked[0][1])
    ask(filled, asked[MOST_TABLES][0], *asked[MOST_TABLES][1], at=AT + timedelta(days=60))  # the next quarter
    with filled.read() as connection:
        ledger = queries_before(connection, "t1", None, 100)
        assert [one.number for one in ledger] == list(range(MOST_TABLES + 3, 0, -1))
        assert queries_before(connection, "t2", None, 100) == ()
        assert verify_audit(connection) >= MOST_TABLES


@pytest.fixture
def world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[World]:
    from data.store import open_store

    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'worktrial.db'}"
    store = open_store(url)
    site = fill(store, employers[:6], people, now())
    many = people_of(90)
    old = date.today() - timedelta(days=200)  # noqa: DTZ011 - any day long before
    with store.write() as connection:
        replace_candidates(connection, many)
        admit(connection, [one.id for one in many], "t1")
        replace_trials(connection, trials_of(many, employers[:6], ended_on=old))
        note(connection, AuditEvent("store.restored", WHO, AT))
    with open_service(url) as client:
        yield World(client, store, site)


def test_a_researcher_freezes_trains_and_reads_without_seeing_a_row(world: World) -> None:
    frozen: Any = world.ask("researcher", "POST", "/api/v1/research/frames")
    assert frozen.status_code == 200, frozen.text
    name = frozen.json()["frame"]
    assert frames_of("t1") == [name] and frames_of("t2") == []
    again: Any = world.ask("researcher", "POST", "/api/v1/research/frames")
    assert again.json() == frozen.json()
    listed: Any = world.ask("researcher", "GET", "/api/v1/research/frames")
    assert listed.json() == {"frames": [name]}
    shown: Any = world.ask("researcher", "GET", f"/api/v1/research/frames/{name}")
    jsonschema.validate(shown.json(), schema("research-frame.schema.json"))
    assert "R-0" not in shown.text and shown.json()["counts"]["people"] >= 70
    trained: Any = world.ask("researcher", "POST", f"/api/v1/research/frames/{name}/models", json={"seed": 3})
    assert trained.status_code == 200, trained.text
    model = trained.json()["model"]
    for role in ("researcher", "coach", "admin"):
        card: Any = world.ask(role, "GET", f"/api/v1/models/{model}")
        jsonschema.validate(card.json(), schema("model.schema.json"))
        assert card.json()["trials"] % 5 == 0 and card.json()["metrics"]["by_employer"]["trials"] % 5 == 0
        models: Any = world.ask(role, "GET", "/api/v1/models")
        jsonschema.validate(models.json(), schema("models.schema.json"))
        assert models.json()["in_force"]["expert"]
    ledger: Any = world.ask("admin", "GET", "/api/v1/research/queries")
    assert [one["kind"] for one in ledger.json()["queries"]] == ["training", "frame", "frame"]
    assert "R-0" not in ledger.text


@pytest.mark.parametrize("change", ["erase", "take_back"])
def test_a_frame_goes_when_somebody_in_it_goes(world: World, change: str) -> None:
    world.ask("researcher", "POST", "/api/v1/research/frames")
    assert len(frames_of("t1")) == 1
    if change == "erase":
        answer: Any = world.ask("candidate", "DELETE", "/api/v1/candidates/KS-001")
    else:
        answer = world.ask("candidate", "PUT", "/api/v1/candidates/KS-001/learning", json={"released": False})
    assert answer.status_code in {200, 204} and frames_of("t1") == []


def test_a_frame_of_few_real_people_is_not_frozen(world: World) -> None:
    with world.store.write() as connection:
        for one in people_of(90)[40:]:
            erase_candidate(connection, one.id, AT.date())
    answer: Any = world.ask("researcher", "POST", "/api/v1/research/frames")
    assert answer.status_code == 409 and answer.json()["code"] == TooFewForResearch.code and frames_of("t1") == []


def test_tables_over_http_are_of_the_own_organisation_only(world: World) -> None:
    path = "/api/v1/research/tables"
    table: Any = world.ask("researcher", "GET", path, params={"measure": "endings", "by": ["region"]})
    assert table.status_code == 200 and table.json()["cells"], table.text
    for params in (
        {"measure": "endings", "by": ["region", "region"]}, {"measure": "suggestions", "by": ["isco"]},
        {"measure": "endings", "by": ["age"]}, {"measure": "names"},
    ):  # fmt: skip
        refused: Any = world.ask("researcher", "GET", path, params=params)
        assert refused.status_code == 422, params
    with world.store.write() as connection:
        theirs = candidate_tenant.c.candidate_id.in_([one.id for one in people_of(90)])
        connection.execute(sa.update(candidate_tenant).where(theirs).values(tenant_id="t2"))
    empty: Any = world.ask("researcher", "GET", path, params={"measure": "endings", "by": ["quarter"]})
    assert empty.json()["cells"] == [] and empty.json()["total"] is None


def test_rows_that_may_leave_are_of_made_up_people() -> None:
    rows = simulated_rows(7, 40)
    assert rows["simulated"] and len(rows["rows"]) == 40
    assert all(len(row["features"]) == len(rows["columns"]) for row in rows["rows"])
    assert simulated_rows(7, 40) == rows != simulated_rows(8, 40)
