"""Whether terms and reviews hold together: hours, days, half-days, ids, and texts that an employer may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from data.accommodations import load_accommodations
from data.calendar_months import months_after
from data.dimensions import dimension_index
from data.errors import InvalidInput
from data.levels import TOP
from data.pathways import load_pathways
from data.trial_lifecycle import TrialTerms
from data.trials import Trial, TrialReview
from data.workplaces import BLOCKS
from features.deidentification import check_personal

from ..trial_documents import country_of
from .limits import KEPT_TERMS

MOST_HOURS = 60.0
MOST_DAY_HOURS = 12.0
MOST_MONTHS = 24
MOST_TASKS = 30
MOST_REVIEWS = 60
LONGEST_TEXT = 2000
HOSTS = ("company", "municipality", "private_person", "other")


def unsound_terms(terms: TrialTerms) -> tuple[str, ...]:
    """Name what does not hold together in terms: fields, never what stands in them. Empty terms are sound."""
    return tuple(dict.fromkeys((*_hours(terms), *_days(terms), *_names(terms), *_pathway(terms))))


def missing_terms(terms: TrialTerms) -> tuple[str, ...]:
    """Name what terms lack before anybody can say yes to them."""
    needed = {
        "tasks": terms.tasks,
        "week": terms.week,
        "starts": terms.starts,
        "ends": terms.ends,
        "supervisor": terms.supervisor.strip(),
        "goal": terms.goal.strip(),
    }
    return tuple(name for name, value in needed.items() if not value)


def _hours(terms: TrialTerms) -> Iterator[str]:
    tasks = [task.task for task in terms.tasks]
    if len(set(tasks)) < len(tasks) or len(tasks) > MOST_TASKS or not all(tasks):
        yield "tasks"
    if any(not 0 < task.hours_per_week <= MOST_HOURS for task in terms.tasks) or terms.hours_per_week > MOST_HOURS:
        yield "tasks.hours_per_week"
    blocks = [half.block for half in terms.week]
    if len(set(blocks)) < len(blocks) or set(blocks) - set(BLOCKS):
        yield "week"
    if any(not 0 < half.hours <= MOST_DAY_HOURS for half in terms.week):
        yield "week.hours"
    if terms.week and abs(sum(half.hours for half in terms.week) - terms.hours_per_week) > 0.05:
        yield "week.sum"
    for name in ("full_time_hours", "contract_months_after"):
        value = getattr(terms, name)
        if value is not None and not 0 <= value <= 168:
            yield name


def _days(terms: TrialTerms) -> Iterator[str]:
    starts, ends = terms.starts, terms.ends
    if starts is not None and ends is not None:
        if ends < starts or ends >= months_after(starts, MOST_MONTHS):
            yield "ends"
        if any(not starts <= day <= ends for day in terms.reviews):
            yield "reviews"
    elif terms.reviews:
        yield "reviews"
    if list(terms.reviews) != sorted(set(terms.reviews)) or len(terms.reviews) > MOST_REVIEWS:
        yield "reviews"


def _names(terms: TrialTerms) -> Iterator[str]:
    if len(set(terms.measures)) < len(terms.measures) or set(terms.measures) - _measures():
        yield "measures"
    for name, text in (("supervisor", terms.supervisor), ("goal", terms.goal)):
        unwritable = len(text) > LONGEST_TEXT or any(ord(sign) < 32 and sign != "\n" for sign in text)
        if unwritable or _kinds(text) & ({"id"} if name == "supervisor" else {"id", "diagnosis"}):
            yield name


def _pathway(terms: TrialTerms) -> Iterator[str]:
    if terms.host not in HOSTS:
        yield "host"
    if set(terms.kept) - KEPT_TERMS:
        yield "kept"
    if terms.pathway:
        try:
            country_of(load_pathways(), terms.pathway).pathway(terms.pathway)
        except InvalidInput:
            yield "pathway"


def unsound_review(review: TrialReview, trial: Trial, on: date) -> tuple[str, ...]:
    """Name what does not hold together in a review of a trial; a review says at least one thing."""
    found: list[str] = []
    known = dimension_index()
    levels = (*review.loads.values(), review.performance, review.strain)
    if not trial.starts <= review.day <= on:
        found.append("day")
    if set(review.loads) - set(known):
        found.append("loads")
    if any(value is not None and not _step(value, 0.0) for value in levels):
        found.append("levels")
    if any(effect.measure not in trial.measures or effect.dimension not in known for effect in review.effects):
        found.append("effects")
    if any(not _step(effect.steps, -TOP) for effect in review.effects):
        found.append("effects.steps")
    if not review.effects and all(value is None for value in levels):
        found.append("nothing_said")
    return tuple(found)


def _step(value: float, low: float) -> bool:
    return low <= value <= TOP and float(value * 2).is_integer()


@cache
def _measures() -> frozenset[str]:
    return frozenset(measure.id for measure in load_accommodations())


def _kinds(text: str) -> frozenset[str]:
    return frozenset(one.kind for one in check_personal(text).findings) if text.strip() else frozenset()


def says_whole(text: str, shortest: int) -> bool:
    """Tell whether a written reason is neither too short nor too long."""
    return shortest <= len(" ".join(text.split())) <= LONGEST_TEXT
