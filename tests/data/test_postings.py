"""An employer's posting: estimates until somebody answers, carvable as answered, out of the market when it is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.bulk_imports import ListOptions, commit, preview, read_list
from data.accounts import COMMAND_LINE, Actor, Role
from data.employer_contacts import LONGEST_NOTE, ContactKind, EmployerContact
from data.errors import InvalidInput, UnknownId
from data.exchange_tables import TableKind
from data.levels import Source, most_direct
from data.postings import (
    MAY_BECOME,
    Posting,
    PostingState,
    PostingStateRefused,
    TaskAnswer,
)
from data.store import Store, employers_of
from data.store.audit import entries_after
from data.store.employer_contacts import add_contact, contacts_due, contacts_of
from data.store.migrate import downgrade, upgrade
from data.store.postings import (
    add_posting,
    confirm_posting,
    expire_postings,
    get_posting,
    postings_of,
    propose_posting,
    renew_posting,
    stale_soon,
    withdraw_posting,
)
from data.workplaces import Job
from features.posting_reading import proposed_from_text

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
EMPLOYER = Actor("e" * 32, Role.EMPLOYER, "", "Eeva Elo")
COACH = Actor("a" * 32, Role.COACH, "north", "Anna Aalto")
TEXT = "- Canaryn lattioiden moppaus 3 h/vko\n- Laatikoiden nostelu, max 12 kg 2 h/vko"
ID = "0f" * 16
SITE = "own-oma.sali"


def draft(state: PostingState = PostingState.DRAFT) -> Posting:
    empty = Posting(ID, "own-oma", SITE, "Siistijä", state, AT.isoformat(), EMPLOYER.account, (), "Oma Oy", "Sali")
    tasks = proposed_from_text(TEXT, empty.job)
    return replace(empty, tasks=tasks)


def jobs(store: Store) -> list[Job]:
    with store.read() as connection:
        return [job for owner in employers_of(connection) for place in owner.sites for job in place.jobs]


def answers(posting: Posting, **changes: float | None) -> list[TaskAnswer]:
    return [
        TaskAnswer(one.task.id, {d: changes.get(d, load.shown) for d, load in one.loads.items()})
        for one in posting.tasks
    ]


def test_a_draft_is_not_in_the_market_and_a_proposal_is_there_with_estimates_that_say_so(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(), EMPLOYER, AT)
    assert jobs(store) == []
    with store.write() as connection:
        propose_posting(connection, ID, draft().tasks, EMPLOYER, AT)
    (job,) = jobs(store)
    assert job.title == "Siistijä"
    assert not job.confirmed
    sources = {level.source for task in job.tasks for several in task.levels.values() for level in several}
    assert Source.MODEL in sources
    assert all(level.stated_on is None for t in job.tasks for several in t.levels.values() for level in several)


def test_what_the_employer_answers_counts_and_the_estimates_stay_beside_it(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        before = get_posting(connection, ID)
        loads = before.tasks[0].loads
        wrong = next(d for d, load in loads.items() if load.shown != 1.5)
        done = confirm_posting(connection, ID, answers(before, **{wrong: 1.5}), EMPLOYER, AT + timedelta(days=1))
        assert get_posting(connection, ID) == done
    assert (done.state, done.confirmed_by, done.on_behalf) == (PostingState.CONFIRMED, EMPLOYER.account, False)
    (job,) = jobs(store)
    said = most_direct(job.tasks[0].levels[wrong])
    assert said is not None
    assert (said.value, said.source, said.evidence, said.stated_on) == (
        1.5,
        Source.EMPLOYER,
        "corrected",
        date(2026, 9, 2),
    )
    other = next(d for d, load in before.tasks[0].loads.items() if d != wrong and load.plans)
    kept = most_direct(job.tasks[0].levels[other])
    assert kept is not None
    assert kept.evidence == "confirmed"
    assert len(job.tasks[0].levels[other]) == 2
    wide = [(at, d) for at, one in enumerate(before.tasks) for d, load in one.loads.items() if not load.plans]
    assert wide
    assert all(most_direct(job.tasks[at].levels[d]) is not None for at, d in wide), "now it may plan"


def test_a_load_that_nobody_knows_stays_an_estimate(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        before = get_posting(connection, ID)
        nothing = [TaskAnswer(one.task.id, dict.fromkeys(one.loads)) for one in before.tasks]
        confirm_posting(connection, ID, nothing, COACH, AT)
        assert get_posting(connection, ID).on_behalf
    assert [task.levels for task in jobs(store)[0].tasks] == [one.task.levels for one in before.tasks]


@pytest.mark.parametrize("spoil", ["a task", "a load", "a step", "a stranger"])
def test_every_proposed_load_is_answered_or_nothing_is_confirmed(store: Store, spoil: str) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
    with store.write() as connection, pytest.raises(InvalidInput):
        given = answers(get_posting(connection, ID))
        if spoil == "a task":
            given = given[1:]
        elif spoil == "a load":
            given[0] = replace(given[0], levels=dict(list(given[0].levels.items())[1:]))
        elif spoil == "a step":
            given[0] = replace(given[0], levels=dict.fromkeys(given[0].levels, 2.3))
        else:
            given[0] = replace(given[0], task="x")
        confirm_posting(connection, ID, given, EMPLOYER, AT)
    with store.read() as connection:
        assert get_posting(connection, ID).state is PostingState.PROPOSED


def test_a_task_that_is_not_to_be_given_away_becomes_core_and_hours_are_corrected(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        first, second = answers(get_posting(connection, ID))
        given = [replace(first, carvable=False), replace(second, hours=6.0, divisible=False)]
        confirm_posting(connection, ID, given, EMPLOYER, AT)
    one, two = jobs(store)[0].tasks
    assert one.core
    assert (two.hours_per_week, two.min_hours_per_week, two.divisible) == (6.0, 6.0, False)


def test_an_old_posting_is_not_offered_any_more_is_kept_and_comes_back(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        confirm_posting(connection, ID, answers(get_posting(connection, ID)), EMPLOYER, AT)
        assert expire_postings(connection, COMMAND_LINE, AT + timedelta(days=89)) == ()
        assert [one.id for one in stale_soon(connection, (AT + timedelta(days=76)).date())] == [ID]
        assert stale_soon(connection, (AT + timedelta(days=75)).date()) == ()
        renew_posting(connection, ID, EMPLOYER, AT + timedelta(days=80))
        assert expire_postings(connection, COMMAND_LINE, AT + timedelta(days=169)) == ()
        assert expire_postings(connection, COMMAND_LINE, AT + timedelta(days=170)) == (ID,)
        old = get_posting(connection, ID)
    assert old.state is PostingState.EXPIRED
    assert jobs(store) == []
    with store.write() as connection:
        renew_posting(connection, ID, EMPLOYER, AT + timedelta(days=200))
    assert [task.id for task in jobs(store)[0].tasks] == [one.task.id for one in old.tasks]


def test_a_withdrawn_posting_is_gone_for_good_and_nothing_else_of_the_site(store: Store) -> None:
    listed = read_list(TableKind.TASKS, "tehtävä;nimike\nKukkien kastelu;Puutarhuri\n".encode(), "x",
                       ListOptions(employer="Oma", site="Sali"), AT.date())  # fmt: skip
    commit(store, listed, preview(store, listed, COACH).token, COACH, AT, "i1")
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
    assert {job.title for job in jobs(store)} == {"Siistijä", "Puutarhuri"}
    commit(store, listed, preview(store, listed, COACH).token, COACH, AT, "i2")
    assert len(jobs(store)) == 2, "a list that is brought in anew leaves what the employer posted"
    with store.write() as connection:
        withdraw_posting(connection, ID, EMPLOYER, AT)
        with pytest.raises(PostingStateRefused):
            renew_posting_of_withdrawn(connection)
    assert [job.title for job in jobs(store)] == ["Puutarhuri"]


def renew_posting_of_withdrawn(connection) -> None:  # type: ignore[no-untyped-def]
    confirm_posting(connection, ID, answers(get_posting(connection, ID)), EMPLOYER, AT)


def test_only_the_ways_that_are_drawn_can_be_gone(store: Store) -> None:
    assert all(PostingState.DRAFT not in ways for ways in MAY_BECOME.values())
    assert MAY_BECOME[PostingState.WITHDRAWN] == frozenset()
    with store.write() as connection:
        add_posting(connection, draft(), EMPLOYER, AT)
        with pytest.raises(PostingStateRefused):
            confirm_posting(connection, ID, answers(get_posting(connection, ID)), EMPLOYER, AT)
        with pytest.raises(UnknownId):
            get_posting(connection, "none")


def test_a_site_of_another_employer_is_refused(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        with pytest.raises(InvalidInput, match="another employer"):
            add_posting(connection, replace(draft(), id="1" * 32, employer="own-muu"), EMPLOYER, AT)
        assert [one.id for one in postings_of(connection, ["own-oma"])] == [ID]
        assert postings_of(connection, ["own-muu"]) == ()


def test_the_audit_tells_every_step_and_holds_no_words_of_the_employer(store: Store) -> None:
    with store.write() as connection:
        add_posting(connection, draft(PostingState.PROPOSED), EMPLOYER, AT)
        confirm_posting(connection, ID, answers(get_posting(connection, ID)), EMPLOYER, AT)
        withdraw_posting(connection, ID, EMPLOYER, AT)
        add_contact(connection, CONTACT, COACH, AT)
        entries = entries_after(connection)
    steps = ["posting.proposed", "posting.confirmed", "posting.withdrawn", "contact.noted"]
    assert [one.action for one in entries] == steps
    assert {one.about for one in entries} == {"employer:own-oma"}
    assert "Canary" not in repr(entries)


CONTACT = EmployerContact(
    "c1",
    "own-oma",
    "north",
    date(2026, 9, 1),
    COACH.account,
    ContactKind.CALL,
    "Canary: sovittu käynti",
    date(2026, 9, 15),
)


def test_the_contact_log_survives_a_change_of_coach_and_is_the_organisations_own(store: Store) -> None:
    later = replace(CONTACT, id="c2", account="z" * 32, on=date(2026, 9, 10), next_on=date(2026, 10, 1))
    with store.write() as connection:
        add_contact(connection, CONTACT, COACH, AT)
        assert contacts_due(connection, "north", date(2026, 9, 14)) == ()
        assert contacts_due(connection, "north", date(2026, 9, 15)) == (CONTACT,)
        add_contact(connection, later, replace(COACH, account="z" * 32), AT)
        assert contacts_of(connection, "own-oma", "north") == (later, CONTACT)
        assert contacts_due(connection, "north", date(2026, 9, 30)) == (), "the last contact says when the next one is"
        assert contacts_due(connection, "north", date(2026, 10, 1)) == (later,)
        assert contacts_of(connection, "own-oma", "south") == ()


@pytest.mark.parametrize(
    "wrong", [{"note": "x" * (LONGEST_NOTE + 1)}, {"note": "a\nb"}, {"next_on": date(2026, 8, 31)}]
)
def test_a_contact_that_cannot_be_kept_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with store.write() as connection, pytest.raises(InvalidInput):
        add_contact(connection, replace(CONTACT, **wrong), COACH, AT)  # type: ignore[arg-type]


def test_the_migration_of_occupations_goes_down_and_up_on_postings_that_are_there(store: Store) -> None:
    said = replace(draft(PostingState.PROPOSED), isco="9112")
    with store.write() as connection:
        add_posting(connection, said, EMPLOYER, AT)
        assert get_posting(connection, ID) == said
    downgrade(store, "0020")
    upgrade(store, "0020")
    with store.read() as connection:
        assert get_posting(connection, ID) == replace(said, isco="")
