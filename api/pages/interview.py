"""The interview guide: the question worth most first, its anchors as answers; an answer corrects the profile."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from data.store import Store, get_candidate
from data.store.objections import refuse_objecting
from matching import MatchConfig

from ..access.policy import asker, needs
from ..commands.match_lists import AskedOf, Question, list_matches
from ..http.named import CandidateId
from ..list_inputs import StoredInputs
from ..local_time import today_of
from ..messages import Messages
from ..profile_correction import profile_tag, source_of
from ..wording import question_text
from .frame import show
from .language import language_of
from .profile_form import filled
from .profile_page import half_steps, level_fields

router = APIRouter(include_in_schema=False)

QUESTIONS = 5
"""So many questions are found at once: the first to answer, the others to choose from."""

CAPACITY, CONDITION = "capacity", "condition"


@router.get("/people/{candidate_id}/interview", dependencies=[needs("person.read", "candidate_id")])
def interview(request: Request, candidate_id: CandidateId) -> Response:
    """Show the guide at once; the questions, which take seconds, come after it."""
    with request.app.state.store.read() as connection:
        person = get_candidate(connection, candidate_id)
    return show(request, "interview.html.jinja", id=candidate_id, name=person.name or candidate_id)


@router.get("/people/{candidate_id}/interview/questions", dependencies=[needs("reasons.read", "candidate_id")])
def questions(request: Request, candidate_id: CandidateId) -> Response:
    """Show the questions whose answers would change the match list most, the first one as a form."""
    store: Store = request.app.state.store
    messages, today = Messages(language_of(request)), today_of(request)
    with store.read() as connection:
        refuse_objecting(connection, candidate_id)
        person = get_candidate(connection, candidate_id)
        tag = profile_tag(connection, person)
    asked = Question(candidate_id, MatchConfig(), questions=QUESTIONS)
    found = list_matches(StoredInputs(store, today), asked, lambda _stage: None).questions or ()
    source = source_of(asker(request).actor.role)
    rows = []
    for one in found:
        answered = one.question.kind == CAPACITY
        about = one.question.about
        rows.append({
            "kind": one.question.kind,
            "about": about,
            "text": question_text(one.question, messages),
            "ask": messages.text(f"question.ask.{one.question.ask}", place=one.names.get(one.question.site, "")),
            "place": one.names.get(one.question.site, ""),
            "change": _change(one, messages),
            "level": level_fields(person, about, messages)[0] | {"question": ""} if answered else None,
            "held": _held_field(one),
            "kept": filled(person, "permits", source, messages).one,
            "fields": filled(person, about, source, messages).one if answered else {},
        })  # fmt: skip
    return show(
        request,
        "interview_questions.html.jinja",
        part="questions",
        id=candidate_id,
        name=person.name or candidate_id,
        state=tag,
        questions=rows,
        half_steps=half_steps(messages),
    )


def _held_field(one: AskedOf) -> str:
    """Name the field of the profile that a question about a permit or a licence fills; "" for other questions."""
    kind, _, what = one.question.about.partition(":")
    start = {"permit": "permits", "driving_licence": "licences"}.get(kind, "")
    return f"{start}.{what}" if one.question.kind == CONDITION and start and what else ""


def _change(one: AskedOf, messages: Messages) -> tuple[str, ...]:
    """Say what the answer would change of the list, and which workplaces it is about."""
    question, names = one.question, one.names
    answer = messages.text(f"question.{question.answer}") if question.answer in {"yes", "no"} else question.answer
    said = []
    for key, sites in (("question.fallen", question.fallen), ("question.come_in", question.come_in)):
        if sites:
            places = ", ".join(names[site] for site in sites)
            told = messages.text(key, answer=answer, places=places)
            said.append(f"{messages.text('interview.if', answer=answer)} {told}")
    return tuple(said)
