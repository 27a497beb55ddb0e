"""A small service with two organisations, people in and out of a caseload, and one account of every role.

All that is known of the people carries a canary, so that a single one in an answer to the wrong person shows.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.access.authentication import COOKIE
from api.app import create_app
from api.settings import Settings
from data.accounts import Account, Role
from data.candidates import Candidate, Skill
from data.emergency_access import EmergencyAccess, EmergencyKind
from data.levels import Level, Source
from data.moments import moment_text
from data.permissions import load_permissions
from data.releasable_facts import ReleasableFact
from data.store import Store, add_plan, add_tenant, admit, release, replace_candidates, replace_region, withdraw
from data.store.accounts import add_account, disable_account, handle_sites, put_in_caseload
from data.store.emergency_access import end_emergency, open_emergency
from data.store.schema import metadata
from data.store.sessions import ApiToken, add_token, close_session, open_session, revoke_token
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Channel, Heard, Move, Origin, RaisedFlag, TrialPlan, TrialTerms
from data.trials import TriedTask
from data.workplaces import Employer
from matching.trial_lifecycle import new_plan
from tests.trials_in_store import move_trial

SECRET = "0f3c9a7e51b8d2464c7e9b1a5d3f8e02"  # noqa: S105 (of this test only)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
CANARY = "kanarialintu"
MINE, COLLEAGUES, FOREIGN, ABSENT = "KS-001", "KS-002", "KS-003", "KS-999"
"""In the caseload; with the same organisation but another coach; with another organisation; not there at all."""

OPENED, OPENED_ONCE = "KS-004", "KS-005"
"""A colleague's, whose profile the coach has opened in an emergency: it is still open; it was ended."""

ANONYMOUS = "anonymous"
OUTSIDERS = {
    ANONYMOUS: {},
    "expired_session": {"cookie": f"{COOKIE}=session-that-expired"},
    "idle_session": {"cookie": f"{COOKIE}=session-that-was-idle"},
    "ended_session": {"cookie": f"{COOKIE}=session-that-was-ended"},
    "locked_account": {"cookie": f"{COOKIE}=session-of-locked"},
    "expired_token": {"authorization": "Bearer token-that-expired"},
    "revoked_token": {"authorization": "Bearer token-that-was-revoked"},
}
"""Who stands outside: nobody, and the coach (or one who coaches the same person) by what does not hold any longer."""

ACCOUNTS: Mapping[str, Account] = {
    "candidate": Account("a-candidate", Role.CANDIDATE, "t1", "candidate@example.fi", "Own Account", MINE),
    "coach": Account("a-coach", Role.COACH, "t1", "coach@example.fi", "Anna Aalto"),
    "employer": Account("a-employer", Role.EMPLOYER, "t1", "employer@example.fi", "Eeva Esimerkki"),
    "researcher": Account("a-researcher", Role.RESEARCHER, "t1", "researcher@example.fi", "Risto Rinne"),
    "admin": Account("a-admin", Role.ADMIN, "t1", "admin@example.fi", "Aino Ala"),
}
OTHERS = (
    Account("b-coach", Role.COACH, "t1", "colleague@example.fi", "Bo Berg"),
    Account("f-coach", Role.COACH, "t2", "foreign@example.fi", "Frida Fors"),
    Account("l-coach", Role.COACH, "t1", "locked@example.fi", "Lauri Lukko"),
    Account("f-admin", Role.ADMIN, "t2", "foreign-admin@example.fi", "Filip Fors"),
)
MEASURE = "sit_stand_stool"
NAME_RELEASED = ReleasableFact("name", text=f"{CANARY} Kalle")
PEOPLE_THERE = (MINE, COLLEAGUES, FOREIGN, OPENED, OPENED_ONCE)
ROLES = (*OUTSIDERS, *ACCOUNTS)
TRIALS = {
    name: letter * 32
    for name, letter in (
        ("mine", "a"), ("not_shown", "b"), ("colleagues", "c"), ("foreign", "d"), ("withdrawn", "f"),
        ("emergency_open", "1"),
    )
}  # fmt: skip
"""Agreed with the employer of the world; proposed to the candidate only; of the others, at another site; of a
colleague's person with the employer of the world, to whom the name was released and taken back; in an emergency."""


