"""Earlier solutions: the case, its levels, what was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "solution",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("site_has", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("texts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("acts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("hours_before", sa.Float(precision=53), nullable=True),
        sa.Column("hours_after", sa.Float(precision=53), nullable=True),
        sa.Column("cost_class", sa.Text(), nullable=False),
        sa.Column("least_eur", sa.Float(precision=53), nullable=True),
        sa.Column("most_eur", sa.Float(precision=53), nullable=True),
        sa.Column("weeks_to_arrange", sa.Float(precision=53), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("judged_how", sa.Text(), nullable=False),
        sa.Column("judged_after_weeks", sa.Float(precision=53), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution")),
    )
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solution_sector"), ["sector"], unique=False)

    op.create_table(
        "solution_level",
        sa.Column("solution_id", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Float(precision=53), nullable=True),
        sa.Column("managed", sa.Float(precision=53), nullable=True),
        sa.Column("fine", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name=op.f("fk_solution_level_solution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("solution_id", "dimension", name=op.f("pk_solution_level")),
    )
    op.create_table(
        "solution_change",
        sa.Column("solution_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("accommodation", sa.Text(), nullable=False),
        sa.Column("words", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("dimensions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("went", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["solution_id"], ["solution.id"], name=op.f("fk_solution_change_solution_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("solution_id", "position", name=op.f("pk_solution_change")),
    )


def downgrade() -> None:
    op.drop_table("solution_change")
    op.drop_table("solution_level")
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solution_sector"))

    op.drop_table("solution")
