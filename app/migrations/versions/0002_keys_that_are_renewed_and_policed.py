"""keys that are renewed and policed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("credentials", sa.Column("renewed_at", sa.DateTime(), nullable=True))
    op.create_table(
        "credential_uses",
        sa.Column("credential_id", sa.String(length=40), nullable=False),
        sa.Column("organization_id", sa.String(length=40), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("cut_off_at", sa.DateTime(), nullable=True),
        sa.Column("cut_off_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_credential_uses_credential_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_credential_uses_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "organization_id", name=op.f("pk_credential_uses")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_credential_uses_organization_id"), "credential_uses", ["organization_id"], unique=False
    )
    op.create_table(
        "old_secrets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("credential_id", sa.String(length=40), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_old_secrets_credential_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_old_secrets")),
    )
    op.create_index(op.f("ix_old_secrets_credential_id"), "old_secrets", ["credential_id"], unique=False)
    op.create_table(
        "key_policies",
        sa.Column("organization_id", sa.String(length=40), nullable=False),
        sa.Column("max_days", sa.Integer(), nullable=True),
        sa.Column("expiry_required", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_key_policies_organization_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_key_policies")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("key_policies")
    op.drop_index(op.f("ix_old_secrets_credential_id"), "old_secrets")
    op.drop_table("old_secrets")
    op.drop_index(op.f("ix_credential_uses_organization_id"), "credential_uses")
    op.drop_table("credential_uses")
    op.drop_column("credentials", "renewed_at")
