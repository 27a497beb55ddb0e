"""``make bench``: one carved job over 10,000 workplaces, and how many planted ones are found, beside the peers.

The market is drawn (seed 0) from the fictional demo region: 20 workplaces hold all of the job's work within its levels,
in other words; a third of the others look the same and break a limit. Peers in the same run: HiGHS on the direct
formulation, one workplace after the other (a sample), and TF-IDF likeness of texts (whole workplaces; best task for
each piece of the job).
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from features.market import build_market
from matching import MatchConfig
from matching.held_market import MarketInMemory, hold
from matching.transfer import Elsewhere, TransferJob, job_from_json, transfer
from matching.transfer.elsewhere import carry
from tests.matching.direct_formulation import best_worth
from tests.matching.planted_markets import PlantedMarket, planted_market

SITES, PLANTED, SAMPLE, ROUNDS, OTHER_JOBS = 10_000, 20, 60, 5, 12


def main() -> None:
    """Measure, print, write down."""
    figures = _measure()
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    rounded = {name: round(value, 4) for name, value in figures.items()}
    out.write_text(json.dumps({**before, "transfer": rounded}, indent=2) + "\n", encoding="utf-8")
    for name, value in rounded.items():
        sys.stdout.write(f"{name:<44} {value:>14,.4g}\n")


def _measure() -> dict[str, float]:
    made = planted_market(0, SITES, PLANTED)
    held = hold(build_market(made.employers))
    job = job_from_json(made.job, held)
    transfer(job, held, MatchConfig(top=1))  # machine code is loaded
    alone, processor, with_near = [], [], []
    for _ in range(ROUNDS):
        start, own = time.perf_counter(), time.process_time()
        found = transfer(job, held, MatchConfig(top=PLANTED))
        alone.append(time.perf_counter() - start)
        processor.append(time.process_time() - own)
        start = time.perf_counter()
        transfer(job, held, MatchConfig(top=PLANTED), near=3)
        with_near.append(time.perf_counter() - start)
    others, near = _other_jobs(held)
    return {
        "sites": len(held.index.sites.id),
        "tasks": len(held.market.tasks),
        "transfer_median_s": statistics.median(alone),
        "transfer_worst_s": max(alone),
        "transfer_processor_median_s": statistics.median(processor),
        "transfer_with_3_near_median_s": statistics.median(with_near),
        "other_jobs_median_s": statistics.median(others),
        "other_jobs_worst_s": max(others),
        "other_jobs_with_3_near_processor_worst_s": max(near),
        "sites_solved": found.certificate.solved,
        "planted_among_the_first_20": len(made.planted & {fit.place.site.id for fit in found.fits}),
        **_likeness_peers(made, held),
        **_highs(job, held, found),
    }


def _other_jobs(held: MarketInMemory) -> tuple[list[float], list[float]]:
    """Time jobs of two to five kinds that nobody planted: seconds without near ones, processor seconds with three."""
    taken, near = [], []
    for seed in range(1, OTHER_JOBS + 1):
        job = job_from_json(planted_market(seed, 1, 0, kinds=2 + seed % 4).job, held)
        start = time.perf_counter()
        transfer(job, held, MatchConfig(top=10))
        taken.append(time.perf_counter() - start)
        own = time.process_time()
        transfer(job, held, MatchConfig(top=10), near=3)
        near.append(time.process_time() - own)
    return taken, near


def _likeness_peers(made: PlantedMarket, held: MarketInMemory) -> dict[str, float]:
    """Rank workplaces by TF-IDF cosine of letter groups; how many planted ones are among the first 20, and the time."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    market = held.market
    tasks = [f"{job.title} {task.text}" for task, job in zip(market.tasks, market.jobs, strict=True)]
    whole = [" ".join(tasks[row] for row in place.rows) for place in market.places]
    pieces = [f"{part['title']} {part['text']}" for part in made.job["parts"]]
    ids = held.index.sites.id
    words = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), min_df=2, sublinear_tf=True, dtype=np.float32)
    rows = words.fit_transform(whole)
    start = time.perf_counter()
    of_whole = (rows @ words.transform([" ".join(pieces)]).T).toarray().ravel()
    asked = time.perf_counter() - start
    likest = (words.transform(tasks) @ words.transform(pieces).T).toarray()
    first = held.index.columns[MatchConfig().caution].first
    of_tasks = np.maximum.reduceat(likest, first, axis=0).mean(axis=1)

    looks_alike = np.array([made.what[site] not in ("planted", "other") for site in ids.tolist()])

    def among_first(scores: np.ndarray) -> int:
        return len(made.planted & set(ids[np.argsort(-scores, kind="stable")[:PLANTED]].tolist()))

    return {
        "peer_tfidf_whole_planted_among_20": among_first(of_whole),
        "peer_tfidf_best_task_planted_among_20": among_first(of_tasks),
        "peer_tfidf_whole_without_look_alikes": among_first(np.where(looks_alike, -1.0, of_whole)),
        "peer_tfidf_best_task_without_look_alikes": among_first(np.where(looks_alike, -1.0, of_tasks)),
        "peer_tfidf_question_s": asked,
    }


def _highs(job: TransferJob, held: MarketInMemory, found: Elsewhere) -> dict[str, float]:
    """Solve a sample of the workplaces with such work directly; the worth must be the same."""
    config = MatchConfig(top=SITES)
    carried = carry(job, held, config)
    every = transfer(job, held, config)
    ours = {fit.place.site.id: fit.solution.objective for fit in every.fits}
    with_work = np.unique(held.index.tasks.site[carried.meeting.asked.open])
    chosen = np.random.default_rng(0).permutation(with_work)[:SAMPLE]
    taken, agree = [], 0
    for number in chosen:
        problem = carried.problem(int(number))[1]
        start = time.perf_counter()
        truth = best_worth(problem) if problem.tasks else None
        taken.append(time.perf_counter() - start)
        mine = ours.get(str(held.index.sites.id[number]))
        agree += (truth is None) == (mine is None) and abs((truth or 0.0) - (mine or 0.0)) < 1e-4
    return {
        "sites_with_open_work_of_a_kind": len(with_work),
        "fits_in_all": len(every.fits),
        "peer_highs_per_site_median_ms": 1000 * statistics.median(taken),
        "peer_highs_all_sites_with_work_s": statistics.mean(taken) * len(with_work),
        "peer_highs_same_worth_of_sample": agree,
        "sample": len(chosen),
        "certificate_proven": float(found.certificate.proven),
    }


if __name__ == "__main__":
    main()
