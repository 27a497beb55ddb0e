"""Worlds that differ only in what an employer was not released give that employer the same bytes on every route.

One service answers all requests of an employer's account. Then something that was not released is changed (profile,
limits, notes, reasons, other trials, other employers' releases, objections), and the same requests must be answered
with the same status, headers and bodies. ``WORKTRIAL_PAIRS`` says how many such pairs (500 as it comes); the seed is
fixed, and a failure names its pair.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from api.access.policy import policy_of
from api.fact_wording import measure_text
from api.messages import Messages
from data.accommodations import load_accommodations
from data.accounts import COMMAND_LINE, Role
from data.candidates import Ban, Candidate, Skill
from data.dimensions import load_dimensions
from data.levels import Level, Source
from data.releasable_facts import ReleasableFact
from data.store import (
    Store,
    get_candidate,
    get_plan,
    release,
    release_trials,
    replace_candidates,
    withdraw,
)
from data.store.objections import set_objection
from data.store.trial_plan_tables import trial_plan, trial_plan_reason, trial_plan_step, trial_plan_terms
from data.trial_lifecycle import Asked, Channel, Heard, Move
from data.vocabulary import vocabulary
from data.workplaces import Employer
from tests.trials_in_store import move_trial

from .test_matrix import ROUTES, _seen, _send, relations
from .world import ACCOUNTS, CANARY, COLLEAGUES, MEASURE, MINE, TRIALS, World, fill, now, open_service

PAIRS = int(os.environ.get("WORKTRIAL_PAIRS", "500"))
SOME, ALL_EVERY, PAIRS_FOR_ALL = 10, 50, 500
"""In each pair the requests that show most and ten others are asked; in every fiftieth all but DOCX."""

OWN_ACCOUNT = {
    ("DELETE", "/api/v1/session"), ("POST", "/api/v1/session/second-factor"),
    ("POST", "/api/v1/sites/{site_id}/postings"), ("POST", "/api/v1/sites/{site_id}/postings/preview"),
    ("POST", "/api/v1/sites/{site_id}/postings/file"), ("POST", "/api/v1/sites/{site_id}/postings/file/preview"),
}  # fmt: skip
DIMENSIONS = [dimension.id for dimension in load_dimensions()]
ACTIVITIES = sorted(vocabulary("activities"))
MEASURES = sorted(measure.id for measure in load_accommodations())
KEY_OF_A_FORM = re.compile(r'name="once" value="[A-Za-z0-9_-]{16,128}"')
"""Every form has a random key of its own: that alone may differ between two readings of a page."""

WORDS = ("diabetes", "selkä", "uupumus", "42", "=1+1", "<b>x</b>", "ÄÖ", "")


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    """Two workplaces, and two facts of the person released to the employer."""
    site = fill(store, employers[:2], people, now())
    tasks = tuple(task.id for task in employers[0].sites[0].jobs[0].tasks[:2])
    with store.write() as connection:
        for number, fact in enumerate(
            (ReleasableFact("name", "", "Aino K."), ReleasableFact("measure", MEASURE, "", 0.0, tasks))
        ):
            release(connection, COMMAND_LINE, MINE, employers[0].id, fact, now(), f"{number:032x}", TRIALS["mine"])
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that an employer can ask; ``always``: it shows most, and is asked in every pair."""

    name: str
    send: Callable[[], Any]
    always: bool = False
    docx: bool = False

    def seen(self) -> object:
        status, text, headers = _seen(self.send())
        return status, KEY_OF_A_FORM.sub("", text), headers


