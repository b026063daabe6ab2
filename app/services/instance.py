"""The instance folder: made on first start, with the secret key in it."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from app.config import Config, WrongSetting

KEY_FILE = "secret_key"


def prepare(config: Config) -> Config:
    """Make the folder and the secret key if they are missing; return the settings with the key."""
    try:
        config.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        return replace(config, secret_key=_secret_key(config.instance / KEY_FILE))
    except OSError as error:
        raise WrongSetting(
            "CREWROOM_INSTANCE", f"{config.instance} cannot be used ({error.strerror})"
        ) from error


def _secret_key(path: Path) -> str:
    """Return the key, made whole under another name first: two processes that start at once share one."""
    if not path.exists():
        draft = path.with_name(f"{KEY_FILE}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise WrongSetting("CREWROOM_INSTANCE", f"{path} is empty; restore it from a backup")
    return key
