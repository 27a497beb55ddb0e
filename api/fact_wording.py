"""A fact that may be released, in the reader's language: its name, and how it is said as an effect in the work."""

from __future__ import annotations

from data.releasable_facts import About, ReleasableFact, load_releasable_facts

from .messages import Messages
from .wording import accommodation_name


def fact_name(kind: str, messages: Messages) -> str:
    """Name a kind of fact, for whoever decides about releasing it."""
    return load_releasable_facts().kind(kind).names[messages.language]


def fact_text(fact: ReleasableFact, messages: Messages) -> str:
    """Say a fact as the employer reads it, without the tasks that it is about.

    >>> fact_text(ReleasableFact("avoid", "str_lift", tasks=("t",)), Messages("en"))
    'Heavy lifting is done by somebody else'
    """
    kind = load_releasable_facts().kind(fact.kind)
    hours = messages.number(fact.hours, 2)
    return kind.words[messages.language].format(text=fact.text, hours=hours, what=_what(kind.about, fact, messages))


def measure_text(id_: str, messages: Messages) -> str:
    """Name a measure as an effect in the work: the plainer name where the catalogue speaks of the person."""
    plainer = load_releasable_facts().measures.get(id_)
    return accommodation_name(id_, messages.language) if plainer is None else plainer[messages.language]


def _what(about: About, fact: ReleasableFact, messages: Messages) -> str:
    match about:
        case About.MEASURE:
            return measure_text(fact.about, messages)
        case About.RULE:
            return load_releasable_facts().rules[fact.about][messages.language]
        case About.CONDITION:
            return messages.condition(fact.about)
        case About.STRENGTH | About.ACTIVITY:
            return messages.activity_or_dimension(fact.about)
        case About.NOTHING:
            return ""
