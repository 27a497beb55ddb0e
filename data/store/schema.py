"""The tables of the store. Every change is a migration in ``migrations/versions``; HEAD names the newest."""

from __future__ import annotations

import sqlalchemy as sa

HEAD = "0021"
"""The newest migration; a test holds it equal to what alembic finds."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

Text, Real, Flag, Whole, Listed = sa.Text, sa.Float(53), sa.Boolean, sa.Integer, sa.JSON(none_as_null=True)


def any_whole(number: int) -> sa.BindParameter[int]:
    """Give a whole number to compare a column with, whoever made it up: PostgreSQL refuses one that is too large."""
    return sa.literal(number, sa.BigInteger)


def _below(parent: str) -> sa.Column[str]:
    """Give the column that ties a row to its parent and goes when the parent goes."""
    reference = sa.ForeignKey(f"{parent}.id", ondelete="CASCADE")
    return sa.Column(f"{parent}_id", Text, reference, nullable=False, index=True)


def _levels(owner: str, name: str) -> sa.Table:
    """Give a table of levels: every source keeps its own row, nothing is overwritten."""
    return sa.Table(
        name,
        metadata,
        sa.Column("id", Whole, primary_key=True),
        _below(owner),
        sa.Column("dimension", Text, nullable=False),
        sa.Column("source", Text, nullable=False),
        sa.Column("value", Real, nullable=False),
        sa.Column("low", Real, nullable=False),
        sa.Column("high", Real, nullable=False),
        sa.Column("evidence", Text, nullable=False),
        sa.Column("stated_on", sa.Date),
    )


employer = sa.Table(
    "employer",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("region", Text, nullable=False, index=True),
    sa.Column("sector", Text, nullable=False),
    sa.Column("size", Text, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
)
site = sa.Table(
    "site",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _below("employer"),
    sa.Column("name", Text, nullable=False),
    sa.Column("municipality", Text, nullable=False),
    sa.Column("has", Listed, nullable=False),
    sa.Column("lacks", Listed, nullable=False),
    sa.Column("supervision_hours_per_week", Real),
    sa.Column("places", Whole),
    sa.Column("natural_support", Real),
)
job = sa.Table(
    "job",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _below("site"),
    sa.Column("title", Text, nullable=False),
    sa.Column("confirmed", Flag, nullable=False),
    sa.Column("hours_assumed", Flag, nullable=False),
    sa.Column("isco", Text, nullable=False),
    sa.Column("onet_soc", Text, nullable=False),
    sa.Column("esco", Text, nullable=False, server_default=""),
    sa.Column("conditions", Listed, nullable=False),
    sa.Column("tied", Listed, nullable=False),
    sa.Column("excluded", Listed, nullable=False),
)
task = sa.Table(
    "task",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _below("job"),
    sa.Column("position", Whole, nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("hours_per_week", Real, nullable=False),
    sa.Column("core", Flag, nullable=False),
    sa.Column("divisible", Flag, nullable=False),
    sa.Column("min_hours_per_week", Real, nullable=False),
    sa.Column("extends_to_hours_per_week", Real),
    sa.Column("blocks", Listed),
    sa.Column("benefit", Text),
    sa.Column("supervision", Real, nullable=False),
    sa.Column("activities", Listed, nullable=False),
    sa.Column("conditions", Listed, nullable=False),
)
job_level = _levels("job", "job_level")
task_level = _levels("task", "task_level")

site_change = sa.Table(
    "site_change",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=True),
    sa.Column("site_id", Text),
    sa.Column("token", Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Every write to a site leaves its id here; none: so many sites changed that all may have. Nothing is ever deleted.

The token is random: a change with the same number in another store, or in a restored one, is not the same change.
"""

