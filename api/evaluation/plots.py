"""Draws the plots of an evaluation with matplotlib (extra ``research``): the only module that knows it.

Narrow on purpose, so that a phone shows them without shrinking the words. In a page, lines and words take the colour of
the text around them, in light and dark. The same numbers give the same bytes.
"""

from __future__ import annotations

import importlib.util
import io
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from .structure import Mark, Plot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#010203"
"""Stands for the colour of the text around the plot."""

ON_PAPER = "#1a1a1a"
COLOURS = ("#2f7fd0", "#c8641b", "#3a8f5c", "#9a5fc0", "#7f868d", "#b8860b")
"""At least 3 to 1 against white and against the dark page."""

MARKERS = ("o", "s", "^", "D", "v", "P")
WIDTH_INCHES = 3.7
LABEL_LETTERS = 19


def plots_are_available() -> bool:
    """Tell whether plots can be drawn (extra ``research``)."""
    return importlib.util.find_spec("matplotlib") is not None


def _style(ink: str) -> Any:
    return {
        "svg.hashsalt": "worktrial", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
        "font.sans-serif": ["DejaVu Sans"], "text.color": ink, "axes.edgecolor": ink, "axes.labelcolor": ink,
        "xtick.color": ink, "ytick.color": ink, "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "grid.color": ink, "grid.alpha": 0.15, "legend.frameon": False, "legend.fontsize": 9,
        "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none", "axes.axisbelow": True,
    }  # fmt: skip


def svg_for_page(plot: Plot) -> str:
    """Draw a plot to stand inside a page: ids of its own, title and description, the colour of the text around it."""
    svg = re.sub(r"^.*?(?=<svg )", "", _svg(plot), flags=re.DOTALL)
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r' id="([^"]+)"', rf' id="{plot.key}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{plot.key}-\1)", svg)
    svg = re.sub(r'(xlink:)?href="#([^"]+)"', rf'href="#{plot.key}-\2"', svg)
    named = f'role="img" aria-labelledby="{plot.key}-title {plot.key}-desc"'
    told = f'<title id="{plot.key}-title">{escape(plot.title)}</title>'
    told += f'<desc id="{plot.key}-desc">{escape(plot.said)}</desc>'
    head, _, rest = svg.partition(">")
    head = re.sub(r' (width|height|version|xmlns:xlink)="[^"]*"', "", head)
    width = re.search(r'viewBox="0 0 ([\d.]+)', head)
    at_most = f' style="max-width:{float(width[1]) * 1.6:.0f}px"' if width else ""
    return f"{head} {named}{at_most}>{told}{rest}".replace(INK, "currentColor").strip()


def svg_file(plot: Plot) -> bytes:
    """Draw a plot as a file of its own, dark on white."""
    head, _, rest = _svg(plot).replace(INK, ON_PAPER).partition("<metadata>")
    told = f"<title>{escape(plot.title)}</title><desc>{escape(plot.said)}</desc>"
    return f'{head}{told}<rect width="100%" height="100%" fill="#fff"/>{rest.partition("</metadata>")[2]}'.encode()


def png_file(plot: Plot) -> bytes:
    """Draw a plot as a picture for programs that show no SVG (notebooks), dark on white."""
    return _saved(plot, "png", ON_PAPER)


@lru_cache(maxsize=64)
def _svg(plot: Plot) -> str:
    return _saved(plot, "svg", INK).decode()


def _saved(plot: Plot, kind: str, ink: str) -> bytes:
    import matplotlib
    from matplotlib.figure import Figure

    out = io.BytesIO()
    with matplotlib.rc_context(_style(ink)):
        figure = Figure(figsize=(WIDTH_INCHES, _height(plot)), layout="constrained")
        _KINDS[plot.kind](figure.add_subplot(), plot, ink)
        if kind == "svg":
            figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        else:
            figure.savefig(out, format="png", dpi=150, facecolor="white", metadata={"Software": None})
    return out.getvalue()


def _height(plot: Plot) -> float:
    if plot.kind in ("reliability", "lorenz"):
        return 3.7 + 0.2 * len(plot.curves)
    labels = dict.fromkeys(_in_lines(mark.label) for mark in plot.marks)
    series = len(_series(plot))
    legend = 4 if plot.kind == "noise" else series if series > 1 else 0
    row = max(0.26, 0.17 * series + 0.1, 0.18 * max(label.count("\n") + 1 for label in labels) + 0.06)
    return 0.75 + len(labels) * row + 0.2 * legend


def _in_lines(label: str) -> str:
    """Break a long label."""
    return "\n".join(textwrap.wrap(label, LABEL_LETTERS))


