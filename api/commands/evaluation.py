"""What ``worktrial evaluate`` does: takes a simulated past or a frozen frame, measures, and writes the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from data.errors import FileUnreadable, InvalidInput
from matching.evaluation.evaluating import PARTS, Evaluation, evaluate

from ..evaluation import EvaluationPage, evaluation_page, methods_section, write_page
from ..messages import Messages
from ..no_model_words import no_model_lines

if TYPE_CHECKING:
    from matching.evaluation.evaluating import PastTrials

FEWEST_TRIALS, MOST_TRIALS = 300, 100_000
"""A simulated past has so many trials: with fewer there is nothing to see, with more it does not fit the machine."""

SIMULATED_PARTS = ("simulate", *PARTS, "methods", "write")
FRAME_PARTS = (*PARTS, "write")


def evaluate_simulated(seed: int, trials: int, messages: Messages) -> tuple[Evaluation, EvaluationPage]:
    """Evaluate in a simulated region, and show what only a known truth can show; InvalidInput for a size."""
    from matching.evaluation.simulated import at_reliability, planted_bias, simulated_past

    if not FEWEST_TRIALS <= trials <= MOST_TRIALS:
        raise InvalidInput("--trials", f"{trials} simulated trials", f"{FEWEST_TRIALS} to {MOST_TRIALS}")
    with told(SIMULATED_PARTS, messages) as progress:
        progress("simulate")
        found = evaluate(simulated_past(seed, trials), seed, progress)
        progress("methods")
        section = methods_section(seed, trials, planted_bias(seed), at_reliability(seed, trials))
        page = evaluation_page(found)
    return found, replace(page, sections=(*page.sections, section))


def past_of_frame(folder: Path, groups: Path | None = None) -> PastTrials:
    """Take the trials of a training frame, and the lists that coaches saw where they were logged; FrameRefused.

    A frame says of nobody to which group they belong: without a file of ``groups`` they cannot be compared. Raises
    RowsRefused for faulty rows of it.
    """
    from data.imports.protected_groups import read_groups
    from matching.evaluation.evaluating import PastTrials
    from matching.evaluation.fairness import PeopleGroups
    from matching.learning.frame_folder import load_frame

    frame = load_frame(folder)
    stated = None
    if groups is not None:
        people, shown = frame.outcomes.people, () if frame.shown is None else frame.shown.people
        person_of = dict(zip(frame.outcomes.ids, people, strict=bool(frame.outcomes.ids)))
        found = read_groups(groups, {*people, *shown}, person_of)
        stated = PeopleGroups(tuple(found), tuple(found.values()))
    made_up = "made-up trials" if frame.outcomes.simulated else "ended trials"
    source = f"training frame {folder.resolve().name}, {len(frame.outcomes):,} {made_up}"
    return PastTrials(source, frame.outcomes, frame.shown, stated)


def evaluate_past(past: PastTrials, messages: Messages) -> tuple[Evaluation, EvaluationPage]:
    """Evaluate on trials that happened."""
    with told(FRAME_PARTS, messages) as progress:
        found = evaluate(past, 0, progress)
        return found, evaluation_page(found)


def write(page: EvaluationPage, found: Evaluation, out: Path, messages: Messages) -> None:
    """Write the page and say where it is; FileUnreadable for a folder that cannot be written."""
    if out.exists() and not out.is_dir():
        raise InvalidInput("--out", f"{out.name} is a file", "a folder, which is made when it is not there")
    try:
        written = write_page(page, out)
    except OSError:
        raise FileUnreadable(out, "cannot be written", "Choose a folder that you can write to.") from None
    said = [messages.text("evaluate.written", folder=out, files=", ".join(written.files[:3]))]
    if page.label:
        said.insert(0, messages.text("evaluate.simulated"))
    if found.refusal:
        said.append(messages.text("evaluate.nothing_learned", report=" ".join(no_model_lines(found.refusal, messages))))
    if not written.with_plots:
        said.append(messages.text("evaluate.no_plots"))
    sys.stderr.write("\n".join(said) + "\n")


@contextmanager
def told(parts: tuple[str, ...], messages: Messages) -> Iterator[Callable[[str], None]]:
    """Show which part is worked out; nothing where nobody watches."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), console=Console(stderr=True), transient=True,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        job = bar.add_task("", total=len(parts))

        def on(part: str) -> None:
            bar.update(job, description=messages.text(f"evaluate.part.{part}"), completed=parts.index(part))

        yield on
