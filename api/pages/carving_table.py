"""The carving table: tasks of a workplace to be taken, left or split for one person, with what each choice breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from data.candidates import Candidate
from data.store import Store
from matching import Caution, MatchConfig
from matching.asked import hours_limit
from matching.carving import CarveProblem, CarveTask, carve, explain_infeasible, with_variety_kept
from matching.carving.donor_jobs import MONOTONY
from matching.chosen_bundle import JudgedBundle, TaskFit, judge_bundle, task_fit
from matching.one_site import SiteQuestion

from ..access.policy import asker, needs
from ..commands.carving import Wanted, bundle_choices
from ..commands.match_lists import Question
from ..commands.progress import named_blocker
from ..commands.sites import ask_about_site, names_of
from ..http.named import CandidateId, SiteId
from ..local_time import now_of
from ..messages import Messages
from ..shown_lists import show_list
from ..wording import accommodation_name, blocker_text
from ..workspace import candidate_to_match
from .bundle_words import broken_lines
from .frame import show
from .language import language_of
from .pictures import Bullet, Fit, at_level, bullets
from .site_links import page_address, table_address
from .table_choice import GUARDS, TableChoice, held_to, hours_text, read_choice, written

router = APIRouter(include_in_schema=False)

STEP = 0.5
WIDTH = 240.0
"""Width of the longest block, in units of the picture."""

SHOWN_LOADS = 8
SIGNS = {
    TaskFit.OK: "✓",
    TaskFit.TIGHT: "!",
    TaskFit.EASED: "+",
    TaskFit.BEYOND: "↑",
    TaskFit.BANNED: "⊘",
    TaskFit.CONDITION: "§",
    TaskFit.SCHEDULE: "◷",
    TaskFit.CORE: "■",
}


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One task: how it fits and why, the hours that can be chosen (value, words), what is chosen, its lock.

    ``width`` and ``taken``: its weekly hours and those in the bundle, in units of the picture.
    """

    id: str
    text: str
    job: str
    hours: float
    fit: TaskFit
    sign: str
    about: str
    options: tuple[tuple[str, str], ...]
    chosen: str
    lock: str
    lockable: bool
    width: float
    taken: float


