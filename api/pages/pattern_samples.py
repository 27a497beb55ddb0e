"""Made-up content for the page of patterns: every state of every picture, and very long words."""

from __future__ import annotations

from data.dimensions import dimension_index, load_dimensions
from matching.chosen_bundle import TaskFit

from ..card_words import MeasureLine, ReadingLine
from ..messages import Messages
from .carving_table import SIGNS, WIDTH, BlockRow, Side
from .pictures import Bullet, fit_of, week_of
from .suggestion_card import CardFlag, SuggestionCard
from .task_reading import Choice, LoadLine, Piece
from .whole_comparison import ComparedGroup, ComparedRow

ANCHORS_OF = load_dimensions()[dimension_index()["env_noise"]]
LONG_WORD = "Kolmivaihekilowattituntimittarinlukijaharjoittelijan"
"""A word that does not break."""

_STATES: tuple[tuple[str, float, float, float | None, float | None, float | None, float | None], ...] = (
    ("pos_stand", 2.0, 2.0, 3.5, 3.0, 4.0, None),
    ("pos_sit", 3.5, 2.5, 2.8, 2.2, 3.2, None),
    ("env_noise", 4.0, 3.0, 2.0, 1.5, 2.5, None),
    ("env_air", 3.0, 3.0, 4.0, 4.0, 4.0, 1.0),
    ("cog_conc", 2.0, 2.0, None, None, None, None),
)


def sample_bullets() -> tuple[Bullet, ...]:
    """Give one bar of every state: fits, tight after easing, beyond, must not, not known."""
    return tuple(
        Bullet(name, before, after, value, value, low, high, ban, fit_of(after, value, ban))
        for name, before, after, value, low, high, ban in _STATES
    )


def sample_card(messages: Messages, *, long: bool) -> SuggestionCard:
    """Give a made-up suggestion; ``long``: with words that do not break and far too many of them."""
    text, number = messages.text, messages.number
    bullets = sample_bullets()
    return SuggestionCard(
        rank=188 if long else 1,
        site="made-up",
        employer=f"{LONG_WORD} {LONG_WORD}" if long else text("patterns.employer"),
        where=(LONG_WORD, text("card.travel", minutes=90)) if long else (text("card.travel", minutes=20),),
        hours=12.5,
        score=number(8.25, 2),
        tasks=tuple(
            (hours, LONG_WORD if long else text(f"patterns.task.{n}")) for n, hours in enumerate((6.0, 4.5, 2.0), 1)
        ),
        week=week_of({} if long else {"mon_am": 4.0, "tue_am": 4.0, "thu_pm": 2.5, "fri_am": 2.0}),
        measures=() if long else (MeasureLine(text("patterns.measure"), text("patterns.measure_about"), "", ()),),
        readings=tuple(
            ReadingLine(name, text(f"card.{name}"), (number(2.5, 2),)) for name in ("can_do", "wants", "likely")
        ),
        flags=tuple(
            CardFlag(text(f"page.ask.{ask}"), LONG_WORD if long else text("page.human_decides"), ask == "employer")
            for ask in ("employer", "candidate")
        ),
        reasons=((number(2.7, 2), text("term.benefit.undone")),),
        fits=tuple((one.fit, 2) for one in bullets),
        bullets=bullets,
    )


def sample_group(messages: Messages) -> tuple[ComparedGroup, ...]:
    """Give a group with a bar of every state, the last of work that nobody has described."""
    bars = sample_bullets()
    rows = tuple(ComparedRow(bar, demand_known=at + 1 < len(bars)) for at, bar in enumerate(bars))
    return (ComparedGroup("made-up", messages.text("patterns.group"), rows),)


def sample_blocks(messages: Messages) -> tuple[BlockRow, ...]:
    """Give a task of every fit; the first is taken whole, the second in part."""
    taken = {TaskFit.OK: 4.0, TaskFit.TIGHT: 1.5}
    options = ((0.0, "page.table.leave"), (1.5, "page.table.some"), (4.0, "page.table.all"))
    words = tuple(
        (messages.number(hours), messages.text(key, hours=messages.number(hours))) for hours, key in options
    )  # fmt: skip
    return tuple(
        BlockRow(
            f"made-up-{fit}", LONG_WORD if fit is TaskFit.BEYOND else messages.text("patterns.task.1"),
            messages.text("patterns.employer"), 4.0, fit, SIGNS[fit], messages.dimension("env_noise"), words,
            messages.number(taken.get(fit, 0.0)), "", fit not in (TaskFit.CORE, TaskFit.BANNED), WIDTH,
            WIDTH * taken.get(fit, 0.0) / 4,
        )
        for fit in TaskFit
    )  # fmt: skip


def sample_sides(messages: Messages, sums: tuple[str, ...]) -> tuple[Side, ...]:
    """Give a bundle that can be suggested, one that breaks limits, and an empty one."""
    told = tuple("2" for _ in sums)
    broken = (messages.text("broken.limits.tasks", needed="9", available="8"), f"{LONG_WORD} {LONG_WORD}")
    return (
        Side(messages.text("page.table.best"), True, False, (), told, (), (), ()),
        Side(messages.text("page.table.kept"), False, False, broken, told, (), (LONG_WORD,), ()),
        Side(messages.text("page.table.yours"), False, True, (), told, (), (), ()),
    )


def sample_loads(messages: Messages) -> tuple[LoadLine, ...]:
    """Give one question about a load of every kind: said, high, in doubt, one of the others with very long words."""
    anchors = ANCHORS_OF.anchors[messages.language]
    choices = tuple(Choice(str(step), str(step), anchor) for step, anchor in enumerate(anchors))
    name = messages.dimension("env_noise")
    return tuple(
        LoadLine(f"load.{why}", name, "4", anchors[4], words, why, choices, chosen)
        for why, words, chosen in (
            ("said", "85 dB", "4"),
            ("high", "kone", "4"),
            ("doubt", "kone", ""),
            ("rest", LONG_WORD, ""),
        )
    )


def sample_pieces() -> tuple[Piece, ...]:
    """Give a made-up text with marked words."""
    return Piece("Tavaran ", False), Piece("purku", True), Piece(", laatikot max ", False), Piece("15 kg", True)
