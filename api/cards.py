"""The match list as a coach reads it in a terminal: one card a suggestion, capacity against demand as small bars."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from data.workplaces import BLOCKS
from matching import MatchList, Suggestion
from matching.learning.lessons import ReviewedSteps
from matching.suggestion import Comparison

from .messages import Messages
from .wording import accommodation_name, contribution_text, flag_text, prospect_text

SHOWN_DIMENSIONS = 6
SHOWN_REASONS = 6
SHOWN_NAMES = 8
SHOWN_TERMS = 3
BAR_CELLS = 10


def print_match_list(found: MatchList, messages: Messages, console: Console) -> None:
    """Print the whole list: cards, what was left out, the certificate."""
    console.print()
    console.print(messages.text("list.title", candidate=found.person.id), style="bold")
    for suggestion in found.suggestions:
        console.print(card(suggestion, messages))
    if not found.suggestions:
        console.print(messages.text("list.nothing"))
    if found.left_out:
        console.print(messages.text("list.left_out"), style="bold")
        for reason, count in found.left_out.items():
            console.print(f"  {count:>5}  {messages.text(f'left.{reason}')}")
    _print_footer(found, messages, console)


def _print_footer(found: MatchList, messages: Messages, console: Console) -> None:
    proof = found.certificate
    key = "list.certificate_all" if proof.best_bound_left is None else "list.certificate"
    text = (
        messages.text(key, sites=proof.sites, solved=proof.solved) if proof.proven else messages.text("list.unproven")
    )
    console.print(text, style="dim")
    caution = messages.text(f"caution.{found.config.caution.value}")
    footer = "list.footer_learned" if found.learned else "list.footer"
    console.print(messages.text(footer, run=found.run_id, model=found.model, caution=caution), style="dim")
    if found.simulated:
        console.print(messages.text("card.simulated"), style="dim")
    if found.person.fictional:
        console.print(messages.text("list.fictional"), style="dim")


def card(suggestion: Suggestion, messages: Messages) -> Panel:
    """Lay out one suggestion."""
    place, reach = suggestion.reach.place, suggestion.reach
    where = [place.site.name]
    if place.site.municipality:
        where.append(place.site.municipality)
    if reach.minutes is not None:
        where.append(messages.text("card.travel", minutes=round(reach.minutes)))
    title = f"[bold]{suggestion.rank} · {escape(place.employer.name)}[/] · {escape(' · '.join(where))}"
    hours = messages.text("card.hours", hours=messages.number(suggestion.hours))
    score = messages.text("card.score", score=messages.number(suggestion.score, 2))
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(style="bold cyan", no_wrap=True)
    grid.add_column(ratio=1)
    for label, body in _rows(suggestion, messages):
        grid.add_row(messages.text(f"card.{label}"), body)
    return Panel(grid, title=title, subtitle=f"{hours} · {score}", title_align="left", subtitle_align="right")


def _rows(suggestion: Suggestion, messages: Messages) -> list[tuple[str, RenderableType]]:
    rows = [("tasks", _tasks(suggestion, messages)), ("week", Text(_week(suggestion, messages)))]
    rows.append(("accommodations", _accommodations(suggestion, messages)))
    points = {name: _signed(suggestion.reading(name), messages) for name in ("can_do", "wants", "likely")}
    known = messages.number(100 * suggestion.known_share, 0)
    wished = messages.number(100 * suggestion.wish_agreement, 0)
    rows.append(
        (
            "can_do",
            Group(messages.text("card.known", points=points["can_do"], percent=known), _bars(suggestion, messages)),
        )
    )
    rows.append(("wants", messages.text("card.agreement", points=points["wants"], percent=wished)))
    rows.append(("likely", _likely(suggestion, points["likely"], messages)))
    rows.append(("reasons", _reasons(suggestion, messages)))
    if suggestion.flags:
        rows.append(("flags", _flags(suggestion, messages)))
    return rows


def _tasks(suggestion: Suggestion, messages: Messages) -> RenderableType:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(ratio=1)
    for part in suggestion.tasks:
        grid.add_row(f"{messages.number(part.hours)} h", Text(part.task.text))
    return grid


def _week(suggestion: Suggestion, messages: Messages) -> str:
    hours: dict[str, float] = {}
    for part in suggestion.tasks:
        for block, planned in part.blocks.items():
            hours[block] = hours.get(block, 0.0) + planned
    days: dict[str, list[str]] = {}
    for block in BLOCKS:
        if hours.get(block, 0.0) >= 0.05:
            day, _, half = block.partition("_")
            days.setdefault(day, []).append(f"{messages.text(f'part.{half}')} {messages.number(hours[block])}")
    if not days:
        return messages.text("card.no_plan")
    return " | ".join(f"{messages.text(f'day.{day}')} {', '.join(halves)}" for day, halves in days.items())


def _accommodations(suggestion: Suggestion, messages: Messages) -> RenderableType:
    if not suggestion.measures:
        return messages.text("card.none_needed")
    lines = []
    for measure in suggestion.measures:
        closes = ", ".join(
            messages.text(
                "card.closes",
                what=messages.dimension(gap.dimension),
                before=messages.number(gap.before),
                after=messages.number(gap.after),
            )
            for gap in suggestion.gaps_closed
            if gap.accommodation == measure.id
        )
        cost = messages.word("cost_classes", measure.cost_class.value)
        kind = messages.word("accommodation_kinds", measure.kind.value)
        name = accommodation_name(measure.id, messages.language)
        lines.append(f"{name} ({kind}, {cost})" + (f": {closes}" if closes else ""))
        lines += [_reviewed(one, messages) for one in suggestion.reviewed if one.measure == measure.id]
    return Text("\n".join(lines))


def _reviewed(one: ReviewedSteps, messages: Messages) -> str:
    """Say that reviews of trials moved an effect, from what to what, and how many there were."""
    steps = {"before": messages.number(one.catalogue, 2), "after": messages.number(one.steps, 2)}
    return messages.text("card.reviewed", what=messages.dimension(one.dimension), reviews=one.reviews, **steps)


def _bars(suggestion: Suggestion, messages: Messages) -> RenderableType:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, min_width=16)
    grid.add_column(no_wrap=True)
    grid.add_column(style="dim")
    for comparison in suggestion.comparisons[:SHOWN_DIMENSIONS]:
        grid.add_row(messages.dimension(comparison.dimension), bar(comparison), _bar_text(comparison, messages))
    return grid


def bar(comparison: Comparison) -> Text:
    """Draw demand against capacity in ten half-steps: filled is asked, light is room, dots are out of reach."""
    asked = round(comparison.demand * 2)
    if comparison.capacity is None:
        return Text("█" * asked + "?" * (BAR_CELLS - asked), style="yellow")
    able = round(comparison.capacity * 2)
    room = max(0, able - asked)
    style = "green" if room >= 2 else "yellow"
    return Text("█" * min(asked, BAR_CELLS), style=style) + Text(
        "░" * room + "·" * (BAR_CELLS - max(asked, able)), style="dim"
    )


def _bar_text(comparison: Comparison, messages: Messages) -> str:
    capacity = messages.text("card.unknown") if comparison.capacity is None else messages.number(comparison.capacity)
    key = "card.demand_eased" if comparison.demand_before > comparison.demand else "card.demand"
    return messages.text(
        key,
        before=messages.number(comparison.demand_before),
        demand=messages.number(comparison.demand),
        capacity=capacity,
    )


def _reasons(suggestion: Suggestion, messages: Messages) -> RenderableType:
    """Show what sets this suggestion apart, then all the rest as one line, so that the column adds up to the score."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    shown = [term for term in suggestion.contributions if not term.is_base][:SHOWN_REASONS]
    for term in shown:
        grid.add_row(_signed(term.value, messages), contribution_text(term, messages))
    rest = suggestion.score - sum(round(term.value, 2) for term in shown)
    grid.add_row(_signed(rest, messages), messages.text("card.rest"))
    return grid


