"""One page that shows what earlier solutions say together: tables, and pictures with the same numbers as the tables.

Plain HTML with pictures drawn here as SVG (title and description inside, no script): it opens from a file, prints, and
is read aloud by a screen reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from data.reference_files import read_reference
from data.vocabulary import vocabulary
from matching.solutions import TOO_FEW, SolutionAnalysis, Tally

from .messages import Messages
from .solution_words import change_name, share_text

_WIDTH, _LABEL, _ROW = 860, 330, 22
_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #c9c9c9; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; }
.note { border-left: .3rem solid #7a4b00; padding: .2rem .8rem; background: #fff7e6; }
@media print { body { margin: 0; max-width: none; } section { break-inside: avoid-page; } }
"""  # noqa: E501 - one rule of the style sheet a line

Row = tuple[str, Tally]


def analysis_page(analysis: SolutionAnalysis, messages: Messages) -> str:
    """Write the page; the same analysis gives the same bytes."""
    text = messages.text
    out = [
        "<!doctype html>",
        f'<html lang="{messages.language}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(text('solutions.page'))}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{escape(text('solutions.page'))}</h1>",
        f"<p>{escape(_summary(analysis, messages))}</p>",
        f'<p class="note">{escape(text("solutions.caution"))}</p>',
    ]
    if analysis.fictional:
        out.append(f'<p class="note">{escape(text("solutions.fictional", count=analysis.fictional))}</p>')
    out += _section("gaps", [(messages.dimension(d), tally) for d, tally in analysis.gaps.items()], messages, True)
    measures = [(one, tally) for one, tally in analysis.changes.items() if tally.enough]
    out += _section("changes", [(change_name(key, messages), tally) for key, tally in measures], messages, True)
    on_gap = [
        (f"{messages.dimension(m.dimension)}: {change_name(m.change, messages)}", m.tally) for m in analysis.measures
    ]
    out += _section("measures", on_gap, messages, False)
    kinds = [(f"{_group(g, messages)}: {_kind(k, messages)}", tally) for (k, g), tally in analysis.kinds.items()]
    out += _section("kinds", sorted(row for row in kinds if row[1].enough), messages, True)
    vain = [
        (f"{messages.dimension(m.dimension)}: {change_name(m.change, messages)}", m.tally) for m in analysis.in_vain
    ]
    out += _section("in_vain", vain, messages, False)
    out += _section(
        "sectors", [(messages.word("sectors", s), tally) for s, tally in analysis.sectors.items()], messages, True
    )
    sizes = [
        (text(f"size.{size}"), analysis.sizes[size])
        for size in ("micro", "small", "medium", "large")
        if size in analysis.sizes
    ]
    out += _section("sizes", sizes, messages, True)
    for key, dimensions in (("unsolved", analysis.unsolved), ("unseen", analysis.unseen)):
        listed = messages.dimensions(dimensions) or text("solutions.none")
        out.append(f"<section><h2>{escape(text(f'solutions.{key}'))}</h2><p>{escape(listed)}</p></section>")
    linked = [f"{change_name(key, messages)} ({count})" for key, count in analysis.unlinked.items()]
    out.append(f"<section><h2>{escape(text('solutions.unlinked'))}</h2>")
    out.append(f"<p>{escape(', '.join(linked) or text('solutions.none'))}</p></section>")
    return "\n".join([*out, "</main></body></html>", ""])


def _summary(analysis: SolutionAnalysis, messages: Messages) -> str:
    tally = analysis.outcomes
    return messages.text(
        "solutions.summary",
        cases=analysis.cases,
        worked=tally.worked,
        partly=tally.partly,
        not_worked=tally.not_worked,
        least=TOO_FEW,
    )


def _section(key: str, rows: Sequence[Row], messages: Messages, picture: bool) -> list[str]:
    title = messages.text(f"solutions.{key}")
    out = [f'<section id="{key}"><h2>{escape(title)}</h2>']
    if not rows:
        return [*out, f"<p>{escape(messages.text('solutions.none'))}</p></section>"]
    if picture:
        out.append(share_picture(key, title, rows, messages))
    return [*out, _table(title, rows, messages), "</section>"]


def _table(title: str, rows: Sequence[Row], messages: Messages) -> str:
    text = messages.text
    heads = ("what", "tried", "worked", "partly", "not_worked", "share")
    head = "".join(
        f'<th scope="col"{"" if name == "what" else " class=number"}>{escape(text(f"solutions.head.{name}"))}</th>'
        for name in heads
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td class=number>{n}</td>" for n in (tally.tried, tally.worked, tally.partly, tally.not_worked))
        + f"<td class=number>{escape(share_text(tally, messages))}</td></tr>"
        for name, tally in rows
    )
    return f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def share_picture(key: str, title: str, rows: Sequence[Row], messages: Messages) -> str:
    """Draw shares as bars with their intervals as lines; too few tries are said in words, never drawn as a share."""
    text = messages.text
    height = 34 + _ROW * len(rows)
    scale = _WIDTH - _LABEL - 150
    said = "; ".join(f"{name}: {share_text(tally, messages)}" for name, tally in rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="system-ui, sans-serif" font-size="12">',
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(said)}</desc>',
    ]
    for percent in (0, 25, 50, 75, 100):
        x = _LABEL + scale * percent / 100
        out.append(f'<line x1="{x:g}" y1="20" x2="{x:g}" y2="{height - 6}" stroke="#c9c9c9"/>')
        out.append(f'<text x="{x:g}" y="14" text-anchor="middle" fill="#444">{percent} %</text>')
    for number, (name, tally) in enumerate(rows):
        y = 26 + _ROW * number
        label = name if len(name) <= 48 else name[:47] + "…"
        out.append(f'<text x="{_LABEL - 8}" y="{y + 11}" text-anchor="end">{escape(label)}</text>')
        if tally.share is None or tally.interval is None:
            few = f"{text('solutions.too_few')} ({tally.tried})"
            out.append(f'<text x="{_LABEL + 4}" y="{y + 11}" fill="#444" font-style="italic">{escape(few)}</text>')
            continue
        low, high = (_LABEL + scale * end for end in tally.interval)
        middle = y + 7
        out.append(f'<rect x="{_LABEL}" y="{y}" width="{scale * tally.share:.1f}" height="14" fill="#5b8db8"/>')
        out.append(
            f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {y + 2}v10M{high:.1f} {y + 2}v10" stroke="#111"/>'
        )
        out.append(f'<text x="{_LABEL + scale + 10}" y="{y + 11}">{tally.worked}/{tally.tried}</text>')
    return "".join([*out, "</svg>"])


def _kind(key: str, messages: Messages) -> str:
    return (
        messages.word("accommodation_kinds", key)
        if key in vocabulary("accommodation_kinds")
        else change_name(key, messages)
    )


def _group(group: str, messages: Messages) -> str:
    return str(read_reference("dimensions.yaml")["groups"][group][messages.language])
