"""The hosts that passkeys were made for.

Those that are there belong to the host of the base URL, if browsers know passkeys there. Otherwise, as when a
command runs without the settings of the server, the host stays unknown until the passkey is used.
"""

import ipaddress
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("factors", sa.Column("host", sa.String(length=255), nullable=True))
    op.create_index(op.f("ix_factors_host"), "factors", ["host"])
    host = _host(context.config.attributes.get("base_url", ""))
    if host:
        factors = sa.table("factors", sa.column("kind"), sa.column("host"))
        op.execute(factors.update().where(factors.c.kind == "passkey").values(host=host))


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_factors_host"), "factors")
    op.drop_column("factors", "host")


def _host(base_url: str) -> str | None:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return None
