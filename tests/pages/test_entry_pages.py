"""The door: what everybody sees before and after logging in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pyotp
import pytest
from playwright.sync_api import expect

from api.access.login import invite
from data.accounts import COMMAND_LINE, Account, Role
from data.store.accounts import add_account

from .conftest import Open, Served, violations

PASSWORD = "kurki lentää sateessa 7"  # noqa: S105 - of nobody


@pytest.fixture(scope="module")
def newcomer(served: Served) -> Account:
    """A coach who has an account and an invitation, and has never logged in."""
    one = Account("n-coach", Role.COACH, "t1", "newcomer@example.fi", "Niina Newcomer")
    with served.store.write() as connection:
        add_account(connection, one, datetime.now(UTC))
    return one


def test_an_invited_coach_sets_a_password_and_codes_and_logs_in_with_them(
    open_page: Open, served: Served, newcomer: Account
) -> None:
    with served.store.write() as connection:
        invitation = invite(connection, newcomer.id, COMMAND_LINE, datetime.now(UTC))
    page = open_page("/welcome", lang="en")
    page.get_by_label("Invitation", exact=True).fill(invitation)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The password once more").fill("something else")
    page.get_by_role("button", name="Take into use").click()
    assert "not the same" in page.get_by_role("alert").inner_text()
    page.get_by_label("Invitation", exact=True).fill(invitation)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The password once more").fill(PASSWORD)
    page.get_by_role("button", name="Take into use").click()
    page.wait_for_url("**/account/codes")
    assert page.locator("nav.menu").count() == 0
    page.get_by_role("button", name="Set up one-time codes").click()
    assert violations(page) == []
    page.get_by_text("I cannot read the square").click()
    secret = page.locator("code").inner_text()
    page.get_by_label("One-time code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    assert "not right" in page.get_by_role("alert").inner_text()
    moment = datetime.now(UTC)
    page.get_by_label("One-time code").fill(pyotp.TOTP(secret).at(moment))
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/account?done=codes_on")
    page.get_by_role("button", name="Log out").click()
    assert "logged out" in page.get_by_role("status").first.inner_text()
    page.goto(f"{served.address}/people?cursor=")
    assert page.url.endswith("/login?next=%2Fpeople")
    page.get_by_label("Login").fill("NEWCOMER@example.fi ")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_label("Login").input_value() == "NEWCOMER@example.fi"
    assert "not right" in page.get_by_role("alert").inner_text()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("One-time code").fill(pyotp.TOTP(secret).at(moment + timedelta(seconds=30)))
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/people")
    assert page.get_by_role("heading", level=1).inner_text() == "The people whom I coach"


def test_nobody_is_led_to_another_site_after_logging_in(open_page: Open) -> None:
    for said in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"):
        page = open_page(f"/login?next={quote(said)}", "coach")
        assert "elsewhere" not in page.url
        assert page.url.endswith("/people")


def test_the_language_is_kept_and_the_page_stays(open_page: Open) -> None:
    page = open_page("/people/KS-001/suggestions?top=5&caution=careful", "coach", lang="fi", script=False)
    page.get_by_role("link", name="Svenska").click()
    assert "top=5" in page.url
    assert "caution=careful" in page.url
    assert page.locator(".languages a[aria-current]").inner_text() == "Svenska"
    assert page.locator("html").get_attribute("lang") == "sv"
    page.goto(page.url.replace("&lang=sv", ""))
    assert page.locator("html").get_attribute("lang") == "sv"


def test_a_list_is_filtered_in_place_with_and_without_javascript(open_page: Open) -> None:
    page = open_page("/people/KS-001/suggestions?top=10", "coach", lang="en")
    page.get_by_label("How many").select_option("5")
    expect(page.locator("article.card")).to_have_count(5)
    expect(page.locator("#said")).to_have_text("Suggestions: 5")
    assert "top=5" in page.url
    plain = open_page("/people/KS-001/suggestions?top=10", "coach", lang="en", script=False)
    plain.get_by_label("How many").select_option("5")
    plain.get_by_role("button", name="Show").click()
    assert plain.locator("article.card").count() == 5
    assert plain.locator("h1").count() == 1


@pytest.mark.parametrize(("path", "role", "status"), [
    ("/people/KS-002/suggestions", "coach", 404), ("/people/KS-999/suggestions", "coach", 404),
    ("/people", "employer", 403), ("/people/KS-001/suggestions?top=900", "coach", 422),
])  # fmt: skip
def test_a_refusal_is_a_page_with_a_way_out(open_page: Open, path: str, role: str, status: int) -> None:
    page = open_page("/about", role)
    answer = page.goto(page.url.replace("/about", path))
    assert answer is not None
    assert answer.status == status
    assert page.get_by_role("link", name="Alkuun").is_visible()
    assert violations(page) == []