def everything_an_employer_can_ask(world: World) -> list[Request]:
    """List every route for every thing, also for what is not there, in three languages and every form."""
    found = []
    for method, path, route in ROUTES:
        policy = policy_of(route)
        assert policy is not None
        if (method, path) in OWN_ACCOUNT or "token" in path:
            continue  # about the employer's own account or offers, and different each time
        for relation, about in relations(policy.action.of).items():
            send = partial(_send, world, "employer", method, path, about)
            found.append(Request(f"{method} {path} {relation}", send))
    for trial in (*TRIALS.values(), "e" * 32):
        found += _about_a_trial(world, trial)
    for lang in ("fi", "sv", "en"):
        found.append(_get(world, "/api/v1/trials", always=lang == "fi", lang=lang))
        found.append(_get(world, "/api/v1/trials.ics", always=lang == "fi", lang=lang))
    found += _pages(world)
    for wrong in ("/api/v1/trials/%00", "/api/v1/nothing", "/api/v1/candidates"):
        found.append(_get(world, wrong, lang="xx"))
    return found


def _pages(world: World) -> Iterator[Request]:
    """List every page that an employer can open, of things that are there and that are not."""
    for lang in ("fi", "sv", "en"):
        yield _page(world, "/workplaces", lang, always=lang == "sv")
        yield _page(world, "/proposals", lang, always=lang == "sv")
        for site in (world.site, "no.such.site"):
            yield _page(world, f"/workplaces/{site}", lang)
            yield _page(world, f"/workplaces/{site}/tasks/new", lang)
        for trial in (*TRIALS.values(), "e" * 32):
            yield _page(world, f"/proposals/{trial}", lang, always=trial == TRIALS["mine"] and lang == "en")
            yield _page(world, f"/proposals/{trial}/agreement", lang)


def _page(world: World, path: str, lang: str, *, always: bool = False) -> Request:
    plain = {"accept": "text/html", "accept-encoding": "identity"}  # packed, a random key changes the length
    send = partial(world.ask, "employer", "GET", path, params={"lang": lang}, headers=plain)
    return Request(f"{path} {lang}", send, always)


def _about_a_trial(world: World, trial: str) -> Iterator[Request]:
    """List what can be asked of one trial, and every move that this state refuses."""
    path, mine = f"/api/v1/trials/{trial}", trial == TRIALS["mine"]
    for lang in ("fi", "sv", "en"):
        yield _get(world, path, always=mine and lang == "fi", lang=lang)
        for form in ("json", "html", "docx"):
            yield _get(world, f"{path}/brief", always=mine and (lang, form) == ("fi", "json"), lang=lang, format=form)
    read: Any = world.ask("employer", "GET", path)
    seen = read.json().get("seen", "x")
    for move in tuple(Move) if mine else (Move.SIGN, Move.AGREE):
        # none of them goes through: an answer was given, terms are not whole, no reason is said
        send = partial(world.ask, "employer", "POST", f"{path}/moves", json={"move": move.value, "seen": seen})
        yield Request(f"{move} {trial}", send)


def _get(world: World, path: str, *, always: bool = False, **asked: str) -> Request:
    send = partial(world.ask, "employer", "GET", path, params=asked)
    return Request(f"{path} {asked}", send, always, asked.get("format") == "docx")


Change = Callable[[sa.Connection, Random], None]


def _profile(connection: sa.Connection, chance: Random) -> None:
    person = get_candidate(connection, MINE)
    capacity = {
        dimension: (
            Level(
                level := chance.choice((0.0, 1.5, 3.0, 5.0)), level, level, Source.PROFESSIONAL, chance.choice(WORDS)
            ),
        )
        for dimension in chance.sample(DIMENSIONS, chance.randrange(0, 20))
    }
    replace_candidates(connection, [replace(
        person,
        name=f"{chance.choice(WORDS)} {chance.random()}",
        capacity=capacity,
        bans=tuple(Ban(one, 0.0) for one in sorted(chance.sample(DIMENSIONS, chance.randrange(0, 4)))),
        wishes={one: float(chance.randrange(-2, 3)) for one in chance.sample(ACTIVITIES, 3)},
        strengths=tuple(chance.sample(ACTIVITIES, 2)),
        skills=tuple(Skill(chance.choice(WORDS)) for _ in range(chance.randrange(0, 3))),
        hours_min=float(chance.randrange(0, 10)),
        hours_max=float(chance.randrange(10, 40)),
        blocks={} if chance.random() < 0.5 else {"mon_am": 4.0},
        declined_accommodations=frozenset(chance.sample(MEASURES, 2)),
        municipality=chance.choice(("Jyväskylä", "Muurame", "")),
        own_car=chance.choice((True, False, None)),
    )])  # fmt: skip


