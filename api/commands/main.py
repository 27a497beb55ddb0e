"""The ``worktrial`` command: every sub-command is a thin door to one function of the engine.

Exit codes: 0 done; 2 wrong use; 3 unknown id; 4 empty store; 5 store unusable; 6 file unreadable; 7 value not accepted;
8 rows refused; 9 reference data at fault; 10 no part-job possible (``carve``); 11 not what was shown (``replay``);
12 not what was previewed, or cannot be undone (``import``, ``imports undo``); 13 settings refused; 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from data.errors import InvalidInput, RowsRefused, WorkTrialError
from data.store import open_store, store_url

from ..environment import follow_settings_file, refuse_unknown_names
from . import accounts, audit, bulk, contacts, imports, models, solutions, training, transfer, workshop
from .choices import CautionChoice, TextLanguage

NO_PART_JOB = 10
NOT_THE_SAME = 11

app = typer.Typer(
    help="Work-trial matching engine: carves part-jobs out of employers' tasks and says why. A human decides.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(accounts.app, name="account")
app.add_typer(audit.app, name="audit")
app.add_typer(imports.app, name="import")
app.add_typer(bulk.history, name="imports")
app.add_typer(bulk.out, name="export")
app.add_typer(training.app, name="train")
app.add_typer(models.app, name="model")
app.add_typer(solutions.app, name="solutions")
app.add_typer(transfer.app, name="transfer")
app.add_typer(workshop.app, name="workshop")
app.command(epilog="Example: worktrial due --organisation Valmennus --within 30")(contacts.due)


class Language(StrEnum):
    """Languages of what people read."""

    FI = "fi"
    SV = "sv"
    EN = "en"


LangOption = Annotated[Language, typer.Option(help="Language of the answer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]
TopOption = Annotated[int, typer.Option(min=1, max=500, help="How many suggestions.")]
RegionOption = Annotated[str, typer.Option(help="Only this region, e.g. keski_suomi or onet; empty: everything.")]
CautionOption = Annotated[CautionChoice, typer.Option(help="How sure you want to be.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="What if: hours.min=8, hours.max=12, capacity.pos_stand=3; again for more."),
]
WithoutOption = Annotated[list[str] | None, typer.Option(help="An accommodation to do without; again for more.")]
AlternativesOption = Annotated[int, typer.Option(min=0, max=50, help="List so many further, different part-jobs.")]
DifferOption = Annotated[int, typer.Option(min=1, help="By how many tasks alternatives differ at least.")]
FrontOption = Annotated[
    int, typer.Option(min=0, max=25, help="Points between least strain and greatest benefit (tasks carry both).")
]
LockInOption = Annotated[list[str] | None, typer.Option(help="A task that must be taken; again for more.")]
LockOutOption = Annotated[list[str] | None, typer.Option(help="A task that must not be taken; again for more.")]
VarietyOption = Annotated[
    float | None, typer.Option(min=0, max=5, help="No donor job may become more monotonous by more steps than this.")
]
AlternateOption = Annotated[bool, typer.Option("--alternate", help="No half-day may break a dose limit on its own.")]
ProgramOption = Annotated[
    Path | None, typer.Option(help="Write the program to this .lp or .mps file, for another solver.")
]


def print_json(value: Any) -> None:
    """Write a value as JSON, the same bytes for the same value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


