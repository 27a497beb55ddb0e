"""Pages as people see them: a real server, Debian's Chromium, one account of every role, the demo region behind it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from api.access.authentication import COOKIE
from api.app import create_app
from api.pages.language import CHOICE
from api.settings import Settings
from data.candidates import Candidate
from data.store import Store, open_store
from data.workplaces import Employer
from tests.api.access.world import SECRET, fill

CHROMIUM = "WORKTRIAL_TEST_CHROMIUM"
NOT_WANTED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",  # pages of the browser's own behind every window: half of all its work
    "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints",
    "PaintHolding", "PreconnectToSearch",
)  # fmt: skip
"""Parts of Chromium that are switched off; Playwright's own list too: the last one counts."""

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", f"--disable-features={','.join(NOT_WANTED)}",
)  # fmt: skip
"""Chromium asks nobody outside; a container has no sandbox of its own."""

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}

PATIENCE_MS = 120_000
"""The first list of a service builds its market, and a machine may be busy: waiting is no fault of a page."""

expect.set_options(timeout=PATIENCE_MS / 4)


@dataclass(frozen=True, slots=True)
class Served:
    """The service as it runs: its address, its store, and a site that the employer's account handles."""

    address: str
    store: Store
    site: str


def serving(
    home: Path, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> AbstractContextManager[Served]:
    """Run a service with accounts over a region and the people of the world of roles, in a folder of its own."""
    return serving_store(home, lambda store: fill(store, employers, people, datetime.now(UTC)))


@contextmanager
def serving_store(home: Path, filled: Callable[[Store], str], **said: Any) -> Iterator[Served]:
    """Run a service with accounts over a store that is filled first; ``filled`` names the employer's site.

    ``said``: settings instead, like those of one's own machine.
    """
    patch = pytest.MonkeyPatch()
    patch.setenv("WORKTRIAL_HOME", str(home))
    url = f"sqlite:///{home / 'worktrial.db'}"
    store = open_store(url)
    site = filled(store)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    often = dict.fromkeys(("limit_login", "limit_lists", "limit_export", "limit_other"), 100_000)
    with_accounts = {"mode": "service", "public_url": f"http://localhost:{port}", "secret_key": SECRET, **often}
    settings = Settings(**(said or with_accounts))
    server = uvicorn.Server(uvicorn.Config(create_app(url, settings), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    assert server.started
    yield Served(f"http://localhost:{port}", store, site)
    server.should_exit = True
    thread.join(20)
    store.close()
    patch.undo()


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[Served]:
    """The service over the demo region that the tests of one file look at, and change: the next file gets its own."""
    with serving(tmp_path_factory.mktemp("pages"), employers, people) as running:
        yield running


def chromium() -> str | None:
    """Find the browser; None where there is none."""
    return os.environ.get(CHROMIUM) or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window: the build that has none starts and draws in two thirds of the time.

    It ends with its file: while Playwright is at work its event loop runs, and other tests run loops of their own.
    """
    path = chromium()
    if not path:
        pytest.skip(f"no Chromium: apt install chromium-headless-shell, or set {CHROMIUM} (.ci/run installs it)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="session", autouse=True)
def whole_pages() -> Iterator[None]:
    """A click that leads to another page ends when that page is whole: Playwright itself goes on at its first bytes."""
    patch, click = pytest.MonkeyPatch(), Locator.click

    def click_and_wait(self: Locator, **how: Any) -> None:
        click(self, **how)
        self.page.wait_for_load_state()

    patch.setattr(Locator, "click", click_and_wait)
    yield
    patch.undo()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, served: Served) -> Iterator[Open]:
    """Open a page as somebody: role, language, width, with or without JavaScript. Errors of scripts fail the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(
        path: str, role: str = "", lang: str = "fi", width: int = 1200, script: bool = True, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale={"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}[lang],
        )
        contexts.append(context)
        sign_in(context, served.address, role, lang)
        page = watched_page(context, served.address, wrong)
        page.goto(served.address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def sign_in(context: BrowserContext, address: str, role: str, lang: str) -> None:
    """Make whoever looks somebody with a role, or nobody, who chose a language."""
    context.clear_cookies()
    context.add_cookies([{"name": CHOICE, "value": lang, "url": address}])
    if role:
        session = {"name": COOKIE, "value": f"session-of-{role}", "domain": "localhost", "path": "/"}
        context.add_cookies([session | {"secure": True, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item]


def watched_page(context: BrowserContext, address: str, wrong: list[str]) -> Page:
    """Open a window; ``wrong`` gets errors of scripts and requests to other origins."""
    context.set_default_timeout(PATIENCE_MS)
    page, own = context.new_page(), (address, "data:", "about:")
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda said: wrong.append(said.text) if _is_fault(said) else None)
    page.on("request", lambda asked: None if asked.url.startswith(own) else wrong.append(f"asked: {asked.url}"))
    return page


def _is_fault(said: ConsoleMessage) -> bool:
    """An answer that says no (4xx) stands in the console too, and a question that a newer one took the place of.

    Neither is a fault of the page. A question that failed says so under other names (sendError, timeout) as well.
    """
    expected = "status of 4|Status Error Code 4|^htmx:(sendAbort|afterRequest),"
    return said.type == "error" and not re.search(expected, said.text)


def violations(page: Page) -> list[str]:
    """Name what axe-core finds wrong with a page as it is shown."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options).then(told => told.violations)", WCAG)
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
