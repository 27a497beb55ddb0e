"""The ledger of research, people's situations, answers to what reasons suggest, ESCO addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "research_query",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("told", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_research_query")),
    )
    op.create_table(
        "situation_fact",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_situation_fact_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("candidate_id", "kind", "name", name=op.f("pk_situation_fact")),
    )
    op.create_table(
        "proposal_answer",
        sa.Column("candidate_id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_proposal_answer_candidate_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("candidate_id", "plan", "step", name=op.f("pk_proposal_answer")),
    )
    op.add_column("job", sa.Column("esco", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_research_query_tenant", "research_query", ["tenant", "until"])


def downgrade() -> None:
    op.drop_column("job", "esco")
    op.drop_table("proposal_answer")
    op.drop_table("situation_fact")
    op.drop_table("research_query")
