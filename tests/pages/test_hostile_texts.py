"""More than 200 hostile texts in every place where people's words are kept: nothing runs, nothing breaks out.

Every page that a role can open is shown by a real browser. A text that became a tag, an attribute or a script would be
seen: by what it sets, by a dialog, by what the browser's console says of the Content-Security-Policy, or in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from api.access.authentication import COOKIE
from data.accounts import Role
from data.candidates import Candidate, Skill
from data.store import get_candidate, replace_candidates
from data.workplaces import Employer
from tests.api.access.world import ACCOUNTS, MINE, TRIALS

from .conftest import PATIENCE_MS, Served, serving
from .hostile_texts import hostile_texts
from .test_page_matrix import NAMED, PAGES

TEXTS = hostile_texts()
FILES = ("/download", ".csv", ".xlsx", ".ics", ".json", ".docx")
"""Addresses that give a file to keep, no page."""

FOREIGN = (
    "iframe, object, embed, base, math, marquee, style, "
    'link:not([href^="/static/"], [href="#main"]), script:not([src^="/static/"]), '
    'meta[http-equiv], img:not([src^="data:"]), video, audio'
)
LOADED = """foreign => {
  const every = [...document.querySelectorAll('*')];
  const named = attribute => /^on|^hx-on|^data-hx/i.test(attribute.name);
  const goes = e => (e.getAttribute('href') ?? e.getAttribute('action') ?? e.getAttribute('hx-get') ?? '').trim();
  return {
    ran: window.__ran ?? null,
    handlers: every.filter(e => [...e.attributes].some(named)).length,
    foreign: document.querySelectorAll(foreign).length,
    leading: every.filter(e => /^(javascript|data|vbscript|blob):|elsewhere/i.test(goes(e))).length,
  };
}"""


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[Served]:
    """The demo region and its people with a hostile text wherever there are words."""
    words = cycle(TEXTS)
    with serving(tmp_path_factory.mktemp("hostile"), tuple(_hostile(one, words) for one in employers), people) as one:
        with one.store.write() as connection:
            person = get_candidate(connection, MINE)
            marked = {
                dimension: tuple(replace(level, evidence=next(words)[:200]) for level in levels)
                for dimension, levels in person.capacity.items()
            }
            skills = tuple(Skill(next(words)[:200]) for _ in range(20))
            replace_candidates(
                connection,
                [replace(person, name=next(words), municipality="<b>x", capacity=marked, skills=skills)],
            )
        yield one


def _hostile(employer: Employer, words: Iterator[str]) -> Employer:
    return replace(
        employer,
        name=next(words),
        sites=tuple(
            replace(
                site,
                name=next(words),
                jobs=tuple(
                    replace(job, title=next(words), tasks=tuple(replace(task, text=next(words)) for task in job.tasks))
                    for job in site.jobs
                ),
            )
            for site in employer.sites
        ),
    )


def test_there_are_more_than_200_texts_and_all_are_kept(hostile: Served) -> None:
    assert len(TEXTS) >= 200
    with hostile.store.read() as connection:
        kept = {text for (text,) in connection.exec_driver_sql("SELECT text FROM task")}
    assert len(kept & set(TEXTS)) > 200


@pytest.mark.parametrize("role", list(ACCOUNTS))
def test_nothing_runs_on_any_page(browser: Browser, hostile: Served, role: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    session = {"name": COOKIE, "value": f"session-of-{role}", "domain": "localhost", "path": "/"}
    context.add_cookies([session | {"secure": True, "httpOnly": True, "sameSite": "Lax"}])  # type: ignore[list-item]
    page, said = context.new_page(), []
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith((hostile.address, "data:")) else said.append(asked.url)
    )
    seen = 0
    for path in _addresses(role, hostile.site):
        answer = page.goto(hostile.address + path)
        assert answer is not None
        seen += answer.status == 200
        assert page.evaluate(LOADED, FOREIGN) == {"ran": None, "handlers": 0, "foreign": 0, "leading": 0}, path
    context.close()
    assert said == []
    assert seen > 2


def _addresses(role: str, site: str) -> list[str]:
    """List the pages that a role can read, with ids of the world, and hostile texts where an address takes words."""
    named = NAMED | {"candidate_id": MINE, "trial_id": TRIALS["mine"], "site_id": site, "account_id": "b-coach"}
    found = [
        re.sub(r"\{(\w+)\}", lambda name: named[name.group(1)], path)
        for method, path, _ in PAGES
        if method == "GET" and not path.endswith(FILES) and "/export/" not in path
    ]
    return found if role != Role.CANDIDATE else [path for path in found if path.startswith(("/me", "/account"))]


@pytest.mark.parametrize("path", ["/login?next=", "/login?done=", "/people?cursor=", "/patterns?lang=", "/nothing/"])
def test_what_stands_in_an_address_is_not_run_either(browser: Browser, hostile: Served, path: str) -> None:
    from urllib.parse import quote

    context = browser.new_context()
    page = context.new_page()
    for text in TEXTS[::7]:
        page.goto(hostile.address + path + quote(text))
        found = page.evaluate(LOADED, FOREIGN)
        assert (found["ran"], found["handlers"], found["foreign"]) == (None, 0, 0), text
    context.close()
