"""The schema of the first release, which later migrations start from (decision 0148).

Constraints and indexes without a name get one by the pattern of `app/models/base.py`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit_chains",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("organization_id", sa.String(40)),
        sa.Column("actor_id", sa.String(40)),
        sa.Column("credential_id", sa.String(40)),
        sa.Column("action", sa.String(255), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("request_id", sa.String(64)),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32)),
        sa.Column("amendment", sa.String(64)),
        sa.Index(None, "organization_id", "actor_id", "seq"),
        sa.Index(None, "organization_id", "at"),
        sa.Index(None, "organization_id", "seq", unique=True),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("outcome", sa.String(16)),
        sa.Column("failure", sa.String(500)),
        sa.Column("addressee", sa.String(64)),
        sa.Column("topic", sa.String(120)),
        sa.Index(None, "addressee", "created_at"),
        sa.Index(None, "done_at", "rank", "due_at"),
    )
    op.create_table(
        "lockouts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("forgiven_at", sa.DateTime(), nullable=False),
        sa.Column("locked_until", sa.DateTime()),
        sa.Column("told_at", sa.DateTime()),
        sa.Index(None, "forgiven_at"),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("logo", sa.String(2048)),
        sa.Column("management_email", sa.String(255), nullable=False),
        sa.Column("customer_id", sa.String(255)),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("second_factor_from", sa.DateTime()),
    )
    op.create_table(
        "portal_keys",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("sealed", sa.String(1024)),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("email_key", sa.String(255), nullable=False, unique=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("image_url", sa.String(2048)),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime()),
        sa.Column("disabled_at", sa.DateTime()),
        sa.Column("erased_at", sa.DateTime()),
    )
    op.create_table(
        "address_changes",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("email_key", sa.String(255), nullable=False),
        sa.Column("old_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("new_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("old_confirmed_at", sa.DateTime()),
        sa.Column("new_confirmed_at", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.Index(None, "user_id"),
    )
    op.create_table(
        "apps",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("name_key", sa.String(1000), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("organization_id", "name_key"),
    )
    op.create_table(
        "ceremonies",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id")),
        sa.Column("challenge", sa.String(128), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Index(None, "expires_at"),
        sa.Index(None, "user_id"),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("organization_id", sa.String(40), sa.ForeignKey("organizations.id", ondelete="CASCADE")),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("renewed_at", sa.DateTime()),
        sa.Column("expires_at", sa.DateTime()),
        sa.Column("last_used_at", sa.DateTime()),
        sa.Column("revoked_at", sa.DateTime()),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Index(None, "organization_id"),
        sa.Index(None, "user_id", "kind"),
    )
    op.create_table(
        "factors",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("sealed", sa.String(512)),
        sa.Column("last_step", sa.Integer()),
        sa.Column("handle", sa.String(1400), unique=True),
        sa.Column("public_key", sa.LargeBinary()),
        sa.Column("sign_count", sa.BigInteger()),
        sa.Column("host", sa.String(255)),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime()),
        sa.Index(None, "host"),
        sa.Index(None, "user_id"),
        sa.Index(
            "uq_factors_totp",
            "user_id",
            unique=True,
            sqlite_where=sa.text("kind = 'totp'"),
            postgresql_where=sa.text("kind = 'totp'"),
        ),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("invited_by", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("mailed_at", sa.DateTime()),
        sa.Column("undelivered", sa.String(300)),
        sa.Column("shared_digest", sa.String(64)),
        sa.Column("ended_at", sa.DateTime()),
        sa.Index(None, "invited_by"),
        sa.Index(None, "shared_digest", unique=True),
        sa.Index(None, "user_id"),
        sa.Index(
            "uq_invitations_open",
            "organization_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )
    op.create_table(
        "key_policies",
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("max_days", sa.Integer()),
        sa.Column("expiry_required", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "memberships",
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("last_active_at", sa.DateTime()),
        sa.CheckConstraint("role IN ('read', 'upload', 'write', 'admin', 'super_admin')", name="role"),
        sa.Index(None, "organization_id", "added_at", "user_id"),
        sa.Index(None, "user_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(40), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("by_id", sa.String(40), nullable=False),
        sa.Column("by", sa.String(255), nullable=False),
        sa.Column("ended", sa.JSON(), nullable=False),
        sa.UniqueConstraint("organization_id", "number"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.String(40), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime()),
        sa.Index(None, "user_id"),
    )
    op.create_table(
        "refused_attempts",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("organization_id", sa.String(40), sa.ForeignKey("organizations.id", ondelete="CASCADE")),
        sa.Column("actor_id", sa.String(40), nullable=False),
        sa.Column("credential_id", sa.String(40), nullable=False),
        sa.Column("action", sa.String(255), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("error", sa.String(255), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("request_id", sa.String(64)),
        sa.Index(None, "organization_id", "actor_id", "first_at"),
    )
    op.create_table(
        "bundles",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("app_id", sa.String(40), sa.ForeignKey("apps.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("precedence", sa.String(500), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("app_id", "version"),
        sa.Index(None, "app_id", "precedence", "id"),
        sa.Index(None, "checksum"),
    )
    op.create_table(
        "credential_uses",
        sa.Column(
            "credential_id",
            sa.String(40),
            sa.ForeignKey("credentials.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "organization_id",
            sa.String(40),
            sa.ForeignKey("organizations.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("last_used_at", sa.DateTime()),
        sa.Column("cut_off_at", sa.DateTime()),
        sa.Column("cut_off_by", sa.String(40)),
        sa.Index(None, "organization_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "old_secrets",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column(
            "credential_id",
            sa.String(40),
            sa.ForeignKey("credentials.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime()),
        sa.Index(None, "credential_id"),
    )
