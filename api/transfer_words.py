"""Answers of transfer in sentences of the reader's language: where a job fits, what would change, what recurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matching.transfer import Elsewhere, Fit, JobPattern, NearFit, Patterns, SolutionHere, SolutionsHere, ToChange
from matching.transfer.work_kinds import WorkKind

from .messages import Messages
from .solution_words import gap_words
from .wording import accommodation_name, blocker_text, contribution_text, flag_text

SHOWN_LOADS, SHOWN_TASKS, SHOWN_TERMS, SHOWN_FLAGS = 6, 5, 4, 4
SHOWN_PARTS, SHOWN_DIMENSIONS = 2, 8
SHORT = 90


def kind_name(kind: WorkKind, messages: Messages) -> str:
    """Name a kind of work by what is done."""
    named = ", ".join(messages.word("activities", activity) for activity in kind.activities[:3])
    return named or messages.text("transfer.no_activity")


def change_text(change: ToChange, kinds: Sequence[WorkKind], messages: Messages) -> str:
    """Say one thing that would have to change."""
    numbers = {
        name: "–" if value is None else messages.number(value, 2)
        for name, value in (("needed", change.needed), ("there", change.there))
    }
    match change.kind:
        case "work":
            what = kind_name(kinds[int(change.about)], messages)
        case "condition":
            what = messages.condition(change.about)
        case "facility":
            what = messages.word("facilities", change.about)
        case "accommodation" | "cannot":
            what = accommodation_name(change.about, messages.language)
        case _:
            what = messages.dimension(change.about)
    unknown = "_unknown" if change.kind == "guidance" and change.there is None else ""
    facility = messages.word("facilities", change.facility) if change.facility else ""
    return messages.text(f"transfer.change.{change.kind}{unknown}", what=what, facility=facility, **numbers)


def job_lines(found: Elsewhere, messages: Messages) -> Iterator[str]:
    """Say which job it is, and of which kinds of work."""
    job = found.job
    name = job.name or messages.text("transfer.unnamed")
    yield messages.text("transfer.title", job=name, hours=messages.number(job.hours))
    if not job.known_person:
        yield messages.text("transfer.unknown_person")
    for number, kind in enumerate(found.kinds, start=1):
        shown = "; ".join(_short(part.texts[0]) for part in kind.parts[:SHOWN_PARTS])
        shown += " …" if len(kind.parts) > SHOWN_PARTS else ""
        what = kind_name(kind, messages)
        yield messages.text("transfer.kind", number=number, hours=messages.number(kind.hours), what=what, text=shown)


def fit_lines(fit: Fit, kinds: Sequence[WorkKind], messages: Messages) -> Iterator[str]:
    """Say one workplace where it would work."""
    place, text = fit.place, messages.text
    head = text(
        "transfer.fit",
        rank=fit.rank,
        employer=place.employer.name,
        site=place.site.name,
        hours=messages.number(fit.solution.hours),
        score=messages.number(fit.score, 2),
    )
    extra = [text("transfer.same_employer")] if fit.same_employer else []
    if fit.minutes is not None:
        extra.append(text("transfer.way", minutes=messages.number(fit.minutes, 0)))
    yield " · ".join([head, *extra])
    for part, kind in fit.tasks:
        yield f"  {messages.number(part.hours, 2):>5} h  ({kind + 1}) {part.task.text}"
    yield text("transfer.differs" if fit.changes else "transfer.as_it_is")
    for change in fit.changes:
        yield f"    – {change_text(change, kinds, messages)}"
    if fit.flags:
        yield text("transfer.settle")
    for flag in fit.flags[:SHOWN_FLAGS]:
        more = " …" if len(flag.about) > SHOWN_DIMENSIONS else ""
        yield f"    ? {flag_text(replace(flag, about=flag.about[:SHOWN_DIMENSIONS]), messages)}{more}"
    terms = "; ".join(
        f"{contribution_text(term, messages)} {'+' if term.value > 0 else '−'}{messages.number(abs(term.value), 2)}"
        for term in fit.terms[:SHOWN_TERMS]
    )
    yield text("transfer.why", terms=terms)


def near_lines(near: NearFit, messages: Messages) -> Iterator[str]:
    """Say one workplace that just misses, and what would be enough."""
    yield f"{near.place.employer.name} · {near.place.site.name}"
    for change in near.changes:
        yield f"    – {blocker_text(change, messages)}"


def here_lines(one: SolutionHere, messages: Messages) -> Iterator[str]:
    """Say one earlier solution that fits."""
    text, said = messages.text, one.solution.text(messages.language)
    score = messages.number(one.score, 2)
    yield text("transfer.here.found", rank=one.rank, title=said.title, id=one.solution.id, score=score)
    if one.way == "measures":
        names = ", ".join(accommodation_name(measure.id, messages.language) for measure in one.measures)
        yield text("transfer.here.measures", what=names)
    else:
        yield text("transfer.here.carved")
    texts = {part.task.id: part.task.text for part in one.tasks}
    for task, gaps in list(one.gap_tasks.items())[:SHOWN_TASKS]:
        levels = ", ".join(gap_words(d, asked, managed, messages) for d, (asked, managed) in gaps.items())
        yield text("transfer.here.gap", gaps=levels, task=_short(texts[task]))
    if one.absent:
        yield text("transfer.here.absent", what=messages.dimensions(one.absent))
    if not one.same_sector:
        yield text("transfer.here.sector", what=messages.word("sectors", one.solution.sector))
    yield text("transfer.here.alike", percent=messages.number(100 * one.likeness, 0))
    for id_, lacking in one.cannot.items():
        yield "  " + change_text(ToChange("cannot", id_, facility=lacking[0]), (), messages)
    for facility in one.questions:
        yield "  " + change_text(ToChange("facility", facility), (), messages)
    yield text("transfer.here.went", went=text(f"went.{one.solution.outcome}"), why=said.result)


def here_counts(found: SolutionsHere, messages: Messages) -> Iterator[str]:
    """Say what did not fit, and why."""
    for case, lacks in found.blocked:
        what = ", ".join(messages.word("facilities", facility) for facility in lacks)
        title = case.text(messages.language).title
        yield messages.text("transfer.here.blocked", title=title, id=case.id, what=what)
    yield messages.text(
        "transfer.here.counts",
        looked=found.looked_at,
        no_gap=found.no_gap,
        nothing=found.opens_nothing,
        silent=found.without_levels,
    )


def pattern_name(pattern: JobPattern, messages: Messages) -> str:
    """Name a pattern by the activities that take most of its hours, in the vocabulary's words."""
    return " + ".join(messages.word("activities", activity) for activity in pattern.named)


