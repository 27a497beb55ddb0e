"""Every page × role × relation: axe-core finds nothing (WCAG 2.2 AA), one heading, nothing shifts, no other origin.

The pages are those of the application, as in the matrix of pages. The suite looks at each once, in a language and a way
that go round, so that all occur; ``make campaign-pages`` looks at each in every language and every way. So with a store
that has something for every page, with one that has nothing, and with one of very long words; with forms that are sent
empty; and with what is refused.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from playwright.sync_api import Browser

from api.access.authentication import WITHOUT_LOGIN
from api.messages import LANGUAGES
from api.pages.language import EASY
from data.accounts import Role
from data.candidates import Candidate
from data.store.sessions import close_session, open_session
from data.workplaces import Employer
from tests.api.access.world import ACCOUNTS, MINE, TRIALS, fill

from .conftest import Served, serving, serving_store
from .kept_pages import DRAFT, EVALUATED, LONG, RUNNING, fill_more, fill_nothing, lengthen, with_long_words
from .looks import LOOKS, PHONE, WIDE, Look, Walk, faults_of
from .test_page_matrix import ABOUT, NAMED, PAGES, ROUTE_OF, _about, _may
from .test_person_pages import PARTS
from .test_research_pages import MODEL, REAL, SIMULATED, kept

__all__ = ["kept"]  # the fixture: models and evaluations for researchers

EVERY_LOOK = "WORKTRIAL_TEST_EVERY_LOOK" in os.environ
FILES = ("/download", ".csv", "/export/{form}")
NOBODY = ""
SOME, FEW = 15, 12
LOADS: Counter[str] = Counter()
"""So many pages were looked at, by role."""

Way = tuple[str, Look]
Cell = tuple[str, str, str]

FOR_ALL = [
    path for method, path in sorted(WITHOUT_LOGIN) if method == "GET" and not path.startswith("/api/") and path != "/"
]
CELLS: list[Cell] = [
    *((path, NOBODY, "") for path in (*FOR_ALL, "/nothing/here")),
    *(
        (path, role, relation)
        for method, path, route in PAGES
        if method == "GET" and not path.endswith(FILES)
        for role in ACCOUNTS
        for relation in _about(route)
        if _may(role, route, relation)
    ),
]
MORE: list[tuple[str, str]] = [
    (f"/people/{MINE}/suggestions?top=50", "coach"), (f"/people/{MINE}/suggestions?minutes=0", "coach"),
    (f"/trials/compare?a={TRIALS['mine']}&b={DRAFT}", "coach"), (f"/trials/{DRAFT}", "coach"),
    (f"/me/trials/{DRAFT}", "candidate"),
    *((f"/trials/{one}", "coach") for one in (RUNNING, EVALUATED)),
    *((f"/me/trials/{one}", "candidate") for one in (RUNNING, EVALUATED)),
    *((f"/proposals/{one}", "employer") for one in (RUNNING, EVALUATED)), ("/admin/people?without=true", "admin"),
    ("/rules?on=2020-06-01&country=de", "admin"), ("/rules?on=tomorrow", "coach"),
    ("/permissions?role=employer&action=person.read", "admin"),
    ("/research/tables?measure=trials&by=quarter", "researcher"),
    ("/research/tables?measure=trials&by=quarter&by=region&by=isco&by=pathway", "researcher"),
    ("/research/corrections?kind=added", "researcher"), (f"/research/models/{MODEL}", "researcher"),
    ("/login?provider_refused=1", NOBODY), ("/login?done=logged_out", NOBODY),
    ("/people", "employer"), (f"/people/{MINE}/suggestions?top=900", "coach"), ("/people/KS-999", "coach"),
    ("/admin/accounts/a-employer", "admin"), ("/admin/accounts/l-coach", "admin"),
    *((f"/people/{MINE}/profile/{part}", "coach") for part in PARTS),
    (f"/research/evaluations/{{{REAL}}}", "researcher"),
]  # fmt: skip
"""Pages whose address says more than their path, and pages that say no."""


def ways(number: int, role: str, looks: Sequence[Look] = LOOKS) -> list[Way]:
    """Give the languages and looks that a page is looked at in: all, or the one whose turn it is."""
    every = [(lang, look) for look, lang in product(looks, (*LANGUAGES, EASY) if role == Role.CANDIDATE else LANGUAGES)]
    return every if EVERY_LOOK else [every[5 * number % len(every)]]  # 5: prime to all their numbers


def address(path: str, named: dict[str, str], about: str) -> str:
    """Fill an address: what it is about first, examples for the rest."""
    names = re.findall(r"\{(\w+)\}", path)
    first = next((name for name in names if name in ABOUT), "")
    return path.format(**{name: about if name == first else named[name] for name in names})


@pytest.fixture(scope="module")
def walk(browser: Browser) -> Iterator[Walk]:
    """Somebody who looks at all pages of this file."""
    one = Walk(browser)
    yield one
    sys.stdout.write(f"\n{LOADS.total()} pages looked at: {dict(LOADS)}\n")
    one.close()


def look_at(walk: Walk, served: Served, path: str, role: str, wanted: list[Way], *, axe: bool = True) -> list[str]:
    """Look at one address in some ways; gives all that is wrong."""
    found: list[str] = []
    for lang, look in wanted:
        page, status = walk.open(served.address, path, role, lang, look)
        LOADS[role] += 1
        wrong = faults_of(page, lang, look, axe=axe) + walk.wrong
        wrong += [f"status {status}"] if status >= 500 else []
        found += [f"{path} {role} {lang} {look.name}: {one}" for one in wrong]
    return found


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[Served]:
    """The service with some of the region: enough for every page, and its lists come sooner."""
    with serving(tmp_path_factory.mktemp("some"), employers[:SOME], people) as running:
        yield running


@pytest.fixture(scope="module")
def named(served: Served, kept: dict[str, str]) -> dict[str, str]:
    """What stands in addresses beside what a page is about: of things that are there."""
    return NAMED | kept | {"site_id": served.site, "name": kept[SIMULATED]} | fill_more(served.store, served.site)


def test_every_page_language_and_look_has_its_turn() -> None:
    assert {path for path, _, _ in CELLS} >= {path for method, path, _ in PAGES if method == "GET"} - {
        path for _, path, _ in PAGES if path.endswith(FILES)
    }
    turns = {(role, way) for number, (_, role, _) in enumerate(CELLS) for way in ways(number, role)}
    for role in ACCOUNTS:
        assert {lang for one, (lang, _) in turns if one == role} >= set(LANGUAGES), role
        assert {look for one, (_, look) in turns if one == role} == set(LOOKS), role
    assert (Role.CANDIDATE, EASY) in {(role, lang) for role, (lang, _) in turns}


def test_what_is_looked_for_would_be_found(walk: Walk, served: Served) -> None:
    page, _ = walk.open(served.address, "/about", NOBODY, "sv", WIDE)
    assert faults_of(page, "sv", WIDE) + walk.wrong == []
    page.evaluate("""() => {
      const main = document.querySelector('main');
      main.insertAdjacentHTML('afterbegin', '<h1>Another</h1><input><p class="dots">.</p>');
      main.insertAdjacentHTML('beforeend', '<svg width="2000" height="9"></svg>');
    }""")
    found = faults_of(page, "fi", WIDE)
    assert walk.wrong == []
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=//elsewhere.example/>')")
    page.wait_for_timeout(200)
    assert walk.wrong != []
    for said in ("2 headings", "the language is said to be sv", "px wider", "shifted by", "label"):
        assert any(said in one for one in found), (said, found)


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda number: "-".join(CELLS[number]))
def test_a_page_is_as_it_should_be(walk: Walk, served: Served, named: dict[str, str], number: int) -> None:
    path, role, relation = CELLS[number]
    about = _about(ROUTE_OF["GET", path])[relation] if relation else ""
    assert look_at(walk, served, address(path, named, about), role, ways(number, role)) == []


@pytest.mark.parametrize("number", range(len(MORE)), ids=lambda number: MORE[number][0])
def test_a_page_is_as_it_should_be_when_more_is_asked(
    walk: Walk, served: Served, named: dict[str, str], number: int
) -> None:
    path, role = MORE[number]
    assert look_at(walk, served, path.format(**named), role, ways(number, role)) == []


FORMS: list[Cell] = [
    (path, role, relation)
    for method, path, route in PAGES
    if method == "POST"
    for role in ACCOUNTS
    for relation in _about(route)
    if _may(role, route, relation)
]
if not EVERY_LOOK:
    FORMS = list({path: (path, role, relation) for path, role, relation in FORMS}.values())

SEND = """path => {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = path;
  form.innerHTML = '<input name="once">';
  form.firstChild.value = crypto.randomUUID() + crypto.randomUUID();
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}"""


@pytest.mark.parametrize("number", range(len(FORMS)), ids=lambda number: "-".join(FORMS[number]))
def test_what_answers_an_empty_form_is_as_it_should_be(
    walk: Walk, served: Served, named: dict[str, str], number: int
) -> None:
    path, role, relation = FORMS[number]
    to = address(path, named | {"access_id": "none"}, _about(ROUTE_OF["POST", path])[relation])
    for lang, look in ways(number, role, (WIDE, PHONE)):
        _log_in(served, role)
        page, _ = walk.open(served.address, "/about", role, lang, look)
        with page.expect_navigation() as sent:
            page.evaluate(SEND, to)
        if sent.value.status < 400 and not EVERY_LOOK:
            return  # it led on to a page that is looked at anyway
        LOADS[role] += 1
        found = faults_of(page, lang, look) + walk.wrong
        assert found == [], (path, role, lang, look.name, sent.value.status)


def _log_in(served: Served, role: str) -> None:
    secret, at = f"session-of-{role}", datetime.now(UTC)
    with served.store.write() as connection:
        close_session(connection, secret)
        open_session(connection, secret, ACCOUNTS[role].id, at, timedelta(hours=12), second_factor=True)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service on its first day. Where a service keeps things is one setting, so they follow each other."""
    with serving_store(tmp_path_factory.mktemp("bare"), fill_nothing) as running:
        yield running


