"""Turns the engine's records (contributions, flags, blockers) into sentences of the reader's language."""

from __future__ import annotations

from data.accommodations import load_accommodations
from data.dimensions import dimension_index, load_dimensions
from data.reference_files import read_reference
from features.trial_features import feature, feature_index
from matching.carving import Blocker
from matching.flags import Flag
from matching.question_value import OpenQuestion
from matching.scoring import Contribution

from .messages import Messages


def accommodation_name(id_: str, language: str) -> str:
    """Name a measure of the catalogue; the id itself for one that a problem file brought along."""
    return next((measure.names[language] for measure in load_accommodations() if measure.id == id_), id_)


def workplace_name(employer: str, site: str) -> str:
    """Name a workplace: employer and site, once where both are the same or the site has no name.

    >>> workplace_name("Järviseudun kirjastot", "Pääkirjasto"), workplace_name("Kukkakauppa", "Kukkakauppa")
    ('Järviseudun kirjastot · Pääkirjasto', 'Kukkakauppa')
    """
    return employer if site in ("", employer) else f"{employer} · {site}"


def contribution_text(term: Contribution, messages: Messages) -> str:
    """Say what a term of a score means."""
    kind, about = term.kind, term.about
    if kind == "wish" and about != "neutral":
        side = "plus" if term.value >= 0 else "minus"
        what = "dimension" if about in dimension_index() else "activity"
        return messages.text(f"term.wish.{what}.{side}", what=messages.activity_or_dimension(about))
    if kind == "comfort" and about != "room":
        return messages.text("term.comfort.dimension", what=messages.dimension(about))
    if kind == "skill":
        return messages.text("term.skill", what=messages.activity_or_dimension(about))
    if kind == "outcomes" and not about.endswith("limit"):
        return messages.text("term.outcomes", what=prospect_text(about, messages))
    if kind == "accommodation":
        return messages.text("term.accommodation", what=accommodation_name(about, messages.language))
    return messages.text(f"term.{term.kind}.{about}" if about else f"term.{kind}")


def prospect_text(name: str, messages: Messages) -> str:
    """Name a term of the log-odds of going well: a feature, or start, employer and group."""
    if name not in feature_index():
        return messages.text(f"prospect.{name}")
    group = name.partition("_")[2]
    groups = read_reference("dimensions.yaml")["groups"]
    what = groups[group][messages.language].lower() if group in groups else ""
    return messages.text(feature(name).message_key, group=what)


def question_text(question: OpenQuestion, messages: Messages) -> str:
    """Put a question into words: for what a person can do, that of the dimension itself."""
    match question.kind:
        case "condition":
            return messages.text("question.condition", what=messages.condition(question.about))
        case "facility":
            return messages.text("question.facility", what=messages.word("facilities", question.about))
        case "capacity":
            return load_dimensions()[dimension_index()[question.about]].question[messages.language]
    return messages.text(f"question.{question.kind}", what=messages.dimension(question.about))


def flag_text(flag: Flag, messages: Messages) -> str:
    """Say what a flag asks, and of whom."""
    match flag.kind:
        case "condition_unknown":
            what = ", ".join(messages.condition(key) for key in flag.about)
        case "facility_unknown" | "access_unknown":
            what = ", ".join(messages.word("facilities", id_) for id_ in flag.about)
        case "isolating":
            what = ", ".join(accommodation_name(id_, messages.language) for id_ in flag.about)
        case _:
            what = messages.dimensions(flag.about)
    return messages.text(f"flag.{flag.kind}", what=what)


def blocker_text(blocker: Blocker, messages: Messages) -> str:
    """Say why something cannot be, in people's words."""
    known = dimension_index()
    numbers = {
        name: "–" if value is None else messages.number(value)
        for name, value in (("needed", blocker.needed), ("available", blocker.available))
    }
    key = f"blocker.{blocker.rule}.{blocker.about}"
    parts = blocker.about.split("+")
    what = ", ".join(messages.dimension(part) if part in known else _plain(part, messages) for part in parts)
    if blocker.rule == "lighter" and blocker.about:
        key = "blocker.lighter.dose"
    shown = ", ".join(blocker.tasks[:5]) + (" …" if len(blocker.tasks) > 5 else "")
    return messages.text(key if messages.has(key) else f"blocker.{blocker.rule}", what=what, tasks=shown, **numbers)


def _plain(part: str, messages: Messages) -> str:
    """Name a limit or a thing of a problem file."""
    return messages.text(f"lever.{part}") if messages.has(f"lever.{part}") else part
