"""Rules of logging in with a provider: only whom somebody linked, only in the browser that began, only what is signed.

The provider is a small one on this machine, over real HTTP; hostile ones lie in one point each.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey

from api.access.authentication import COOKIE
from api.access.errors import LoginRefused
from api.access.login import invite
from api.access.provider_login import BEGUN, Answer, begin_with_provider, come_back
from api.access.provider_settings import CALLBACK
from api.access.sealing import seal
from api.app import create_app
from api.settings import Settings
from data.accounts import COMMAND_LINE, Account, Role
from data.store import Store, add_tenant, open_store
from data.store.account_tables import account_identity, provider_login
from data.store.accounts import add_account, disable_account, set_second_factor
from data.store.audit import entries_after
from data.store.identities import link_identity

from .local_provider import CLIENT_ID, CLIENT_SECRET, KEY, OTHER_KEY, Provider, by_hand, running, signed
from .world import SECRET

EMPLOYER = Account("e1", Role.EMPLOYER, "t1", "employer@example.fi", "Eeva Esimerkki")
COACH = Account("c1", Role.COACH, "t1", "coach@example.fi", "Anna Aalto")
ADMIN = Account("m1", Role.ADMIN, "t1", "admin@example.fi", "Aino Ala")
CODES = pyotp.random_base32()
STRONG = "http://example.fi/loa3"
WRITES = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as one:
        yield one


@pytest.fixture
def url(tmp_path: Path) -> str:
    at, made = datetime.now(UTC), f"sqlite:///{tmp_path / 'worktrial.db'}"
    store = open_store(made)
    with store.write() as connection:
        add_tenant(connection, "t1", "Valmennus", at)
        for one in (EMPLOYER, COACH, ADMIN):
            add_account(connection, one, at)
        set_second_factor(connection, COACH.id, seal(CODES, SECRET.encode(), COACH.id), on=True)
    store.close()
    return made


def settings_for(provider: Provider, tmp_path: Path, **more: Any) -> Settings:
    secret = tmp_path / "client-secret"
    secret.write_text(CLIENT_SECRET + "\n")
    secret.chmod(0o600)
    often = dict.fromkeys(("limit_login", "limit_other"), 100_000)
    return Settings(
        mode="service", public_url="https://testserver", secret_key=SECRET, oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID, oidc_client_secret_file=secret, **often, **more,
    )  # fmt: skip


def opened(app: Any) -> TestClient:
    return TestClient(app, base_url="https://testserver", raise_server_exceptions=False)


@pytest.fixture
def browser(url: str, provider: Provider, tmp_path: Path) -> Iterator[TestClient]:
    with opened(create_app(url, settings_for(provider, tmp_path, oidc_second_factor_acr=(STRONG,)))) as client:
        yield client


def store_of(client: TestClient) -> Store:
    return client.app.state.store  # type: ignore[attr-defined, no-any-return]


def linked(client: TestClient, provider: Provider, account: Account = EMPLOYER, subject: str = "s-1") -> None:
    with store_of(client).write() as connection:
        link_identity(connection, account.id, provider.issuer, subject, datetime.now(UTC))


def begin(client: TestClient, invitation: str = "") -> str:
    answer = client.post("/api/v1/session/provider", json={"invitation": invitation}, headers=WRITES)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["address"])


def log_in(client: TestClient, provider: Provider, subject: str = "s-1", invitation: str = "") -> Any:
    return client.get(CALLBACK, params=provider.log_in(begin(client, invitation), subject))


def refused(client: TestClient, answer: Any) -> None:
    assert (answer.status_code, answer.json()["code"]) == (401, "login_refused"), answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert client.get("/api/v1/session").status_code == 401


def test_an_identity_that_was_linked_logs_in_and_the_audit_says_how(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    answer = log_in(browser, provider)
    assert (answer.status_code, answer.json()["logged_in"]) == (200, True)
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/api/v1/session").json()["account"] == EMPLOYER.id
    with store_of(browser).read() as connection:
        last = entries_after(connection)[-1]
        assert (last.action, last.facts["by"]) == ("session.opened", "provider")
        assert connection.execute(sa.select(provider_login)).first() is None


def test_nobody_is_matched_by_anything_but_issuer_and_subject(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    provider.claims = {"email": EMPLOYER.login, "email_verified": True, "name": EMPLOYER.name}
    refused(browser, log_in(browser, provider, "s-2"))


def test_an_invitation_links_an_identity_once(browser: TestClient, provider: Provider) -> None:
    with store_of(browser).write() as connection:
        secret = invite(connection, EMPLOYER.id, COMMAND_LINE, datetime.now(UTC))
    assert log_in(browser, provider, "s-9", secret).status_code == 200
    browser.cookies.clear()
    refused(browser, log_in(browser, provider, "s-8", secret))
    assert log_in(browser, provider, "s-9").status_code == 200
    with store_of(browser).read() as connection:
        assert "account.identity_linked" in [one.action for one in entries_after(connection)]
        assert secret not in repr(connection.execute(sa.select(provider_login)).all())


def test_an_identity_of_another_account_is_not_taken_and_the_invitation_still_holds(
    browser: TestClient, provider: Provider
) -> None:
    linked(browser, provider, EMPLOYER, "s-1")
    with store_of(browser).write() as connection:
        secret = invite(connection, ADMIN.id, COMMAND_LINE, datetime.now(UTC))
    refused(browser, log_in(browser, provider, "s-1", secret))
    assert log_in(browser, provider, "s-7", secret).status_code == 200


def test_a_shut_account_stays_shut(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    with store_of(browser).write() as connection:
        disable_account(connection, EMPLOYER.id, disabled=True)
    refused(browser, log_in(browser, provider))


def test_a_coach_still_shows_a_code_unless_the_provider_says_it_asked_for_a_second_factor(
    browser: TestClient, provider: Provider
) -> None:
    linked(browser, provider, COACH)
    answer = log_in(browser, provider)
    assert (answer.json()["must_show_code"], answer.json()["must_set_up_codes"]) == (True, False)
    assert browser.get("/api/v1/candidates").json()["code"] == "second_factor_needed"
    shown = browser.put("/api/v1/session/second-factor", json={"code": pyotp.TOTP(CODES).now()}, headers=WRITES)
    assert shown.status_code == 204, shown.text
    assert browser.get("/api/v1/candidates").status_code == 200
    browser.cookies.clear()
    for claims, whole in (({"acr": STRONG}, True), ({"acr": "loa2"}, False), ({"amr": ["mfa"]}, False), ({}, False)):
        provider.claims = claims
        assert log_in(browser, provider).json()["must_show_code"] is not whole, claims
        assert (browser.get("/api/v1/candidates").status_code == 200) is whole, claims
        browser.cookies.clear()


def test_a_wrong_code_ends_the_session_and_a_code_counts_once(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider, COACH)
    right = pyotp.TOTP(CODES).now()
    for code, status in (("000000" if right != "000000" else "111111", 401), (right, 204), (right, 401)):
        browser.cookies.clear()
        assert log_in(browser, provider).status_code == 200
        answer = browser.put("/api/v1/session/second-factor", json={"code": code}, headers=WRITES)
        assert answer.status_code == status, answer.text
        assert browser.get("/api/v1/session").status_code == (200 if status == 204 else 401)


def test_methods_of_the_provider_count_where_the_settings_name_them(
    url: str, provider: Provider, tmp_path: Path
) -> None:
    with opened(create_app(url, settings_for(provider, tmp_path, oidc_second_factor_amr=("mfa",)))) as browser:
        linked(browser, provider, ADMIN)
        assert log_in(browser, provider).json()["must_set_up_codes"] is True
        provider.claims = {"amr": ["pwd", "mfa"]}
        assert log_in(browser, provider).json()["must_set_up_codes"] is False
        assert browser.get("/api/v1/accounts").status_code == 200


HOSTILE = {
    "wrong nonce": {"nonce": "n" * 43}, "no nonce": {"nonce": None}, "wrong audience": {"aud": "another-client"},
    "no audience": {"aud": None}, "two audiences, for another": {"aud": [CLIENT_ID, "other"], "azp": "other"},
    "two audiences, for nobody": {"aud": [CLIENT_ID, "other"]}, "wrong issuer": {"iss": "https://id.example.org"},
    "no issuer": {"iss": None}, "expired": {"exp": int(time.time()) - 3600}, "never ends": {"exp": None},
    "from the future": {"iat": int(time.time()) + 3600}, "no subject": {"sub": None}, "empty subject": {"sub": ""},
    "subject is no text": {"sub": 1}, "nonce in a list": {"nonce": ["a", "b"]}, "end is no number": {"exp": "soon"},
}  # fmt: skip


@pytest.mark.parametrize("lie", HOSTILE)
def test_a_statement_that_lies_in_one_claim_is_not_believed(browser: TestClient, provider: Provider, lie: str) -> None:
    linked(browser, provider)
    provider.claims = HOSTILE[lie]
    refused(browser, log_in(browser, provider))


def _public_pem() -> bytes:
    return KEY.as_pem(private=False)


def _with_public_key_as_secret(claims: dict[str, Any]) -> str:
    header = {"alg": "HS256", "kid": "one", "typ": "JWT"}
    unsigned = by_hand(header, claims).rpartition(".")[0]
    return by_hand(header, claims, hmac.digest(_public_pem(), unsigned.encode(), hashlib.sha256))


STRANGER = RSAKey.generate_key(2048, {"kid": "one"})
FORGED = {
    "alg none": lambda claims: by_hand({"alg": "none"}, claims),
    "alg None": lambda claims: by_hand({"alg": "None", "kid": "one"}, claims, b"x"),
    "no algorithm": lambda claims: by_hand({"kid": "one"}, claims, b"x"),
    "public key as shared secret": _with_public_key_as_secret,
    "shared secret": lambda claims: signed(claims, OctKey.import_key(CLIENT_SECRET), "HS256", kid="one"),
    "a stranger's key": lambda claims: signed(claims, STRANGER),
    "a stranger's key in the header": lambda claims: signed(claims, STRANGER, jwk=STRANGER.as_dict(private=False)),
    "a key that is not published": lambda claims: signed(claims, OTHER_KEY, "ES256"),
    "a key of another kind": lambda claims: signed(claims, OTHER_KEY, "ES256", kid="one"),
    "signature cut off": lambda claims: signed(claims)[:-8],
    "changed after signing": lambda claims: _changed(signed(claims)),
    "encrypted": lambda claims: signed(claims) + ".a.b",
    "no token": lambda claims: "x",
    "very long": lambda claims: "a" * 20_000 + ".b.c",
    "header is a list": lambda claims: "W10." + signed(claims).partition(".")[2],
    "unknown critical header": lambda claims: by_hand({"alg": "RS256", "kid": "one", "crit": ["x"]}, claims, b"x"),
}  # fmt: skip


def _changed(token: str) -> str:
    header, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"admin": True}).encode()).decode().rstrip("=")
    return f"{header}.{changed}.{signature}"


@pytest.mark.parametrize("how", FORGED)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_forged_statement_is_not_believed(browser: TestClient, provider: Provider, how: str) -> None:
    linked(browser, provider)
    provider.token = FORGED[how]
    refused(browser, log_in(browser, provider))


def test_shared_and_short_keys_of_a_key_set_are_not_used(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    with pytest.warns(Warning):
        short = RSAKey.generate_key(1024, {"kid": "one"})
    for key, algorithm in ((short, "RS256"), (OctKey.generate_key(256, {"kid": "one"}), "HS256")):
        provider.keys = [key.as_dict(private=True)]
        provider.token = lambda claims, key=key, algorithm=algorithm: signed(claims, key, algorithm)
        browser.app.state.provider._keys = None  # type: ignore[attr-defined]  # as an hour later
        refused(browser, log_in(browser, provider))


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "RS512"])
def test_signatures_of_the_list_are_believed(browser: TestClient, provider: Provider, algorithm: str) -> None:
    linked(browser, provider)
    provider.token = lambda claims: signed(claims, KEY, algorithm)
    assert log_in(browser, provider).status_code == 200


def test_a_new_key_is_fetched_once_a_minute_at_most(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    assert log_in(browser, provider).status_code == 200
    provider.keys.append(OTHER_KEY.as_dict(private=False))
    provider.token = lambda claims: signed(claims, OTHER_KEY, "ES256")
    for _ in range(3):
        refused_now = log_in(browser, provider)
    assert refused_now.status_code == 401 and provider.asked.count("/keys") == 1
    asked = browser.app.state.provider  # type: ignore[attr-defined]
    asked._clock = lambda: time.monotonic() + 61
    assert log_in(browser, provider).status_code == 200
    assert provider.asked.count("/keys") == 2 and provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_code_and_a_state_count_once(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    back = provider.log_in(begin(browser), "s-1")
    kept = browser.cookies.get(BEGUN)
    assert browser.get(CALLBACK, params=back).status_code == 200
    browser.cookies.clear()
    browser.cookies.set(BEGUN, kept)
    refused(browser, browser.get(CALLBACK, params=back))
    again = provider.log_in(begin(browser), "s-1") | {"code": back["code"]}  # a new state, the old code
    refused(browser, browser.get(CALLBACK, params=again))


def test_a_state_that_was_stolen_is_worth_nothing_in_another_browser_and_its_owner_still_gets_in(
    browser: TestClient, provider: Provider
) -> None:
    linked(browser, provider)
    back = provider.log_in(begin(browser), "s-1")
    for cookie in (None, "guessed"):
        thief = opened(browser.app)
        if cookie:
            thief.cookies.set(BEGUN, cookie)
        refused(thief, thief.get(CALLBACK, params=back))
    elsewhere = opened(browser.app)
    begin(elsewhere)  # a login of the thief's own, with the state and code of another
    refused(elsewhere, elsewhere.get(CALLBACK, params=back))
    assert "/token" not in provider.asked
    assert browser.get(CALLBACK, params=back).status_code == 200


def test_a_code_that_is_put_into_another_login_fails_by_its_challenge(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    stolen = provider.log_in(begin(opened(browser.app)), "s-1")["code"]
    refused(browser, browser.get(CALLBACK, params=provider.log_in(begin(browser), "s-2") | {"code": stolen}))


def test_an_answer_of_another_provider_is_not_taken(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    for iss in ("https://evil.example.org", provider.issuer + "/", None):
        back = {k: v for k, v in (provider.log_in(begin(browser), "s-1") | {"iss": iss}).items() if v is not None}
        refused(browser, browser.get(CALLBACK, params=back))
    assert "/token" not in provider.asked


def test_a_login_that_was_ended_at_the_provider_opens_nothing(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider)
    state = provider.log_in(begin(browser), "s-1")["state"]
    refused(browser, browser.get(CALLBACK, params={"state": state, "error": "access_denied"}))
    refused(browser, browser.get(CALLBACK))


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {}, b"{" + b" " * 300_000 + b"}"), (200, {}, b"<html>"), (200, {}, b"[]"), (500, {}, b"{}"),
        (302, {"Location": "/elsewhere"}, b""), (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"),
        (200, {}, b"[" * 100_000),
    ],
    ids=["oversized", "html", "list", "fault", "redirect", "compressed", "deep"],
)  # fmt: skip
def test_a_provider_that_does_not_answer_as_one_is_said_to_be_out_of_reach(
    browser: TestClient, provider: Provider, path: str, status: int, headers: dict[str, str], body: bytes
) -> None:
    linked(browser, provider)
    begun = begin(browser) if path != "/.well-known/openid-configuration" else ""
    provider.answers[path] = (status, headers, body)
    if begun:
        answer = browser.get(CALLBACK, params=provider.log_in(begun, "s-1"))
    else:
        answer = browser.post("/api/v1/session/provider", json={}, headers=WRITES)
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unreachable"), answer.text
    assert "/elsewhere" not in provider.asked
    assert browser.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://id.example.org"}, {"token_endpoint": "http://192.0.2.1/token"},
        {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": None}, {"authorization_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]}, {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)  # fmt: skip
def test_a_provider_that_describes_itself_otherwise_is_not_used(
    browser: TestClient, provider: Provider, said: dict[str, Any]
) -> None:
    provider.metadata = said
    answer = browser.post("/api/v1/session/provider", json={}, headers=WRITES)
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unreachable")


def test_a_provider_that_is_down_is_said_to_be(url: str, tmp_path: Path) -> None:
    with running() as gone:
        pass
    with opened(create_app(url, settings_for(gone, tmp_path))) as browser:
        answer = browser.post("/api/v1/session/provider", json={}, headers=WRITES)
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unreachable")
        assert answer.headers["retry-after"]


def test_without_a_provider_there_is_none_and_nothing_that_could_ask_one(url: str) -> None:
    settings = Settings(mode="service", public_url="https://testserver", secret_key=SECRET)
    with opened(create_app(url, settings)) as browser:
        assert browser.post("/api/v1/session/provider", json={}, headers=WRITES).json()["code"] == "provider_not_set"
        assert browser.get(CALLBACK).json()["code"] == "provider_not_set"


def test_an_administrator_links_and_unlinks_and_sessions_end(browser: TestClient, provider: Provider) -> None:
    linked(browser, provider, ADMIN, "s-admin")
    provider.claims = {"acr": STRONG}
    admin = opened(browser.app)
    assert log_in(admin, provider, "s-admin").status_code == 200

    def change(method: str, account: Account, **more: Any) -> int:
        headers = WRITES | {"Idempotency-Key": f"key-{time.monotonic_ns()}-0123456789"}
        return admin.request(method, f"/api/v1/accounts/{account.id}/identity", headers=headers, **more).status_code

    assert change("PUT", EMPLOYER, json={"subject": "s-5"}) == 204
    assert log_in(browser, provider, "s-5").status_code == 200
    assert change("PUT", COACH, json={"subject": "s-5"}) == 422  # it logs in to another account
    assert change("PUT", ADMIN, json={"subject": "s-6"}) == 422  # one's own is changed by somebody else
    assert [one["by_provider"] for one in admin.get("/api/v1/accounts").json()["accounts"]] == [True, False, True]
    assert change("DELETE", EMPLOYER) == 204
    assert browser.get("/api/v1/session").status_code == 401
    refused(browser, log_in(browser, provider, "s-5"))
    assert change("DELETE", EMPLOYER) == 404


def test_the_same_holds_on_every_database(store: Store, provider: Provider, tmp_path: Path) -> None:
    from api.access.identity_provider import IdentityProvider
    from api.access.login import SessionLimits
    from api.access.provider_settings import provider_settings

    at, limits = datetime.now(UTC), SessionLimits()
    with store.write() as connection:
        add_tenant(connection, "t1", "Valmennus", at)
        add_account(connection, EMPLOYER, at)
        link_identity(connection, EMPLOYER.id, provider.issuer, "s-0", at)
        link_identity(connection, EMPLOYER.id, provider.issuer, "s-1", at)
    found = provider_settings(settings_for(provider, tmp_path))
    assert found is not None
    asked = IdentityProvider(found)
    late, kept = (begin_with_provider(store, asked, "", at) for _ in range(2))
    back = provider.log_in(kept.address, "s-1")
    answer = Answer(back["state"], back["code"], issuer=back["iss"])
    assert come_back(store, asked, answer, kept.browser, at, limits).account == EMPLOYER
    with pytest.raises(LoginRefused):
        come_back(store, asked, answer, kept.browser, at, limits)
    back = provider.log_in(late.address, "s-1")
    with pytest.raises(LoginRefused):
        answer = Answer(back["state"], back["code"], issuer=back["iss"])
        come_back(store, asked, answer, late.browser, at + timedelta(minutes=10), limits)
    with store.read() as connection:
        assert [row.subject for row in connection.execute(sa.select(account_identity))] == ["s-1"]
    asked.close()
