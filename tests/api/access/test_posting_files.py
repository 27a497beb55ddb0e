"""Offers from words, a pasted table and a file: read before anything is stored, kept once, due before they run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from api.http.uploads import CSV
from api.postings import employers_due
from data.candidates import Candidate
from data.employer_contacts import ContactKind, EmployerContact
from data.store import Store, employers_of
from data.store.accounts import disable_account
from data.store.employer_contacts import add_contact
from data.workplaces import Employer
from tests.api.test_commands import schema
from tests.days import this_day

from .world import OTHERS, World, digest, fill, now, open_service

CLEANER = "http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197"
TABLE = "tehtävä\ttunnit\nKukkien kastelu\t2,5\nLakaisu\t3\n"


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    site = fill(store, employers[:2], people, now())
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


def ask(world: World, role: str, method: str, path: str, **more: Any) -> Any:
    return world.ask(role, method, path, **more)


@pytest.mark.parametrize("way", ["words", "table", "file"])
def test_what_an_offer_would_become_is_read_first_and_nothing_is_stored(world: World, way: str) -> None:
    base = f"/api/v1/sites/{world.site}/postings"
    if way == "file":
        sent: dict[str, Any] = {"content": TABLE.encode("cp1252"), "headers": {"Content-Type": CSV}}
        sent["params"] = {"job_title": "Puutarhuri"}
        base += "/file"
    else:
        text = TABLE if way == "table" else "- Kukkien kastelu 2,5 t/vko\n- Lakaisu 3 t/vko"
        sent = {"json": {"job_title": "Puutarhuri", "text": text, "form": way}}
    before = digest(world.store)
    seen = ask(world, "employer", "POST", f"{base}/preview", **sent)
    assert seen.status_code == 200, seen.text
    jsonschema.validate(seen.json(), schema("posting.schema.json"))
    assert [(one["text"], one["hours_per_week"]) for one in seen.json()["tasks"]] == [
        ("Kukkien kastelu", 2.5),
        ("Lakaisu", 3.0),
    ]
    assert digest(world.store) == before
    made = ask(world, "employer", "POST", base, **dict(sent))
    assert made.status_code == 201, made.text
    (kept,) = ask(world, "coach", "GET", f"/api/v1/sites/{world.site}/postings").json()["postings"]
    assert (kept["id"], kept["state"]) == (made.json()["posting"], "proposed")
    loads = [[load["proposed"] for load in task["loads"]] for task in kept["tasks"]]
    assert loads == [[load["proposed"] for load in task["loads"]] for task in seen.json()["tasks"]]
    answers = [
        {"task": task["id"], "levels": {load["dimension"]: load["proposed"] for load in task["loads"]}}
        for task in kept["tasks"]
    ]
    path = f"/api/v1/sites/{world.site}/postings/{kept['id']}/answers"
    assert ask(world, "employer", "POST", path, json={"answers": answers}).json()["state"] == "confirmed"


def test_a_file_with_a_wrong_row_is_refused_whole_and_names_the_place(world: World) -> None:
    before = digest(world.store)
    path = f"/api/v1/sites/{world.site}/postings/file"
    sent = {"content": TABLE.replace("3", "x").encode(), "headers": {"Content-Type": CSV}, "params": {"job_title": "A"}}
    answer = ask(world, "employer", "POST", path, **sent)
    assert (answer.status_code, answer.json()["where"]) == (422, "row 3, hours")
    assert digest(world.store) == before


OCCUPATIONS = {
    "words": (CLEANER.replace("http:", "https:"), {"esco": CLEANER}),
    "table": ("http://data.europa.eu/esco/isco/C9112", {"isco": "9112"}),
    "file": ("0000", {"isco": "0000"}),
}
"""What is said of a job, by the way in which it is offered, and what is kept of it; no table knows the last code."""


def test_an_occupation_goes_in_and_comes_out_with_the_offer(world: World) -> None:
    expected = {}
    for way, (said, job) in OCCUPATIONS.items():
        path, sent = _offer_with(world, way, said)
        made = ask(world, "employer", "POST", path, **sent)
        assert made.status_code == 201, made.text
        expected[made.json()["posting"]] = {"title": "Puutarhuri"} | job
    kept = ask(world, "coach", "GET", f"/api/v1/sites/{world.site}/postings").json()["postings"]
    with world.store.read() as connection:
        place = employers_of(connection, sites=[world.site])[0].sites[0]
    jobs = {one.id: one for one in place.jobs}
    for one in kept:
        jsonschema.validate(one, schema("posting.schema.json"))
        posted = jobs[one["job"].pop("id")]
        assert one["job"] == expected[one["id"]]
        assert (posted.isco, posted.esco) == (one["job"].get("isco", ""), one["job"].get("esco", ""))
    assert len(kept) == len(expected)


def test_what_is_no_occupation_is_refused_with_what_is_accepted(world: World) -> None:
    before = digest(world.store)
    for way in ("words", "file"):
        for wrong in ("Siivooja", "99999", "٩١١٢", CLEANER.replace("occupation", "skill")):
            path, sent = _offer_with(world, way, wrong)
            answer = ask(world, "employer", "POST", path, **sent)
            assert (answer.status_code, answer.json()["where"]) == (422, "occupation")
            assert "9112" in answer.json()["detail"] and wrong not in answer.text
    assert digest(world.store) == before


def test_rows_of_a_table_say_the_occupation_alike_or_nobody_guesses_it(world: World) -> None:
    table = "tehtävä;tunnit;isco;esco\nKukkien kastelu;2,5;9112;\nLakaisu;3;{isco};" + CLEANER + "\n"
    path = f"/api/v1/sites/{world.site}/postings/file"
    sent: dict[str, Any] = {"headers": {"Content-Type": CSV}, "params": {"job_title": "Puutarhuri"}}
    alike = ask(world, "employer", "POST", f"{path}/preview", content=table.format(isco="9112").encode(), **sent)
    assert {"isco": "9112", "esco": CLEANER}.items() <= alike.json()["job"].items()
    sent["content"] = table.format(isco="9214").encode()
    answer = ask(world, "employer", "POST", f"{path}/preview", **sent)
    assert (answer.status_code, answer.json()["where"]) == (422, "file")
    assert "9112, 9214" in answer.json()["detail"]
    sent["params"] |= {"occupation": "9214"}
    said = ask(world, "employer", "POST", f"{path}/preview", **sent).json()["job"]
    assert (said["isco"], "esco" in said) == ("9214", False)


def _offer_with(world: World, way: str, occupation: str) -> tuple[str, dict[str, Any]]:
    base, asked = f"/api/v1/sites/{world.site}/postings", {"job_title": "Puutarhuri", "occupation": occupation}
    if way == "file":
        return f"{base}/file", {"content": TABLE.encode(), "headers": {"Content-Type": CSV}, "params": asked}
    return base, {"json": asked | {"text": TABLE if way == "table" else "- Lakaisu 3 t/vko", "form": way}}


def test_the_next_contact_is_told_to_whoever_is_the_coach_now_and_to_no_other_organisation(world: World) -> None:
    day = this_day()
    colleague = OTHERS[0].actor
    contact = EmployerContact("c1", "x", "t1", day, colleague.account, ContactKind.CALL, "", day + timedelta(days=7))
    with world.store.write() as connection:
        add_contact(connection, contact, colleague, now())
        disable_account(connection, colleague.account, disabled=True)
    answer = ask(world, "coach", "GET", "/api/v1/attention", params={"lang": "en"}).json()
    jsonschema.validate({name: answer[name] for name in ("contacts", "postings")}, schema("employers-due.schema.json"))
    (one,) = answer["contacts"]
    assert (one["id"], one["account"]) == ("c1", colleague.account)
    assert one["next_on"] in one["text"]
    assert employers_due(world.store, "t2", day).contacts == ()
    assert employers_due(world.store, "t1", day, timedelta(days=6)).contacts == ()


def test_an_offer_that_runs_out_is_told_two_weeks_before(world: World) -> None:
    asked = {"job_title": "Apulainen", "text": "Hyllytys 6 t/vko"}
    id_ = ask(world, "employer", "POST", f"/api/v1/sites/{world.site}/postings", json=asked).json()["posting"]
    day = this_day()
    assert ask(world, "coach", "GET", "/api/v1/attention").json()["postings"] == []
    (one,) = employers_due(world.store, "t1", day + timedelta(days=76)).postings
    assert one.id == id_
