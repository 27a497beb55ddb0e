"""The match list as a coach reads it in a terminal: one card a suggestion, capacity against demand as small bars."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from data.workplaces import BLOCKS
from matching import MatchList, Suggestion
from matching.suggestion import Comparison

from .card_words import flag_lines, measure_lines, reading_lines, reason_lines, where_parts
from .messages import Messages

SHOWN_DIMENSIONS = 6
SHOWN_NAMES = 8
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
    place, where = suggestion.reach.place, where_parts(suggestion, messages)
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
    for reading in reading_lines(suggestion, messages):
        said = Text("\n".join(reading.said))
        rows.append((reading.id, Group(said, _bars(suggestion, messages)) if reading.id == "can_do" else said))
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
    for one in measure_lines(suggestion, messages):
        lines += [f"{one.name} ({one.about})" + (f": {one.closes}" if one.closes else ""), *one.reviewed]
    return Text("\n".join(lines))


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
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    for value, text in reason_lines(suggestion, messages):
        grid.add_row(value, text)
    return grid


def _flags(suggestion: Suggestion, messages: Messages) -> RenderableType:
    lines = []
    for flag in flag_lines(suggestion, messages):
        names = flag.text.split(", ")
        lines.append("? " + (flag.text if len(names) <= SHOWN_NAMES else ", ".join(names[:SHOWN_NAMES]) + " …"))
    return Text("\n".join(lines), style="yellow")
