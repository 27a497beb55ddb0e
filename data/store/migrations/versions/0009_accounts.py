"""Organisations, accounts, caseloads, handlers of sites, sessions, invitations, API tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def _of(table: str, parent: str, *, empty: bool = False, go: bool = True) -> list[sa.schema.SchemaItem]:
    column = f"{parent}_id"
    return [
        sa.Column(column, sa.Text(), nullable=empty),
        sa.ForeignKeyConstraint(
            [column],
            [f"{parent}.id"],
            name=op.f(f"fk_{table}_{column}"),
            ondelete="CASCADE" if go else None,
        ),
    ]


def _text(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=empty)


def upgrade() -> None:
    op.create_table(
        "tenant",
        _text("id"),
        _text("name"),
        _text("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("name", name=op.f("uq_tenant_name")),
    )
    op.create_table(
        "candidate_tenant",
        *_of("candidate_tenant", "candidate"),
        *_of("candidate_tenant", "tenant", go=False),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_candidate_tenant")),
    )
    op.create_index(op.f("ix_candidate_tenant_tenant_id"), "candidate_tenant", ["tenant_id"])
    op.create_table(
        "account",
        _text("id"),
        *_of("account", "tenant", go=False),
        _text("role"),
        _text("login"),
        _text("name"),
        *_of("account", "candidate", empty=True),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        _text("password", empty=True),
        _text("second_factor", empty=True),
        sa.Column("second_factor_on", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        _text("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_index(op.f("ix_account_tenant_id"), "account", ["tenant_id"])
    op.create_index(op.f("ix_account_candidate_id"), "account", ["candidate_id"])
    op.create_table(
        "caseload",
        *_of("caseload", "candidate"),
        *_of("caseload", "account"),
        _text("since"),
        sa.PrimaryKeyConstraint("candidate_id", "account_id", name=op.f("pk_caseload")),
    )
    op.create_index(op.f("ix_caseload_account_id"), "caseload", ["account_id"])
    op.create_table(
        "site_handler",
        *_of("site_handler", "account"),
        _text("site_id"),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "site_id", name=op.f("pk_site_handler")),
    )
    op.create_index(op.f("ix_site_handler_site_id"), "site_handler", ["site_id"])
    op.create_table(
        "objection",
        *_of("objection", "candidate"),
        _text("since"),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_objection")),
    )
    op.create_table(
        "session",
        _text("digest"),
        *_of("session", "account"),
        _text("opened_at"),
        _text("seen_at"),
        _text("ends_at"),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"])
    op.create_table(
        "invitation",
        _text("digest"),
        *_of("invitation", "account"),
        _text("expires_at"),
        _text("used_at", empty=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"])
    op.create_table(
        "api_token",
        _text("id"),
        _text("digest"),
        *_of("api_token", "account"),
        _text("name"),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        _text("created_at"),
        _text("expires_at"),
        _text("revoked_at", empty=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"])


def downgrade() -> None:
    for table in (
        "api_token", "invitation", "session", "objection", "site_handler", "caseload", "account",
        "candidate_tenant", "tenant",
    ):  # fmt: skip
        op.drop_table(table)
