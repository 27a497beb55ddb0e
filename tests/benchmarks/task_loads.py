"""``make bench-loads``: how well task texts become loads, on held-out public data, beside named baselines.

Needs the corpora (``WORKTRIAL_CORPORA`` or ``../shared/corpora``). Writes ``build/bench-loads.json`` and prints tables.
Every model here is fitted without what it is judged on: occupations by whole groups (SOC 3-digit), ESCO phrases by id.
About fifteen minutes on two cores.
"""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import f1_score

from data.imports.esco import read_esco
from data.imports.onet import read_onet
from features.condition_phrases import named_conditions, tokens_of
from features.condition_text import FoundCondition
from features.load_building import build_model
from features.load_calibration import occupation_folds, phrase_folds
from features.load_model import LoadModel
from features.load_rows import LoadCorpus, load_corpus, means
from features.load_training import LoadTrainer, Split, TrainingOptions
from features.task_text import TextLoadReader, reader_in_force

CORPORA = Path(os.environ.get("WORKTRIAL_CORPORA", "../shared/corpora"))
FOLDS, SEED = 5, 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rank_correlation(predicted: np.ndarray, truth: np.ndarray) -> float:
    """Mean over dimensions of Spearman's rank correlation; an unsaid value counts as the mean of the said ones."""
    found = []
    for at in range(truth.shape[1]):
        column = predicted[:, at]
        column = np.where(np.isnan(column), np.nanmean(column), column)
        found.append(spearmanr(column, truth[:, at]).statistic)
    return float(np.mean(found))


def averaged(links: sparse.csr_matrix, levels: np.ndarray) -> np.ndarray:
    """Average the said levels over the texts of each row of links; NaN where none is said."""
    held = sparse.csr_matrix((np.ones(links.nnz), links.indices, links.indptr), shape=links.shape)
    said = ~np.isnan(levels)
    count = held @ said.astype(float)
    return np.where(count > 0, (held @ np.where(said, levels, 0.0)) / np.maximum(count, 1), np.nan)


def onet(corpus: LoadCorpus) -> dict[str, float]:
    """Occupations of unseen groups, out of the levels of their tasks as ``classify`` would write them."""
    fold = occupation_folds(corpus.codes, FOLDS, SEED)
    owner = np.asarray(corpus.task_of.argmax(axis=0)).ravel()
    texts = np.array(corpus.tasks, dtype=object)
    size = (len(corpus.tasks), len(corpus.dimensions))
    ours, low, high, ridge = (np.full(size, np.nan) for _ in range(4))
    mean = np.zeros_like(corpus.levels)
    for number in range(FOLDS):
        kept = fold != number
        held = ~kept[owner]
        reader = TextLoadReader(_without(corpus, kept))
        found = reader.read(list(texts[held]), "en")
        columns = reader.columns
        ours[held], low[held], high[held] = (part[:, columns] for part in (found.level, found.low, found.high))
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        seen = words.fit_transform(texts[~held])
        ridge[held] = Ridge(alpha=3.0).fit(seen, corpus.levels[owner[~held]]).predict(words.transform(texts[held]))
        mean[~kept] = corpus.levels[kept].mean(axis=0)
        _say(f"  fold {number + 1} of {FOLDS}")
    truth = corpus.levels[owner]
    said = ~np.isnan(ours)
    slack = 0.005 + 1e-9
    inside = (truth >= low - slack) & (truth <= high + slack)
    coverage = np.array([inside[said[:, at], at].mean() for at in range(size[1])])
    by_occupation, by_ridge = averaged(corpus.task_of, ours), averaged(corpus.task_of, ridge)
    filled = np.where(np.isnan(by_occupation), mean, by_occupation)
    off = np.abs(mean - corpus.levels).mean()

    def within(levels: np.ndarray) -> float:
        return float(np.mean([rank_correlation(levels[fold == n], corpus.levels[fold == n]) for n in range(FOLDS)]))

    return {
        "rank_correlation": rank_correlation(filled, corpus.levels),
        "rank_correlation_within_folds": within(filled),
        "baseline_tfidf_ridge": rank_correlation(by_ridge, corpus.levels),
        "baseline_tfidf_ridge_within_folds": within(by_ridge),
        "error_steps": float(np.abs(filled - corpus.levels).mean()),
        "error_of_mean_steps": float(off),
        "error_ratio": float(np.abs(filled - corpus.levels).mean() / off),
        "baseline_error_ratio": float(np.abs(by_ridge - corpus.levels).mean() / off),
        "coverage_80": float(coverage.mean()),
        "coverage_80_lowest_dimension": float(coverage.min()),
        "coverage_80_highest_dimension": float(coverage.max()),
        "said": float(said.mean()),
    }