@dataclass(frozen=True, slots=True)
class World:
    """The open service, and where its market lies."""

    client: TestClient
    store: Store
    site: str

    def ask(self, role: str, method: str, path: str, **more: object) -> object:
        """Send a request as a role does."""
        headers = dict(OUTSIDERS.get(role, {"cookie": f"{COOKIE}=session-of-{role}"}))
        if method in WRITES:
            headers |= {"Idempotency-Key": secrets.token_hex(16), "If-Match": "*", "Sec-Fetch-Site": "same-origin"}
        return self.client.request(method, path, headers=headers | dict(more.pop("headers", {})), **more)  # type: ignore[arg-type]


def with_canaries(person: Candidate) -> Candidate:
    """Put the canary wherever words or numbers of a profile can hold one."""
    marked = {
        dimension: tuple(replace(level, evidence=CANARY) for level in levels)
        for dimension, levels in person.capacity.items()
    }
    odd = Level(3.141, 3.131, 3.151, Source.PROFESSIONAL, CANARY, date(2026, 3, 14))
    return replace(
        person,
        name=f"{CANARY} {person.id}",
        capacity=marked | {"env_noise": (odd,)},
        skills=(Skill(f"{CANARY} taito"),),
    )


def fill(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], at: datetime) -> str:
    """Fill an empty store with the world; gives a site that the employer's account handles."""
    by_id = {person.id: person for person in people}
    site = employers[0].sites[0].id
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, [with_canaries(by_id[id_]) for id_ in PEOPLE_THERE])
        add_tenant(connection, "t1", "Valmennus", at)
        add_tenant(connection, "t2", "Toinen valmennus", at)
        admit(connection, [MINE, COLLEAGUES, OPENED, OPENED_ONCE], "t1")
        admit(connection, [FOREIGN], "t2")
        for one in (*ACCOUNTS.values(), *OTHERS):
            add_account(connection, one, at)
        for role, one in ACCOUNTS.items():
            open_session(connection, f"session-of-{role}", one.id, at, timedelta(hours=12), second_factor=True)
        put_in_caseload(connection, MINE, "a-coach", at)
        put_in_caseload(connection, COLLEAGUES, "b-coach", at)
        put_in_caseload(connection, FOREIGN, "f-coach", at)
        for id_ in (OPENED, OPENED_ONCE):
            put_in_caseload(connection, id_, "b-coach", at)
        put_in_caseload(connection, MINE, "l-coach", at)
        no_longer(connection, at)
        open_in_emergency(connection, at)
        handle_sites(connection, "a-employer", [site], date(2099, 12, 31))
    for name, person, coach, place in (
        ("mine", MINE, ACCOUNTS["coach"], employers[0]), ("not_shown", MINE, ACCOUNTS["coach"], employers[0]),
        ("colleagues", COLLEAGUES, OTHERS[0], employers[1]), ("foreign", FOREIGN, OTHERS[1], employers[1]),
        ("withdrawn", COLLEAGUES, OTHERS[0], employers[0]), ("emergency_open", OPENED, OTHERS[0], employers[1]),
    ):  # fmt: skip
        plan_trial(store, TRIALS[name], person, coach, place, at, accepted=name != "not_shown")
    with store.write() as connection:
        release(connection, OTHERS[0].actor, COLLEAGUES, employers[0].id, NAME_RELEASED, at, "1" * 32)
        withdraw(connection, OTHERS[0].actor, COLLEAGUES, at, "2" * 32)
    return site


