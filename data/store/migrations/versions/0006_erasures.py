"""The ledger of erasures: fingerprints of the ids of people who were erased."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("erased_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_erasure")),
    )


def downgrade() -> None:
    op.drop_table("erasure")
