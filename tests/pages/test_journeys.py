"""Ten journeys, from a new employer's pasted list to an ended and evaluated trial, in three languages and three ways.

Each language is one chain: a journey goes on from what the one before it left. A journey is walked in every way
(scripts, no scripts, keyboard alone), a different one in each language; docs/reference/journeys.md has them as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser

from api.messages import LANGUAGES
from data.candidates import Candidate
from data.workplaces import Employer
from tests.conftest import ROOT

from . import journeys_of_a_trial as then
from . import journeys_to_a_proposal as first
from .conftest import Served, serving
from .journey_world import REGION, WAYS, Chain, Journey, let_in, new_employers
from .walking import Way

JOURNEYS: Mapping[str, Callable[[Journey], None]] = {
    "invited": first.invited,
    "pasted": first.pasted,
    "met": first.met,
    "listed": first.listed,
    "tried": first.tried,
    "proposed": first.proposed,
    "answered": then.answered,
    "agreed": then.agreed,
    "run": then.run,
    "left": then.left,
}


def way_of(number: int, lang: str) -> Way:
    """Give the way in which a journey is walked in a language."""
    return WAYS[(number + LANGUAGES.index(lang)) % len(WAYS)]


TABLE = ROOT / "docs" / "reference" / "journeys.md"
WALKS = tuple((number, lang) for number in range(1, len(JOURNEYS) + 1) for lang in LANGUAGES)
NAMES = tuple(JOURNEYS)


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[Served]:
    """A service of a few employers, the new ones among them, and a new person for every language."""
    region = (*employers[:REGION], *new_employers())
    with serving(tmp_path_factory.mktemp("journeys"), region, people) as running:
        let_in(running, people)
        yield running


@pytest.fixture(scope="module")
def chains(served: Served, browser: Browser) -> Mapping[str, Chain]:
    """What was walked so far in each language."""
    return {lang: Chain(lang, served, browser) for lang in LANGUAGES}


@pytest.mark.parametrize(
    ("number", "lang"), WALKS, ids=[f"{n}-{NAMES[n - 1]}-{lang}-{way_of(n, lang)}" for n, lang in WALKS]
)
def test_a_journey(chains: Mapping[str, Chain], number: int, lang: str) -> None:
    chain, name, way = chains[lang], NAMES[number - 1], way_of(number, lang)
    if chain.walked < number - 1:
        begins = f"journey {number} ({name}) in {lang} begins where journey {chain.walked + 1} did not come to"
        pytest.fail(f"{begins}: walk the chain from its start, or mend that one", pytrace=False)
    journey = Journey(chain, way)
    try:
        JOURNEYS[name](journey)
    except BaseException as fault:
        fault.add_note(f"journey {number} ({name}), {lang}, {way}: {journey.said}")
        raise
    chain.walked = number


def test_every_journey_is_walked_in_every_language_and_every_way_as_the_table_says() -> None:
    rows = [
        line.strip("| ").split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    told = [(int(row[0]), row[1], row[-3:]) for row in rows if row[0].isdecimal()]
    walked = [(n, name, [way_of(n, lang).value for lang in LANGUAGES]) for n, name in enumerate(NAMES, start=1)]
    assert told == walked
    assert all(set(ways) == set(Way) for _, _, ways in walked)