@app.command(epilog="Example: worktrial match KS-001 --top 5 --caution careful --lang en")
def match(
    candidate: Annotated[str, typer.Argument(help="Id of the candidate; `worktrial candidates` lists them.")],
    top: TopOption = 10,
    caution: CautionOption = CautionChoice.BALANCED,
    region: RegionOption = "",
    near: Annotated[
        int, typer.Option(min=0, max=20, help="Show so many workplaces just outside, and what would open them.")
    ] = 0,
    questions: Annotated[
        int, typer.Option(min=0, max=20, help="Show the questions whose answers would change the list most, so many.")
    ] = 0,
    set_: SetOption = None,
    without: WithoutOption = None,
    pathway: Annotated[
        str, typer.Option(help="Keep to the terms of this pathway, e.g. fi.pension.trial_unpaid (`worktrial pathway`).")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day whose terms hold; today if not said.")
    ] = None,
    situation: Annotated[
        str, typer.Option(help="With --pathway: the person's situation file; it says if the pathway is open.")
    ] = "",
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Rank the work trials that one person could try, with part-jobs, accommodations, questions and reasons."""
    from matching import Caution, MatchConfig

    from ..messages import Messages
    from ..shown_lists import show_list
    from .match_lists import Question, print_list
    from .pathway import find_situation
    from .progress import stages

    store, messages = open_store(store_url(os.environ)), Messages(lang.value)
    config = MatchConfig(top, Caution(caution.value), region)
    day = date.today() if on is None else on.date()  # noqa: DTZ011 - the day at the person's desk
    changes = tuple(set_ or ()), tuple(without or ())
    told = find_situation(situation, "", lambda: store) if situation else None
    question = Question(candidate, config, near, *changes, pathway, day, questions, told)
    with stages(messages) as progress:
        shown = show_list(store, question, messages, datetime.now(UTC), progress)
    if as_json:
        print_json(shown.written)
    else:
        print_list(shown.listed, messages)


@app.command(epilog="Example: worktrial demo --lang sv")
def demo(
    candidate: Annotated[str, typer.Option(help="Whose match list to show.")] = "KS-001",
    top: TopOption = 3,
    lang: LangOption = Language.FI,
) -> None:
    """Fill the store with the fictional region Keski-Suomi and show a match list."""
    from .progress import console

    employers, people = imports.store_demo_region()
    console().print(f"Keski-Suomi (fictional): {employers} employers, {people} candidates.", style="dim")
    match(candidate, top=top, lang=lang, region="keski_suomi")
    console().print(f"Next: worktrial candidates, worktrial match {candidate} --lang en, worktrial serve", style="dim")


@app.command(epilog="Example: worktrial candidates --json")
def candidates(as_json: JsonOption = False) -> None:
    """List the candidates in the store."""
    from data.errors import EmptyStore
    from data.store import all_candidates

    store = open_store(store_url(os.environ))
    with store.read() as connection:
        people = all_candidates(connection)
    if not people:
        raise EmptyStore("candidates", store.where)
    if as_json:
        print_json(
            {
                "candidates": [
                    {
                        "id": p.id,
                        "name": p.name,
                        "municipality": p.municipality,
                        "hours_min": p.hours_min,
                        "hours_max": p.hours_max,
                        "bans": len(p.bans),
                        "known_levels": len(p.capacity),
                        "fictional": p.fictional,
                    }
                    for p in people
                ]
            }
        )
        return
    from .progress import people_table

    people_table(people)


@app.command(epilog="Example: worktrial runs KS-001 --top 5")
def runs(
    candidate: Annotated[str, typer.Argument(help="Id of a candidate; without it, lists of everybody.")] = "",
    top: Annotated[int, typer.Option(min=1, max=10_000, help="How many lists, the latest first.")] = 20,
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """List the match lists that were shown: to whom, when, at which model, and what stood on them."""
    from ..messages import Messages
    from .runs import find_runs, print_runs, runs_as_json

    found = find_runs(open_store(store_url(os.environ)), candidate, top)
    if as_json:
        print_json(runs_as_json(found))
    else:
        print_runs(found, Messages(lang.value))


@app.command(
    epilog="Example: worktrial replay 12, or with the run that stands below a list: worktrial replay 5b1c9a..."
)
def replay(
    run: Annotated[str, typer.Argument(help="Number of the list (`worktrial runs`), or the run it names.")],
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Make a list again that was shown, from what was kept of that day, and compare it byte for byte."""
    from .. import replay as replays
    from ..messages import Messages
    from .progress import stages
    from .runs import print_replay, replay_as_json

    messages = Messages(lang.value)
    with stages(messages) as progress:
        found = replays.replay(open_store(store_url(os.environ)), run, progress)
    if as_json:
        print_json(replay_as_json(found, messages))
    else:
        print_replay(found, messages)
    if found.verdict in (replays.Verdict.DIFFERENT, replays.Verdict.ALTERED):
        raise typer.Exit(NOT_THE_SAME)


@app.command(epilog="Example: worktrial carve problem.json --alternatives 3 --set capacity.pos_stand=3")
def carve(
    problem: Annotated[Path, typer.Argument(help="A carving problem, carve-problem/1 (docs/reference/formats.md).")],
    out: Annotated[Path | None, typer.Option(help="Write the solution, carve-solution/1, to this file.")] = None,
    alternatives: AlternativesOption = 0,
    differ: DifferOption = 1,
    front: FrontOption = 0,
    lock_in: LockInOption = None,
    lock_out: LockOutOption = None,
    without: WithoutOption = None,
    set_: SetOption = None,
    keep_variety: VarietyOption = None,
    alternate: AlternateOption = False,
    lp: ProgramOption = None,
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Find the best part-job of one problem file, or the smallest reason why there is none (exit code 10)."""
    from .carving import Wanted, carve_file

    locked = (tuple(lock_in or ()), tuple(lock_out or ()), tuple(without or ()))
    wanted = Wanted(alternatives, differ, front, *locked, tuple(set_ or ()), keep_variety, alternate, lp)
    written, solved, show = carve_file(problem, wanted)
    if out is not None:
        out.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json(written)
    elif out is None:
        show(lang.value)
    if not solved:
        raise typer.Exit(NO_PART_JOB)


@app.command(epilog="Example: worktrial site KS-001 saarikirjasto.paakirjasto --alternatives 2 --set hours.max=12")
def site(
    candidate: Annotated[str, typer.Argument(help="Id of the candidate.")],
    workplace: Annotated[str, typer.Argument(help="Id of the site; `worktrial match --json` shows it.")],
    caution: CautionOption = CautionChoice.BALANCED,
    alternatives: AlternativesOption = 0,
    differ: DifferOption = 1,
    front: FrontOption = 0,
    lock_in: LockInOption = None,
    lock_out: LockOutOption = None,
    without: WithoutOption = None,
    set_: SetOption = None,
    keep_variety: VarietyOption = None,
    alternate: AlternateOption = False,
    lp: ProgramOption = None,
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Look at one workplace for one person: the best part-job there, others, what if, or what would have to change."""
    from matching import Caution, MatchConfig

    from ..messages import Messages
    from .carving import Wanted
    from .sites import look_at_site, print_site, site_as_json

    locked = (tuple(lock_in or ()), tuple(lock_out or ()), tuple(without or ()))
    wanted = Wanted(alternatives, differ, front, *locked, tuple(set_ or ()), keep_variety, alternate, lp)
    store, config = open_store(store_url(os.environ)), MatchConfig(caution=Caution(caution.value))
    asked, answer = look_at_site(store, candidate, workplace, config, wanted)
    if as_json:
        print_json(site_as_json(asked, answer, wanted))
    else:
        print_site(asked, answer, Messages(lang.value))
    if answer.solution.objective is None:
        raise typer.Exit(NO_PART_JOB)


@app.command(epilog="Example: worktrial pairs KS-025 --top 3 --lang sv")
def pairs(
    candidate: Annotated[str, typer.Argument(help="Id of the candidate.")],
    top: TopOption = 5,
    caution: CautionOption = CautionChoice.BALANCED,
    region: RegionOption = "",
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Find the best part-jobs that two workplaces make together, with the way between them."""
    from matching import Caution, MatchConfig

    from ..messages import Messages
    from .sites import find_pairs, pairs_as_json, print_pairs

    config = MatchConfig(top, Caution(caution.value), region)
    best = find_pairs(open_store(store_url(os.environ)), candidate, config)
    if as_json:
        print_json(pairs_as_json(candidate, best))
    else:
        print_pairs(candidate, best, Messages(lang.value))


@app.command(epilog="Example: worktrial classify tasks.csv --out levels.csv --wide")
def classify(
    texts: Annotated[
        Path, typer.Argument(help="CSV file with the columns id and text; a column title may say the job.")
    ],
    out: Annotated[Path | None, typer.Option(help="CSV file to write.")] = None,
    lang: Annotated[
        TextLanguage, typer.Option(help="Language of the texts; auto: told text by text.")
    ] = TextLanguage.AUTO,
    wide: Annotated[bool, typer.Option("--wide", help="One row per text, one column per dimension.")] = False,
    explain: Annotated[str, typer.Option(help="Print the text with this id and the words behind its levels.")] = "",
) -> None:
    """Read employers' texts into levels 0-5 with intervals and the words that drove them; unknown stays empty."""
    from .reading import classify_file, explained, print_explained

    if explain:
        print_explained(*explained(texts, explain, lang.value))
    elif out is None:
        raise InvalidInput("classify", "nowhere to write to", "--out FILE, or --explain ID")
    else:
        from .progress import counted

        with counted(texts.name, None) as done:
            count, silent = classify_file(texts, out, lang.value, wide, done)
        sys.stderr.write(f"{count} texts read, {silent} of them said nothing about loads. Written: {out}\n")


@app.command(epilog="Example: worktrial conditions descriptions.csv --out conditions.jsonl")
def conditions(
    texts: Annotated[Path, typer.Argument(help="CSV file with the columns id and text.")],
    out: Annotated[Path, typer.Option(help="JSON Lines file to write, one object a text.")],
    lang: Annotated[
        TextLanguage, typer.Option(help="Language of the texts; auto: told text by text.")
    ] = TextLanguage.AUTO,
) -> None:
    """Read permits, licences, languages, working times, equipment and other boundary conditions, with quotes."""
    from .progress import counted
    from .reading import conditions_file

    with counted(texts.name, None) as done:
        count, found = conditions_file(texts, out, lang.value, done)
    sys.stderr.write(f"{count} texts read, {found} boundary conditions found. Written: {out}\n")


@app.command(
    epilog="Example: worktrial pathway --person situation.yaml --on 2020-06-01 --calendar duties.ics --lang en"
)
def pathway(
    person: Annotated[
        str, typer.Option(help="A situation file (YAML or JSON, docs/reference/formats.md), or the id of a candidate.")
    ],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that the answer is for; today if not said.")
    ] = None,
    country: Annotated[str, typer.Option(help="Another country than the situation says: fi, se, de, nl.")] = "",
    calendar: Annotated[Path | None, typer.Option(help="Write the duties that have a day to this .ics file.")] = None,
    trial: Annotated[
        Path | None, typer.Option(help="Check a planned trial and the trials before it (YAML or JSON).")
    ] = None,
    state: Annotated[
        str, typer.Option(help="Print the checklist of a trial's state: draft, proposed, agreed, started, ...")
    ] = "",
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Tell which pathways are open to a person, on what terms, who pays and decides, and what is due when."""
    from data.pathway_records import TrialState

    from . import pathway as door
    from .progress import console

    if state and state not in set(TrialState):
        raise InvalidInput("--state", f"there is no state '{state[:20]}'", ", ".join(TrialState))
    day = date.today() if on is None else on.date()  # noqa: DTZ011 - the day at the person's desk
    case = door.case_of(door.find_situation(person, country, lambda: open_store(store_url(os.environ))), day)
    if calendar is not None:
        count = door.write_calendar(case, calendar, lang.value)
        sys.stderr.write(f"{count} duties written: {calendar}\n")
    check = None if trial is None else door.check_of(case, trial)
    if as_json:
        print_json(door.as_json(case, lang.value, check))
    else:
        door.show(case, lang.value, console(), state)
        if check is not None:
            door.show_check(check, lang.value, console())


@app.command(epilog="Example: worktrial rotation trials-of-an-employer.yaml --on 2020-06-01 --lang en")
def rotation(
    history: Annotated[Path, typer.Argument(help="Trials that were, and one that is planned (YAML or JSON).")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day looked at; today if not said.")
    ] = None,
    people: Annotated[
        bool, typer.Option("--people", help="Name people moved from trial to trial too: not for an employer.")
    ] = False,
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Report whether unpaid trials follow each other in place of work: chains, days covered, warnings, blocks."""
    from ..messages import Messages
    from . import rotation as door
    from .progress import console

    day = date.today() if on is None else on.date()  # noqa: DTZ011 - the day at the person's desk
    report, messages = door.report_of(history, day, people), Messages(lang.value)
    if as_json:
        print_json(door.as_json(report, messages))
    else:
        door.show(report, messages, console())


@app.command(
    epilog="Example: worktrial document trial_agreement --trial planned-trial.yaml --lang fi --out agreement.docx"
)
def document(
    kind: Annotated[
        str,
        typer.Argument(help="trial_agreement, rehabilitation_plan, coaching_programme, effect_brief or final_report."),
    ],
    trial: Annotated[Path, typer.Option(help="A planned trial with its arrangement (docs/reference/formats.md).")],
    out: Annotated[Path, typer.Option(help="The file to write; it ends in .html or .docx.")],
    lang: LangOption = Language.FI,
) -> None:
    """Write a document of a trial, filled from its file; what is not known is a line to write on."""
    from .document import write_document

    sys.stderr.write(write_document(kind, trial, out, lang.value) + "\n")


@app.command(epilog="Example: worktrial backup monday.backup")
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; one that is there is never written over.")],
) -> None:
    """Write the whole store, models and keys to one file while others go on working."""
    from .keeping import make_backup

    sys.stderr.write(make_backup(file) + "\n")


@app.command(epilog="Example: worktrial restore monday.backup --yes")
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    erased: Annotated[
        list[Path] | None, typer.Option(help="Another copy of erasures.txt, of a data folder that was lost.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Put it in place; without this it is only checked.")] = False,
) -> None:
    """Check a backup, and put it in place of what is in the store: all or nothing. Erased people stay erased."""
    from .keeping import put_back

    sys.stderr.write(put_back(file, tuple(erased or ()), yes) + "\n")


@app.command(epilog="Example: worktrial erase KS-014 --yes")
def erase(
    candidate: Annotated[str, typer.Argument(help="Id of the candidate.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without this nothing is changed.")] = False,
) -> None:
    """Erase a person with everything that hangs on them, for good."""
    from .keeping import erase as erase_person

    sys.stderr.write(erase_person(candidate, yes) + "\n")


@app.command(epilog="Example: worktrial evaluate --simulated 0 --trials 2000 --out evaluation")
def evaluate(
    simulated: Annotated[
        int | None, typer.Option(min=0, help="Seed of a simulated region: proves methods, says nothing about people.")
    ] = None,
    trials: Annotated[int, typer.Option(help="With --simulated: how many ended trials.")] = 5_000,
    frame: Annotated[Path | None, typer.Option(help="A folder that `worktrial train frame` wrote.")] = None,
    groups: Annotated[
        Path | None, typer.Option(help="With --frame: a CSV file of groups (age_band, sex ...), to compare them only.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the page: HTML, Markdown, JSON and plots.")] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it in the data folder, where the service's researchers read it.")
    ] = False,
    lang: LangOption = Language.FI,
    as_json: JsonOption = False,
) -> None:
    """Measure the trial scorer beside its peers, with intervals, by group, and write the page for researchers."""
    if (simulated is None) == (frame is None):
        raise InvalidInput("evaluate", "it is not clear on which data", "one of --simulated SEED and --frame FOLDER")
    if groups is not None and frame is None:
        raise InvalidInput("--groups", "it is about people of a frame, and none is given", "--frame FOLDER with it")
    if out is None and not as_json and not keep:
        raise InvalidInput("evaluate", "nowhere to write to", "--out FOLDER, --keep, or --json")
    from ..evaluation import as_json as page_as_json
    from ..messages import Messages
    from . import evaluation as door

    messages = Messages(lang.value)
    if frame is not None:
        found, page = door.evaluate_past(door.past_of_frame(frame, groups), messages)
    else:
        found, page = door.evaluate_simulated(simulated or 0, trials, messages)
    if out is not None:
        door.write(page, found, out, messages)
    if keep:
        from ..kept_evaluations import evaluations_folder, name_of

        door.write(page, found, evaluations_folder() / name_of(page.fingerprint, page.seed), messages)
    if as_json:
        print_json(page_as_json(page))


