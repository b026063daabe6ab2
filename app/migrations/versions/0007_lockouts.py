"""Wrong guesses of passwords, counted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "lockouts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("forgiven_at", sa.DateTime(), nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=True),
        sa.Column("told_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lockouts")),
    )
    op.create_index(op.f("ix_lockouts_forgiven_at"), "lockouts", ["forgiven_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("lockouts")
