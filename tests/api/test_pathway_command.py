"""``worktrial pathway`` and its routes as people and machines use them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from icalendar import Calendar

from api.app import create_app
from api.messages import LANGUAGES, Messages
from api.pathway_wording import breach_text, guard_text
from api.situations import DEMO_SITUATIONS
from data.pathway_records import TermKind
from data.situation import read_situations
from matching.rotation_guard import Alarm, GuardFinding
from matching.trial_terms import Breach, Severity
from tests.commands import schema, worktrial
from tests.conftest import ROOT, client_at_home

DUTCH = """person: NL-1
country: nl
facts: {status: employee, contract_work_impossible: true, cooperates: true, state_pension_age_reached: false,
  contract_ended_during_sickness: false, employer_bankrupt: false, return_to_own_employer_possible: true,
  wage_eur_month: 3000, sick_weeks: 5}
events: {sickness_start: 2020-01-06}
"""


@pytest.fixture
def situation(tmp_path: Path) -> Path:
    path = tmp_path / "situation.yaml"
    path.write_text(DUTCH, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_is_a_pointer_in_the_readers_language(situation: Path, tmp_path: Path, language: str) -> None:
    done = worktrial(tmp_path, "pathway", "--person", str(situation), "--on", "2020-02-10", "--lang", language)
    assert done.returncode == 0, done.stderr
    assert Messages(language).text("pathway.notice")[:20] in done.stdout
    assert "nl.employer.first_line" in done.stdout
    assert "{" not in done.stdout


def test_json_keeps_its_schema_and_its_bytes(situation: Path, tmp_path: Path) -> None:
    asked = ("pathway", "--person", str(situation), "--on", "2020-02-10", "--json", "--lang", "en")
    first, second = worktrial(tmp_path, *asked), worktrial(tmp_path, *asked, seed="7")
    assert first.stdout == second.stdout
    answer = json.loads(first.stdout)
    jsonschema.validate(answer, schema("pathways.schema.json"))
    line = next(pathway for pathway in answer["pathways"] if pathway["id"] == "nl.employer.first_line")
    share = next(money for money in line["money"] if money["rule"] == "nl.wage.share")
    assert (share["low"], share["amount_unit"], share["source"]["section"]) == (
        2100.0,
        "eur_per_month",
        "1.3.1; 2.3.2; Fact box 2",
    )
    assert all(rule["source"]["title"] and rule["checked_on"] for rule in line["terms"] + line["money"])


@pytest.mark.parametrize("country", ["fi", "se", "de", "nl"])
def test_the_same_person_in_four_countries(situation: Path, tmp_path: Path, country: str) -> None:
    done = worktrial(
        tmp_path, "pathway", "--person", str(situation), "--on", "2020-02-10", "--country", country, "--json"
    )
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, schema("pathways.schema.json"))
    assert answer["country"] == country
    assert {pathway["id"][:2] for pathway in answer["pathways"]} == {country}


def test_the_calendar_holds_every_dated_duty_with_a_reminder(situation: Path, tmp_path: Path) -> None:
    out = tmp_path / "duties.ics"
    asked = ("pathway", "--person", str(situation), "--on", "2020-01-07", "--lang", "en", "--calendar", str(out))
    done = worktrial(tmp_path, *asked)
    assert done.returncode == 0, done.stderr
    events = Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    weeks = {str(event["SUMMARY"])[:8]: event.decoded("DTSTART").isoformat() for event in events}
    assert weeks["Week 42:"] == "2020-10-25"
    assert all(event.walk("VALARM") and "pointer, not advice" in str(event["DESCRIPTION"]) for event in events)
    assert "NL-1" not in out.read_text(encoding="utf-8")
    before = out.read_bytes()
    worktrial(tmp_path, *asked, seed="5")
    assert out.read_bytes() == before


def test_a_candidate_of_the_store_is_asked_what_is_unknown(tmp_path: Path) -> None:
    worktrial(tmp_path, "demo")
    known = json.loads(worktrial(tmp_path, "pathway", "--person", "KS-001", "--on", "2020-06-01", "--json").stdout)
    assert known["fictional"]
    assert "fi.pension.trial_paid" in {p["id"] for p in known["pathways"] if p["opening"] == "open"}
    unknown = json.loads(worktrial(tmp_path, "pathway", "--person", "KS-040", "--on", "2020-06-01", "--json").stdout)
    assert {p["opening"] for p in unknown["pathways"]} == {"ask"}
    assert len(unknown["questions"]) > 10
    assert worktrial(tmp_path, "pathway", "--person", "NOBODY", "--on", "2020-06-01").returncode == 3


def test_the_checklist_of_a_state_is_printed(situation: Path, tmp_path: Path) -> None:
    done = worktrial(tmp_path, "pathway", "--person", str(situation), "--on", "2020-02-10", "--state", "started")
    assert done.stdout.count("□") >= 5


@pytest.mark.parametrize(
    ("change", "options", "code"),
    [
        ("", ("--country", "zz"), 7),
        ("", ("--state", "dancing"), 7),
        ("facts: {diagnosis: flu}\n", (), 7),
        ("facts: {age: forty}\n", (), 7),
        ("facts: [", (), 6),
    ],
)
def test_faults_end_with_their_documented_code_and_no_trace(
    tmp_path: Path, change: str, options: tuple[str, ...], code: int
) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("person: P\ncountry: fi\n" + change, encoding="utf-8")
    done = worktrial(tmp_path, "pathway", "--person", str(path), "--on", "2020-02-10", *options)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_demo_situations_are_fictional() -> None:
    assert all(situation.fictional for situation in read_situations(DEMO_SITUATIONS))


def test_http_answers_the_same_and_never_echoes_a_situation(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'w.db'}")) as client:
        body = {"person": "P", "country": "se", "facts": {"status": "employee"}}
        found = client.post("/api/v1/pathways?on=2020-06-01&lang=en", json=body)
        assert found.status_code == 200
        assert found.headers["Cache-Control"] == "no-store"
        jsonschema.validate(found.json(), schema("pathways.schema.json"))
        wrong = client.post("/api/v1/pathways?on=2020-06-01", json={**body, "facts": {"canary_4711": True}})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_input")
        assert "canary_4711" not in wrong.text
        rule = client.get("/api/v1/pathways/rules/fi.kela.earnings_cut?on=2020-06-01&lang=en")
        assert (rule.json()["value"], rule.json()["figure_year"]) == (724, 2020)
        assert client.get("/api/v1/pathways/rules/fi.kela.earnings_cut?on=1990-06-01").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_breach_and_finding_has_its_sentence(language: str) -> None:
    messages = Messages(language)
    for severity in Severity:
        for planned, limit in ((None, None), (7.0, 6.0)):
            unit = "yes" if limit is None else "months"
            said = breach_text(Breach("r", TermKind.LENGTH_MOST, severity, planned, limit, unit), messages)
            assert len(said) > 10
            assert "{" not in said
    for alarm in Alarm:
        for kind in ("chain", "share", "person"):
            assert "75" in guard_text(GuardFinding(kind, alarm, 80.0, 75.0, "r"), messages)


PLAN = ROOT / "docs" / "examples" / "planned-trial.yaml"


def test_a_planned_trial_is_checked_with_terms_and_guard(tmp_path: Path) -> None:
    """The example of the documents: too long at one firm, recall not told, third unpaid trial in a row in the task."""
    path = tmp_path / "s.yaml"
    path.write_text("person: P\ncountry: fi\nfacts: {status: unemployed, jobseeker: true}\n", encoding="utf-8")
    asked = ("pathway", "--person", str(path), "--on", "2020-03-01", "--trial", str(PLAN), "--lang", "en")
    answer = json.loads(worktrial(tmp_path, *asked, "--json").stdout)
    jsonschema.validate(answer, schema("pathways.schema.json"))
    trial = answer["trial"]
    assert not trial["may_start"]
    assert {one["rule"]: one["severity"] for one in trial["breaches"]} == {
        "fi.employment.one_employer": "stop",
        "fi.employment.recall": "ask",
    }
    assert trial["breaches"][0]["last_day"] == "2020-08-31"
    assert [(one["kind"], one["alarm"]) for one in trial["guard"]] == [
        ("chain", "block"),
        ("share", "warn"),
    ]
    shown = worktrial(tmp_path, *asked).stdout
    assert "31 Aug 2020" in shown
    assert "Block: 3 unpaid trials in a row" in shown


@pytest.mark.parametrize(
    ("text", "code"),
    [("trial: {", 6), ("trial: {pathway: x}", 7), ("trial: {pathway: fi.nowhere, employer: A, task: t, "
     "starts: 2020-01-01, ends: 2020-02-01}", 7), ("trial: {pathway: fi.kela.trial, employer: A, task: t, "
     "starts: 2020-02-01, ends: 2020-01-01}", 7)],
)  # fmt: skip
def test_a_plan_that_does_not_hold_is_refused(tmp_path: Path, text: str, code: int) -> None:
    path, plan = tmp_path / "s.yaml", tmp_path / "plan.yaml"
    path.write_text("person: P\ncountry: fi\n", encoding="utf-8")
    plan.write_text(text, encoding="utf-8")
    done = worktrial(tmp_path, "pathway", "--person", str(path), "--on", "2020-03-01", "--trial", str(plan))
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_a_term_carried_past_a_reform_during_a_trial_is_said(tmp_path: Path) -> None:
    situation, plan = tmp_path / "s.yaml", tmp_path / "plan.yaml"
    situation.write_text("person: P\ncountry: fi\nfacts: {status: unemployed, jobseeker: true}\n", encoding="utf-8")
    text = PLAN.read_text(encoding="utf-8").replace("2020-03-01", "2024-11-01").replace("2020-09-30", "2025-02-28")
    plan.write_text(text, encoding="utf-8")
    asked = ("pathway", "--person", str(situation), "--on", "2024-10-01", "--trial", str(plan), "--lang", "en")
    answer = json.loads(worktrial(tmp_path, *asked, "--json").stdout)
    jsonschema.validate(answer, schema("pathways.schema.json"))
    changes = answer["trial"]["changes"]
    assert {change["on"] for change in changes} == {"2025-01-01"}
    assert all(change["to_confirm"] and change["after"]["source"]["document"] == "act_380_2023" for change in changes)
    shown = worktrial(tmp_path, *asked).stdout
    assert shown.count("1 Jan 2025") == 1, "one line for all of them"


def test_a_match_list_says_whether_the_pathway_is_open(tmp_path: Path) -> None:
    """Known to fail, not known, and met; the list is the same, since a situation ranks nobody."""
    worktrial(tmp_path, "demo")
    lists = {}
    for name, facts in (
        ("closed", "jobseeker: false"),
        ("ask", ""),
        ("open", "jobseeker: true, trial_clarifies_career_or_return: true"),
    ):
        situation = tmp_path / f"{name}.yaml"
        situation.write_text(f"person: P\ncountry: fi\nfacts: {{{facts}}}\n", encoding="utf-8")
        asked = ("match", "KS-021", "--pathway", "fi.employment.trial", "--on", "2020-06-01", "--lang", "en")
        done = worktrial(tmp_path, *asked, "--situation", str(situation), "--json")
        assert done.returncode == 0, done.stderr
        lists[name] = json.loads(done.stdout)
        jsonschema.validate(lists[name], schema("match.schema.json"))
    standing = {name: found["pathway"]["eligibility"] for name, found in lists.items()}
    assert {name: one["opening"] for name, one in standing.items()} == {name: name for name in standing}
    assert [one["rule"] for one in standing["closed"]["unmet"]] == ["fi.employment.jobseeker"]
    assert any(question["fact"] == "jobseeker" for one in standing["ask"]["unknown"] for question in one["ask"])
    assert not standing["ask"]["situation_known"]
    assert lists["closed"]["suggestions"] == lists["ask"]["suggestions"] == lists["open"]["suggestions"]
    assert lists["open"]["pathway"]["breaches"] == []
    shown = worktrial(tmp_path, *asked, "--situation", str(tmp_path / "closed.yaml")).stdout
    assert "a condition is not met" in shown


def test_a_wrong_pathway_or_situation_of_a_list_is_answered(tmp_path: Path) -> None:
    worktrial(tmp_path, "demo")
    for options, code in (
        (("--pathway", "fi.nothing"), 7),
        (("--pathway", "zz.trial"), 7),
        (("--pathway", "fi.employment.trial", "--situation", str(tmp_path / "none.yaml")), 6),
    ):
        done = worktrial(tmp_path, "match", "KS-021", "--on", "2020-06-01", *options)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
