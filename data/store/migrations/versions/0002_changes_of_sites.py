"""Tasks that could be done more often or longer; a list of the sites that changed."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extends_to_hours_per_week", sa.Float(53), nullable=True))
    op.create_table(
        "site_change",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_site_change")),
        sqlite_autoincrement=True,
    )
    op.execute(
        sa.text("INSERT INTO site_change (site_id, token) VALUES (NULL, :token)").bindparams(token=uuid.uuid4().hex)
    )


def downgrade() -> None:
    op.drop_table("site_change")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("extends_to_hours_per_week")
