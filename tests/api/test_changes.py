"""A change is made once, however often it is asked for, whatever breaks in between, by whichever worker."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.http.entity_tags import tag_of_state
from data.store import Store, change_receipt
from data.store.backup import back_up, restore
from data.store.change_receipts import KEPT_FOR, AskedChange, KeyUsedAgain, Receipt, find_receipt, keep_receipt
from tests.api.serving_apps import FAILS, PUBLIC, notes, notes_in, service, url_of, with_writing

KEY = "7f1d6a0e-55c1-4a1e-8d25-b60b4d7c1f3a"
CANARY = "Kanarialintu4711"
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def said(key: str = KEY, account: str = "a1", **more: str) -> dict[str, str]:
    return {"Idempotency-Key": key, "X-Test-Account": account, **more}


@contextmanager
def workers(store: Store, count: int) -> Iterator[list[TestClient]]:
    """So many applications over one store, as the processes of a service are."""
    with ExitStack() as stack:
        apps = [with_writing(service(url_of(store))) for _ in range(count)]
        yield [stack.enter_context(TestClient(app, base_url=PUBLIC, raise_server_exceptions=False)) for app in apps]


def test_asking_again_changes_nothing_more_and_gives_the_same_bytes(store: Store) -> None:
    with workers(store, 2) as (one, other):
        first = one.post("/api/v1/notes", json={"word": "hello"}, headers=said())
        again = other.post("/api/v1/notes", json={"word": "hello"}, headers=said())
        quoted = one.post("/api/v1/notes", json={"word": "hello"}, headers=said(f'"{KEY}"'))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content == quoted.content
    assert first.headers["location"] == again.headers["location"] == "/api/v1/notes/1"
    assert (first.headers["idempotency-replayed"], again.headers["idempotency-replayed"]) == ("false", "true")
    assert notes(store) == ["note|hello"]


def test_a_change_without_a_key_is_refused(store: Store) -> None:
    with workers(store, 1) as (one,):
        bare = one.post("/api/v1/notes", json={"word": "a"}, headers={"X-Test-Account": "a1"})
        short = one.post("/api/v1/notes", json={"word": "a"}, headers=said("too-short"))
    assert (bare.status_code, bare.json()["code"]) == (400, "idempotency_key_missing")
    assert short.status_code == 422
    assert notes(store) == []


def test_a_key_stands_for_one_request_of_one_account(store: Store) -> None:
    with workers(store, 1) as (one,):
        assert one.post("/api/v1/notes", json={"word": "a"}, headers=said()).status_code == 201
        for other in (
            one.post("/api/v1/notes", json={"word": "b"}, headers=said()),
            one.post("/api/v1/notes?x=1", json={"word": "a"}, headers=said()),
            one.put("/api/v1/notes", json={"word": "a"}, headers=said(**{"If-Match": "*"})),
        ):
            assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        mine = one.post("/api/v1/notes", json={"word": "c"}, headers=said(account="a2"))
        assert (mine.status_code, mine.headers["idempotency-replayed"]) == (201, "false")
    assert notes(store) == ["note|a", "note|c"]


def test_a_change_that_fails_leaves_no_receipt_and_may_be_asked_for_again(store: Store) -> None:
    with workers(store, 1) as (one,):
        failed = one.post("/api/v1/notes", json={"word": FAILS}, headers=said())
        assert failed.status_code == 500
        assert CANARY not in failed.text
        with store.read() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(change_receipt)) == 0
        assert one.post("/api/v1/notes", json={"word": "b"}, headers=said()).status_code == 201
    assert notes(store) == ["note|b"]


def test_twins_sent_at_once_to_several_workers_make_one_change_and_get_one_answer(store: Store) -> None:
    with workers(store, 4) as several, ThreadPoolExecutor(12) as pool:

        def ask(number: int) -> tuple[int, bytes]:
            key, word = (KEY, "shared") if number % 2 else (f"{KEY}-{number}", f"own{number}")
            answer = several[number % 4].post("/api/v1/notes", json={"word": word}, headers=said(key))
            return answer.status_code, answer.content

        answers = list(pool.map(ask, range(24)))
    assert {status for status, _ in answers} == {201}
    assert len({body for number, (_, body) in enumerate(answers) if number % 2}) == 1
    assert sorted(notes(store)) == sorted(["note|shared", *(f"note|own{number}" for number in range(0, 24, 2))])


@pytest.mark.parametrize("applied", [True, False])
def test_after_a_commit_of_unknown_fate_asking_again_leaves_exactly_one_change(store: Store, applied: bool) -> None:
    """The connection breaks around COMMIT: the client sees a fault either way, and asks again."""

    def break_off(connection: sa.Connection) -> None:
        if not notes_in(connection):
            return  # requests are counted in transactions of their own
        sa.event.remove(engine, "commit", break_off)
        if applied:
            connection.connection.commit() if connection.dialect.name == "postgresql" else connection.exec_driver_sql(
                "COMMIT"
            )
        raise sa.exc.OperationalError("COMMIT", {}, RuntimeError("the connection broke"))

    with workers(store, 1) as (one,):
        engine = one.app.state.store.engine  # type: ignore[attr-defined]
        sa.event.listen(engine, "commit", break_off)
        first = one.post("/api/v1/notes", json={"word": "once"}, headers=said())
        assert (first.status_code, first.json()["code"]) == (503, "store_unreadable")
        assert "retry-after" in first.headers
        assert notes(store) == (["note|once"] if applied else [])
        again = one.post("/api/v1/notes", json={"word": "once"}, headers=said())
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == ("true" if applied else "false")
    assert notes(store) == ["note|once"]


def test_a_change_needs_the_state_that_was_seen(store: Store) -> None:
    with workers(store, 1) as (one,):
        assert one.put("/api/v1/notes", json={"word": "a"}, headers=said()).json()["code"] == "precondition_required"
        stale = one.put("/api/v1/notes", json={"word": "a"}, headers=said(**{"If-Match": '"old"'}))
        assert (stale.status_code, stale.headers["etag"]) == (412, tag_of_state([]))
        made = one.put("/api/v1/notes", json={"word": "a"}, headers=said(**{"If-Match": tag_of_state([])}))
        assert (made.status_code, made.headers["etag"]) == (200, tag_of_state(["note|a"]))
        again = one.put("/api/v1/notes", json={"word": "a"}, headers=said(**{"If-Match": tag_of_state([])}))
    assert (again.status_code, again.content) == (200, made.content)  # a lost answer, though the state has changed


def test_a_receipt_holds_nothing_of_what_was_sent_and_ends_after_a_day(store: Store) -> None:
    with workers(store, 1) as (one,):
        one.post("/api/v1/notes", json={"word": CANARY}, headers=said())
    asked = AskedChange.of("a1", KEY, "POST /x", b"x")
    with store.write() as connection:
        (row,) = connection.execute(sa.select(change_receipt)).all()
        assert CANARY not in str(row)
        assert KEY not in str(row)
        keep_receipt(connection, AskedChange.of("a2", KEY, "POST /x", b"x"), Receipt(200, "{}"), datetime.now(UTC))
        with pytest.raises(KeyUsedAgain):
            find_receipt(connection, asked, datetime.now(UTC))
        assert find_receipt(connection, asked, datetime.now(UTC) + KEPT_FOR + timedelta(minutes=1)) is None
        assert connection.scalar(sa.select(sa.func.count()).select_from(change_receipt)) == 0


def test_a_receipt_is_short_and_has_no_headers_of_its_own() -> None:
    with pytest.raises(ValueError, match="short"):
        Receipt(200, "x" * 5_000)
    with pytest.raises(ValueError, match="short"):
        Receipt(200, "{}", {"Set-Cookie": "a"})


def test_receipts_do_not_go_into_a_backup(store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    with store.write() as connection:
        keep_receipt(connection, AskedChange.of("a1", KEY, "POST /x", b"x"), Receipt(200, CANARY), NOW)
    facts = back_up(store, tmp_path / "b.backup", NOW)
    assert facts.rows["change_receipt"] == facts.rows["request_count"] == 0
    restore(store, tmp_path / "b.backup", {})
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(change_receipt)) == 0
