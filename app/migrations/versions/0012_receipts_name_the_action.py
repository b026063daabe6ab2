"""Receipts call what happened an action, as the API and the rest of the tables do."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE receipts RENAME COLUMN deed TO action")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE receipts RENAME COLUMN action TO deed")
