"""How many requests are answered: the limit over all workers, by whom they come from and not by what is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.clients import client_of
from api.http.problems import Problem
from api.http.rate_limits import ACCOUNT_TRIES_AN_HOUR, LOGIN_TRIES, RequestLimits, RouteClass
from data.errors import StoreUnreadable
from data.store import Store, open_store
from data.store.request_counts import forget_requests, take_requests
from tests.api.serving_apps import PUBLIC, service, service_settings, sqlite_url, url_of

NOW = datetime(2026, 11, 28, 9, 0, 10, tzinfo=UTC)


def _limits(store: Store, now: datetime = NOW, **limits: int) -> RequestLimits:
    return RequestLimits(store, service_settings(**limits), lambda: now)


def _allowed(limits: RequestLimits, kind: RouteClass, who: str, asked: int) -> int:
    allowed = 0
    for _ in range(asked):
        try:
            limits.spend(kind, "address", who)
            allowed += 1
        except Problem as problem:
            assert problem.code == "too_many_requests"
            assert 1 <= int(problem.headers["Retry-After"]) <= 61
    return allowed


@pytest.mark.parametrize(("kind", "limit"), [(RouteClass.LOGIN, 5), (RouteClass.OTHER, 100), (RouteClass.LISTS, 7)])
def test_four_workers_together_allow_the_limit_and_no_more(store: Store, kind: RouteClass, limit: int) -> None:
    four = [_limits(store, **{f"limit_{kind.value}": limit}) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        allowed = list(pool.map(lambda one: _allowed(one, kind, "192.0.2.1", 60), four))
    assert sum(allowed) == limit
    assert _allowed(four[0], kind, "192.0.2.2", 1) == 1  # another address is not concerned


def test_a_new_minute_begins_anew_and_old_counts_are_forgotten(store: Store) -> None:
    assert _allowed(_limits(store, limit_export=3), RouteClass.EXPORT, "a", 5) == 3
    later = _limits(store, NOW + timedelta(minutes=1), limit_export=3)
    assert _allowed(later, RouteClass.EXPORT, "a", 5) == 3
    assert forget_requests(store, NOW + timedelta(minutes=1)) == 1


def test_a_flood_costs_one_write_and_then_none(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    limits, writes = _limits(store, limit_other=20), []
    monkeypatch.setattr("api.http.rate_limits.take_requests", lambda *a: writes.append(a) or take_requests(*a))
    assert _allowed(limits, RouteClass.OTHER, "a", 1_000) == 20
    assert len(writes) == 21  # a twentieth at a time, and once more to learn that there is nothing left


def test_nobody_can_lock_somebody_else_out(store: Store) -> None:
    limits = _limits(store, limit_login=1_000)

    def tries(address: str, account: str, known: bool, times: int) -> int:
        done = 0
        for _ in range(times):
            try:
                limits.spend_login(address, account, known=known)
                done += 1
            except Problem:
                continue
        return done

    assert tries("192.0.2.9", "anna", False, 20) == LOGIN_TRIES
    elsewhere = sum(tries(f"198.51.100.{number}", "anna", False, LOGIN_TRIES) for number in range(20))
    assert elsewhere == ACCOUNT_TRIES_AN_HOUR - LOGIN_TRIES
    assert tries("203.0.113.1", "anna", True, 3) == 3  # from where she always logs in
    assert tries("192.0.2.9", "other", False, 3) == 3


def test_logins_stop_when_nothing_can_be_counted_and_reading_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StoreUnreadable("w", "database or disk is full", "Make room.")

    monkeypatch.setattr("api.http.rate_limits.take_requests", full)
    limits = _limits(store)
    with pytest.raises(StoreUnreadable):
        limits.spend(RouteClass.LOGIN, "address", "a")
    limits.spend(RouteClass.OTHER, "address", "a")


def test_what_was_taken_stays_taken_when_old_counts_cannot_be_deleted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StoreUnreadable("w", "database or disk is full", "Make room.")

    monkeypatch.setattr("api.http.rate_limits.forget_requests", full)
    moment = [NOW]
    limits = RequestLimits(store, service_settings(limit_login=2), lambda: moment[0])
    moment[0] = NOW + timedelta(minutes=5)
    limits.spend(RouteClass.LOGIN, "address", "a")  # it could be counted, so it may be tried
    assert _allowed(limits, RouteClass.LOGIN, "a", 5) == 1


def test_an_account_is_counted_apart_from_its_address(store: Store) -> None:
    with TestClient(service(url_of(store), limit_export=2), base_url=PUBLIC) as client:

        def ask(account: str) -> int:
            return client.post("/api/v1/documents/x", json={}, headers={"X-Test-Account": account}).status_code

        assert [ask("a1"), ask("a2"), ask("a3")] == [422, 422, 429]
        answer = client.post("/api/v1/documents/x", json={})
        assert answer.json()["code"] == "too_many_requests"
        assert int(answer.headers["retry-after"]) == answer.json()["retry_after"]
        assert client.get("/api/v1/candidates").status_code == 200  # another kind of route


def _address(peer: str, forwarded: list[str], proxies: list[str]) -> str:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    scope = {"type": "http", "headers": headers, "client": (peer, 1), "scheme": "http"}
    return client_of(scope, service_settings(trusted_proxies=proxies)).address


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", ["10.9.9.9"], [], "192.0.2.1"),
        ("192.0.2.1", ["10.9.9.9"], ["10.0.0.0/8"], "192.0.2.1"),
        ("10.0.0.1", ["192.0.2.7"], ["10.0.0.0/8"], "192.0.2.7"),
        ("10.0.0.1", ["198.51.100.1, 192.0.2.7"], ["10.0.0.0/8"], "192.0.2.7"),  # the first was made up
        ("10.0.0.1", ["198.51.100.1", "192.0.2.7, 10.0.0.2"], ["10.0.0.0/8"], "192.0.2.7"),
        ("10.0.0.1", ["nonsense"], ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.7, nonsense"], ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", [], ["10.0.0.0/8"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["::ffff:192.0.2.7"], ["10.0.0.0/8"], "192.0.2.7"),  # IPv4 through an IPv6 socket
    ],
)
def test_an_address_is_taken_from_trusted_proxies_only(
    peer: str, forwarded: list[str], proxies: list[str], address: str
) -> None:
    assert _address(peer, forwarded, proxies) == address


def test_a_made_up_address_does_not_help_against_the_limit(tmp_path: Path) -> None:
    open_store(sqlite_url(tmp_path)).close()
    app = service(sqlite_url(tmp_path), limit_export=2)
    with TestClient(app, base_url=PUBLIC, client=("192.0.2.1", 1)) as client:
        found = [
            client.post("/api/v1/documents/x", json={}, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code
            for n in range(4)
        ]
    assert found == [422, 422, 429, 429]
