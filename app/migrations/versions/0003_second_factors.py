"""second factors."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("credentials", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("organizations", sa.Column("second_factor_from", sa.DateTime(), nullable=True))

    op.create_table(
        "factors",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sealed", sa.String(length=512), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=True),
        sa.Column("handle", sa.String(length=1400), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_factors_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factors")),
        sa.UniqueConstraint("handle", name=op.f("uq_factors_handle")),
    )
    op.create_index(op.f("ix_factors_user_id"), "factors", ["user_id"], unique=False)
    op.create_index(
        "uq_factors_totp",
        "factors",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'totp'"),
        postgresql_where=sa.text("kind = 'totp'"),
    )

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("digest", name=op.f("uq_recovery_codes_digest")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)

    op.create_table(
        "ceremonies",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=True),
        sa.Column("challenge", sa.String(length=128), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_ceremonies_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ceremonies")),
    )
    op.create_index(op.f("ix_ceremonies_expires_at"), "ceremonies", ["expires_at"], unique=False)
    op.create_index(op.f("ix_ceremonies_user_id"), "ceremonies", ["user_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_ceremonies_user_id"), "ceremonies")
    op.drop_index(op.f("ix_ceremonies_expires_at"), "ceremonies")
    op.drop_table("ceremonies")
    op.drop_index(op.f("ix_recovery_codes_user_id"), "recovery_codes")
    op.drop_table("recovery_codes")
    op.drop_index(
        "uq_factors_totp",
        "factors",
        sqlite_where=sa.text("kind = 'totp'"),
        postgresql_where=sa.text("kind = 'totp'"),
    )
    op.drop_index(op.f("ix_factors_user_id"), "factors")
    op.drop_table("factors")
    op.drop_column("organizations", "second_factor_from")
    op.drop_column("credentials", "failures")
