"""Moments in the format of the contract."""

from datetime import datetime


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def written_if(moment: datetime | None) -> str | None:
    return written(moment) if moment else None
