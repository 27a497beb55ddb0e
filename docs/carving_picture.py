"""Draws the worked example of carving: `.venv/bin/python docs/carving_picture.py docs/explanation/carving.svg`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from matching.carving import CarveSolution, carve, read_problem

EXAMPLE = Path(__file__).parent / "examples" / "carve-problem.json"
PER_HOUR, LEFT, ROW = 44, 215, 96
COLOURS = {"line": "#b3541e", "desk": "#2f6f8f"}


def main(out: Path) -> None:
    """Draw three rows: everything there is, the best part-job without the stool, and with it."""
    problem = read_problem(EXAMPLE)
    plain = replace(problem, measures=())
    rows = [
        ("What there is", [(task.id, task.hours) for task in problem.tasks], "12 h, standing 50 % of the time", 0.5),
        ("Best without the stool", *_row(carve(plain))),
        ("Best with the stool", *_row(carve(problem))),
    ]
    width, height = LEFT + 12 * PER_HOUR + 40, len(rows) * ROW + 70
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="14" role="img" aria-labelledby="title desc">',
        '<title id="title">Carving a part-job: the worked example</title>',
        '<desc id="desc">Six hours on the line and six at the desk. Standing may take a third of the time. '
        "Without a stool three hours on the line fit beside the desk; with it four, up to ten hours.</desc>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for at, (name, tasks, says, share) in enumerate(rows):
        parts += _draw(28 + at * ROW, name, tasks, says, share)
    parts.append(
        f'<text x="{LEFT}" y="{height - 18}" fill="#444">White line in the thin bar: the limit for standing, a third '
        "of the time (level 3).</text></svg>"
    )
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _row(solution: CarveSolution) -> tuple[list[tuple[str, float]], str, float]:
    share = solution.doses.get("pos_stand", 0.0)
    tasks = sorted(((task.id, task.hours) for task in solution.tasks), reverse=True)
    says = f"{solution.hours:g} h, standing {share:.0%} of the time, worth {solution.objective:g}".replace("%", " %")
    return tasks, says, share


def _draw(y: int, name: str, tasks: list[tuple[str, float]], says: str, share: float) -> list[str]:
    parts = [f'<text x="12" y="{y + 20}" font-weight="bold" fill="#111">{name}</text>']
    x, total = float(LEFT), sum(hours for _, hours in tasks)
    for id_, hours in tasks:
        wide = hours * PER_HOUR
        parts.append(f'<rect x="{x:g}" y="{y}" width="{wide - 2:g}" height="30" rx="4" fill="{COLOURS[id_]}"/>')
        parts.append(f'<text x="{x + 8:g}" y="{y + 20}" fill="#ffffff">{id_} {hours:g} h</text>')
        x += wide
    wide = total * PER_HOUR - 2
    parts.append(f'<rect x="{LEFT}" y="{y + 36}" width="{wide:g}" height="10" fill="#d8d8d8"/>')
    parts.append(f'<rect x="{LEFT}" y="{y + 36}" width="{wide * share:g}" height="10" fill="#b3541e"/>')
    parts.append(f'<rect x="{LEFT + wide / 3 - 1:g}" y="{y + 34}" width="3" height="14" fill="#ffffff" stroke="#111"/>')
    parts.append(f'<text x="{LEFT}" y="{y + 64}" fill="#444">{says}</text>')
    return parts


if __name__ == "__main__":
    main(Path(sys.argv[1]))
