"""Gathers what a workshop is about: the cards of one workplace, and part-jobs carved for the people who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz import fuzz, process

from data.errors import UnknownId
from data.store import Store, employers_of, site_ids
from data.workplaces import Site
from features.workshop_cards import TaskCard, task_cards
from matching.one_site import ask_about
from matching.workshop import ProposedWork, proposals, without_whom

from ..lessons import catalogue_for
from ..workspace import ask_market, candidate_to_match, scorer_in_force


@dataclass(frozen=True, slots=True)
class WorkshopPack:
    """All that a pack is made of. There is no place in it for a person."""

    employer: str
    sector: str
    fictional: bool
    site: Site
    cards: tuple[TaskCard, ...]
    proposals: tuple[ProposedWork, ...]


@dataclass(frozen=True, slots=True)
class CoachNote:
    """What only the coach is told when a pack is made: a message key and whom or what it is about."""

    key: str
    about: str = ""


def make_pack(
    store: Store, site: str, candidates: Sequence[str] = (), each: int = 2
) -> tuple[WorkshopPack, tuple[CoachNote, ...]]:
    """Make the pack of a site with up to ``each`` proposals a person; UnknownId for a site or person not there."""
    with store.read() as connection:
        found = employers_of(connection, sites=[site])
        known = [] if found else site_ids(connection)
    if not found:
        close = process.extract(site, known, scorer=fuzz.WRatio, limit=3)
        raise UnknownId("site", site, [id_ for id_, _, _ in close])
    employer = found[0]
    scorer = scorer_in_force(store)
    found_for, notes = list[tuple[ProposedWork, ...]](), list[CoachNote]()
    for id_ in dict.fromkeys(candidates):
        person = candidate_to_match(store, id_)
        catalogue = catalogue_for(store, fictional=person.fictional)
        ask = partial(ask_about, person, site=site, scorer=scorer, catalogue=catalogue)
        asked = ask_market(store, "", ask)
        if asked.against:
            notes.append(CoachNote(asked.against, id_))
        elif carved := proposals(asked, each):
            found_for.append(carved)
        else:
            notes.append(CoachNote("site.no_part_job", id_))
    if len(found_for) == 1:
        notes.append(CoachNote("one_person"))
    place = employer.sites[0]
    proposed = without_whom(one for carved in found_for for one in carved)
    if any(one.agreed_apart for one in proposed):
        notes.append(CoachNote("agreed_apart"))
    return WorkshopPack(employer.name, employer.sector, employer.fictional, place, task_cards(place), proposed), tuple(
        notes
    )