BARE = sorted(
    {
        path: (path, role)
        for path, role, _ in CELLS
        if role and set(re.findall(r"\{(\w+)\}", path)) <= {"candidate_id", "dimension", "part"}
        if "{" not in path or role == Role.CANDIDATE
    }.values()
)
"""Pages that somebody has on the first day: a candidate's own, and for the others what is about nobody."""


@pytest.mark.parametrize("number", range(len(BARE)), ids=lambda number: "-".join(BARE[number]))
def test_a_page_is_as_it_should_be_when_nothing_is_there(walk: Walk, bare: Served, number: int) -> None:
    path, role = BARE[number]
    assert look_at(walk, bare, address(path, NAMED, MINE), role, ways(number, role)) == []


@pytest.fixture(scope="module")
def wordy(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[tuple[Served, dict[str, str]]]:
    """A service in which all that people write is far too long."""
    long = with_long_words(employers[:FEW])
    with serving_store(
        tmp_path_factory.mktemp("wordy"), lambda store: fill(store, long, people, datetime.now(UTC))
    ) as running:
        lengthen(running.store)
        yield running, NAMED | {"site_id": running.site} | fill_more(running.store, running.site, LONG[0])


WORDY = list({path: (path, role, relation) for path, role, relation in CELLS if role}.values())


@pytest.mark.parametrize("number", range(len(WORDY)), ids=lambda number: WORDY[number][0])
def test_a_page_holds_words_that_are_far_too_long(
    walk: Walk, wordy: tuple[Served, dict[str, str]], number: int
) -> None:
    path, role, relation = WORDY[number]
    long, named = wordy
    about = _about(ROUTE_OF["GET", path])[relation]
    assert look_at(walk, long, address(path, named, about), role, ways(number, role, (PHONE,)), axe=EVERY_LOOK) == []
