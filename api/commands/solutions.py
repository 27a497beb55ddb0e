"""``worktrial solutions``: earlier work modifications are added, imported, asked by gap and analysed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import EmptyStore, FileUnreadable, InvalidInput, RowsRefused
from data.solutions import EmployerSize, Gap, Solution, Went
from data.store import add_solutions, all_solutions, open_store, store_url

from .choices import AnswerLanguage, TextLanguage

if TYPE_CHECKING:
    from features.deidentification import PersonalCheck
    from features.gap_question import GapQuestion
    from features.solution_reading import SolutionDraft
    from matching.solutions import NearSolution, SolutionAnalysis

    from ..messages import Messages

SHOWN_LOADS = 12
MOST_BYTES = 1_000_000

app = typer.Typer(help="Earlier solutions: add, import, ask by gap, analyse.", no_args_is_help=True)
LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")]
TextLangOption = Annotated[TextLanguage, typer.Option(help="Language of the text; auto: told from it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]


def _json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _cases() -> tuple[Solution, ...]:
    store = open_store(store_url(os.environ))
    with store.read() as connection:
        found = all_solutions(connection)
    if not found:
        raise EmptyStore("earlier solutions", store.where)
    return found


def _store(solutions: Sequence[Solution]) -> int:
    with open_store(store_url(os.environ)).write() as connection:
        return add_solutions(connection, solutions)


@app.command(epilog="Example: worktrial solutions add --text muistio.txt, then again with --confirm --size small ...")
def add(
    text: Annotated[Path | None, typer.Option(help="A text that a coach wrote; it is read, nothing is stored.")] = None,
    file: Annotated[Path | None, typer.Option(help="A solution file (YAML), for example a corrected draft.")] = None,
    draft: Annotated[Path | None, typer.Option(help="Write the draft to this YAML file, to be corrected.")] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Store it: what was read is right.")] = False,
    consent: Annotated[bool, typer.Option("--consent", help="The person lets the case be kept.")] = False,
    size: Annotated[EmployerSize | None, typer.Option(help="Size of the employer.")] = None,
    sector: Annotated[str, typer.Option(help="Line of business, where the text does not say.")] = "",
    outcome: Annotated[Went | None, typer.Option(help="How it went, where the text does not say.")] = None,
    weeks: Annotated[float | None, typer.Option(min=0, max=520, help="Judged after so many weeks.")] = None,
    gap: Annotated[list[str] | None, typer.Option(help="A gap: pos_stand=5/2; again for more.")] = None,
    keep: Annotated[list[int] | None, typer.Option(help="Number of a personal finding that is none.")] = None,
    text_lang: TextLangOption = TextLanguage.AUTO,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Read a case out of a text and show it; it is stored only with --confirm and --consent."""
    from ..messages import Messages

    messages = Messages(lang.value)
    if (text is None) == (file is None):
        raise InvalidInput("solutions add", "there must be one source", "--text FILE or --file FILE")
    if file is not None:
        _add_file(file, confirm, messages)
        return
    assert text is not None  # noqa: S101 - narrows the type, checked above
    from features.solution_reading import draft_as_entry, draft_from_text

    read = draft_from_text(_read(text), text_lang.value, keep or ())
    if draft is not None:
        import yaml

        entry = yaml.safe_dump({"solutions": [draft_as_entry(read)]}, allow_unicode=True, sort_keys=False)
        draft.write_text(entry, encoding="utf-8")
    if as_json:
        _json(_draft_as_json(read))
    else:
        _show_draft(read, messages)
    if not confirm:
        sys.stderr.write(messages.text("solutions.not_stored") + "\n")
        return
    stored = _confirmed(read, consent, size, sector, outcome, weeks, gap or ())
    _store([stored])
    sys.stderr.write(messages.text("solutions.stored", count=1, ids=stored.id) + "\n")


def _confirmed(
    read: SolutionDraft,
    consent: bool,
    size: EmployerSize | None,
    sector: str,
    outcome: Went | None,
    weeks: float | None,
    gaps: Sequence[str],
) -> Solution:
    from data.vocabulary import vocabulary
    from features.solution_reading import solution_from_draft

    if not consent:
        raise InvalidInput("--confirm", "nothing is kept without consent", "--consent, when the person has said yes")
    size = size or read.question.size
    if size is None or weeks is None:
        raise InvalidInput("--confirm", "size or weeks is missing", "--size micro|small|medium|large and --weeks N")
    if sector and sector not in vocabulary("sectors"):
        raise InvalidInput("--sector", "no such line of business", ", ".join(vocabulary("sectors")))
    return solution_from_draft(read, size, weeks, sector, outcome, dict(_gap(one) for one in gaps))


