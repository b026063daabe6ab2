"""`crewroom mail`: test whether mail can be sent."""

import click

from app.base import config as settings
from app.commands import report_refusals


@click.group()
def mail() -> None:
    """Test the mail settings."""


@mail.command("test")
@click.argument("address")
@report_refusals
def test(address: str) -> None:
    """Send one mail to ADDRESS now and print the mail server's answer; exit code 1 if it refuses."""
    from app.services.installation import installations
    from app.services.mail import delivery_test
    from app.text import email_addresses

    config = settings.load()
    with installations.opened(config, making=False):
        outcome = delivery_test.send(config, email_addresses.parse(address).typed)
    if not outcome.taken:
        raise click.ClickException(outcome.text)
    click.echo(outcome.text)