@dataclass(frozen=True, slots=True)
class Side:
    """One bundle of the comparison: its name, whether it can be suggested, what it breaks, its sums in words."""

    name: str
    possible: bool
    empty: bool
    broken: tuple[str, ...]
    sums: tuple[str, ...]
    tasks: tuple[tuple[float, str], ...]
    measures: tuple[str, ...]
    donors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One dimension of both bundles."""

    dimension: str
    one: Bullet | None
    other: Bullet | None


@router.get("/people/{candidate_id}/sites/{site_id}/table", dependencies=[needs("list.read", "candidate_id")])
def carving_table(
    request: Request, candidate_id: CandidateId, site_id: SiteId, caution: Caution = Caution.BALANCED
) -> Response:
    """Show tasks of a workplace to be taken, left or split, what a choice uses and breaks, and the best beside it."""
    store: Store = request.app.state.store
    messages = Messages(language_of(request))
    said = read_choice(request.query_params, caution)
    question = Question(candidate_id, MatchConfig(1, caution), site=site_id, table=said.lines())
    show_list(store, question, messages, now_of(request), actor=asker(request).actor)
    person = candidate_to_match(store, candidate_id)
    asked = ask_about_site(store, person, site_id, MatchConfig(1, caution))
    choice = held_to(said, asked.everything, frozenset(task.id for task in asked.problem.tasks))
    names = names_of(asked.view)
    guarded = _guarded(asked.whole, choice, asked)
    best, why_none = _best(asked, guarded, choice, names, messages)
    choice = _after_buttons(choice, best)
    hours = (best.hours if best else {}) if choice.hours is None else choice.hours
    yours = judge_bundle(asked, guarded, hours)
    other = best if choice.kept is None else judge_bundle(asked, guarded, choice.kept)
    sides = [_side(messages.text("page.table.yours"), yours, asked, person, names, messages)]
    if other is not None:
        name = messages.text("page.table.best" if choice.kept is None else "page.table.kept")
        sides.append(_side(name, other, asked, person, names, messages))
    address = table_address(person.id, site_id)
    return show(
        request,
        "carving_table.html.jinja",
        part="table",
        id=person.id,
        person=person.name or person.id,
        employer=asked.view.place.employer,
        site=asked.view.place.site,
        against=asked.against,
        page=page_address(person.id, site_id, caution),
        table=table_address(person.id, site_id, caution),
        address=address,
        rows=_rows(asked, hours, choice, messages),
        fits=[(fit, SIGNS[fit]) for fit in TaskFit],
        sides=sides,
        sums=sum_names(messages),
        loads=_loads(person, yours, other),
        shown_loads=SHOWN_LOADS,
        no_best=why_none,
        is_best=best is not None and written(best.hours) == written(hours),
        take_best=f"{address}?{replace(choice, hours=best.hours if best else {}, kept=None).query()}",
        choice=choice,
        kept=None if choice.kept is None else written(choice.kept),
        cautions=[(one.value, messages.text(f"caution.{one.value}")) for one in Caution],
        guards=[("", messages.text("page.table.no_guard")), *_guards(messages)],
        locks=[(way, messages.text(f"page.table.lock.{way or 'free'}")) for way in ("", "in", "out")],
        at=at_level,
        block_width=WIDTH,
    )


def _guards(messages: Messages) -> list[tuple[str, str]]:
    return [(one, messages.text("page.table.guard", steps=messages.number(float(one)))) for one in GUARDS]


def _guarded(problem: CarveProblem, choice: TableChoice, asked: SiteQuestion) -> CarveProblem:
    """Put the guards that were chosen into a problem: loads that alternate, jobs that keep their variety."""
    changed = replace(problem, alternate=choice.alternate)
    return with_variety_kept(changed, float(choice.variety), asked.everything) if choice.variety else changed


def _best(
    asked: SiteQuestion, guarded: CarveProblem, choice: TableChoice, names: Mapping[str, str], messages: Messages
) -> tuple[JudgedBundle | None, tuple[str, ...]]:
    """Find the best bundle with these locks and guards; or say why there is none, and what would be enough."""
    variety = float(choice.variety) if choice.variety else None
    wanted = Wanted(
        lock_in=tuple(choice.lock_in), lock_out=tuple(choice.lock_out), keep_variety=variety, alternate=choice.alternate
    )  # fmt: skip
    problem = bundle_choices(asked.problem, wanted, asked.view.place.site.id, asked.everything)
    solution = carve(problem) if problem.tasks else None
    if solution is None:
        return None, ()
    if solution.objective is None:
        reasons = explain_infeasible(problem)
        return None, tuple(blocker_text(named_blocker(one, names), messages) for one in reasons)
    return judge_bundle(asked, guarded, {task.id: task.hours for task in solution.tasks}), ()


def _after_buttons(choice: TableChoice, best: JudgedBundle | None) -> TableChoice:
    """Do what a button of the form asks: take the best, keep this bundle aside, or let it go."""
    if "best" in choice.pressed:
        choice = replace(choice, hours=best.hours if best else {})
    if "keep" in choice.pressed:
        choice = replace(choice, kept=choice.hours if choice.hours is not None else best.hours if best else {})
    if "drop" in choice.pressed:
        choice = replace(choice, kept=None)
    return choice


def _rows(
    asked: SiteQuestion, hours: Mapping[str, float], choice: TableChoice, messages: Messages
) -> tuple[BlockRow, ...]:
    market = asked.view.market
    texts = {task.id: (task.text, job.title) for task, job in zip(market.tasks, market.jobs, strict=True)}
    open_ = {task.id for task in asked.problem.tasks}
    longest = max((task.hours for task in asked.everything), default=1.0)
    rows = []
    for task in asked.everything:
        fit, about = task_fit(asked, task)
        say = messages.condition if fit is TaskFit.CONDITION else messages.dimension
        chosen = hours.get(task.id, 0.0)
        lock = "in" if task.id in choice.lock_in else "out" if task.id in choice.lock_out else ""
        rows.append(
            BlockRow(
                task.id,
                *texts[task.id],
                task.hours,
                fit,
                SIGNS[fit],
                ", ".join(say(one) for one in about),
                _options(task, chosen, messages),
                hours_text(chosen),
                lock,
                task.id in open_,
                round(WIDTH * task.hours / longest, 1),
                round(WIDTH * min(chosen, task.hours) / longest, 1),
            )
        )
    return tuple(rows)


def _options(task: CarveTask, chosen: float, messages: Messages) -> tuple[tuple[str, str], ...]:
    """Give the hours that can be chosen: none, all, and every half-hour between the fewest and the most."""
    steps = {task.hours}
    if task.divisible:
        first = max(STEP, -(-task.min_hours // STEP) * STEP)
        steps |= {first + STEP * n for n in range(int((task.hours - first) / STEP) + 1) if task.hours >= first}
    if chosen:
        steps.add(chosen)
    words = {
        step: messages.text(
            "page.table.all" if step == task.hours else "page.table.some", hours=messages.number(step, 2)
        )
        for step in sorted(steps)
    }
    return (("0", messages.text("page.table.leave")), *((hours_text(step), text) for step, text in words.items()))


def sum_names(messages: Messages) -> tuple[str, ...]:
    """Name the sums of a bundle, in the order of ``Side.sums``."""
    keys = ("hours", "score", "tasks", "jobs", "accommodations", "supervision", "travel", "variety", "monotony")
    return tuple(messages.text(f"page.table.sum.{key}") for key in keys)


def _side(
    name: str,
    judged: JudgedBundle,
    asked: SiteQuestion,
    person: Candidate,
    names: Mapping[str, str],
    messages: Messages,
) -> Side:
    solution, limits = judged.solution, asked.whole.limits
    kinds = {
        kind for task in asked.view.market.tasks if task.id in judged.hours for kind in task.activities
    }  # fmt: skip
    number = messages.number

    def of(used: float, most: float | None, decimals: int = 0) -> str:
        if most is None:
            return number(used, decimals)
        return messages.text("page.table.of", used=number(used, decimals), most=number(most, decimals))

    hours = messages.text(
        "page.table.hours_of", used=number(solution.hours, 2), least=number(asked.whole.hours_min),
        most=number(hours_limit(person)),
    )  # fmt: skip
    travel = "–" if asked.minutes is None else of(asked.minutes, person.travel_minutes_max)
    score = messages.text("page.table.no_score") if judged.score is None else number(judged.score, 2)
    return Side(
        name,
        judged.possible and bool(solution.tasks),
        not solution.tasks,
        broken_lines(judged, names, messages),
        (
            hours,
            score,
            of(len(solution.tasks), limits.tasks),
            of(len(solution.jobs), limits.jobs),
            of(len(solution.accommodations), limits.accommodations),
            of(judged.guidance, limits.supervision, 2),
            travel,
            number(len(kinds), 0),
            _monotony(judged, messages),
        ),
        tuple((task.hours, names[task.id]) for task in sorted(solution.tasks, key=lambda t: (-t.hours, t.id))),
        tuple(accommodation_name(id_, messages.language) for id_ in solution.accommodations),
        tuple(_donor_lines(judged, names, messages)),
    )


def _monotony(judged: JudgedBundle, messages: Messages) -> str:
    """Say how monotonous the bundle is, and how much of that the person manages."""
    one = next((found for found in judged.comparisons if found.dimension == MONOTONY), None)
    if one is None:
        return messages.number(0)
    most = messages.text("comparison.not_known") if one.capacity is None else messages.number(one.capacity)
    return messages.text("page.table.level_of", used=messages.number(one.demand), most=most)


def _donor_lines(judged: JudgedBundle, names: Mapping[str, str], messages: Messages) -> Sequence[str]:
    return [
        messages.text(
            "carve.donor",
            job=names.get(donor.job, donor.job),
            freed=messages.number(donor.hours_freed),
            kept=messages.number(donor.hours_kept),
            added=messages.text("carve.added", hours=messages.number(donor.hours_added)) if donor.hours_added else "",
            tasks=donor.tasks_kept,
            before=messages.number(donor.monotony_before),
            after="–" if donor.monotony_after is None else messages.number(donor.monotony_after),
        )
        for donor in judged.donors
    ]


def _loads(person: Candidate, one: JudgedBundle, other: JudgedBundle | None) -> tuple[LoadRow, ...]:
    """Set the loads of both bundles side by side, the tightest of either first."""
    mine = {bar.dimension: bar for bar in bullets(one.comparisons, person)}
    theirs = {} if other is None else {bar.dimension: bar for bar in bullets(other.comparisons, person)}

    def tightness(dimension: str) -> tuple[int, float, str]:
        bars = [bar for bar in (mine.get(dimension), theirs.get(dimension)) if bar is not None]
        known = [bar.planned - bar.demand for bar in bars if bar.planned is not None]
        beyond = any(bar.fit in (Fit.BEYOND, Fit.BANNED) for bar in bars)
        return (0 if beyond else 1 if known else 2), min(known, default=0.0), dimension

    ordered = sorted({*mine, *theirs}, key=tightness)
    return tuple(LoadRow(dimension, mine.get(dimension), theirs.get(dimension)) for dimension in ordered)
