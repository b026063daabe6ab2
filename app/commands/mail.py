"""`crewroom mail`: tries whether mail leaves."""

import click

from app import config as settings
from app.commands import refusing


@click.group()
def mail() -> None:
    """Try the settings for mail."""


@mail.command("test")
@click.argument("address")
@refusing
def test(address: str) -> None:
    """Send one mail to ADDRESS now, and print how the mail server took it; exit code 1 if it did not."""
    from app import addresses
    from app.services import installations, mail_trials

    config = settings.load()
    with installations.opened(config):
        outcome = mail_trials.send(config, addresses.parse(address).typed)
    if not outcome.taken:
        raise click.ClickException(outcome.text)
    click.echo(outcome.text)
