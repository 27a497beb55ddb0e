"""What a posted job is by ISCO-08 and ESCO, where the employer says it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    for name in ("isco", "esco"):
        op.add_column("posting", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("esco", "isco"):
        op.drop_column("posting", name)
