"""What became of each mail, bulk mail behind single mail, and links that are shared by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("jobs", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("outcome", sa.String(length=16), nullable=True))
    op.add_column("jobs", sa.Column("addressee", sa.String(length=64), nullable=True))
    op.add_column("jobs", sa.Column("topic", sa.String(length=120), nullable=True))
    op.drop_index("ix_jobs_done_at_due_at", "jobs")
    op.create_index("ix_jobs_done_at_rank_due_at", "jobs", ["done_at", "rank", "due_at"])
    op.create_index("ix_jobs_addressee_created_at", "jobs", ["addressee", "created_at"])
    op.execute("UPDATE jobs SET outcome = 'failed' WHERE done_at IS NULL AND failure IS NOT NULL")
    op.add_column("invitations", sa.Column("undelivered", sa.String(length=300), nullable=True))
    op.add_column("invitations", sa.Column("shared_digest", sa.String(length=64), nullable=True))
    op.create_index("ix_invitations_shared_digest", "invitations", ["shared_digest"], unique=True)


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_invitations_shared_digest", "invitations")
    op.drop_column("invitations", "shared_digest")
    op.drop_column("invitations", "undelivered")
    op.drop_index("ix_jobs_addressee_created_at", "jobs")
    op.drop_index("ix_jobs_done_at_rank_due_at", "jobs")
    op.create_index("ix_jobs_done_at_due_at", "jobs", ["done_at", "due_at"])
    for name in ("topic", "addressee", "outcome", "rank"):
        op.drop_column("jobs", name)
