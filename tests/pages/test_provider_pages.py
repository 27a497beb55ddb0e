"""Logging in with the organisation's own log-in, in a browser: there and back, an invitation, a code, and every no."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from api.access.login import invite
from api.access.sealing import seal
from api.app import create_app
from api.messages import LANGUAGES
from api.settings import Settings
from data.accounts import COMMAND_LINE, Account, Role
from data.store import Store, add_tenant, open_store
from data.store.accounts import add_account, set_second_factor
from data.store.identities import link_identity
from tests.api.access.local_provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.api.access.world import SECRET

from .conftest import violations

EMPLOYER = Account("e1", Role.EMPLOYER, "t1", "employer@example.fi", "Eeva Esimerkki")
COACH = Account("c1", Role.COACH, "t1", "coach@example.fi", "Anna Aalto")
CODES = pyotp.random_base32()


@dataclass(frozen=True, slots=True)
class Together:
    """A service and its provider, both on this machine."""

    address: str
    store: Store
    provider: Provider


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    home = tmp_path_factory.mktemp("provider")
    url, at = f"sqlite:///{home / 'worktrial.db'}", datetime.now(UTC)
    store = open_store(url)
    with store.write() as connection:
        add_tenant(connection, "t1", "Valmennus", at)
        for one in (EMPLOYER, COACH):
            add_account(connection, one, at)
        set_second_factor(connection, COACH.id, seal(CODES, SECRET.encode(), COACH.id), on=True)
    secret = home / "client-secret"
    secret.write_text(CLIENT_SECRET)
    secret.chmod(0o600)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    address = f"http://localhost:{listener.getsockname()[1]}"
    with running() as provider:
        often = dict.fromkeys(("limit_login", "limit_other"), 100_000)
        settings = Settings(
            mode="service", public_url=address, secret_key=SECRET, oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT_ID, oidc_client_secret_file=secret, **often,
        )  # fmt: skip
        with store.write() as connection:
            link_identity(connection, COACH.id, provider.issuer, "s-coach", at)
        server = uvicorn.Server(uvicorn.Config(create_app(url, settings), log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield Together(address, store, provider)
        server.should_exit = True
        thread.join(20)
    store.close()


@pytest.fixture
def page(browser: Browser, together: Together) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    opened = context.new_page()
    opened.goto(f"{together.address}/login?lang=en")
    yield opened
    context.close()


def enter(page: Page) -> None:
    page.get_by_role("button", name="Log in with the organisation's account").click()


def test_an_invitation_links_the_identity_and_the_next_time_the_button_is_enough(
    page: Page, together: Together
) -> None:
    together.provider.subject = "s-employer"
    with together.store.write() as connection:
        invitation = invite(connection, EMPLOYER.id, COMMAND_LINE, datetime.now(UTC))
    page.goto(f"{together.address}/welcome")
    assert violations(page) == []
    page.get_by_label("Invitation", exact=True).fill(invitation)
    page.get_by_role("button", name="Link the organisation's login").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    enter(page)
    expect(page.get_by_role("link", name=EMPLOYER.name)).to_be_visible()


def test_who_is_linked_to_no_account_is_led_back_and_told_what_to_do(page: Page, together: Together) -> None:
    together.provider.subject = "s-nobody"
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    assert page.url.endswith("/login?provider_refused=1")
    assert violations(page) == []


def test_a_coach_shows_a_code_and_a_wrong_one_ends_the_session(page: Page, together: Together) -> None:
    together.provider.subject = "s-coach"
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step: your one-time code")
    assert violations(page) == []
    page.goto(f"{together.address}/people")
    assert page.url.endswith("/account/codes")
    page.get_by_label("One-time code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("the session was ended")
    enter(page)
    page.get_by_label("One-time code").fill(pyotp.TOTP(CODES).now())
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The people whom I coach")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_login_and_the_page_between_are_accessible_and_fit_a_phone(
    browser: Browser, together: Together, lang: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme="dark")
    context.route(f"{together.provider.issuer}/authorize*", lambda route: route.fulfill(status=204))
    page = context.new_page()
    page.goto(f"{together.address}/login?lang={lang}")
    assert violations(page) == []
    page.locator("form[action='/login/provider'] button").click()
    leads_to = page.locator("main a.button").get_attribute("href")
    assert leads_to is not None
    assert leads_to.startswith(together.provider.issuer)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