def _coach_side(connection: sa.Connection, chance: Random) -> None:
    """Change notes, flags and reasons of the trial: all that is between the coach and the person."""
    of = TRIALS["mine"]
    flags = [["tight", [chance.choice(DIMENSIONS)]] for _ in range(chance.randrange(0, 3))]
    connection.execute(sa.update(trial_plan).where(trial_plan.c.id == of).values(flags=flags))
    connection.execute(
        sa.update(trial_plan_step).where(trial_plan_step.c.plan_id == of).values(note=chance.choice(WORDS))
    )
    text = chance.choice(WORDS)
    connection.execute(sa.update(trial_plan_reason).where(trial_plan_reason.c.plan_id == of).values(text=text))


def _measures_and_pathway(connection: sa.Connection, chance: Random) -> None:
    """Change what of the terms says something of the person: measures, pathway, what is kept of it."""
    of = trial_plan_terms.c.plan_id == TRIALS["mine"]
    terms = dict(connection.execute(sa.select(trial_plan_terms.c.terms).where(of)).scalars().first() or {})
    terms |= {
        "measures": chance.sample(MEASURES, chance.randrange(0, 4)),
        "pathway": chance.choice(("", "fi.pension.trial_unpaid", "fi.employment.trial")),
        "kept": {"paid": chance.random() < 0.5},
    }
    connection.execute(sa.update(trial_plan_terms).where(of).values(terms=terms))


def _other_trials(connection: sa.Connection, chance: Random) -> None:
    """Let the trial that the employer is not shown be there or not, whatever its state before that."""
    state = chance.choice(("draft", "proposed"))
    connection.execute(sa.update(trial_plan).where(trial_plan.c.id == TRIALS["not_shown"]).values(state=state))
    if chance.random() < 0.05:
        connection.execute(sa.delete(trial_plan).where(trial_plan.c.id.in_([TRIALS["not_shown"], TRIALS["foreign"]])))


def _other_employers(connection: sa.Connection, chance: Random) -> None:
    """Release things to another employer, of this person and of others, and take some back."""
    for person in (MINE, COLLEAGUES):
        fact = ReleasableFact("name", "", chance.choice(WORDS) or "x")
        release(connection, COMMAND_LINE, person, "another-employer", fact, now(), f"{chance.getrandbits(128):032x}")
        if chance.random() < 0.5:
            withdraw(connection, COMMAND_LINE, person, now(), f"{chance.getrandbits(128):032x}", "another-employer")


def _will(connection: sa.Connection, chance: Random) -> None:
    """Let the person object to matching or not, and be learned from or not."""
    set_objection(connection, MINE, now() + timedelta(seconds=chance.randrange(9)), objects=chance.random() < 0.5)
    release_trials(connection, MINE, chance.random() < 0.5)


CHANGES: tuple[Change, ...] = (_profile, _coach_side, _measures_and_pathway, _other_trials, _other_employers, _will)


