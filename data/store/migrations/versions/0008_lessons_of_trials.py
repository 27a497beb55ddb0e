"""What a list had learned from trials is kept with it; an employer's trials are found; a write to trials shows."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "trial_change",
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_trial_change")),
    )
    op.add_column("match_run", sa.Column("lessons", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f("ix_trial_employer"), "trial", ["employer"])


def downgrade() -> None:
    op.drop_index(op.f("ix_trial_employer"), "trial")
    op.drop_column("match_run", "lessons")
    op.drop_table("trial_change")