def _series(plot: Plot) -> dict[str, list[Mark]]:
    found: dict[str, list[Mark]] = {}
    for mark in plot.marks:
        found.setdefault(mark.series, []).append(mark)
    return found


def _legend(axes: Axes, names: Mapping[str, object]) -> None:
    if len(names) > 1:
        axes.figure.legend(loc="outside lower left", ncols=1, handlelength=1.5)


def _dots(axes: Axes, plot: Plot, ink: str) -> None:
    """One row a label, the first on top; a dot and its interval for each series."""
    labels = list(dict.fromkeys(mark.label for mark in plot.marks))
    series = _series(plot)
    for number, (name, marks) in enumerate(series.items()):
        shift = (number - (len(series) - 1) / 2) * 0.7 / len(series)
        y = [labels.index(mark.label) + shift for mark in marks]
        ends = [
            [mark.value - (mark.value if mark.low is None else mark.low) for mark in marks],
            [(mark.value if mark.high is None else mark.high) - mark.value for mark in marks],
        ]
        axes.errorbar(
            [mark.value for mark in marks], y, xerr=ends, fmt=MARKERS[number], color=COLOURS[number],
            label=name or None, markersize=5.5, elinewidth=1.6, capsize=2.5,
        )  # fmt: skip
    if plot.line is not None:
        axes.axvline(plot.line, color=ink, linewidth=0.9, linestyle="--")
    axes.set_yticks(range(len(labels)), [_in_lines(label) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlabel(plot.axis)
    axes.grid(axis="y", visible=False)
    _legend(axes, series)


def _noise(axes: Axes, plot: Plot, ink: str) -> None:
    """Bars that end where noise alone would end in 95 of 100 cases, with their mean; a dot for what was measured."""
    labels = [mark.label for mark in plot.marks]
    y = list(range(len(labels)))
    axes.barh(
        y,
        [mark.high or 0.0 for mark in plot.marks],
        height=0.55,
        color=COLOURS[4],
        alpha=0.35,
        label="noise alone, 95 of 100 times",
    )
    axes.plot([mark.low or 0.0 for mark in plot.marks], y, "|", color=ink, markersize=13, label="noise alone, mean")
    axes.plot([mark.value for mark in plot.marks], y, "o", color=COLOURS[1], markersize=6.5, label="measured")
    axes.set_yticks(y, [_in_lines(label) for label in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    if plot.line is not None:
        axes.axvline(plot.line, color=ink, linewidth=0.9, linestyle="--", label=f"reach, {plot.line:g}")
    axes.set_xlim(left=0.0)
    axes.set_xlabel(plot.axis)
    axes.grid(axis="y", visible=False)
    _legend(axes, {"a": 1, "b": 2})


def _reliability(axes: Axes, plot: Plot, ink: str) -> None:
    """What was foretold to the right, what happened upwards; on the line they agree."""
    axes.plot([0, 1], [0, 1], color=ink, linewidth=0.9, linestyle="--")
    for number, (name, marks) in enumerate(_series(plot).items()):
        x = [float(mark.label) for mark in marks]
        ends = [[mark.value - (mark.low or 0.0) for mark in marks], [(mark.high or 0.0) - mark.value for mark in marks]]
        axes.errorbar(
            x, [mark.value for mark in marks], yerr=ends, fmt=MARKERS[number], color=COLOURS[number],
            label=name or None, markersize=5.5, elinewidth=1.4, capsize=2.5,
        )  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xlabel("foretold chance")
    axes.set_ylabel(plot.axis)
    _legend(axes, _series(plot))


def _lorenz(axes: Axes, plot: Plot, ink: str) -> None:
    """Employers from the least to the most shown to the right, their share of attention so far upwards."""
    axes.plot([0, 1], [0, 1], color=ink, linewidth=0.9, linestyle="--")
    for number, (name, shares) in enumerate(plot.curves):
        total, sums = 0.0, [0.0]
        for share in shares:
            total += share
            sums.append(total)
        x = [at / len(shares) for at in range(len(sums))]
        axes.plot(
            x, sums, color=COLOURS[number % len(COLOURS)], label=name, linestyle=("-", "--", "-.", ":")[number % 4]
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xlabel("share of employers, least shown first")
    axes.set_ylabel(plot.axis)
    _legend(axes, dict(plot.curves))


_KINDS: dict[str, Callable[[Axes, Plot, str], None]] = {
    "dots": _dots, "noise": _noise, "reliability": _reliability, "lorenz": _lorenz,
}  # fmt: skip