@app.command(epilog="Example, every night: worktrial upkeep")
def upkeep() -> None:
    """Let run out what nobody answered or confirmed in time: proposals, postings, imports that can be undone."""
    from datetime import UTC, datetime

    from ..upkeep import keep_up
    from .progress import console

    done = keep_up(open_store(store_url(os.environ)), datetime.now(UTC))
    console().print(
        f"{done.proposals} proposals ran out, {done.postings} postings are no longer offered, "
        f"{done.undo} things of old imports can no longer be undone."
    )


@app.command(epilog="Example: worktrial doctor --json")
def doctor(as_json: JsonOption = False) -> None:
    """Show what is in force: data folder, database and its safety settings, reference data, counts."""
    from .doctor import examine, print_findings

    findings = examine(os.environ)
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    if findings["problems"]:
        raise typer.Exit(5)


@app.command(epilog="Example: worktrial serve --port 8000, then open http://127.0.0.1:8000/docs")
def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port; else as the settings say (8000).")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes; else as the settings say (1).")] = None,
) -> None:
    """Serve the HTTP API: as it comes on this machine only, single user, no login (docs/reference/settings.md)."""
    from .serving import Said
    from .serving import serve as start

    start(Said(port, workers))


@app.command(epilog="Example: worktrial openapi > openapi.json")
def openapi() -> None:
    """Write the description of the HTTP API (OpenAPI 3.1), for making clients; nothing is started."""
    from ..app import create_app

    print_json(create_app(store_url(os.environ)).openapi())


def run() -> None:
    """Run the command line; say what went wrong in a sentence and end with its exit code."""
    try:
        refuse_unknown_names(os.environ)
        os.environ.update(follow_settings_file())
        app()
    except RowsRefused as error:
        imports.print_faults(error.faults)
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from None
    except WorkTrialError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    run()
