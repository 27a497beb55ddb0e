"""Trials with their outcomes and reviews; what people decided about models and effects of measures."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "trial",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("suggestion", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("interruption", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("retained_at_3", sa.Boolean(), nullable=True),
        sa.Column("retained_at_6", sa.Boolean(), nullable=True),
        sa.Column("retained_at_12", sa.Boolean(), nullable=True),
        sa.Column("measures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
    )
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trial_candidate"), ["candidate"], unique=False)

    op.create_table(
        "trial_task",
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("hours_per_week", sa.Float(precision=53), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_task_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trial_id", "position", name=op.f("pk_trial_task")),
    )
    op.create_table(
        "trial_review",
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("loads", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("performance", sa.Float(precision=53), nullable=True),
        sa.Column("strain", sa.Float(precision=53), nullable=True),
        sa.Column("effects", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_review_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trial_id", "position", name=op.f("pk_trial_review")),
    )
    op.create_table(
        "human_decision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("people", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_human_decision")),
    )


def downgrade() -> None:
    op.drop_table("human_decision")
    op.drop_table("trial_review")
    op.drop_table("trial_task")
    with op.batch_alter_table("trial", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trial_candidate"))

    op.drop_table("trial")
