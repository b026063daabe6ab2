"""`crewroom key`: create, list and revoke API keys."""

from datetime import timedelta

import click

from app.base.errors import OperatorError
from app.base.permissions import Role
from app.commands import changing, report_refusals
from app.text import email_addresses


@click.group()
def key() -> None:
    """Manage API keys."""


@key.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What will use the key, such as deploy.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.SUPER_ADMIN.value,
    show_default=True,
    help="The highest role the key can exercise; never more than its owner's.",
)
@click.option("--org", "organization_id", help="Limit the key to the organization with this ID.")
@click.option("--expires-in-days", type=click.IntRange(1, 3650), help="Without it, the key never expires.")
@report_refusals
def key_create(
    email: str, name: str, role: str, organization_id: str | None, expires_in_days: int | None
) -> None:
    """Create a key for the account EMAIL and print its secret, which is shown only once."""
    from app.services.core import users
    from app.services.keys import keys

    with changing():
        owner = users.find(email_addresses.parse(email))
        if owner is None:
            raise OperatorError(f"{email} has no account")
        lifetime = timedelta(days=expires_in_days) if expires_in_days else None
        _, secret = keys.create(
            owner, name=name, role=Role(role), organization_id=organization_id, lifetime=lifetime
        )
    click.echo(secret)


@key.command("list")
@report_refusals
def key_list() -> None:
    """List the keys that work: ID, owner, prefix, highest role, organization, name."""
    from app.services.keys import keys

    with changing():
        for found, owner in keys.list_working():
            limit = found.organization_id or "every organization"
            click.echo(f"{found.id}\t{owner.email}\t{found.prefix}\t{found.role}\t{limit}\t{found.name}")


@key.command("revoke")
@click.argument("identifier", metavar="ID")
@report_refusals
def key_revoke(identifier: str) -> None:
    """Revoke the key with this ID; `key list` shows the IDs."""
    from app.services.keys import keys

    with changing():
        keys.revoke(None, identifier)
    click.echo(f"{identifier} is revoked")