def _likely(suggestion: Suggestion, points: str, messages: Messages) -> RenderableType:
    """Show the chance with its interval, or why there is none, and what speaks most for and against."""
    prospect = suggestion.prospect
    if prospect.chance is not None:
        low, middle, high = (messages.number(100 * share, 0) for share in prospect.chance)
        first = messages.text("card.chance", points=points, low=low, middle=middle, high=high)
    elif prospect.withheld == "expert_weights":
        first = messages.text("card.no_probability", points=points)
    else:
        first = messages.text(f"card.withheld.{prospect.withheld}", points=points)
    named = [term for term in prospect.terms if term.name != "start"][:SHOWN_TERMS]
    terms = "; ".join(f"{prospect_text(t.name, messages)} {_signed(t.log_odds, messages)}" for t in named)
    lines = [first, messages.text("card.log_odds", log_odds=_signed(prospect.log_odds, messages), terms=terms)]
    if prospect.simulated:
        lines.append(messages.text("card.simulated"))
    return Text("\n".join(lines))


def _flags(suggestion: Suggestion, messages: Messages) -> RenderableType:
    lines = []
    for flag in suggestion.flags:
        text = flag_text(flag, messages)
        names = text.split(", ")
        lines.append("? " + (text if len(names) <= SHOWN_NAMES else ", ".join(names[:SHOWN_NAMES]) + " …"))
    return Text("\n".join(lines), style="yellow")


def _signed(value: float, messages: Messages) -> str:
    return ("+" if value >= 0 else "\u2212") + messages.number(abs(value), 2)
