"""Rules of logging in: nothing is told to strangers, a code counts once, a shut account is shut at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from starlette.datastructures import Headers

from api.access.authentication import COOKIE, Authentication, session_value
from api.access.errors import InvitationRefused, LoginRefused
from api.access.login import (
    SessionLimits,
    accept_invitation,
    begin_second_factor,
    confirm_codes,
    invite,
    log_in,
    log_out,
)
from api.access.passwords import HASHING, hash_password
from api.access.sealing import SealBroken, seal, unseal
from data.accounts import COMMAND_LINE, Account, Role
from data.errors import InvalidInput, StoreUnreadable
from data.store import Store, add_tenant, verify_audit
from data.store.account_tables import account as account_table
from data.store.account_tables import api_token, invitation, session
from data.store.accounts import (
    add_account,
    credentials,
    disable_account,
    get_account,
    handle_sites,
    handled_sites,
    set_password,
)
from data.store.sessions import live_session, open_session

KEY = b"a key of the service, only for tests"
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
LIMITS = SessionLimits()
PASSWORD = "kurki lentää sateessa 7"  # noqa: S105 (of nobody)
EMPLOYER = Account("e1", Role.EMPLOYER, "t1", "employer@example.fi", "Eeva Esimerkki")
COACH = Account("c1", Role.COACH, "t1", "coach@example.fi", "Anna Aalto")


@pytest.fixture
def filled(store: Store) -> Iterator[Store]:
    with store.write() as connection:
        add_tenant(connection, "t1", "Valmennus", AT)
        for one in (EMPLOYER, COACH):
            add_account(connection, one, AT)
            set_password(connection, one.id, HASHING.hash(PASSWORD))
    return store  # type: ignore[return-value]


def _with_codes(store: Store, one: Account = COACH, at: datetime = AT) -> str:
    opened = log_in(store, one.login, PASSWORD, "", KEY, at, LIMITS)
    address = begin_second_factor(store, one, KEY)
    secret = pyotp.parse_uri(address).secret
    confirm_codes(store, one, opened.secret, pyotp.TOTP(secret).at(at), KEY, at)
    return secret


def _live(store: Store, secret: str, at: datetime = AT) -> object:
    with store.read() as connection:
        return live_session(connection, secret, at, LIMITS.idle)


@pytest.mark.parametrize(
    ("login", "password"),
    [("employer@example.fi", "wrong"), ("nobody@example.fi", PASSWORD), ("", PASSWORD), ("x" * 500, PASSWORD)],
)
def test_what_was_wrong_is_not_told(filled: Store, login: str, password: str) -> None:
    with pytest.raises(LoginRefused) as refused:
        log_in(filled, login, password, "", KEY, AT, LIMITS)
    assert str(refused.value) == str(LoginRefused())


def test_the_same_letters_typed_otherwise_are_the_same_login_and_password(filled: Store) -> None:
    decomposed = PASSWORD.replace("ä", "a\u0308")
    assert log_in(filled, " Employer@Example.FI ", decomposed, "", KEY, AT, LIMITS).account == EMPLOYER


def test_a_session_ends_by_time_by_idleness_by_logging_out_and_with_its_account(filled: Store) -> None:
    one, two = (log_in(filled, EMPLOYER.login, PASSWORD, "", KEY, AT, LIMITS).secret for _ in range(2))
    assert _live(filled, one, AT + LIMITS.idle - timedelta(seconds=1)) is not None
    assert _live(filled, one, AT + LIMITS.idle) is None
    assert _live(filled, one, AT + LIMITS.lasts) is None
    assert _live(filled, one + "x") is None
    log_out(filled, one, EMPLOYER.actor, AT)
    assert _live(filled, one) is None
    assert _live(filled, two) is not None
    with filled.write() as connection:
        disable_account(connection, EMPLOYER.id, disabled=True)
    assert _live(filled, two) is None
    with pytest.raises(LoginRefused):
        log_in(filled, EMPLOYER.login, PASSWORD, "", KEY, AT, LIMITS)


def test_a_coach_without_codes_may_only_set_them_up_and_with_them_needs_one(filled: Store) -> None:
    assert log_in(filled, COACH.login, PASSWORD, "", KEY, AT, LIMITS).must_set_up_codes
    secret = _with_codes(filled)
    for code in ("", "000000", pyotp.TOTP(secret).at(AT), "１２３４５６"):  # the last step was used to confirm
        with pytest.raises(LoginRefused):
            log_in(filled, COACH.login, PASSWORD, code, KEY, AT, LIMITS)
    later = AT + timedelta(seconds=60)
    code = pyotp.TOTP(secret).at(later)
    assert not log_in(filled, COACH.login, PASSWORD, code, KEY, later, LIMITS).must_set_up_codes
    with pytest.raises(LoginRefused):  # a code counts once
        log_in(filled, COACH.login, PASSWORD, code, KEY, later, LIMITS)


def test_with_another_key_of_the_service_no_code_is_right(filled: Store) -> None:
    secret = _with_codes(filled)
    later = AT + timedelta(seconds=90)
    with pytest.raises(LoginRefused):
        log_in(filled, COACH.login, PASSWORD, pyotp.TOTP(secret).at(later), b"another key", later, LIMITS)


def test_a_sealed_secret_opens_for_its_owner_only() -> None:
    sealed = seal("secret", KEY, "c1")
    assert unseal(sealed, KEY, "c1") == "secret"
    for wrong in (
        (sealed, KEY, "c2"),
        (sealed, b"k", "c1"),
        (sealed[:-4] + "AAA=", KEY, "c1"),
        ("nonsense", KEY, "c1"),
    ):
        with pytest.raises(SealBroken):
            unseal(*wrong)


def test_an_invitation_holds_once_for_a_week_and_a_newer_one_replaces_it(filled: Store) -> None:
    with filled.write() as connection:
        old = invite(connection, EMPLOYER.id, COMMAND_LINE, AT)
        new = invite(connection, EMPLOYER.id, COMMAND_LINE, AT)
    for secret, at in ((old, AT), (new, AT + timedelta(days=7)), ("", AT)):
        with pytest.raises(InvitationRefused):
            accept_invitation(filled, secret, "another crane in the rain 9", at, LIMITS)
    with pytest.raises(InvalidInput):
        accept_invitation(filled, new, "password1234", AT, LIMITS)
    opened = accept_invitation(filled, new, "another crane in the rain 9", AT, LIMITS)
    assert _live(filled, opened.secret) is not None
    with pytest.raises(InvitationRefused):
        accept_invitation(filled, new, "another crane in the rain 9", AT, LIMITS)


def test_a_new_password_ends_sessions_and_a_link_never_stands_for_the_code(filled: Store) -> None:
    _with_codes(filled)
    before = log_in(filled, EMPLOYER.login, PASSWORD, "", KEY, AT, LIMITS).secret
    with filled.write() as connection:
        links = [invite(connection, one.id, COMMAND_LINE, AT) for one in (EMPLOYER, COACH)]
    accept_invitation(filled, links[0], "another crane in the rain 9", AT, LIMITS)
    assert _live(filled, before) is None
    assert accept_invitation(filled, links[1], "another crane in the rain 9", AT, LIMITS).secret == ""


@pytest.mark.parametrize(
    "password",
    [
        "tiny",
        "password12345",
        "anna.aalto@example.fi",
        "aaaaaaaaaaaaaaa",
        "worktrial2026!",
        "q" * 300,
        "qwertyuiop123",
    ],
)
def test_a_password_that_would_be_guessed_soon_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        hash_password(password, ("anna.aalto@example.fi", "Anna Aalto"))
    assert password not in str(refused.value)


def test_long_passwords_are_hashed_whole() -> None:
    long = "kurki lentää sateessa ja " * 6
    assert not HASHING.verify(long[:-1], hash_password(long))


def test_a_weaker_hash_is_renewed_at_the_next_login(filled: Store) -> None:
    from pwdlib import PasswordHash
    from pwdlib.hashers.argon2 import Argon2Hasher

    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1),)).hash(PASSWORD)
    with filled.write() as connection:
        set_password(connection, EMPLOYER.id, weak)
    log_in(filled, EMPLOYER.login, PASSWORD, "", KEY, AT, LIMITS)
    with filled.read() as connection:
        renewed = credentials(connection, EMPLOYER.id).password
    assert renewed is not None and "m=65536,t=3,p=1" in renewed


def test_nothing_that_lets_somebody_in_stands_in_the_store(filled: Store) -> None:
    secret = _with_codes(filled)
    opened = log_in(filled, EMPLOYER.login, PASSWORD, "", KEY, AT, LIMITS).secret
    with filled.write() as connection:
        link = invite(connection, EMPLOYER.id, COMMAND_LINE, AT)
    with filled.read() as connection:
        for table in (account_table, session, invitation, api_token):
            said = repr(connection.execute(sa.select(table)).all())
            assert not any(one in said for one in (PASSWORD, secret, opened, link))


def test_who_leaves_an_employer_handles_sites_no_longer(filled: Store) -> None:
    with filled.write() as connection:
        handle_sites(connection, EMPLOYER.id, ["s1", "s2"], date(2026, 12, 31))
        handle_sites(connection, EMPLOYER.id, ["s2"], date(2026, 11, 30))
    with filled.read() as connection:
        assert handled_sites(connection, EMPLOYER.id, date(2026, 11, 30)) == {"s1", "s2"}
        assert handled_sites(connection, EMPLOYER.id, date(2026, 12, 1)) == {"s1"}
        assert handled_sites(connection, EMPLOYER.id, date(2027, 1, 1)) == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        Account("x", Role.COACH, "", "x@example.fi", "X"),
        Account("x", Role.OPERATOR, "t1", "x@example.fi", "X"),
        Account("x", Role.CANDIDATE, "t1", "x@example.fi", "X"),
        Account("x", Role.COACH, "t1", "x@example.fi", "X", "KS-001"),
        Account("x", Role.COACH, "t1", "COACH@example.fi", "X"),
        Account("x", Role.COACH, "t1", "coach@example.fi", "X"),
    ],
)
def test_an_account_that_cannot_be_is_not_made(filled: Store, wrong: Account) -> None:
    with pytest.raises(InvalidInput), filled.write() as connection:
        add_account(connection, wrong, AT)


def test_every_step_is_in_the_audit(filled: Store) -> None:
    _with_codes(filled)
    with filled.read() as connection:
        assert verify_audit(connection) == 2
        assert get_account(connection, COACH.id).second_factor


@pytest.mark.parametrize("beside", ['sso={"a":"b"}', "a b=c", "=", "x=\x01", 'y="'])
def test_a_cookie_of_somebody_else_beside_ours_logs_nobody_out(beside: str) -> None:
    for line in (f"{beside}; {COOKIE}=ours", f"{COOKIE}=ours; {beside}"):
        assert session_value(Headers({"cookie": line})) == "ours"
    assert session_value(Headers({"cookie": beside})) == ""


def test_reading_goes_on_when_the_use_of_a_session_cannot_be_noted(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreUnreadable("w", "database or disk is full", "Make room.")

    with filled.write() as connection:
        open_session(
            connection, "s", COACH.id, datetime.now(UTC) - timedelta(minutes=5), timedelta(hours=1), second_factor=True
        )
    asked = Authentication(
        lambda *_: None, lambda _: None, None, SessionLimits(timedelta(hours=12), timedelta(hours=1))
    )  # type: ignore[arg-type]
    monkeypatch.setattr("api.access.authentication.note_use", full)
    found = asked.find(filled, "s", "")
    assert found is not None
    assert found.id == COACH.id
