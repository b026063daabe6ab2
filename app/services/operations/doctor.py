"""Check an installation for problems, one check at a time, without changing anything."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.base import setting_values
from app.base.config import Config, WrongSetting
from app.base.errors import DomainError, OperatorError
from app.migrations import HEAD, REVISIONS, current_revision
from app.services.installation import secret_key_file, secret_key_fingerprint
from app.services.installation.inspection import opened_for_reading
from app.services.operations import doctor_checks
from app.services.operations.doctor_checks import Wrong

Check = Callable[[Config], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    right: bool
    text: str


def findings(config: Config) -> Iterator[Finding]:
    """Yield the result of each check; a failed check does not stop the others."""
    for name, check in _CHECKS.items():
        yield _finding(name, check, config)


def _finding(name: str, check: Check, config: Config) -> Finding:
    try:
        return Finding(name, right=True, text=check(config))
    except (Wrong, WrongSetting) as error:
        return Finding(name, right=False, text=str(error))
    except (DomainError, OperatorError) as error:
        return Finding(name, right=False, text=error.error)
    except Exception as error:  # noqa: BLE001 - an unexpected error in one check must not hide the others
        line = str(error).strip().partition("\n")[0]
        return Finding(name, right=False, text=f"cannot be checked ({type(error).__name__}: {line})")


def _schema(config: Config) -> str:
    with opened_for_reading(config) as connection:
        revision = current_revision(connection)
    if revision is None:
        raise Wrong("there is none yet; the first start creates it")
    if revision > HEAD:
        raise Wrong(f"{revision} is newer than {HEAD}, which this Crewroom knows: use a newer Crewroom")
    if revision not in REVISIONS:
        raise Wrong(f"{revision[:40]!r} is not a schema of Crewroom; check CREWROOM_DATABASE_URL")
    return revision if revision == HEAD else f"{revision}; the next start migrates it to {HEAD}"


def _secret_key(config: Config) -> str:
    with opened_for_reading(config) as connection:
        known = secret_key_fingerprint.read_through(connection)
    if secret_key_fingerprint.exchange_unfinished(config, known):
        return "the next start finishes replacing it"
    key = config.secret_key or _key_in_file(config, known)
    if key and not known.fits(key):
        raise Wrong(f"it is not the key of this database; {secret_key_fingerprint.ADVICE}")
    weakness = setting_values.weakness(key)
    if weakness:
        advice = "run `crewroom secret-key rotate`" if key else secret_key_fingerprint.ADVICE
        raise Wrong(f"it {weakness}; {advice}")
    return secret_key_fingerprint.described(key)


def _key_in_file(config: Config, known: secret_key_fingerprint.Known) -> str:
    file = secret_key_file.path(config)
    if not os.path.lexists(file):
        needed = f"and the database needs it; {secret_key_fingerprint.ADVICE}"
        raise Wrong(f"{file} is missing, {needed if known.bound else 'the next start creates it'}")
    return secret_key_file.read(file)


_CHECKS: dict[str, Check] = {
    "database": doctor_checks.database,
    "schema": _schema,
    "secret key": _secret_key,
    "files": doctor_checks.files,
    "mail": doctor_checks.mail,
    "clock": doctor_checks.clocks,
    "disk": doctor_checks.disk,
    "Redis": doctor_checks.redis,
    "base URL": doctor_checks.base_url,
}
