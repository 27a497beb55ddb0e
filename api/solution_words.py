"""Earlier solutions in sentences of the reader's language: why a case is near, what differs, how it went."""

from __future__ import annotations

from collections.abc import Iterator

from data.solutions import Change
from features.solution_reading import SolutionDraft
from matching.solutions import TOO_FEW, NearSolution, SolutionAnalysis, Tally

from .messages import Messages
from .wording import accommodation_name


def gap_words(dimension: str, needed: float | None, managed: float | None, messages: Messages) -> str:
    """Say one gap shortly, e.g. "seisominen 5 / 2"; a level that nobody said is a question mark."""
    levels = ("?" if level is None else messages.number(level) for level in (needed, managed))
    return f"{messages.dimension(dimension)} {' / '.join(levels)}"


def share_text(tally: Tally, messages: Messages) -> str:
    """Say a share with its interval in per cent, or that there are too few."""
    if tally.share is None or tally.interval is None:
        return messages.text("solutions.too_few")
    low, high = (round(100 * end) for end in tally.interval)
    return messages.text("solutions.share", share=round(100 * tally.share), low=low, high=high)


def change_name(key: str, messages: Messages) -> str:
    """Name a kind of change: a measure of the catalogue, or "a task taken off" and the like."""
    own = f"change.{key}"
    return messages.text(own) if messages.has(own) else accommodation_name(key, messages.language)


def change_words(change: Change, messages: Messages) -> str:
    """Name a change: the measure, or the words of the case in the nearest language."""
    if change.accommodation:
        return accommodation_name(change.accommodation, messages.language)
    words = change.words.get(messages.language) or next(iter(change.words.values()), "")
    return words or messages.text(f"change.{change.kind}")


def near_lines(number: int, one: NearSolution, messages: Messages) -> Iterator[str]:
    """Say one near case line by line."""
    case, text = one.solution, messages.text
    said = case.text(messages.language)
    yield text("solutions.case", number=number, title=said.title, id=case.id, points=messages.number(one.points, 2))
    shared = ", ".join(gap_words(d, there.needed, there.managed, messages) for d, (_, there) in one.shared.items())
    if shared:
        yield text("solutions.near.gap", what=shared)
    if one.same_sector:
        yield text("solutions.near.sector", what=messages.word("sectors", case.sector))
    if one.words:
        yield text("solutions.near.words", what=", ".join(one.words))
    if one.missing:
        yield text("solutions.differs.missing", what=messages.dimensions(one.missing))
    if one.further:
        further = ", ".join(gap_words(d, gap.needed, gap.managed, messages) for d, gap in one.further.items())
        yield text("solutions.differs.further", what=further)
    if one.against:
        yield text("solutions.differs.against", what=messages.dimensions(one.against))
    if one.same_sector is False:
        yield text("solutions.differs.sector", what=messages.word("sectors", case.sector))
    yield text("solutions.work", what=said.work)
    yield text("solutions.change", what=said.change)
    for change in case.changes:
        yield text("solutions.measure", went=text(f"went.{change.went}"), what=change_words(change, messages))
    weeks = messages.number(case.judged.after_weeks)
    by = ", ".join(text(f"role.{role}") for role in case.judged.by)
    yield text("solutions.went", went=text(f"went.{case.outcome}"), weeks=weeks, by=by, why=said.result)
    yield text("solutions.cost", cost=messages.word("cost_classes", case.cost.cost_class))
    parts = ", ".join(
        f"{text(f'solutions.part.{name}')} {messages.number(value, 2)}" for name, value in one.parts.items() if value
    )
    yield text("solutions.parts", parts=parts)
    if case.fictional:
        yield text("solutions.is_fictional")


def draft_lines(read: SolutionDraft, messages: Messages, most_loads: int) -> Iterator[str]:
    """Show everything that was read out of a text, for confirmation."""
    text = messages.text
    yield text("solutions.draft", text=read.text)
    gaps = ", ".join(gap_words(d, gap.needed, gap.managed, messages) for d, gap in read.question.gaps.items())
    yield text("solutions.understood", gaps=gaps or "–")
    if read.question.fine:
        yield text("solutions.fine", what=messages.dimensions(sorted(read.question.fine)))
    if read.question.sectors:
        yield text("solutions.sector", what=", ".join(messages.word("sectors", s) for s in read.question.sectors))
    loads = sorted(read.loads.items(), key=lambda item: (-item[1].value, item[0]))[:most_loads]
    shown = ", ".join(f"{messages.dimension(d)} {messages.number(level.value)}" for d, level in loads)
    yield text("solutions.loads", what=shown or "–")
    conditions = ", ".join(messages.condition(condition.key) for condition in read.conditions)
    yield text("solutions.conditions", what=conditions or "–")
    for measure in read.measures:
        name = accommodation_name(measure.id, messages.language)
        yield text("solutions.read_measure", what=name, id=measure.id, words=measure.words)
    if read.hours is not None:
        yield text("solutions.hours", before=messages.number(read.hours[0]), after=messages.number(read.hours[1]))
    yield text("solutions.outcome", what="–" if read.outcome is None else text(f"went.{read.outcome}"))
    if read.missing:
        yield text("solutions.missing", what=", ".join(text(f"solutions.lacks.{name}") for name in read.missing))


def analysis_lines(analysis: SolutionAnalysis, messages: Messages) -> Iterator[str]:
    """Say the analysis in short: what has enough tries, what was in vain, what stays unsolved."""
    text, tally = messages.text, analysis.outcomes
    counts = {"cases": analysis.cases, "worked": tally.worked, "partly": tally.partly, "not_worked": tally.not_worked}
    yield text("solutions.summary", **counts, least=TOO_FEW)
    if analysis.fictional:
        yield text("solutions.fictional", count=analysis.fictional)
    yield text("solutions.measures") + ":"
    for one in (one for one in analysis.measures if one.tally.enough):
        what = f"{messages.dimension(one.dimension)}: {change_name(one.change, messages)}"
        yield f"  {what}: {one.tally.worked}/{one.tally.tried}, {share_text(one.tally, messages)}"
    yield text("solutions.in_vain") + ":"
    for one in analysis.in_vain:
        yield f"  {messages.dimension(one.dimension)}: {change_name(one.change, messages)} (0/{one.tally.tried})"
    for key, dimensions in (("unsolved", analysis.unsolved), ("unseen", analysis.unseen)):
        yield text(f"solutions.{key}") + ": " + (messages.dimensions(dimensions) or text("solutions.none"))
    yield text("solutions.caution")