candidate = sa.Table(
    "candidate",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("name", Text, nullable=False),
    sa.Column("hours_min", Real, nullable=False),
    sa.Column("hours_max", Real, nullable=False),
    sa.Column("municipality", Text, nullable=False),
    sa.Column("travel_minutes_max", Real),
    sa.Column("travel_by", Text, nullable=False),
    sa.Column("step_free_needed", Flag, nullable=False),
    sa.Column("adult", Flag),
    sa.Column("wishes", Listed, nullable=False),
    sa.Column("preferences", Listed, nullable=False),
    sa.Column("strengths", Listed, nullable=False),
    sa.Column("blocks", Listed, nullable=False),
    sa.Column("skills", Listed, nullable=False),
    sa.Column("languages", Listed, nullable=False),
    sa.Column("permits", Listed, nullable=False),
    sa.Column("licences", Listed, nullable=False),
    sa.Column("own_car", Flag),
    sa.Column("criminal_record_ok", Flag),
    sa.Column("declined_accommodations", Listed, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
)
capacity = _levels("candidate", "capacity")
kept_content = sa.Table(
    "kept_content",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""Workplaces and case bases as they once were, compressed, each written once under the name of its text."""

kept_of_person = sa.Table(
    "kept_of_person",
    metadata,
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""Profiles that lists were made from, and the lists as they were shown; they go when the person goes."""

site_version = sa.Table(
    "site_version",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=True),
    sa.Column("site_id", Text, nullable=False),
    sa.Column("until", Whole, nullable=False, index=True),
    sa.Column("digest", Text),
    sa.Index("ix_site_version_site_id", "site_id", "until"),
)
"""A site was so up to and with the change ``until``; no digest: it was not there. Written just before it changes."""

match_run = sa.Table(
    "match_run",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=True),
    _below("candidate"),
    sa.Column("run_id", Text, nullable=False, index=True),
    sa.Column("shown_at", Text, nullable=False),
    sa.Column("model", Text, nullable=False),
    sa.Column("rules", Text, nullable=False),
    sa.Column("code", Text, nullable=False),
    sa.Column("features", Text, nullable=False),
    sa.Column("question", Listed, nullable=False),
    sa.Column("what_if", Flag, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
    sa.Column("market_change", Whole, nullable=False, index=True),
    sa.Column("market_token", Text, nullable=False),
    sa.Column("profile", Text, nullable=False),
    sa.Column("cases", Text),
    sa.Column("answer", Text, nullable=False),
    sa.Column("lessons", Listed),
    sa.Column("made_from", Text, index=True),
    sqlite_autoincrement=True,
)
"""Every list that somebody was shown. A number is never given twice, also not after a person was erased. ``lessons``:
what ended trials had taught by then, as far as the list used it; none: nothing. ``made_from`` names all that it was
made from; none: it is not shown again."""

shown_suggestion = sa.Table(
    "shown_suggestion",
    metadata,
    sa.Column("run_number", Whole, sa.ForeignKey("match_run.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("rank", Whole, primary_key=True),
    sa.Column("suggestion_id", Text, nullable=False, index=True),
    sa.Column("site_id", Text, nullable=False),
    sa.Column("employer_id", Text, nullable=False),
    sa.Column("score", Real, nullable=False),
    sa.Column("can_do", Real, nullable=False),
    sa.Column("wants", Real, nullable=False),
    sa.Column("likely", Real, nullable=False),
    sa.Column("features", Listed, nullable=False),
)
ban = sa.Table(
    "ban",
    metadata,
    sa.Column("candidate_id", Text, sa.ForeignKey("candidate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("dimension", Text, primary_key=True),
    sa.Column("highest_level", Real, nullable=False),
    sa.Column("ground", Text, nullable=False),
)

erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("fingerprint", Text, primary_key=True),
    sa.Column("erased_on", sa.Date, nullable=False),
)
"""Who was erased, by fingerprint only: a restored backup does not bring them back. Nothing is ever deleted."""

solution = sa.Table(
    "solution",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("sector", Text, nullable=False, index=True),
    sa.Column("size", Text, nullable=False),
    sa.Column("site_has", Listed, nullable=False),
    sa.Column("texts", Listed, nullable=False),
    sa.Column("acts", Listed, nullable=False),
    sa.Column("hours_before", Real),
    sa.Column("hours_after", Real),
    sa.Column("cost_class", Text, nullable=False),
    sa.Column("least_eur", Real),
    sa.Column("most_eur", Real),
    sa.Column("weeks_to_arrange", Real),
    sa.Column("outcome", Text, nullable=False),
    sa.Column("judged_by", Listed, nullable=False),
    sa.Column("judged_how", Text, nullable=False),
    sa.Column("judged_after_weeks", Real, nullable=False),
    sa.Column("source", Text, nullable=False),
    sa.Column("consent", Text, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
)
solution_level = sa.Table(
    "solution_level",
    metadata,
    sa.Column("solution_id", Text, sa.ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("dimension", Text, primary_key=True),
    sa.Column("position", Whole, nullable=False),
    sa.Column("needed", Real),
    sa.Column("managed", Real),
    sa.Column("fine", Flag, nullable=False),
)
solution_change = sa.Table(
    "solution_change",
    metadata,
    sa.Column("solution_id", Text, sa.ForeignKey("solution.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", Whole, primary_key=True),
    sa.Column("kind", Text, nullable=False),
    sa.Column("accommodation", Text, nullable=False),
    sa.Column("words", Listed, nullable=False),
    sa.Column("dimensions", Listed, nullable=False),
    sa.Column("went", Text, nullable=False),
)

trial = sa.Table(
    "trial",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("candidate", Text, nullable=False, index=True),
    sa.Column("employer", Text, nullable=False, index=True),
    sa.Column("site", Text, nullable=False),
    sa.Column("suggestion", Text, nullable=False),
    sa.Column("run", Text, nullable=False),
    sa.Column("pathway", Text, nullable=False),
    sa.Column("group", Text, nullable=False),
    sa.Column("decided_on", sa.Date),
    sa.Column("starts", sa.Date, nullable=False),
    sa.Column("planned_end", sa.Date),
    sa.Column("ended_on", sa.Date),
    sa.Column("course", Text, nullable=False),
    sa.Column("interruption", Text),
    sa.Column("outcome", Text),
    sa.Column("retained_at_3", Flag),
    sa.Column("retained_at_6", Flag),
    sa.Column("retained_at_12", Flag),
    sa.Column("measures", Listed, nullable=False),
    sa.Column("released", Flag, nullable=False),
    sa.Column("fictional", Flag, nullable=False),
)
"""Candidate, employer and site are ids without a foreign key: a region or a profile that is brought in anew must not
take its trials with it. Erasing a person takes them (``erase_candidate``)."""

trial_task = sa.Table(
    "trial_task",
    metadata,
    sa.Column("trial_id", Text, sa.ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", Whole, primary_key=True),
    sa.Column("task", Text, nullable=False),
    sa.Column("hours_per_week", Real, nullable=False),
)
trial_review = sa.Table(
    "trial_review",
    metadata,
    sa.Column("trial_id", Text, sa.ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", Whole, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("loads", Listed, nullable=False),
    sa.Column("performance", Real),
    sa.Column("strain", Real),
    sa.Column("effects", Listed, nullable=False),
)

human_decision = sa.Table(
    "human_decision",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("decided_at", Text, nullable=False),
    sa.Column("people", Listed, nullable=False),
    sa.Column("reason", Text, nullable=False),
    sa.Column("facts", Listed, nullable=False),
    sa.Column("chain", Text, nullable=False),
)
"""What people decided about models and effects; only ever added to. ``chain`` is the SHA-256 of the entry and of the
chain before it, so that a changed or missing entry shows."""

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("number", Whole, primary_key=True, autoincrement=False),
    sa.Column("at", Text, nullable=False),
    sa.Column("account", Text, nullable=False, index=True),
    sa.Column("role", Text, nullable=False),
    sa.Column("tenant", Text, nullable=False),
    sa.Column("action", Text, nullable=False),
    sa.Column("subject", Text, nullable=False, index=True),
    sa.Column("about", Text, nullable=False),
    sa.Column("facts", Listed, nullable=False),
    sa.Column("chain", Text, nullable=False),
)
"""Who saw, changed, decided or took out what; only ever added to, chained like ``human_decision``. ``subject`` is the
fingerprint of a candidate's id, so that entries stay as they are when the person is erased."""
