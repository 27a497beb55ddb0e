"""What was shown: runs, their suggestions, the profiles and answers; workplaces as they were before they changed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "kept_content",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_kept_content")),
    )
    op.create_table(
        "kept_of_person",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_kept_of_person_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("candidate_id", "digest", name=op.f("pk_kept_of_person")),
    )
    op.create_table(
        "site_version",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_site_version")),
    )
    with op.batch_alter_table("site_version", schema=None) as batch_op:
        batch_op.create_index("ix_site_version_site_id", ["site_id", "until"], unique=False)
        batch_op.create_index(batch_op.f("ix_site_version_until"), ["until"], unique=False)

    op.create_table(
        "match_run",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("question", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("what_if", sa.Boolean(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("market_change", sa.Integer(), nullable=False),
        sa.Column("market_token", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("cases", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_match_run_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_match_run")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_run_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_run_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_match_run_market_change"), ["market_change"], unique=False)

    op.create_table(
        "shown_suggestion",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("employer_id", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(precision=53), nullable=False),
        sa.Column("can_do", sa.Float(precision=53), nullable=False),
        sa.Column("wants", sa.Float(precision=53), nullable=False),
        sa.Column("likely", sa.Float(precision=53), nullable=False),
        sa.Column("features", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_number"], ["match_run.number"], name=op.f("fk_shown_suggestion_run_number"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_number", "rank", name=op.f("pk_shown_suggestion")),
    )
    with op.batch_alter_table("shown_suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shown_suggestion_suggestion_id"), ["suggestion_id"], unique=False)


def downgrade() -> None:
    for table in ("shown_suggestion", "match_run", "site_version", "kept_of_person", "kept_content"):
        op.drop_table(table)