def pattern_lines(number: int, pattern: JobPattern, messages: Messages) -> Iterator[str]:
    """Say one kind of job that recurs."""
    text, decimal = messages.text, messages.number
    low, median, high = (decimal(hours) for hours in pattern.hours)
    yield text(
        "transfer.pattern.head",
        number=number,
        name=pattern_name(pattern, messages),
        sites=len(pattern.sites),
        employers=len(pattern.employers),
        low=low,
        median=median,
        high=high,
    )
    key = "transfer.pattern.new" if pattern.new else "transfer.pattern.known"
    likest = pattern.likest
    share, alike = decimal(100 * likest.hours_share, 0), decimal(100 * likest.alike, 0)
    yield text(key, title=likest.title, share=share, alike=alike)
    if pattern.people:
        yield text("transfer.pattern.people", people=pattern.people)
    for task in [task for task in pattern.tasks if task.sites > 1][:SHOWN_TASKS]:
        what = ", ".join(messages.word("activities", activity) for activity in task.activities)
        hours = decimal(task.hours_median)
        what = what or text("transfer.no_activity")
        yield text("transfer.pattern.task", hours=hours, what=what, sites=task.sites, text=_short(task.example))
    loads = ", ".join(
        text(
            "transfer.pattern.load",
            what=messages.dimension(load.dimension),
            low=decimal(load.low),
            median=decimal(load.median),
            high=decimal(load.high),
        )
        for load in pattern.loads[:SHOWN_LOADS]
    )
    yield text("transfer.pattern.loads", what=loads)


def pattern_counts(found: Patterns, messages: Messages) -> str:
    """Say how many part-jobs were compared, and how many are in no pattern."""
    return messages.text(
        "transfer.pattern.counts", jobs=found.compared, rest=found.in_no_pattern, silent=found.without_activities
    )


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
