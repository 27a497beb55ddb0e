"""Pages say days and times as people in Finland read them; what is stored stays in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.local_time import day_in, moment_words, wall_clock
from api.messages import Messages
from api.releasing import release_fact
from api.settings import Settings
from data.accounts import Actor, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.moments import moment_text
from data.releasable_facts import ReleasableFact
from data.store import Store, add_plan, open_store, replace_candidates
from data.store.audit import note
from data.trial_lifecycle import Asked, Move, MoveRefused
from data.trials import TrialReview
from matching.trial_lifecycle import take
from tests.api.serving_apps import sqlite_url
from tests.days import HELSINKI
from tests.trial_parties import CANDIDATE, COACH, at, no_limits, until

SUMMER = datetime(2026, 7, 15, 23, 30, tzinfo=UTC)
"""Clocks in Helsinki are three hours ahead: half past two in the night to the 16th."""
WINTER = datetime(2026, 12, 15, 21, 30, tzinfo=UTC)
"""Clocks in Helsinki are two hours ahead: half past eleven, still the 15th; in summer it would be the 16th."""
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"
"""Fourteen hours ahead and twelve behind: never the same day."""


@pytest.mark.parametrize(
    ("moment", "day", "fi", "sv", "en"),
    [
        (SUMMER, date(2026, 7, 16), "16.7.2026 klo 2.30", "16 juli 2026 kl. 02:30", "16 Jul 2026, 02:30"),
        (WINTER, date(2026, 12, 15), "15.12.2026 klo 23.30", "15 dec. 2026 kl. 23:30", "15 Dec 2026, 23:30"),
    ],
)
def test_an_evening_in_utc_is_a_night_in_helsinki_and_in_summer_already_the_next_day(
    moment: datetime, day: date, fi: str, sv: str, en: str
) -> None:
    for stored in (moment, moment_text(moment)):
        assert day_in(HELSINKI, stored) == day
        said = [moment_words(stored, Messages(language), HELSINKI) for language in ("fi", "sv", "en")]
        assert [words.replace("\u202f", " ") for words in said] == [fi, sv, en]


def test_hours_that_are_added_are_hours_that_pass_while_clocks_are_put_forward() -> None:
    """On 29.3.2026 clocks in Helsinki go from 3 to 4: two hours after half past two it is half past five."""
    before = wall_clock(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), HELSINKI)
    assert before.isoformat() == "2026-03-29T02:30:00+02:00"
    later = before + timedelta(hours=2)
    assert later - before == timedelta(hours=2)
    assert moment_text(later) == "2026-03-29T02:30:00.000+00:00"
    assert moment_words(later, Messages("fi"), HELSINKI) == "29.3.2026 klo 5.30"


def test_a_move_goes_by_the_day_of_the_people_and_is_stored_in_utc() -> None:
    """A quarter to midnight in UTC is the next day in Finland: a review of that day has been, not in UTC."""
    late = datetime(2027, 2, 1, 23, 45, tzinfo=UTC)
    review = Asked(Move.REVIEW, review=TrialReview(date(2027, 2, 2), {}, 4.0, 1.5))
    running = until("running")
    reviewed = take(running, review, COACH, wall_clock(late, HELSINKI), no_limits)
    assert (reviewed.steps[-1].at, reviewed.steps[-1].at.utcoffset()) == (late, timedelta(0))
    with pytest.raises(MoveRefused, match="review_sound"):
        take(running, review, COACH, late, no_limits)


@pytest.mark.parametrize(("zone", "hours"), [(EAST, 14), (WEST, -12)])
def test_pages_and_api_say_a_moment_and_the_day_of_today_in_the_zone_that_is_set(
    tmp_path: Path, zone: str, hours: int
) -> None:
    url = sqlite_url(tmp_path)
    store = open_store(url)
    with store.write() as connection:
        replace_candidates(connection, [Candidate("KS-001", "A", 4, 20, {})])
        note(connection, AuditEvent("person.read", Actor("a", Role.COACH, "t1", "C"), SUMMER, "KS-001"))
    store.close()
    there = SUMMER + timedelta(hours=hours)
    words = f"{there.day} Jul 2026, {there:%H:%M}"
    with TestClient(create_app(url, Settings(time_zone=zone)), base_url="http://localhost") as client:
        page = client.get("/people/KS-001/seen-by?lang=en").text
        before = datetime.now(ZoneInfo(zone)).date()
        rules = client.get("/rules?lang=en").text
    assert words in page
    assert "UTC" not in page
    assert any(f'value="{day}"' in rules for day in {before, datetime.now(ZoneInfo(zone)).date()})


def test_what_is_let_known_for_a_trial_holds_to_the_end_of_its_last_day_where_people_live(store: Store) -> None:
    plan = until("running")
    with store.write() as connection:
        replace_candidates(connection, [Candidate(plan.candidate, "A", 4, 20, {})])
        add_plan(connection, plan, COACH)
        of_the_trial = (plan.candidate, plan.employer, ReleasableFact("hours_cap"), at(date(2027, 2, 1)))
        entry = release_fact(connection, CANDIDATE, *of_the_trial, HELSINKI, plan.id)
    assert entry.expires == "2027-04-09T20:59:00.000+00:00"  # summer time: three hours before midnight in UTC
    assert moment_words(entry.expires, Messages("fi"), HELSINKI) == "9.4.2027 klo 23.59"
