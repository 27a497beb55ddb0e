"""The door: what everybody sees before and after logging in."""

from __future__ import annotations

import pytest

from api.messages import LANGUAGES

from .conftest import Open, violations

OPEN_TO_ALL = ("/login", "/welcome", "/about", "/accessibility", "/patterns", "/nothing/here")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_pages_for_everybody_are_accessible_in_every_language(open_page: Open, path: str, lang: str) -> None:
    page = open_page(path, lang=lang)
    assert page.locator("html").get_attribute("lang") == lang
    assert violations(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_the_match_list_is_accessible_and_fits_a_phone(open_page: Open, dark: bool) -> None:
    page = open_page("/people/KS-001/suggestions?top=5", "coach", width=320, dark=dark)
    assert page.locator("article.card").count() == 5
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
