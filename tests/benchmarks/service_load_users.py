"""Who asks in ``service_load``: locust runs this file, one phase at a time (``LOAD_PHASE``), over ``LOAD_FACTS``.

Every coach has a session of the store and an address of their own, which the proxy at this machine says. Times are
written down one by one: locust's own table rounds them to whole milliseconds.
"""

from __future__ import annotations

import json
import os
import random
import secrets
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant_throughput, events, task
from locust.exception import StopUser

PHASE = os.environ["LOAD_PHASE"]
FACTS = json.loads(Path(os.environ["LOAD_FACTS"]).read_text(encoding="utf-8"))
OUT = Path(os.environ["LOAD_OUT"])
SITUATION = {"person": "x", "country": "fi", "facts": {}, "events": {}}
SHARE, OFFERS = 30, int(os.environ.get("LOAD_OFFERS", "1"))
"""As it comes, one request in 3,000 or so is a new posting, one a minute: a posting changes the market, and with it the
lists of everybody. With ``LOAD_OFFERS=60`` it is one a second."""
NEXT_COACH = iter(range(10**9))
TOLD: list[tuple[str, float, int, str]] = []


@events.request.add_listener
def _tell(request_type: str, name: str, response_time: float, response: Any = None, exception: Any = None, **_: Any):
    status = getattr(response, "status_code", 0) or 0
    TOLD.append((name, response_time, status, "" if exception is None else str(exception)[:200]))


@events.quitting.add_listener
def _write(**_: Any) -> None:
    OUT.write_text(json.dumps(TOLD), encoding="utf-8")


class Coach(FastHttpUser):
    """One coach with a caseload, asking for this and that."""

    abstract = True

    def _headers(self, coach: int, writes: bool = False) -> dict[str, str]:
        said = {
            "Host": FACTS["host"],
            "Cookie": f"{FACTS['cookie']}={FACTS['sessions'][coach]}",
            "X-Forwarded-For": f"10.1.{coach // 250}.{coach % 250 + 1}",
            "X-Forwarded-Proto": "https",
        }
        if writes:
            said |= {"Idempotency-Key": secrets.token_hex(16), "Sec-Fetch-Site": "same-origin"}
        return said

    def ask(self, coach: int, name: str, path: str, **more: Any) -> Any:
        """Send one request; what is not 2xx counts as failed."""
        body, method = more.get("json"), more.pop("method", "POST" if "json" in more else "GET")
        headers = self._headers(coach, body is not None) | more.pop("headers", {})
        return self.client.request(method, path, name=name, headers=headers, **more)


def _list(person: str) -> str:
    return f"/api/v1/candidates/{person}/suggestions"


class InARow(Coach):
    """One asker, one request after the other: each person's list ``rounds`` times, then stop."""

    abstract = PHASE not in ("first", "again", "bare")

    @task
    def all(self) -> None:
        """Ask for every list."""
        for _ in range(FACTS["rounds"][PHASE]):
            for person in FACTS["measured"]:
                coach = FACTS["coach_of"][person]
                if PHASE == "bare":
                    self.client.get("/list", name="bare route", headers=self._headers(coach))
                else:
                    self.ask(coach, f"list, {PHASE}", _list(person))
        self.environment.runner.quit()
        raise StopUser


class AllDay(Coach):
    """A coach's day: lists, profiles, reasons, trials, attention, postings, pathways; one in twelve writes."""

    abstract = PHASE != "mixed"
    wait_time = constant_throughput(1)

    def on_start(self) -> None:
        """Log in as one of the coaches."""
        self.coach = next(NEXT_COACH) % len(FACTS["sessions"])
        self.people = FACTS["people_of"][self.coach][: FACTS["mixed_people"]]
        self.random = random.Random(self.coach)  # noqa: S311 - nothing to guess
        self.run: dict[str, int] = {}

    def _person(self) -> str:
        return self.random.choice(self.people)

    @task(25 * SHARE)
    def lists(self) -> None:
        """Look at a list."""
        person = self._person()
        answer = self.ask(self.coach, "GET list", _list(person))
        if answer.status_code == 200 and answer.json()["suggestions"]:
            self.run[person] = int(answer.headers["Worktrial-Run"])

    @task(15 * SHARE)
    def profile(self) -> None:
        """Look at a profile."""
        self.ask(self.coach, "GET profile", f"/api/v1/candidates/{self._person()}/profile")

    @task(10 * SHARE)
    def why(self) -> None:
        """Ask why the first place is on a list that was shown."""
        if not self.run:
            self.lists()
            return
        person = self.random.choice(sorted(self.run))
        self.ask(self.coach, "GET why", f"/api/v1/candidates/{person}/why?run={self.run[person]}&rank=1")

    @task(12 * SHARE)
    def trials(self) -> None:
        """Look at the trials."""
        self.ask(self.coach, "GET trials", "/api/v1/trials")

    @task(10 * SHARE)
    def attention(self) -> None:
        """Look what waits."""
        self.ask(self.coach, "GET attention", "/api/v1/attention")

    @task(10 * SHARE)
    def postings(self) -> None:
        """Look what a workplace offers."""
        site = self.random.choice(FACTS["sites"])
        self.ask(self.coach, "GET postings", f"/api/v1/sites/{site}/postings")

    @task(8 * SHARE)
    def pathways(self) -> None:
        """Ask for pathways."""
        self.ask(self.coach, "POST pathways (reads)", "/api/v1/pathways?on=2026-06-01", json=SITUATION)

    @task(5 * SHARE)
    def contact(self) -> None:
        """Note a contact with an employer."""
        employer = self.random.choice(FACTS["employers"])
        said = {"on": "2026-06-01", "kind": "call", "note": "Sovittiin käynnistä"}
        self.ask(self.coach, "POST contact", f"/api/v1/employers/{employer}/contacts", json=said)

    @task(OFFERS)
    def offer(self) -> None:
        """Type in what a workplace offers."""
        said = {"job_title": "Apulainen", "text": "Kirjojen hyllytys 6 t/vko\nPalautusten lajittelu 4 t"}
        self.ask(self.coach, "POST posting", f"/api/v1/sites/{self.random.choice(FACTS['sites'])}/postings", json=said)

    @task(2 * SHARE)
    def draft(self) -> None:
        """Make a draft of a trial out of a list."""
        if not self.run:
            self.contact()
            return
        person = self.random.choice(sorted(self.run))
        said = {"run": self.run[person], "rank": 1}
        self.ask(self.coach, "POST draft", f"/api/v1/candidates/{person}/trials", json=said)

    @task(1 * SHARE)
    def correct(self) -> None:
        """Correct a profile: this person's next list is made anew."""
        said = {"hours_max": self.random.choice([14, 16, 18, 20])}
        path = f"/api/v1/candidates/{self._person()}/profile"
        self.ask(self.coach, "PATCH profile", path, json=said, method="PATCH", headers={"If-Match": "*"})
