"""`crewroom check`: find files without a row and rows without a file."""

import sys

import click

from app.commands import opened, report_refusals


@click.command()
@click.option("--repair", is_flag=True, help="Remove files that belong to no bundle.")
@report_refusals
def check(*, repair: bool) -> None:
    """Compare the files of bundles with the database; exit code 1 if they don't match."""
    from app.services.apps import file_check

    fits = True
    with opened() as database:
        for finding in file_check.check(database, repair=repair):
            click.echo(finding.text)
            fits = fits and finding.repaired
    sys.exit(0 if fits else 1)