def no_longer(connection: sa.Connection, at: datetime) -> None:
    """Leave behind what let people in once: sessions and tokens that are over, and an account that was locked."""
    coach, long_ago = ACCOUNTS["coach"].id, at - timedelta(hours=13)
    open_session(connection, "session-that-was-ended", coach, at, timedelta(hours=12), second_factor=True)
    close_session(connection, "session-that-was-ended")
    disable_account(connection, "l-coach", disabled=True)
    open_session(connection, "session-of-locked", "l-coach", at, timedelta(hours=12), second_factor=True)
    open_session(
        connection, "session-that-was-idle", coach, at - timedelta(hours=2), timedelta(hours=12), second_factor=True
    )
    open_session(connection, "session-that-expired", coach, long_ago, timedelta(hours=12), second_factor=True)
    every = tuple(load_permissions().actions)
    for name, ends in (("expired", at - timedelta(days=1)), ("was-revoked", at + timedelta(days=1))):
        times = moment_text(at - timedelta(days=9)), moment_text(ends)
        add_token(connection, f"token-that-{name}", ApiToken(f"token-{name}", coach, name, every, *times, None))
    revoke_token(connection, coach, "token-was-revoked", at)


def open_in_emergency(connection: sa.Connection, at: datetime) -> None:
    """Let the coach open two profiles of a colleague's people, and end one of the two."""
    for person, id_ in ((OPENED, "open"), (OPENED_ONCE, "ended")):
        times = moment_text(at), moment_text(at + timedelta(hours=4))
        kind, reason = EmergencyKind.COACH_AWAY, f"{CANARY}: the own coach is away"
        open_emergency(connection, EmergencyAccess(id_, person, "a-coach", "Anna Aalto", kind, reason, *times))
    end_emergency(connection, OPENED_ONCE, "a-coach", at)


def plan_trial(
    store: Store, id_: str, person: str, coach: Account, employer: Employer, at: datetime, *, accepted: bool
) -> None:
    """Plan a trial with canaries in all that is not for employers, and take it to the employer's yes or not so far."""
    place = employer.sites[0]
    tasks = tuple(TriedTask(task.id, min(task.hours_per_week, 4.0)) for task in place.jobs[0].tasks[:2])
    flag = RaisedFlag("tight", (CANARY,))
    hours = sum(task.hours_per_week for task in tasks)
    week = (HalfDay("mon_am", hours / 2), HalfDay("tue_am", hours / 2))
    terms = TrialTerms(tasks=tasks, week=week, measures=(MEASURE,))
    plan = TrialPlan(
        id_, coach.tenant, person, employer.id, place.id, Origin(1, CANARY, 1, CANARY), (flag,), terms, fictional=True
    )
    with store.write() as connection:
        add_plan(connection, new_plan(plan, coach.actor, at), coach.actor)
    reason = f"{CANARY}: talked about with the person"
    moves = [
        Asked(Move.GIVE_REASON, flag=flag, text=reason, note=CANARY),
        Asked(Move.PROPOSE, answer_by=at.date() + timedelta(days=14), note=CANARY),
    ]
    if accepted:
        how = Channel.IN_PERSON
        moves.append(Asked(Move.CANDIDATE_ACCEPTS, heard=Heard(Role.CANDIDATE, how), note=CANARY))
        moves.append(Asked(Move.EMPLOYER_ACCEPTS, heard=Heard(Role.EMPLOYER, how), note=CANARY))
    for version, asked in enumerate(moves, start=1):
        move_trial(store, id_, version, asked, coach.actor, at)


def open_service(url: str) -> TestClient:
    """Open the service with accounts over a store; it answers as often as a test asks."""
    often = dict.fromkeys(("limit_login", "limit_lists", "limit_export", "limit_other"), 100_000)
    settings = Settings(mode="service", public_url="https://testserver", secret_key=SECRET, **often)
    return TestClient(create_app(url, settings), base_url="https://testserver", raise_server_exceptions=False)


def now() -> datetime:
    """Give the moment that sessions of a world begin."""
    return datetime.now(UTC)


def digest(store: Store) -> str:
    """Hash all that the store holds, but when sessions were last used and how often the service was asked."""
    found = hashlib.sha256()
    with store.read() as connection:
        for table in metadata.sorted_tables:
            if table.name in {"session", "request_count"}:
                continue
            rows = sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            found.update(repr((table.name, rows)).encode())
    return found.hexdigest()
