"""Pages on one's own machine, without accounts: a trial is drafted and moved in a name, or it is said what to set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from data.candidates import Candidate
from data.store import get_plan, plans_of, replace_candidates, replace_region
from data.trial_lifecycle import TrialState
from data.workplaces import Employer

from .conftest import Served, serving_store, sign_in, violations, watched_page

NAME, PERSON = "Olli Operaattori", "KS-001"
DRAFT = 'form.below-card:has(input[name="rank"][value="1"]) button'


@pytest.fixture
def local(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...],
    people: tuple[Candidate, ...],
) -> Iterator[Served]:  # fmt: skip
    """The service of one's own machine, with and without a name."""

    def fill(store) -> str:  # type: ignore[no-untyped-def]
        with store.write() as connection:
            replace_region(connection, "keski_suomi", employers[:6])
            replace_candidates(connection, people[:1])
        return ""

    with serving_store(tmp_path_factory.mktemp("local"), fill, mode="local", operator=request.param) as running:
        yield running


@pytest.fixture
def page(browser: Browser, local: Served) -> Iterator[Page]:
    wrong: list[str] = []
    context = browser.new_context(locale="en-GB")
    sign_in(context, local.address, "", "en")
    page = watched_page(context, local.address, wrong)
    page.goto(f"{local.address}/people/{PERSON}/suggestions?top=2")
    yield page
    context.close()
    assert wrong == []


@pytest.mark.parametrize("local", [NAME], indirect=True)
def test_a_named_person_drafts_and_moves_a_trial(page: Page, local: Served) -> None:
    expect(page.locator(".mode")).to_contain_text(NAME)
    page.locator(DRAFT).click()
    id_ = page.url.split("/trials/")[1].split("?")[0]
    form = 'form:has(input[name="move"][value="decline"])'
    page.locator(f"details:has({form}) summary").last.click()
    page.locator(f'{form} [name="reason"]').select_option("way_to_work")
    page.locator(f"{form} button").last.click()
    expect(page.locator(".timeline")).to_contain_text(NAME)
    with local.store.read() as connection:
        plan = get_plan(connection, id_)
    assert plan.state is TrialState.DECLINED
    assert {step.name for step in plan.steps} == {NAME}
    page.goto(f"{local.address}/admin/audit")
    expect(page.locator("tbody tr").first).to_contain_text(NAME)


@pytest.mark.parametrize("local", [""], indirect=True)
def test_without_a_name_the_page_says_what_to_set(page: Page, local: Served) -> None:
    page.locator(DRAFT).click()
    expect(page.locator(".notice.fault")).to_contain_text("WORKTRIAL_OPERATOR")
    assert violations(page) == []
    with local.store.read() as connection:
        assert plans_of(connection, None, [PERSON]) == ()
