"""`crewroom doctor`: check an installation and print one line for each finding."""

import sys

import click

from app.base import config
from app.base.config import WrongSetting


@click.command()
def doctor() -> None:
    """Check database, key, files, mail, clock, disk, Redis and base URL; exit code 1 if one is wrong.

    Nothing is changed and no mail is sent.
    """
    from app.services.operations import doctor

    try:
        settings = config.load()
    except WrongSetting as error:
        click.echo(f"WRONG  settings: {error}")
        sys.exit(1)
    right = not settings.ignored
    if settings.ignored:
        names = ", ".join(settings.ignored)
        click.echo(f"WRONG  settings: {names}: not a setting, ignored as a container link; remove it")
    for found in doctor.findings(settings):
        click.echo(f"{'ok   ' if found.right else 'WRONG'}  {found.name}: {found.text}")
        right = right and found.right
    sys.exit(0 if right else 1)
