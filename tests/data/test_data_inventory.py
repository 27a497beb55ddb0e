"""Rules of the data inventory: no column without tags, a download holds all, an erasure leaves nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from data.accounts import COMMAND_LINE, Account, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.data_inventory import DataClass, load_inventory
from data.store import Store, add_tenant, admit, erase_candidate, note, replace_candidates, replace_trials
from data.store.accounts import add_account, put_in_caseload
from data.store.kept_contents import keep_for
from data.store.objections import set_objection
from data.store.person_data import data_of_person, rows_of
from data.store.saved_searches import SavedSearch, save_search
from data.store.schema import metadata
from data.store.sessions import add_invitation, open_session
from data.trials import Course, Trial, TrialReview, TriedTask

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def test_every_column_of_every_table_has_tags_and_no_tag_is_about_nothing() -> None:
    there = {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}
    tagged = {name: set(tags.classes) for name, tags in load_inventory().items()}
    assert tagged == there


def test_a_person_can_be_reached_from_every_table_that_holds_pseudonyms() -> None:
    for name, tags in load_inventory().items():
        if DataClass.PSEUDONYM in tags.classes.values() or DataClass.HEALTH in tags.classes.values():
            assert tags.person is not None, name


def test_secrets_are_never_exported_and_everything_else_of_a_person_is() -> None:
    for name, tags in load_inventory().items():
        secret = {column for column, kind in tags.classes.items() if kind is DataClass.SECRET}
        assert not secret & set(tags.exported), name
        if tags.person is not None and tags.goes_with_person:
            hidden = set(tags.classes) - set(tags.exported)
            assert hidden <= secret | {"id"}, name


def _fill(store: Store, people: tuple[Candidate, ...]) -> None:
    review = TrialReview(date(2026, 9, 1), {"pos_stand": 2.0}, 4.0, 1.0, ())
    trials = [
        Trial(f"t{at}", p.id, "e", "e.s", date(2026, 8, 1), Course.STARTED, (TriedTask("e.s.t", 8.0),),
              reviews=(review,))
        for at, p in enumerate(people)
    ]  # fmt: skip
    with store.write() as connection:
        replace_candidates(connection, people)
        replace_trials(connection, trials)
        add_tenant(connection, "t1", "Valmennus", AT)
        admit(connection, [p.id for p in people], "t1")
        add_account(connection, Account("coach", Role.COACH, "t1", "coach@example.fi", "Coach"), AT)
        for at, person in enumerate(people):
            account = Account(f"own{at}", Role.CANDIDATE, "t1", f"own{at}@example.fi", "Own", person.id)
            add_account(connection, account, AT)
            open_session(connection, f"secret{at}", account.id, AT, timedelta(hours=1), second_factor=True)
            add_invitation(connection, f"invitation{at}", account.id, AT)
            put_in_caseload(connection, person.id, "coach", AT)
            set_objection(connection, person.id, AT, objects=True)
            save_search(connection, SavedSearch(f"s{at}", "coach", person.id, "Haku", {"top": 5}), AT)
            keep_for(connection, person.id, [b'{"kept":"for ' + person.id.encode() + b'"}'])
            note(connection, AuditEvent("person.read", COMMAND_LINE, AT, person.id))


def test_a_download_holds_every_row_of_the_person_and_nobody_elses(store: Store, people: tuple[Candidate, ...]) -> None:
    mine, other = people[0], people[1]
    _fill(store, (mine, other))
    with store.read() as connection:
        found = data_of_person(connection, mine.id)
    filled = {
        "candidate", "capacity", "ban", "candidate_tenant", "caseload", "objection", "kept_of_person", "trial",
        "saved_search", "trial_task", "trial_review", "account", "session", "invitation", "audit_entry",
    }  # fmt: skip
    assert set(found) == filled - (set() if mine.bans else {"ban"})
    assert [row["name"] for row in found["candidate"]] == [mine.name]
    assert len(found["capacity"]) == sum(len(levels) for levels in mine.capacity.values())
    assert found["kept_of_person"] == [
        {"candidate_id": mine.id, "content": {"kept": f"for {mine.id}"}, "digest": found["kept_of_person"][0]["digest"]}
    ]
    assert other.id not in repr(found) and other.name not in repr(found)
    assert "password" not in found["account"][0]


def test_after_an_erasure_no_row_reaches_the_person_and_no_column_holds_them(
    store: Store, people: tuple[Candidate, ...]
) -> None:
    mine, other = people[0], people[1]
    _fill(store, (mine, other))
    with store.write() as connection:
        erase_candidate(connection, mine.id, AT.date())
    with store.read() as connection:
        for name, tags in load_inventory().items():
            if tags.person is not None and tags.goes_with_person:
                table = metadata.tables[name]
                assert connection.execute(sa.select(table).where(rows_of(tags, mine.id))).first() is None, name
        for table in metadata.sorted_tables:
            said = repr([tuple(row) for row in connection.execute(sa.select(table))])
            assert mine.id not in said and mine.name not in said, table.name
        assert data_of_person(connection, other.id)["candidate"][0]["name"] == other.name