def _without(corpus: LoadCorpus, occupations: np.ndarray) -> LoadModel:
    """Train the whole model, calibration included, on some occupations only; Finnish and Swedish are not needed."""
    options = TrainingOptions(seed=SEED)
    english = TrainingOptions(seed=SEED, languages={"en": options.languages["en"]})
    return build_model(corpus.only(occupations), english)


def phrases(corpus: LoadCorpus) -> dict[str, float]:
    """Unseen ESCO phrases, averaged to occupations with an exact or close O*NET match."""
    fold = phrase_folds(corpus.phrase_ids, FOLDS)
    trainer = LoadTrainer(corpus, TrainingOptions(seed=SEED))
    close = np.asarray(corpus.close.sum(axis=1)).ravel() > 0
    truth = means(corpus.close) @ corpus.levels
    out: dict[str, list[float]] = {}
    labels = means(corpus.phrase_of) @ corpus.levels
    linked = np.asarray(corpus.phrase_of.sum(axis=1)).ravel() > 0
    for number in range(FOLDS):
        split = Split(np.ones(len(corpus.codes), bool), fold != number)
        teacher = trainer.teach(split)
        held = sparse.diags((fold == number).astype(float))
        links = (corpus.skills_of @ held).tocsr()
        links.eliminate_zeros()
        kept = close & (np.diff(links.indptr) > 0)
        for language in ("fi", "sv", "en"):
            model = trainer.fit(language, split, None if language == "en" else teacher)
            levels = model.predict(trainer.features[language].matrix["phrases"])
            out.setdefault(language, []).append(rank_correlation(averaged(links, levels)[kept], truth[kept]))
            letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True)
            texts = np.array(corpus.phrases[language], dtype=object)
            seen = (fold != number) & linked
            plain = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3).fit(letters.fit_transform(texts[seen]), labels[seen])
            guessed = plain.predict(letters.transform(texts))
            out.setdefault(f"{language}_baseline", []).append(
                rank_correlation(averaged(links, guessed)[kept], truth[kept])
            )
        _say(f"  fold {number + 1} of {FOLDS}")
    found = {name: float(np.mean(values)) for name, values in out.items()}
    return {**found, "finnish_to_english": found["fi"] / found["en"]}


def activities(corpus: LoadCorpus) -> dict[str, float]:
    """Generalized work activity of a task through its detailed activities, macro F1, unseen groups of occupations."""
    import pandas as pd

    tables = CORPORA / "onet"
    reference = pd.read_csv(tables / "dwa_reference_29_3.csv.gz", dtype=str)
    linked = pd.read_csv(tables / "tasks_to_dwas_29_3.csv.gz", dtype=str)
    element = dict(zip(reference["DWA ID"], reference["Element ID"], strict=True))
    of_task = {
        (code, task): element[dwa]
        for code, task, dwa in zip(linked["O*NET-SOC Code"], linked["Task ID"], linked["DWA ID"], strict=True)
    }
    rows = [
        (text, of_task[one.code, task], one.code)
        for one in read_onet(tables)
        for task, text in one.tasks
        if (one.code, task) in of_task
    ]
    texts, labels, codes = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    fold = occupation_folds(list(codes), FOLDS, SEED)
    kinds = sorted(set(labels))
    wanted = np.array([[label == kind for kind in kinds] for label in labels], float)
    guessed = np.empty(len(labels), dtype=object)
    frequent = np.empty(len(labels), dtype=object)
    for number in range(FOLDS):
        held = fold == number
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3).fit(words.fit_transform(texts[~held]), wanted[~held])
        guessed[held] = np.array(kinds, dtype=object)[model.predict(words.transform(texts[held])).argmax(axis=1)]
        known, counts = np.unique(labels[~held].astype(str), return_counts=True)
        frequent[held] = known[counts.argmax()]
    return {
        "macro_f1": float(f1_score(labels.astype(str), guessed.astype(str), average="macro")),
        "baseline_most_frequent": float(f1_score(labels.astype(str), frequent.astype(str), average="macro")),
        "classes": float(len(kinds)),
        "tasks": float(len(labels)),
    }


def conditions() -> dict[str, dict[str, object]]:
    """Precision, recall and F1 of boundary conditions on the gold sentences, by type too, beside a plain list."""
    from tests.gold.marks import Score as Counts
    from tests.gold.marks import compare, read_gold, score

    found: dict[str, dict[str, object]] = {}
    for part in ("dev", "test"):
        for language in ("fi", "sv", "en"):
            gold = read_gold(part, language)
            total, plain = score(gold), Counts(Counter(), Counter(), Counter())
            for sentence in gold:
                compare(sentence, listed(sentence.text, language), plain, None)
            precision, recall, f1 = total.f1()
            kinds = sorted({*total.right, *total.missed, *total.wrong})
            found[f"{part}_{language}"] = {
                "sentences": len(gold),
                "precision": precision,
                "recall": recall,
                "f1": f1,
                "need": total.need_right / max(1, sum(total.right.values())),
                "baseline_list_f1": plain.f1()[2],
                "types": {
                    kind: {"marked": total.right[kind] + total.missed[kind], "precision_recall_f1": total.f1(kind)}
                    for kind in kinds
                },
            }
    return found


