"""Asks every route what its description allows, and what it does not, on both databases: no fault, all as described.

``WORKTRIAL_TEST_API_CASES`` says how many cases on each database (2,000 as it comes, ``make campaign-api`` 20,000). The
seed is fixed: the same cases every time.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import hypothesis
import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from api.app import create_app
from api.http.uploads import CSV, XLSX
from data.candidates import Candidate
from data.imports.solutions import read_seed_solutions
from data.store import Store, add_solutions, replace_candidates, replace_region
from data.workplaces import Employer
from tests.api.serving_apps import url_of, with_writing
from tests.conftest import HERE

LEAST_SHARE = 0.03
CASES = int(os.environ.get("WORKTRIAL_TEST_API_CASES", "2000"))
ALWAYS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, unsupported_method,
]  # fmt: skip
KNOWN = {
    "candidate_id": "KS-001", "site_id": "saarikirjasto.paakirjasto", "rule": "fi.kela.earnings_cut",
    "kind": "effect_brief", "code": "unknown_id", "model": "expert",
}  # fmt: skip
ACCEPTED_KEY = re.compile(r'"?[A-Za-z0-9._:+/=\-]{16,128}"?')
NUMBERS = count(1)
SLOW = {
    "suggestions_list_suggestions", "transfer_find_elsewhere", "transfer_find_here", "transfer_find_patterns",
    "workshops_make", "postings_post", "tables_preview", "tables_faults", "tables_bring", "tables_export",
    "tables_template", "postings_preview", "postings_post_file", "postings_preview_file",
}  # fmt: skip
"""Routes that carve or read texts: each gets a tenth of the cases that others get."""

KNOWN_QUERY = {"region": "keski_suomi", "file": "", "cursor": ""}
OWN_CANDIDATE = {"people_erase": {"candidate_id": "KS-002"}, "people_object_to": {"candidate_id": "KS-003"}}
"""Who is erased or objects is somebody whom no other route asks about."""

NEEDS_STATE = {
    "notes_change_note", "people_correct", "session_begin", "session_accept", "session_begin_codes",
    "session_turn_codes_on", "accounts_add", "accounts_change", "accounts_assign", "accounts_unassign",
    "accounts_make_token", "accounts_end_token", "trials_draft", "trials_read", "trials_next_moves", "trials_move",
    "releases_disclosure", "releases_brief", "releases_why", "releases_let_know", "people_erase",
    "postings_answer", "postings_take_back", "session_begin_with", "session_come_back_from", "accounts_link",
    "accounts_unlink", "emergencies_open_for_a_time", "emergencies_end_it", "emergencies_acknowledge",
    "tables_preview", "tables_faults", "tables_bring", "tables_undo",
    "postings_post_file", "postings_preview_file",
    "research_freeze", "research_show_frame", "research_train", "proposals_answer",
    "situations_change", "tables_export",
}  # fmt: skip
"""What no single request can do here: it needs an account, a trial, a list that was shown, a state that was read, or a
table that nobody makes up by chance.
They are asked with all of that in ``tests/api/access``."""


@schemathesis.serializer(CSV, XLSX)
def _as_it_is(_context: Any, value: Any) -> bytes:
    """Send a made-up table as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@dataclass
class Asked:
    """What came of all cases: statuses by operation."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(sum(one.values()) for one in self.statuses.values())


@pytest.fixture
def app(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> FastAPI:
    """The service over two workplaces and five people of the demo region, with routes that write."""
    with store.write() as connection:
        few = [one for one in employers if one.id == "saarikirjasto"] + [
            one for one in employers if one.id != "saarikirjasto"
        ][:1]
        replace_region(connection, "keski_suomi", few)
        replace_candidates(connection, people[:5])
        add_solutions(connection, read_seed_solutions()[:10])
    return with_writing(create_app(url_of(store)))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as opened:
        yield opened


def _schema(app: FastAPI) -> Any:
    return schemathesis.openapi.from_dict(app.openapi(), config=SchemathesisConfig.from_dict({"base-url": HERE}))


def _send(client: TestClient, case: Case) -> Any:
    """Send a case with the client of the framework, so that one application answers all of them."""
    told = case.as_transport_kwargs(base_url=HERE)
    told.pop("timeout", None)
    if isinstance(told.get("data"), bytes | str):
        told["content"] = told.pop("data")
    headers = {name: value for name, value in (told.pop("headers", None) or {}).items() if value is not None}
    if ACCEPTED_KEY.fullmatch(headers.get("Idempotency-Key", "")):  # one seed gives every route the same keys
        headers["Idempotency-Key"] = f"case-{next(NUMBERS):031d}"
    cookies = told.pop("cookies", None) or {}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return client.request(headers=headers, **told)


def _ask(client: TestClient, operation: Any, cases: int, seen: Counter[int]) -> None:
    known = KNOWN | OWN_CANDIDATE.get(operation.definition.raw["operationId"], {})
    path = {p.name: known[p.name] for p in operation.path_parameters if p.name in known} or None
    query = {p.name: KNOWN_QUERY[p.name] for p in operation.query if p.name in KNOWN_QUERY} or None
    given = {"path_parameters": path, "query": query}
    free, wrong = operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)
    bodies = _bodies(operation)
    near = [operation.as_strategy(GenerationMode.POSITIVE, body=body, **given) for body in bodies]
    near = near or [operation.as_strategy(GenerationMode.POSITIVE, **given)]
    mixed = st.one_of(*near, *near, free, wrong, wrong) if _can_be_wrong(operation) else free

    @hypothesis.seed(20261128)
    @hypothesis.settings(
        max_examples=cases, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @hypothesis.given(mixed)
    def asked(case: Case) -> None:
        answer = _send(client, case)
        seen[answer.status_code] += 1
        negative = case.meta is not None and case.meta.generation.mode is GenerationMode.NEGATIVE
        case.validate_response(answer, checks=[*ALWAYS, *([negative_data_rejection] if negative else [])])

    asked()


def _bodies(operation: Any) -> list[Any]:
    content = operation.definition.raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    named = operation.schema.raw_schema["components"]["schemas"]
    return list(named.get(schema.get("$ref", "").rpartition("/")[2], schema).get("examples", ()))


def _can_be_wrong(operation: Any) -> bool:
    raw = operation.definition.raw
    return bool(raw.get("parameters") or raw.get("requestBody"))


def test_no_case_is_a_fault_and_every_answer_is_as_described(app: FastAPI, client: TestClient) -> None:
    schema, told = _schema(app), Asked()
    operations = [found.ok() for found in schema.get_all_operations()]
    names = {operation.definition.raw["operationId"]: operation for operation in operations}
    each = -(-CASES * 10 // sum(1 if name in SLOW else 10 for name, one in names.items() if _can_be_wrong(one)))
    for name, operation in sorted(names.items(), key=lambda one: one[0] in OWN_CANDIDATE):  # whoever goes, goes last
        _ask(client, operation, max(5, each // 10) if name in SLOW else each, told.statuses.setdefault(name, Counter()))
    print(told.cases, {name: dict(one) for name, one in told.statuses.items()})  # noqa: T201 - read with -s
    assert told.cases >= CASES
    good = {name: sum(n for status, n in one.items() if status < 300) for name, one in told.statuses.items()}
    shares = {name: good[name] / one.total() for name, one in told.statuses.items()}
    assert {name for name, share in shares.items() if share < LEAST_SHARE} <= NEEDS_STATE  # else only walls were hit
