"""A list of the log is found by all that it was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("match_run", sa.Column("made_from", sa.Text()))
    op.create_index(op.f("ix_match_run_made_from"), "match_run", ["made_from"])


def downgrade() -> None:
    op.drop_index(op.f("ix_match_run_made_from"), "match_run")
    op.drop_column("match_run", "made_from")