def test_an_employer_cannot_tell_worlds_apart_that_differ_in_what_was_not_released(world: World) -> None:
    requests = everything_an_employer_can_ask(world)
    before = {one.name: one.seen() for one in requests}
    assert len(before) == len(requests)
    assert any("Aino K." in str(seen) for seen in before.values())  # what was released is there
    pairs = PAIRS if world.store.engine.dialect.name == "sqlite" else max(1, PAIRS // 10)
    chance = Random(20261128)  # noqa: S311 (which worlds are looked at, no secret)
    asked = set()
    for pair in range(pairs):
        changed = chance.sample(CHANGES, chance.randrange(1, len(CHANGES) + 1))
        with world.store.write() as connection:
            for change in changed:
                change(connection, chance)
        some = {one.name for one in chance.sample(requests, SOME)}
        for one in requests:
            if one.always or one.name in some or (pair % ALL_EVERY == 0 and not one.docx):
                named = [change.__name__ for change in changed]
                assert one.seen() == before[one.name], f"pair {pair}, {one.name}, after {named}"
                asked.add(one.name)
    if pairs >= PAIRS_FOR_ALL:
        assert asked == set(before)


def test_what_is_taken_back_is_gone_in_the_next_answer(world: World) -> None:
    path = f"/api/v1/trials/{TRIALS['mine']}/brief"
    assert "Aino K." in world.ask("employer", "GET", path).text  # type: ignore[attr-defined]
    body = {"employer": "", "fact": {"kind": "name"}}
    taken: Any = world.ask("candidate", "POST", f"/api/v1/candidates/{MINE}/withdrawals", json=body)
    assert taken.status_code == 201
    assert "Aino K." not in world.ask("employer", "GET", path).text  # type: ignore[attr-defined]


def _measures_agreed(connection: sa.Connection, chance: Random) -> None:
    """Change measures of the terms, and what is kept of the pathway."""
    of = trial_plan_terms.c.plan_id == TRIALS["mine"]
    for version, terms in connection.execute(sa.select(trial_plan_terms.c.version, trial_plan_terms.c.terms).where(of)):
        changed = {"measures": chance.sample(MEASURES, chance.randrange(0, 4)), "kept": {"paid": chance.random() < 0.5}}
        one = sa.update(trial_plan_terms).where(of, trial_plan_terms.c.version == version)
        connection.execute(one.values(terms=terms | changed))


def _agree(world: World) -> None:
    """Take the trial that the employer sees from its yes to an agreement of all three."""
    coach, id_ = ACCOUNTS["coach"].actor, TRIALS["mine"]
    with world.store.read() as connection:
        plan = get_plan(connection, id_)
    start = now().date() + timedelta(days=7)
    terms = replace(
        plan.terms, starts=start, ends=start + timedelta(days=60), supervisor="Saara Ohjaaja", goal="Kokeilu"
    )
    parties = [Heard(role, Channel.IN_PERSON) for role in (Role.CANDIDATE, Role.EMPLOYER)]
    moves = [Asked(Move.ARRANGE, terms=terms), *(Asked(Move.SIGN, heard=one) for one in parties), Asked(Move.AGREE)]
    for asked in moves:
        with world.store.read() as connection:
            version = get_plan(connection, id_).version
        move_trial(world.store, id_, version, asked, coach, now())


def test_the_agreement_of_an_employer_holds_what_was_released_and_nothing_else(world: World) -> None:
    path = f"/proposals/{TRIALS['mine']}/agreement"
    assert _page(world, path, "fi").send().status_code == 404
    _agree(world)
    assert f"{path}?form=docx" in _page(world, f"/proposals/{TRIALS['mine']}", "fi").send().text
    one = _page(world, path, "fi")
    first = one.seen()
    for said in ("Aino K.", "Saara Ohjaaja", "Kokeilu", measure_text(MEASURE, Messages("fi"))):
        assert html.escape(said) in str(first)
    for untold in (CANARY, MINE):
        assert untold not in str(first)
    chance = Random(20261129)  # noqa: S311 (which worlds are looked at, no secret)
    for pair in range(15):
        changed = chance.sample((_profile, _coach_side, _measures_agreed, _other_employers, _will), 3)
        with world.store.write() as connection:
            for change in changed:
                change(connection, chance)
        assert one.seen() == first, f"pair {pair}, after {[change.__name__ for change in changed]}"
    with world.store.write() as connection:
        withdraw(connection, COMMAND_LINE, MINE, now(), "f" * 32)
    after = str(one.seen())
    assert "Aino K." not in after and html.escape(measure_text(MEASURE, Messages("fi"))) not in after
    docx: Any = world.ask("employer", "GET", path, params={"form": "docx"})
    assert docx.status_code == 200 and docx.content[:2] == b"PK"
