"""Tables of organisations, accounts, and what an account is about: a caseload, sites, a person."""

from __future__ import annotations

import sqlalchemy as sa

from .schema import Flag, Listed, Text, Whole, metadata


def _of(parent: str, *, primary: bool = False, empty: bool = False, go: bool = True) -> sa.Column[str]:
    """Give the column of a parent's id; with ``go`` the row goes when the parent goes."""
    reference = sa.ForeignKey(f"{parent}.id", ondelete="CASCADE" if go else None)
    return sa.Column(f"{parent}_id", Text, reference, primary_key=primary, nullable=empty, index=not primary)


tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("name", Text, nullable=False, unique=True),
    sa.Column("created_at", Text, nullable=False),
)
candidate_tenant = sa.Table("candidate_tenant", metadata, _of("candidate", primary=True), _of("tenant", go=False))
"""Which organisation a person is with. It stands beside ``candidate`` because it is no part of the profile."""

organisation_move = sa.Table(
    "organisation_move",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _of("candidate"),
    sa.Column("before", Text, nullable=False),
    sa.Column("after", Text, nullable=False),
    sa.Column("at", Text, nullable=False),
    sa.Column("by", Text, nullable=False),
    sa.Column("reason", Text, nullable=False),
)
"""From which organisation to which a person went, who decided it (a name) and why; the audit holds no text."""

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _of("tenant", go=False),
    sa.Column("role", Text, nullable=False),
    sa.Column("login", Text, nullable=False, unique=True),
    sa.Column("name", Text, nullable=False),
    _of("candidate", empty=True),
    sa.Column("disabled", Flag, nullable=False),
    sa.Column("password", Text),
    sa.Column("second_factor", Text),
    sa.Column("second_factor_on", Flag, nullable=False),
    sa.Column("last_step", Whole, nullable=False),
    sa.Column("created_at", Text, nullable=False),
)
"""``password``: argon2id; ``second_factor``: sealed with the key of the service; ``last_step``: of the last code."""

caseload = sa.Table(
    "caseload",
    metadata,
    _of("candidate", primary=True),
    _of("account", primary=True),
    sa.Column("since", Text, nullable=False),
    sa.Index("ix_caseload_account_id", "account_id"),
)
site_handler = sa.Table(
    "site_handler",
    metadata,
    _of("account", primary=True),
    sa.Column("site_id", Text, primary_key=True),
    sa.Column("until", sa.Date, nullable=False),
    sa.Index("ix_site_handler_site_id", "site_id"),
)
"""Who handles a site for its employer, and until which day: whoever leaves does not keep access. No foreign key to the
site: a region that is brought in anew must not shut employers out."""

objection = sa.Table(
    "objection",
    metadata,
    _of("candidate", primary=True),
    sa.Column("since", Text, nullable=False),
)
"""Who objects to being matched (GDPR article 21): no list is made for them until they take it back."""

emergency_access = sa.Table(
    "emergency_access",
    metadata,
    sa.Column("id", Text, primary_key=True),
    _of("candidate"),
    _of("account"),
    sa.Column("kind", Text, nullable=False),
    sa.Column("reason", Text, nullable=False),
    sa.Column("opened_at", Text, nullable=False),
    sa.Column("ends_at", Text, nullable=False),
    sa.Column("ended_at", Text),
    sa.Column("acknowledged_at", Text),
    sa.Column("acknowledged_by", Text),
)
"""A coach who does not coach a person looks at them for a short time, and why; until somebody has taken note of it, it
waits for a human. ``acknowledged_by``: the name."""

session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    _of("account"),
    sa.Column("opened_at", Text, nullable=False),
    sa.Column("seen_at", Text, nullable=False),
    sa.Column("ends_at", Text, nullable=False),
    sa.Column("second_factor", Flag, nullable=False),
)
invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("digest", Text, primary_key=True),
    _of("account"),
    sa.Column("expires_at", Text, nullable=False),
    sa.Column("used_at", Text),
)
"""One link to set a password, for a new account or a forgotten one."""

account_identity = sa.Table(
    "account_identity",
    metadata,
    _of("account", primary=True),
    sa.Column("issuer", Text, nullable=False),
    sa.Column("subject", Text, nullable=False),
    sa.Column("linked_at", Text, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
)
"""Whom an identity provider means by a subject. One account has one identity, one identity logs in to one account."""

provider_login = sa.Table(
    "provider_login",
    metadata,
    sa.Column("state", Text, primary_key=True),
    sa.Column("browser", Text, nullable=False),
    sa.Column("invitation", Text),
    sa.Column("ends_at", Text, nullable=False),
)
"""Logins that were begun and have not come back from the provider: digests only, each counts once."""

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", Text, primary_key=True),
    sa.Column("digest", Text, nullable=False, unique=True),
    _of("account"),
    sa.Column("name", Text, nullable=False),
    sa.Column("scopes", Listed, nullable=False),
    sa.Column("created_at", Text, nullable=False),
    sa.Column("expires_at", Text, nullable=False),
    sa.Column("revoked_at", Text),
)
"""Sessions, invitations and tokens are kept as SHA-256 of random 256 bit: who reads the store cannot use them."""
