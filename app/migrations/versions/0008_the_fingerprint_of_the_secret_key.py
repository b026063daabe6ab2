"""The fingerprint of the secret key; the first start after the migration fills it in."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "portal_keys",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.String(length=1024), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_portal_keys")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("portal_keys")
