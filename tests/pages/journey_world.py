"""The world that journeys begin in: an employer without any tasks and a new person a language, nothing done yet.

What a journey leaves, the next one of the same language goes on from: one chain a language, all in one service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Page

from api.messages import LANGUAGES, Messages
from data.accounts import Account, Role
from data.candidates import Candidate
from data.store import Store, admit, get_plan, replace_candidates
from data.store.accounts import add_account
from data.store.sessions import open_session
from data.trial_lifecycle import TrialPlan
from data.workplaces import Employer, Site
from features.capital_words import read_words
from features.illnesses_in_text import illnesses
from tests.api.access.world import CANARY, with_canaries

from .conftest import Served
from .walking import Steps, Way, walking

WAYS = tuple(Way)
REGION = 4
"""So many employers of the demo region are there beside the new ones: enough lines to choose among, and quick."""

MODEL = "KS-009"
"""Whose profile the new people have: it fits the pasted tasks, tightly, with something to settle and to tell."""


@dataclass(frozen=True, slots=True)
class Named:
    """What is called how in the chain of one language, and what an employer pastes, typing errors and all.

    Line 2 says a licence that the handler crosses out, line 4 no hours, line 5 what is required for all.
    """

    person: str
    name: str
    employer: str
    site: str
    handler: str
    job: str
    pasted: str
    two: str
    words: str


CHAINS = {
    "fi": Named(
        "KS-901", "Veera Varpunen", "Kirjokeskus Oy", "Kirjokeskuksen toimisto", "Hanna Heikkinen", "Toimistoapulainen",
        "- Postin lajitelu ja jako 4 h/vko\n"
        "- Lomakeiden skannaus ja haku autolla, B-kortti vaaditaan 5 tuntia viikosa\n"
        "- Kahvihuoneen siistiminen, astianpesukonen tyhjennys 3 h\n- Arkistomappien hyllytys, laatikot max 15 kg\n"
        "- Hygieniapassi vaaditaan",
        "kaksi", "Aamut eivät käy ennen kello kymmentä",
    ),
    "sv": Named(
        "KS-902", "Saga Sparv", "Brokiga Huset Ab", "Brokiga husets kansli", "Helga Holm", "Kanslibiträde",
        "- sortering och utdelning av postn 4 tim/vecka\n- skaning och hämtning av blanketter, B-körkort krävs 5 "
        "timmar i veckn\n- städa kafferummet, tömma diskmaskinn 3 h\n- hylla arkivpärmar, lådor max 15 kg\n"
        "- Hygienpass krävs",
        "två", "Morgnar passar inte före klockan tio",
    ),
    "en": Named(
        "KS-903", "Wendy Wren", "Motley House Ltd", "Motley House office", "Harriet Hill", "Office assistant",
        "- sorting and handing out the mial 4 h/week\n- scaning and fetching forms, driving licence B required 5 hours "
        "a wek\n- tidying the cofee room, emptying the dishwasher 3 h\n- shelving archive binders, boxes max 15 kg\n"
        "- Hygiene passport required",
        "two", "Mornings do not suit before ten o'clock",
    ),
}  # fmt: skip


@dataclass
class Chain:
    """The chain of one language: whose it is, how far it was walked, and what later journeys need of earlier ones."""

    lang: str
    served: Served
    browser: Browser
    walked: int = 0
    handler: str = ""
    trial: str = ""
    told: str = ""
    untold: tuple[str, ...] = ()
    read: set[str] = field(default_factory=set)
    named: Named = field(init=False)

    def __post_init__(self) -> None:
        self.named = CHAINS[self.lang]
        self.words = Messages(self.lang)

    @property
    def site(self) -> str:
        """Give the id of the workplace."""
        return f"uusi-{self.lang}.toimisto"

    @property
    def store(self) -> Store:
        """Give the store behind the pages."""
        return self.served.store

    def plan(self) -> TrialPlan:
        """Read the trial as it is stored."""
        with self.store.read() as connection:
            return get_plan(connection, self.trial)

    def look(self, page: Page) -> None:
        """Look at what an employer is shown: no score, no word of health, of the person nothing but what they told."""
        content, text = page.content(), page.locator("main").inner_text()
        assert CANARY not in content, "an employer reads what is known of a person"
        assert self.named.person not in content, "an employer reads the id of a person"
        assert self.named.name not in content, "an employer reads a name that nobody released"
        score = self.words.text("page.site.score")
        assert score.casefold() not in text.casefold(), f"an employer reads of a score: {score}"
        lines = set(text.splitlines()) - self.read
        ill = [line for line in lines if any(illnesses(read_words(line)))]
        assert ill == [], "an employer reads a word of health"
        self.read |= lines


@dataclass
class Journey:
    """One journey of a chain, in one way; ``said`` is the step that is being walked, for whoever reads of a fault."""

    chain: Chain
    way: Way
    said: str = "the beginning"

    def step(self, said: str) -> None:
        """Say what is done now."""
        self.said = said

    @contextmanager
    def coach(self) -> Iterator[Steps]:
        """Walk as the coach."""
        with self._walk("session-of-coach") as steps:
            yield steps

    @contextmanager
    def admin(self) -> Iterator[Steps]:
        """Walk as the administrator."""
        with self._walk("session-of-admin") as steps:
            yield steps

    @contextmanager
    def candidate(self) -> Iterator[Steps]:
        """Walk as the person."""
        with self._walk(f"session-of-{self.chain.named.person}") as steps:
            yield steps

    @contextmanager
    def employer(self, session: str = "", speaks: str = "") -> Iterator[Steps]:
        """Walk as the employer's handler, whose every page is looked at; without a session before logging in."""
        with self._walk(session or self.chain.handler, self.chain.look, speaks) as steps:
            yield steps

    @contextmanager
    def _walk(self, session: str, look: Callable[[Page], None] | None = None, speaks: str = "") -> Iterator[Steps]:
        chain = self.chain
        with walking(chain.browser, chain.served.address, chain.lang, self.way, session, look, speaks) as steps:
            yield steps


def new_employers() -> tuple[Employer, ...]:
    """Give an employer a language that has one workplace and has never offered a task."""
    return tuple(
        Employer(
            f"uusi-{lang}", named.employer, "keski_suomi",
            (Site(f"uusi-{lang}.toimisto", named.site, (), "Jyväskylä", supervision_hours_per_week=6.0),),
            sector="reception", fictional=True,
        )
        for lang, named in CHAINS.items()
    )  # fmt: skip


def let_in(served: Served, people: tuple[Candidate, ...]) -> None:
    """Bring in a new person a language, with an account and without a coach; canaries stand all over the profile."""
    model = with_canaries(next(one for one in people if one.id == MODEL))
    at = datetime.now(UTC)
    for lang in LANGUAGES:
        named = CHAINS[lang]
        person = replace(
            model, id=named.person, name=named.name, hours_min=5.0, hours_max=12.0, municipality="Jyväskylä",
            permits={"hygiene_passport": True},
        )  # fmt: skip
        account = Account(f"p-{lang}", Role.CANDIDATE, "t1", f"person-{lang}@example.fi", named.name, named.person)
        with served.store.write() as connection:
            replace_candidates(connection, [person])
            admit(connection, [named.person], "t1")
            add_account(connection, account, at)
            session = f"session-of-{named.person}"
            open_session(connection, session, account.id, at, timedelta(hours=12), second_factor=True)
