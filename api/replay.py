"""A list that was shown is made again from what was kept, and held against it byte for byte."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.candidates import Candidate
from data.errors import WorkTrialError
from data.record_json import content_name, record_from
from data.solutions import Solution
from data.store import Store
from data.store.exposure import ShownRun, ShownSuggestion, find_run, suggestions_of
from data.store.kept_contents import kept, kept_for
from data.store.workplaces import change_is_of
from matching.config import model_name
from matching.learning.lessons import Lessons
from matching.learning.scorer import TrialScorer

from .commands.match_lists import list_as_json, list_matches
from .list_inputs import EarlierInputs, InputsLostError
from .messages import Messages
from .model_registry import EXPERT, model_names, open_model
from .shown_lists import answer_bytes, question_of, shown_suggestions
from .versions import code_version, rules_version
from .workspace import scorer_in_force

Progress = Callable[[str], None]


class Verdict(StrEnum):
    """What replaying found: the same bytes; other bytes; not made again, only what was stored; the log was altered."""

    SAME = "same"
    DIFFERENT = "different"
    STORED = "stored"
    ALTERED = "altered"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a run showed and what making it again gave.

    ``why`` is the key of a message that says why it was not made again, or why it differs (empty: nothing to say);
    ``answer`` is what was shown, as stored (None: gone or altered); ``again`` what it is now (None: not made again);
    ``model_now`` the model in force.
    """

    run: ShownRun
    suggestions: tuple[ShownSuggestion, ...]
    verdict: Verdict
    why: str
    answer: bytes | None
    again: bytes | None
    model_now: str


def replay(store: Store, name: str, progress: Progress = lambda _stage: None) -> Replay:
    """Make a run again, by its number or run id; UnknownId when there is none.

    The list is not made again where the bytes could not be the same: with another model, other reference data, or
    without all that it was made from. Then what was stored is given, and said to be just that.
    """
    with store.read() as connection:
        run = find_run(connection, name)
        suggestions = suggestions_of(connection, [run.number])[run.number]
        answer = kept_for(connection, run.candidate, run.answer)
    scorer = scorer_of(store, run.model)
    again, lines, why = None, suggestions, _other_version(run, scorer)
    if scorer is not None and not why:
        try:
            again, lines = _made_again(store, run, scorer, progress)
        except InputsLostError as lost:
            why = str(lost)
        except WorkTrialError:
            why = "replay.not_made"
    verdict = Verdict.STORED
    if not _whole(answer, suggestions) or (_same_bytes(again, run) and _values(lines) != _values(suggestions)):
        verdict, why = Verdict.ALTERED, "replay.log_altered"
    elif again is not None and _same_bytes(again, run):
        verdict, why = Verdict.SAME, ""
    elif again is not None:
        verdict = Verdict.DIFFERENT
        why = "replay.other_code" if run.code != code_version() else "replay.other_inputs"
    now = model_name(scorer_in_force(store).name)
    return Replay(run, suggestions, verdict, why, answer, again, now)


def scorer_of(store: Store, model: str) -> TrialScorer | None:
    """Find the scorer that a list was made with, also when another one is in force now; None when it is not at hand.

    Model folders are never written over and are checked when they are opened.
    """
    in_force = scorer_in_force(store)
    if model_name(in_force.name) == model:
        return in_force
    for name in (EXPERT, *model_names()):
        try:
            scorer, _ = open_model(name)
        except WorkTrialError:
            continue
        if model_name(scorer.name) == model:
            return scorer
    return None


def _whole(answer: bytes | None, suggestions: Sequence[ShownSuggestion]) -> bool:
    """Tell whether the stored answer is there and says the same as the lines that were logged with it."""
    if answer is None:
        return False
    readings = ("can_do", "wants", "likely")
    said = [
        (
            s["rank"],
            s["id"],
            s["site"]["id"],
            s["employer"]["id"],
            s["score"],
            *(s[name]["points"] for name in readings),
        )
        for s in json.loads(answer)["suggestions"]
    ]
    logged = [(s.rank, s.id, s.site, s.employer, s.score, s.can_do, s.wants, s.likely) for s in suggestions]
    return said == logged


def _values(lines: Sequence[ShownSuggestion]) -> list[object]:
    """Put what was logged beside each other so that unknown is equal to unknown."""
    return [(one.id, [None if math.isnan(value) else value for value in one.features]) for one in lines]


def _same_bytes(again: bytes | None, run: ShownRun) -> bool:
    return again is not None and content_name(again) == run.answer


def _other_version(run: ShownRun, scorer: TrialScorer | None) -> str:
    """Say with which message the versions at hand are others than those of the run; empty: they are the same."""
    if scorer is None:
        return "replay.other_model"
    return "replay.other_rules" if run.rules != rules_version(bool(run.question["pathway"])) else ""


def _made_again(
    store: Store, run: ShownRun, scorer: TrialScorer, progress: Progress
) -> tuple[bytes, tuple[ShownSuggestion, ...]]:
    with store.read() as connection:
        if not change_is_of(connection, run.market):
            raise InputsLostError("replay.market_lost")
        profile = kept_for(connection, run.candidate, run.profile)
        cases = b"[]" if run.cases is None else kept(connection, run.cases)
    if profile is None or cases is None:
        raise InputsLostError("replay.profile_lost" if profile is None else "replay.cases_lost")
    try:
        person, base = record_from(Candidate, profile), record_from(tuple[Solution, ...], cases)
    except ValueError as error:
        raise InputsLostError("replay.profile_lost") from error
    try:
        lessons = record_from(Lessons, json.dumps(dict(run.lessons or {})).encode())
    except ValueError as error:
        raise InputsLostError("replay.lessons_lost") from error
    question, language = question_of(run)
    listed = list_matches(EarlierInputs(store, person, base, scorer, run.market, lessons), question, progress)
    return answer_bytes(list_as_json(listed, Messages(language))), shown_suggestions(listed.found)