def listed(text: str, language: str) -> list[FoundCondition]:
    """Find conditions as a plain list of expressions would: the same words, simple figures, no denials or context."""
    tokens = tokens_of(text)
    spots = [
        (one.phrase.type, one.phrase.value, tokens[one.first].start, tokens[one.last].end)
        for one in named_conditions(tokens, language)
    ]
    hour = r"(?:klo|kl\.?|klockan|at|from|until)\s*(\d{1,2})(?:[.:](\d\d))?"
    for match in re.finditer(hour, text, re.IGNORECASE):
        value = f"{int(match[1]):02}:{match[2] or '00'}"
        spots.append(("earliest_start" if int(match[1]) < 12 else "latest_end", value, *match.span()))
    for kind, shape in (
        ("lifting_limit", r"(\d+)\s*(?:kg|kilo\w*)"),
        ("min_age", r"(1\d|2\d)[\s-]*(?:vuot\w+|år\w*|years)"),
        ("hours_per_week", r"(\d+)\s*(?:tunti\w*|timmar|hours)\s*(?:viikossa|i veckan|a week|per week)"),
        ("driving_licence", r"\b(B|C|BE|CE|D|T|AM)[\s-]*(?:ajo)?(?:kort|kör|licen)\w*"),
    ):
        spots.extend((kind, match[1], *match.span()) for match in re.finditer(shape, text))
    return [FoundCondition(*spot[:2], "must", text[spot[2] : spot[3]], *spot[2:]) for spot in spots]


def speed() -> dict[str, float]:
    """Classify O*NET's tasks six times over, a new process with nothing warm, and load the model alone."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "tasks.csv"), Path(folder, "levels.csv")
        texts = [text for one in read_onet(CORPORA / "onet") for _, text in one.tasks] * 6
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "text"])
            writer.writerows(enumerate(texts))
        found: dict[str, float] = {"texts": float(len(texts))}
        for name, more in (("wide", ["--wide"]), ("long", [])):
            start = time.perf_counter()
            command = [sys.executable, "-m", "api.commands.main", "classify", str(source), "--out", str(out), *more]
            subprocess.run(command, check=True, capture_output=True)
            found[f"{name}_texts_per_second"] = len(texts) / (time.perf_counter() - start)
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        code = "import time; from features.task_text import reader_in_force; t = time.perf_counter(); "
        code += "reader_in_force().read(['a task']); print(time.perf_counter() - t)"
        loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        found["load_seconds"] = float(loaded.stdout)
    return found


def robustness(corpus: LoadCorpus) -> dict[str, float]:
    """How far levels move when letters of a Finnish phrase are mistyped, and when an advert's praise is added."""
    rng = np.random.default_rng(SEED)
    reader = reader_in_force()
    texts = list(rng.choice(np.array(corpus.phrases["fi"], dtype=object), 2000, replace=False))
    plain = reader.read(texts, "fi").level
    praised = reader.read([f"Olemme dynaaminen ja kasvava yritys. {text}." for text in texts], "fi").level
    typed = reader.read([_mistyped(text, rng) for text in texts], "fi").level

    def alike(other: np.ndarray) -> float:
        both = ~np.isnan(plain) & ~np.isnan(other)
        return float(np.abs(plain - other)[both].mean())

    return {"steps_moved_by_praise": alike(praised), "steps_moved_by_one_typing_error": alike(typed)}


def _mistyped(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, max(1, len(text) - 1)))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def main() -> None:
    """Measure everything and write it down."""
    if not CORPORA.is_dir():
        sys.exit(f"The corpora are not at {CORPORA}: set WORKTRIAL_CORPORA to measure the load model.")
    figures: dict[str, object] = {"folds": FOLDS, "seed": SEED}
    corpus = load_corpus(read_onet(CORPORA / "onet"), read_esco(CORPORA / "esco"))
    parts = {
        "speed": speed,
        "conditions": conditions,
        "robustness": lambda: robustness(corpus),
        "activities": lambda: activities(corpus),
        "onet": lambda: onet(corpus),
        "phrases": lambda: phrases(corpus),
    }
    for name in sys.argv[1:] or parts:
        _say(name)
        figures[name] = parts[name]()
        _say(json.dumps(figures[name], indent=1))
        out = Path("build/bench-loads.json")
        out.parent.mkdir(exist_ok=True)
        before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
        out.write_text(json.dumps({**before, **figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
