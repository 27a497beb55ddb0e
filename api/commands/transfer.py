"""``worktrial transfer``: would this job work elsewhere, which earlier solutions fit here, which kinds of job recur."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.errors import InvalidInput
from data.store import open_store, store_url

from .choices import AnswerLanguage, CautionChoice

if TYPE_CHECKING:
    from matching.transfer import Elsewhere, Patterns, SolutionsHere

    from ..messages import Messages

app = typer.Typer(
    help="Would this work elsewhere? Other workplaces for a carved job or an earlier solution, and jobs that recur.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]
RegionOption = Annotated[str, typer.Option(help="Only this region, e.g. keski_suomi; empty: everything.")]
CautionOption = Annotated[CautionChoice, typer.Option(help="How sure you want to be.")]
TopOption = Annotated[int, typer.Option(min=1, max=500, help="How many at most.")]


@app.command(epilog="Example: worktrial transfer fits --candidate KS-002 --at lehvasto.palokka --near 3 --lang en")
def fits(
    candidate: Annotated[str, typer.Option(help="Whose job: the id of a candidate.")] = "",
    at: Annotated[str, typer.Option(help="Where it is now: the id of a site; its best part-job is taken.")] = "",
    job: Annotated[
        Path | None, typer.Option(help="A job file: `worktrial site --json`, carve-solution/1 or transfer-job/1.")
    ] = None,
    solution: Annotated[str, typer.Option(help="An earlier solution, by its id.")] = "",
    top: TopOption = 10,
    near: Annotated[int, typer.Option(min=0, max=20, help="Show so many workplaces that just miss.")] = 3,
    caution: CautionOption = CautionChoice.BALANCED,
    region: RegionOption = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="What if, of the candidate: hours.min=8, capacity.pos_stand=3.")
    ] = None,
    without: Annotated[list[str] | None, typer.Option(help="An accommodation to do without; again for more.")] = None,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Rank the other workplaces where a job would work, each with what would have to change there."""
    from matching import Caution, MatchConfig
    from matching.transfer.job_file import read_json

    from ..messages import Messages
    from ..transfer_json import elsewhere_as_json
    from ..transfers import JobAsked, elsewhere
    from .progress import stages
    from .sites import changed_person

    if (set_ or without) and not candidate:
        raise InvalidInput("--set", "it changes a candidate, and none is named", "--candidate ID")
    messages, config = Messages(lang.value), MatchConfig(top, Caution(caution.value), region)
    asked = JobAsked(
        candidate,
        at,
        None if job is None else read_json(job),
        solution,
        lambda person: changed_person(person, set_ or (), without or ()),
    )
    with stages(messages) as progress:
        found = elsewhere(open_store(store_url(os.environ)), asked, config, near, progress)
    if as_json:
        _print_json(elsewhere_as_json(found, config, messages))
    else:
        _show_elsewhere(found, messages)


@app.command(epilog="Example: worktrial transfer reverse --site aallonpesu.seppala --lang en")
def reverse(
    site: Annotated[str, typer.Option(help="Id of the site.")],
    top: TopOption = 10,
    caution: CautionOption = CautionChoice.BALANCED,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Rank the earlier solutions that fit one workplace: their gap is in its tasks, their change opens work there."""
    from matching import Caution, MatchConfig

    from ..messages import Messages
    from ..transfer_json import here_as_json
    from ..transfers import here

    messages = Messages(lang.value)
    found = here(open_store(store_url(os.environ)), site, top, MatchConfig(caution=Caution(caution.value)))
    if as_json:
        _print_json(here_as_json(found, messages))
    else:
        _show_here(found, messages)


@app.command(epilog="Example: worktrial transfer patterns --region keski_suomi --new --lang en")
def patterns(
    top: Annotated[int, typer.Option(min=1, max=100, help="Suggestions of each candidate that are compared.")] = 10,
    least_sites: Annotated[int, typer.Option(min=2, help="Recurring: at so many workplaces at least.")] = 3,
    generic: Annotated[
        bool, typer.Option("--generic", help="One job a workplace for somebody who is not known, not the lists.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Only new areas of work.")] = False,
    caution: CautionOption = CautionChoice.BALANCED,
    region: RegionOption = "",
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Find kinds of job that recur over workplaces: tasks, loads, hours, and whether they are a job that exists."""
    from dataclasses import replace

    from matching import Caution, MatchConfig

    from ..messages import Messages
    from ..transfer_json import patterns_as_json
    from ..transfers import patterns as find_patterns

    messages, config = Messages(lang.value), MatchConfig(top, Caution(caution.value), region)
    with _people_counted(messages) as counted:
        found = find_patterns(open_store(store_url(os.environ)), config, least_sites, generic, counted)
    if new:
        found = replace(found, found=tuple(pattern for pattern in found.found if pattern.new))
    if as_json:
        _print_json(patterns_as_json(found, messages))
    else:
        _show_patterns(found, messages)


@contextmanager
def _people_counted(messages: Messages) -> Iterator[Callable[[int], None]]:
    from .progress import counted

    with counted(messages.text("stage.carve"), None) as done:
        yield done


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print(lines: Iterable[str], head: bool = True) -> None:
    from .progress import console

    out = console()
    for place, line in enumerate(lines):
        out.print(line, markup=False, style="bold" if head and place == 0 else "", soft_wrap=True)


def _show_elsewhere(found: Elsewhere, messages: Messages) -> None:
    from ..transfer_words import fit_lines, job_lines, near_lines
    from .progress import console

    out = console()
    _print(job_lines(found, messages))
    for fit in found.fits:
        out.print()
        _print(fit_lines(fit, found.kinds, messages))
    out.print()
    if not found.fits:
        out.print(messages.text("transfer.none"))
    if found.near:
        out.print(messages.text("transfer.near"), style="bold")
    for near in found.near:
        _print(near_lines(near, messages), head=False)
    proof = found.certificate
    out.print(messages.text("transfer.with_work", sites=found.sites_with_work), style="dim")
    out.print(messages.text("transfer.certificate", sites=proof.sites, solved=proof.solved), style="dim")
    places = [fit.place for fit in found.fits] + [near.place for near in found.near]
    if any(place.employer.fictional for place in places):
        out.print(messages.text("transfer.fictional"), style="dim")


def _show_here(found: SolutionsHere, messages: Messages) -> None:
    from ..transfer_words import here_counts, here_lines
    from .progress import console

    out = console()
    name = f"{found.place.employer.name} · {found.place.site.name}"
    out.print(messages.text("transfer.here.title", site=name), style="bold", markup=False)
    for one in found.found:
        out.print()
        _print(here_lines(one, messages))
    out.print()
    if not found.found:
        out.print(messages.text("transfer.here.none"))
    _print(here_counts(found, messages), head=False)
    if found.place.employer.fictional:
        out.print(messages.text("transfer.fictional"), style="dim")


def _show_patterns(found: Patterns, messages: Messages) -> None:
    from ..transfer_words import pattern_counts, pattern_lines
    from .progress import console

    out = console()
    out.print(messages.text("transfer.pattern.title"), style="bold")
    for number, pattern in enumerate(found.found, start=1):
        out.print()
        _print(pattern_lines(number, pattern, messages))
    out.print()
    if not found.found:
        out.print(messages.text("transfer.pattern.none"))
    out.print(pattern_counts(found, messages), style="dim")
