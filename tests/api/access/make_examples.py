"""Writes the example answers of the routes that need accounts: ``python -m tests.api.access.make_examples``.

The people are those of the demo region and fictional; long lists are cut to their first entries.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import api.http.examples
from api.access.policy import policy_of
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from data.permissions import Of
from data.store import open_store

from . import world
from .test_matrix import ASKS, ROUTES, _send, may, relations

FILE = Path(api.http.examples.__file__).with_name("examples.json")
MOST_CHARACTERS = 9_000
MOST_ENTRIES, MOST_NAMES = 2, 40
BY_HAND = {
    "postings_answer": {"posting": "4f0c2a7be1d94a3388d1c6e25a90b7f3", "state": "confirmed", "stale_on": "2027-02-26"},
    "postings_take_back": {
        "posting": "4f0c2a7be1d94a3388d1c6e25a90b7f3",
        "state": "withdrawn",
        "stale_on": "2027-02-26",
    },
    "session_begin": {"role": "coach", "logged_in": True, "must_set_up_codes": False, "must_show_code": False},
    "session_accept": {"role": "coach", "logged_in": True, "must_set_up_codes": True, "must_show_code": False},
    "session_begin_with": {"address": "https://id.example.fi/authorize?response_type=code&scope=openid&state=Zr0..."},
    "session_come_back_from": {"role": "coach", "logged_in": True, "must_set_up_codes": False, "must_show_code": True},
    "tables_bring": {
        "import": "4f0c2a7be1d94a3388d1c6e25a90b7f3",
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "gone": 0,
        "good": 1,
        "bad": 0,
        "undo_until": "2026-12-28T09:00:00.000+00:00",
        "undone_at": None,
    },
    "tables_undo": {
        "import": "4f0c2a7be1d94a3388d1c6e25a90b7f3",
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "gone": 0,
        "good": 1,
        "bad": 0,
        "undo_until": "2026-12-28T09:00:00.000+00:00",
        "undone_at": "2026-11-28T09:00:00.000+00:00",
    },
    "research_freeze": {"frame": "frame-6e40934e93301b2c", "sha256": "5b1d0e" + "0" * 58},
    "research_train": {"model": "research-6e40934e93301b2c-0"},
    "research_show_frame": {
        "format": "research-frame/1",
        "name": "frame-6e40934e93301b2c",
        "simulated": False,
        "sha256": "5b1d0e" + "0" * 58,
        "columns": [],
        "counts": {"people": 145},
        "employers": 40,
        "lists_logged": True,
    },
    "trials_move": {"trial": "4f0c2a7be1d94a3388d1c6e25a90b7f3", "state": "proposed", "seen": 3},
    "releases_let_know": {"number": 1, "expires": "2027-11-28T00:00:00.000+00:00"},
}
"""Answers that cannot be had here without the person's own word or a password."""


def main() -> None:
    world.with_canaries = lambda person: person  # type: ignore[assignment]
    world.CANARY = "esimerkki"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'worktrial.db'}"
        store = open_store(url)
        site = world.fill(store, read_region(DEMO_REGION, fictional=True)[:12],
                          read_candidates(DEMO_CANDIDATES, fictional=True), world.now())  # fmt: skip
        kept = json.loads(FILE.read_text(encoding="utf-8"))
        with world.open_service(url) as client:
            here = world.World(client, store, site)
            here.ask("coach", "GET", f"/api/v1/candidates/{world.MINE}/suggestions", params={"top": 2})
            operations = {
                (m.upper(), p): o
                for p, item in client.app.openapi()["paths"].items()
                for m, o in item.items()  # type: ignore[attr-defined]
            }
            found = {}
            for method, path, route in sorted(ROUTES, key=lambda one: (one[0] != "GET", one[1])):
                policy = policy_of(route)
                assert policy is not None
                about = relations(policy.action.of).get("mine", relations(policy.action.of).get("same_tenant", ""))
                about = site if policy.action.of is Of.SITE else about
                relation = {Of.NOTHING: "nothing", Of.SITE: "handled"}.get(policy.action.of, "mine")
                role = next((r for r in ("coach", "candidate", "admin") if may(r, policy.action.id, relation)), "admin")
                if (method, path) not in ASKS or method == "DELETE":
                    continue
                answer = _send(here, role, method, path, about)
                if answer.status_code in (200, 201) and answer.headers["content-type"] == "application/json":
                    found[operations[method, path]["operationId"]] = _cut(answer.json())
    found["people_download"] = _of_person(found["people_download"])
    found |= BY_HAND
    found["emergencies_profile_in_emergency"] = found["people_profile"]  # the same shapes, of another's person
    found["emergencies_trials_in_emergency"] = found["trials_list_trials"]
    found = {name: one for name, one in found.items() if len(json.dumps(one)) < MOST_CHARACTERS}
    there = {operation["operationId"] for operation in operations.values()}
    earlier = {name: one for name, one in kept["operations"].items() if name in there}  # of what is too long today
    kept["operations"] = dict(sorted((earlier | found).items()))
    FILE.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(one) for one in value[:MOST_ENTRIES]]
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in list(value.items())[:MOST_NAMES]}
    return value


def _of_person(answer: Any) -> Any:
    """Show what a download is like: two of its tables."""
    return answer | {
        "tables": {name: answer["tables"][name] for name in ("ban", "caseload") if name in answer["tables"]}
    }


if __name__ == "__main__":
    main()
