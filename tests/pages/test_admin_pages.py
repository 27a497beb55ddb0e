"""An administrator's pages: accounts, coaches, emergencies, audit, rules, rights; nothing that is known of a person."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from api.access.rights_in_words import explained
from api.messages import Messages
from data.accounts import Role
from data.pathways import load_pathways
from data.permissions import load_permissions
from data.store.accounts import coaches_of, find_account, get_account, sites_and_days
from data.store.audit import entries_before
from tests.api.access.world import CANARY, OPENED, OPENED_ONCE
from tests.days import this_day

from .conftest import Open, Served, violations

PAGES = (
    "/admin/accounts", "/admin/accounts/a-employer", "/admin/accounts/l-coach", "/admin/people", "/admin/people/KS-001",
    "/admin/people?without=true", "/admin/emergencies", "/admin/organisation", "/admin/audit", "/admin/service",
    "/rules", "/rules?on=2020-06-01&country=de", "/rules?on=tomorrow", "/permissions",
    "/permissions?role=employer&action=person.read",
)  # fmt: skip
OWN = tuple(path for path in PAGES if path.startswith("/admin"))


def test_admin_pages_show_nothing_of_anybodys_profile(open_page: Open, served: Served) -> None:
    page = open_page("/about", "admin")
    for path in PAGES:
        page.goto(served.address + path)
        assert CANARY not in page.content(), path


@pytest.mark.parametrize("role", ["coach", "employer", "candidate", "researcher"])
def test_nobody_else_administers(open_page: Open, served: Served, role: str) -> None:
    page = open_page("/about", role)
    waits_for_coaches = "/admin/emergencies" if role == "coach" else ""
    for path in OWN:
        answer = page.goto(served.address + path)
        assert answer is not None
        assert answer.status in ((200,) if path == waits_for_coaches else (403, 404)), path


@pytest.mark.parametrize("path", ["/admin/accounts/f-coach", "/admin/people/KS-003", "/admin/people/KS-999"])
def test_another_organisation_looks_as_if_it_were_not_there(open_page: Open, served: Served, path: str) -> None:
    page = open_page("/about", "admin")
    answer = page.goto(served.address + path)
    assert answer is not None
    assert answer.status == 404
    page.goto(served.address + "/admin/organisation")
    assert "Toinen" not in page.content()


def test_an_employer_is_invited_once_what_was_typed_stays_and_sites_end_on_a_day(
    open_page: Open, served: Served
) -> None:
    page = open_page("/admin/accounts", "admin", lang="en")
    page.get_by_label("Role").select_option("employer")
    page.get_by_label("Name").fill("Erkki Esimerkki")
    page.get_by_label("Login", exact=True).fill("erkki@example.fi")
    page.get_by_text("For an employer's account only").click()
    page.get_by_label("Workplaces that the account handles").fill("no.such.place")
    page.get_by_label("Until which day").fill("2099-01-31")
    page.get_by_role("button", name="Make the invitation").click()
    assert "no such workplace: no.such.place" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "Erkki Esimerkki"
    page.get_by_label("Workplaces that the account handles").fill(served.site)
    page.get_by_role("button", name="Make the invitation").click()
    assert violations(page) == []
    invitation = page.locator("p.secret").inner_text().strip()
    assert len(invitation) > 30
    with served.store.read() as connection:
        new = find_account(connection, "erkki@example.fi")
        assert new is not None
        assert sites_and_days(connection, new.id) == {served.site: date(2099, 1, 31)}
    page.goto(f"{served.address}/admin/accounts/{new.id}")
    assert invitation not in page.content()
    page.get_by_label("Workplaces that the account handles").fill(served.site)
    page.get_by_label("Until which day").fill("2020-01-31")
    page.get_by_role("button", name="Save the workplaces").click()
    assert page.url.endswith("?done=account_sites")
    assert page.locator(".tag", has_text="over").count() == 1
    page.goto(f"{served.address}/admin/accounts")
    page.get_by_label("Name").fill("Erkki once more")
    page.get_by_label("Login", exact=True).fill("erkki@example.fi")
    page.get_by_role("button", name="Make the invitation").click()
    assert "the login may be taken" in page.get_by_role("alert").inner_text()


def test_an_account_is_shut_and_opened_with_a_reason_and_ones_own_is_not(open_page: Open, served: Served) -> None:
    page = open_page("/admin/accounts/b-coach", "admin", lang="en")
    page.get_by_label("Shut the account").check()
    page.get_by_role("button", name="Change the account").click()
    assert page.url.endswith("/b-coach")  # the browser itself asks for the reason
    page.get_by_label("Reason").fill("left")
    page.get_by_role("button", name="Change the account").click()
    expect(page.get_by_role("status").first).to_contain_text("is shut")
    with served.store.read() as connection:
        assert get_account(connection, "b-coach").disabled
    page.get_by_label("Reason").fill("came back")
    page.get_by_role("button", name="Change the account").click()
    expect(page.get_by_role("status").first).to_contain_text("in use again")
    page.goto(f"{served.address}/admin/accounts/a-admin")
    assert page.get_by_role("button", name="Change the account").count() == 0


def test_a_person_gets_a_coach_and_loses_one(open_page: Open, served: Served) -> None:
    page = open_page("/admin/people", "admin", lang="en", script=False)
    page.get_by_role("link", name=OPENED_ONCE).click()
    page.get_by_label("Coach", exact=True).select_option(label="Anna Aalto")
    page.get_by_role("button", name="Give a coach").click()
    with served.store.read() as connection:
        assert {one.id for one in coaches_of(connection, OPENED_ONCE)} == {"a-coach", "b-coach"}
    page.locator("form.wish", has_text="Anna Aalto").get_by_role("button").click()
    with served.store.read() as connection:
        assert {one.id for one in coaches_of(connection, OPENED_ONCE)} == {"b-coach"}
        last = [one.action for one in entries_before(connection, None, 2, "t1")]
    assert last == ["caseload.taken", "caseload.given"]


def test_an_emergency_is_noted_by_name_and_only_its_kind_is_shown(open_page: Open, served: Served) -> None:
    page = open_page("/admin/emergencies", "admin", lang="en", script=False)
    assert page.locator("article.card").count() == 2
    page.locator("article.card", has_text=OPENED).first.get_by_role("button", name="Take note").click()
    expect(page.get_by_role("status").first).to_contain_text("Noted in your name")
    assert page.locator("article.card").count() == 1
    page.goto(f"{served.address}/admin/audit")
    first = page.locator("tbody tr").first.inner_text()
    assert "Took note of a profile" in first
    assert "Aino Ala" in first


def test_a_rule_is_shown_as_it_stood_on_the_day_with_where_it_is_written(open_page: Open, served: Served) -> None:
    page = open_page("/rules?country=fi&on=2020-06-01", "employer", lang="en")
    book = load_pathways()
    pathway = book.countries["fi"].pathways[0]
    held = [book.held(rule, date(2020, 6, 1)) for rule in pathway.rules]
    assert page.locator(".rules article").count() == sum(one is not None for one in held)
    first = next(one for one in held if one is not None)
    assert first.document.title in page.locator(".rules article").first.inner_text()
    assert page.get_by_text("Model that orders lists").count() == 0
    page.get_by_label("Day").fill("1990-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#rules .empty")).to_contain_text("1 Jan 1990")
    assert this_day().isoformat() not in page.url


def test_the_page_says_of_a_right_what_the_table_says(open_page: Open) -> None:
    page = open_page("/permissions?role=admin&action=person.read", "admin", lang="sv")
    said = explained(load_permissions(), Role.ADMIN, "person.read", Messages("sv"))["text"]
    assert said in page.locator("#answer").inner_text()


def test_nothing_of_the_machine_stands_on_the_state_of_the_service(open_page: Open, served: Served) -> None:
    page = open_page("/admin/service", "admin", lang="en")
    text = page.locator("main").inner_text()
    assert "All is well" in text
    assert "/" not in text.replace("pathways/", "")
    assert ".db" not in text
