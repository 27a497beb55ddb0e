"""From what an employer pastes or sends to what stands in the market, one function a step, in its documented shape."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import jsonschema
import pytest

from api.messages import LANGUAGES
from api.postings import (
    LONGEST_PASTE,
    PostingPlace,
    confirm,
    contact_as_json,
    contact_warning,
    offer,
    post_table,
    post_text,
    posting_as_json,
    read_text,
    withdraw,
)
from data.accounts import Actor, Role
from data.employer_contacts import ContactKind, EmployerContact
from data.errors import InvalidInput
from data.postings import PostingState, TaskAnswer
from data.store import Store, employers_of
from data.store.postings import add_posting
from tests.commands import schema

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
EMPLOYER = Actor("e" * 32, Role.EMPLOYER, "", "Eeva Elo")
PLACE = PostingPlace("own-oma", "own-oma.sali", "Siistijä", "Oma Oy", "Sali", "Laukaa")
SHAPE = "posting.schema.json"


def test_pasted_words_become_a_posting_that_is_confirmed_and_withdrawn(store: Store) -> None:
    made = post_text(store, "- Latioiden moppaus 3 h/vko\n- Hygieniapassi vaaditaan", PLACE, EMPLOYER, AT, "1" * 32)
    written = posting_as_json(made)
    jsonschema.validate(written, schema(SHAPE))
    assert written["stale_on"] == "2026-11-30"
    assert any(load["words"] for load in written["tasks"][0]["loads"])
    assert written["tasks"][1]["conditions"][0]["words"]
    answers = [TaskAnswer(one.task.id, {d: load.shown for d, load in one.loads.items()}) for one in made.tasks]
    done = posting_as_json(confirm(store, made.id, answers, EMPLOYER, AT))
    jsonschema.validate(done, schema(SHAPE))
    assert {one["how"] for task in done["tasks"] for one in task["said"]} == {"confirmed"}
    assert confirm(store, made.id, (), EMPLOYER, AT).state is PostingState.CONFIRMED
    gone = posting_as_json(withdraw(store, made.id, EMPLOYER, AT))
    jsonschema.validate(gone, schema(SHAPE))
    assert gone["stale_on"] is None
    with store.read() as connection:
        assert [job for owner in employers_of(connection) for site in owner.sites for job in site.jobs] == []


def test_a_table_becomes_a_posting_whole_or_not_at_all(store: Store) -> None:
    made = post_table(store, "tehtävä;tunnit\nKukkien kastelu;2,5\n".encode(), PLACE, EMPLOYER, AT, "1" * 32)
    assert [(one.task.text, one.task.hours_per_week) for one in made.tasks] == [("Kukkien kastelu", 2.5)]
    with pytest.raises(InvalidInput, match="row 2, hours"):
        post_table(store, "tehtävä;tunnit\nKukkien kastelu;x\n".encode(), PLACE, EMPLOYER, AT, "2" * 32)
    with pytest.raises(InvalidInput):
        post_text(store, "x" * (LONGEST_PASTE + 1), PLACE, EMPLOYER, AT, "3" * 32)
    with pytest.raises(InvalidInput, match="0 tasks"):
        post_text(store, "\n...\n", PLACE, EMPLOYER, AT, "4" * 32)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_that_speaks_of_health_is_warned_of(language: str) -> None:
    assert contact_warning("Sovittu käynti", language) == ""
    assert contact_warning("Hänellä on masennus", language).count(":") == 1


def test_a_contact_has_its_documented_shape() -> None:
    one = EmployerContact("c", "own-oma", "north", date(2026, 9, 1), "a", ContactKind.CALL, "Soitettu")
    jsonschema.validate(contact_as_json(one), schema("employer-contact.schema.json"))


def test_a_draft_is_in_no_market_until_it_is_offered_and_lines_without_an_answer_are_left_out(store: Store) -> None:
    read = read_text("- Lattian moppaus 3 h\n- Lakaisu\n- Hygieniapassi vaaditaan", PLACE, EMPLOYER, AT, "5" * 32)
    with store.write() as connection:
        add_posting(connection, replace(read, state=PostingState.DRAFT), EMPLOYER, AT)
        assert employers_of(connection) == ()
        answers = [TaskAnswer(one.task.id, dict.fromkeys(one.loads), hours=2.0) for one in read.tasks[:2]]
        done = offer(connection, "5" * 32, answers, EMPLOYER, AT)
    assert done.state is PostingState.CONFIRMED
    assert [(one.task.text, one.hours_known) for one in done.tasks] == [("Lattian moppaus", True), ("Lakaisu", True)]
    with store.read() as connection:
        (owner,) = employers_of(connection)
    assert [len(job.tasks) for place in owner.sites for job in place.jobs] == [2]
    with pytest.raises(InvalidInput), store.write() as connection:
        offer(connection, "5" * 32, answers[:1], EMPLOYER, AT)  # once offered, every task has an answer
