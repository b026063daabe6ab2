"""Write mail to files, for installations without a mail server."""

import os
import re
from pathlib import Path

from app.base.config import Config
from app.models import Job
from app.services.mail import messages

_UNSAFE = re.compile(r"[^A-Za-z0-9@._-]+")


def write(config: Config, job: Job) -> Path:
    """Write a mail to a private file, completely or not at all; return its path.

    The encoding keeps links on one line, so that people can copy them.
    """
    message = messages.compose(config, job, to=job.details["to"], encoding="8bit")
    folder = config.instance / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = job.created_at.strftime("%Y%m%dT%H%M%S")
    name = _UNSAFE.sub("_", f"{stamp}_{job.details['template']}_{job.details['to']}")[:120]
    target = folder / f"{name}_{_UNSAFE.sub('_', job.id[-6:])}.eml"
    draft = target.with_suffix(".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target
