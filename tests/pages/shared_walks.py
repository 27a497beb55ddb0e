"""What several journeys do: find a person, open a workplace for them, make a move of a trial."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from data.postings import Posting
from data.store.postings import postings_of

from .journey_world import Journey
from .walking import Steps, Way


def offer_of(journey: Journey) -> Posting:
    """Give the one offer of the chain's workplace."""
    with journey.chain.store.read() as connection:
        return next(one for one in postings_of(connection) if one.site == journey.chain.site)


def find_person(walk: Steps, name: str) -> None:
    """Find a person in the caseload by name and open them."""
    walk.write(walk.field("find"), name)
    if walk.way is Way.PLAIN:
        walk.send("page.list.show")
    expect(walk.at("#found tbody tr")).to_have_count(1)
    walk.follow(walk.at("#found tbody th a"))


def open_site(walk: Steps, journey: Journey) -> None:
    """Open the page of the chain's workplace for the person, by way of the list."""
    find_person(walk, journey.chain.named.name)
    walk.follow(walk.link("page.list.short", "main p.buttons"))
    card = walk.at("article.card", journey.chain.named.employer)
    walk.follow(card.get_by_role("link", name=walk.t("page.site.open")))
    expect(walk.at("h1")).to_contain_text(journey.chain.named.site)


def answered(walk: Steps, key: str) -> None:
    """Send a form whose answer comes within the page where scripts run, and as a page where they do not."""
    if walk.way is Way.PLAIN:
        walk.send(key)
        return
    with walk.page.expect_response(lambda answer: answer.request.method == "POST"):
        walk.press(walk.button(key))


def move(walk: Steps, name: str, answer_by: date | None = None, **chosen: str) -> None:
    """Make one move on the coach's page of a trial."""
    form = f'form:has(input[name="move"][value="{name}"])'
    walk.unfold_to(form)
    for key, value in chosen.items():
        walk.choose(walk.at(f'{form} [name="{key}"]'), value)
    if answer_by is not None:
        walk.write_day(walk.at(f'{form} [name="answer_by"]'), answer_by)
    walk.follow(walk.at(f"{form} button").last)
