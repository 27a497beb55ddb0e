"""Lists brought in, with what is needed to undo them; postings of employers; contacts with employers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "bulk_import",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("file_digest", sa.Text(), nullable=False),
        sa.Column("rows_good", sa.Integer(), nullable=False),
        sa.Column("rows_bad", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("undo_until", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.Text()),
        sa.Column("undone_by", sa.Text()),
        sa.Column("audit_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_import")),
    )
    op.create_index(op.f("ix_bulk_import_at"), "bulk_import", ["at"])
    op.create_index(op.f("ix_bulk_import_tenant"), "bulk_import", ["tenant"])
    op.create_table(
        "bulk_import_before",
        sa.Column("import_id", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["import_id"], ["bulk_import.id"], name=op.f("fk_bulk_import_before_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "thing", name=op.f("pk_bulk_import_before")),
    )
    op.create_index(op.f("ix_bulk_import_before_candidate"), "bulk_import_before", ["candidate"])
    op.create_table(
        "posting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("tasks", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("employer_name", sa.Text(), nullable=False),
        sa.Column("site_name", sa.Text(), nullable=False),
        sa.Column("municipality", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.Text()),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index(op.f("ix_posting_employer"), "posting", ["employer"])
    op.create_index(op.f("ix_posting_state"), "posting", ["state"])
    op.create_table(
        "employer_contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employer", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_contact")),
    )
    op.create_index(op.f("ix_employer_contact_employer"), "employer_contact", ["employer"])
    op.create_index(op.f("ix_employer_contact_tenant"), "employer_contact", ["tenant"])


def downgrade() -> None:
    op.drop_table("employer_contact")
    op.drop_table("posting")
    op.drop_table("bulk_import_before")
    op.drop_table("bulk_import")
