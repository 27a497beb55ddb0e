"""The caseload: what needs attention first, who has no match and why, and finding somebody leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Route, expect

from api.commands.match_lists import Question
from api.messages import Messages
from api.pages.people import _without
from api.shown_lists import show_list
from api.trial_plans import needs_attention
from data.candidates import Candidate
from data.store import Store, replace_candidates, replace_region
from data.store.exposure import last_lists
from data.workplaces import Employer
from matching import MatchConfig
from tests.api.access.world import MINE
from tests.days import HELSINKI, this_day

from .conftest import Open, Served


def test_what_needs_attention_stands_first_and_is_what_the_function_gives(open_page: Open, served: Served) -> None:
    page = open_page("/people", "coach")
    found = needs_attention(served.store, "t1", this_day(), [MINE])
    assert found
    assert page.locator("main section table tbody tr").count() == len(found)


@pytest.mark.parametrize("script", [True, False])
def test_people_are_found_by_name_and_the_name_stands_in_no_address(open_page: Open, script: bool) -> None:
    page = open_page("/people", "coach", script=script)
    for said, count in (("KANARIALINTU", 1), ("ei ketään sellaista", 0)):
        page.locator("#f-find").fill(said)
        if not script:
            with page.expect_navigation():
                page.locator("form.filters button").click()
        else:
            expect(page.locator("#found tbody tr")).to_have_count(count, timeout=60_000)
        assert page.locator("#found tbody tr").count() == count
        assert "find" not in page.url
        assert "KS-002" not in page.locator("#found").inner_text()


def test_a_name_that_is_typed_on_does_not_wait_for_the_answer_to_its_beginning(open_page: Open) -> None:
    page = open_page("/people", "coach")
    asked: list[Route] = []
    page.route("**/people", lambda route: asked.append(route) if not asked else route.continue_())
    with page.expect_request("**/people"):
        page.locator("#f-find").fill("kan")
    page.locator("#f-find").fill("ei ketään sellaista")
    expect(page.locator("#found tbody tr")).to_have_count(0)
    assert len(asked) == 1  # the first question was never answered


def test_who_has_no_match_is_named_with_why_from_the_last_list(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    nowhere = replace(people[0], travel_minutes_max=0.0, hours_min=59.0, hours_max=60.0)
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, [nowhere])
    show_list(store, Question(MINE, MatchConfig()), Messages("fi"), datetime.now(UTC))
    with store.read() as connection:
        assert last_lists(connection, [MINE])[MINE].suggestions == 0
        (one,) = _without(connection, frozenset([MINE]), Messages("fi"), HELSINKI)
    assert one.id == MINE
    assert one.why