def _gap(said: str) -> tuple[str, Gap]:
    from data.dimensions import dimension_index

    dimension, _, levels = said.partition("=")
    needed, _, managed = levels.replace(",", ".").partition("/")
    try:
        gap = Gap(float(needed), float(managed))
    except ValueError:
        gap = Gap(0.0, 0.0)
    if dimension not in dimension_index() or gap.size <= 0:
        raise InvalidInput("--gap", f"'{said[:40]}' is no gap", "dimension=needed/managed, needed above managed, 0-5")
    return dimension, gap


def _add_file(path: Path, confirm: bool, messages: Messages) -> None:
    from data.imports.solutions import read_solutions

    cases = [_without_personal(one, messages) for one in read_solutions(path)]
    if not confirm:
        sys.stderr.write(messages.text("solutions.readable", count=len(cases)) + "\n")
        return
    _store(cases)
    sys.stderr.write(messages.text("solutions.stored", count=len(cases), ids=", ".join(c.id for c in cases[:5])) + "\n")


def _without_personal(case: Solution, messages: Messages) -> Solution:
    """Blur what a file may still hold of a person, and say it. A fictional case is nobody's and stays as it is."""
    from features.solution_reading import without_personal_texts

    if case.fictional:
        return case
    cleared, checks = without_personal_texts(case)
    for check in checks:
        _show_personal(check, messages)
    return cleared


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    if len(raw) > MOST_BYTES or b"\x00" in raw:
        raise FileUnreadable(path, "this is not a text of a readable size", "Save it as plain text, UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


@app.command("import", epilog="Example: worktrial solutions import ratkaisut.xlsx --keep-good --faults viat.csv")
def import_(
    path: Annotated[Path | None, typer.Argument(help="A list of cases: .csv, .xlsx, or .yaml.")] = None,
    seeds: Annotated[bool, typer.Option("--seeds", help="Store the fictional seed cases of the engine.")] = False,
    keep_good: Annotated[bool, typer.Option("--keep-good", help="Store the good rows although others fail.")] = False,
    faults_out: Annotated[Path | None, typer.Option("--faults", help="Write the faults to this CSV file.")] = None,
    text_lang: TextLangOption = TextLanguage.AUTO,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Store a list of cases; names, dates, places and the like are found and blurred before anything is kept."""
    from data.imports.solutions import read_seed_solutions

    from ..messages import Messages

    messages = Messages(lang.value)
    if seeds == (path is not None):
        raise InvalidInput("solutions import", "there must be one source", "a file, or --seeds")
    if path is None:
        count = _store(read_seed_solutions())
        sys.stderr.write(messages.text("solutions.stored_seeds", count=count) + "\n")
        return
    if path.suffix.lower() in {".yaml", ".yml"}:
        _add_file(path, True, messages)
        return
    from data.imports.solution_list import read_solution_list
    from data.imports.task_list import faults_as_csv
    from features.solution_reading import solutions_from_rows

    rows, faults = read_solution_list(path)
    cases, unread, personal = solutions_from_rows(rows, text_lang.value)
    faults = sorted([*faults, *unread], key=lambda fault: (fault.row, fault.column))
    if faults and faults_out is not None:
        faults_out.write_text(faults_as_csv(faults), encoding="utf-8-sig")
    if faults and not keep_good:
        raise RowsRefused(path.name, len(cases), tuple(faults))
    for row, check in sorted(personal.items()):
        counts = ", ".join(f"{kind} {n}" for kind, n in sorted(_counts(check).items()))
        sys.stderr.write(messages.text("solutions.blurred", row=row, counts=counts) + "\n")
    count = _store(cases)
    sys.stderr.write(messages.text("solutions.stored", count=count, ids=", ".join(c.id for c in cases[:5])) + "\n")


def _counts(check: PersonalCheck) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in check.findings:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return counts


@app.command(epilog="Example: worktrial solutions draft --out drafts.yaml --lang fi, then correct it and add it")
def draft(
    trial: Annotated[list[str] | None, typer.Argument(help="Ids of ended trials; without one all are drafted.")] = None,
    out: Annotated[Path, typer.Option(help="The YAML file to write.")] = Path("drafts.yaml"),
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Draft cases from ended trials: gap, changes, how each went. Nothing is stored before a human confirms it."""
    import yaml

    from ..messages import Messages
    from ..trial_solutions import drafts_of_trials

    messages = Messages(lang.value)
    if out.exists():
        raise InvalidInput("--out", f"{out.name} is there already", "a file that is not there yet")
    found = drafts_of_trials(open_store(store_url(os.environ)), trial or (), datetime.now(UTC).date(), messages)
    for id_, why in found.without.items():
        sys.stderr.write(messages.text("solutions.draft.not", trial=id_, why=why) + "\n")
    if not found.entries:
        raise InvalidInput("solutions draft", "no trial gives a draft", "ended trials with a gap and a change")
    written = yaml.safe_dump({"source": "trial", "solutions": list(found.entries)}, allow_unicode=True, sort_keys=False)
    out.write_text(written, encoding="utf-8")
    sys.stderr.write(messages.text("solutions.draft.written", count=len(found.entries), file=out.name) + "\n")


@app.command(epilog='Example: worktrial solutions find "seisominen 5 vastaan 2, asiakkaat kunnossa, koulukeittiö"')
def find(
    question: Annotated[
        str, typer.Argument(help="The gap in words: dimension and two levels, what is fine, the work.")
    ],
    top: Annotated[int, typer.Option(min=1, max=100, help="How many cases.")] = 5,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Show the earlier solutions nearest to a gap: why each is near, what differs, and how well it went."""
    from features.gap_question import read_question, with_loads
    from matching.solutions import index_solutions, nearest_solutions

    from ..messages import Messages
    from ..solution_json import found_as_json

    asked = with_loads(read_question(question), question)
    near = nearest_solutions(index_solutions(_cases()), asked, top)
    if as_json:
        _json(found_as_json(asked, near, lang.value))
        return
    _show_found(asked, near, Messages(lang.value))


@app.command(epilog="Example: worktrial solutions analyse --html ratkaisut.html --lang en")
def analyse(
    html: Annotated[Path | None, typer.Option(help="Write the page of tables and pictures to this file.")] = None,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Count what was tried on which gap and how it went, with intervals, and say where there are too few."""
    from matching.solutions import analyse as count_all

    from ..messages import Messages
    from ..solution_json import analysis_as_json
    from ..solution_page import analysis_page

    messages = Messages(lang.value)
    analysis = count_all(_cases())
    if html is not None:
        html.write_text(analysis_page(analysis, messages), encoding="utf-8")
        sys.stderr.write(messages.text("solutions.written", file=html.name) + "\n")
    if as_json:
        _json(analysis_as_json(analysis))
    elif html is None:
        _show_analysis(analysis, messages)


def _show_found(asked: GapQuestion, near: Sequence[NearSolution], messages: Messages) -> None:
    from ..solution_words import gap_words, near_lines
    from .progress import console

    out = console()
    said = ", ".join(gap_words(d, gap.needed, gap.managed, messages) for d, gap in asked.gaps.items())
    out.print(messages.text("solutions.understood", gaps=said or "–"), markup=False)
    if asked.fine:
        out.print(messages.text("solutions.fine", what=messages.dimensions(sorted(asked.fine))), markup=False)
    if asked.sectors:
        sectors = ", ".join(messages.word("sectors", sector) for sector in asked.sectors)
        out.print(messages.text("solutions.sector", what=sectors), markup=False)
    if not near:
        out.print(messages.text("solutions.nothing"))
    for number, one in enumerate(near, start=1):
        out.print()
        for place, line in enumerate(near_lines(number, one, messages)):
            out.print(line, markup=False, style="bold" if place == 0 else "", soft_wrap=True)


def _show_analysis(analysis: SolutionAnalysis, messages: Messages) -> None:
    from ..solution_words import analysis_lines
    from .progress import console

    out = console()
    for line in analysis_lines(analysis, messages):
        out.print(line, markup=False, soft_wrap=True)


def _show_personal(check: PersonalCheck, messages: Messages) -> None:
    from .progress import console

    out = console()
    for number, one in enumerate(check.findings):
        key = "solutions.personal.sure" if one.sure else "solutions.personal.unsure"
        kind = messages.text(f"personal.{one.kind}")
        shown = {"start": one.start, "end": one.end, "text": one.text, "proposal": one.proposal or "–"}
        out.print(messages.text(key, number=number, kind=kind, **shown), markup=False)
    if check.combinations:
        out.print(messages.text("solutions.combination", count=len(check.combinations)), markup=False)


def _show_draft(read: SolutionDraft, messages: Messages) -> None:
    from ..solution_words import draft_lines
    from .progress import console

    _show_personal(read.personal, messages)
    out = console()
    for line in draft_lines(read, messages, SHOWN_LOADS):
        out.print(line, markup=False, soft_wrap=True)


def _draft_as_json(read: SolutionDraft) -> dict[str, object]:
    from features.solution_reading import draft_as_entry

    return {
        "format": "solution-draft/1",
        "personal": [asdict(one) for one in read.personal.findings],
        "combinations": [list(span) for span in read.personal.combinations],
        "draft": draft_as_entry(read),
        "fine": sorted(read.question.fine),
        "loads": {d: [level.value, level.low, level.high] for d, level in read.loads.items()},
        "conditions": [condition.key for condition in read.conditions],
        "missing": list(read.missing),
    }
