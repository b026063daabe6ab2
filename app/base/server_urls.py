"""Parsers of settings that are URLs: of the portal, its database, its mail server and its rate limits."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from app.base.setting_values import WrongSetting

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SMTP = {"smtp", "smtps", "smtp+plain"}
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_IN_PASSWORDS = "#@/?: "
_HOST = re.compile(r"[A-Za-z0-9_.-]+|[0-9A-Fa-f:.]+(%[\w.-]+)?", re.ASCII)
# The host and port of a database URL; several hosts are given in the query.
_POSTGRES_SERVER = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\[\]@:,]*)(:\d{1,5})?")


def database_url(name: str, text: str) -> str:
    """Return the database URL in SQLAlchemy's form."""
    scheme, _, rest = text.partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"} and "://" in text:
        _check_postgres(name, rest)
        return f"postgresql+psycopg://{rest}"
    if not text.startswith("sqlite:///") or text.removeprefix("sqlite:///") in {"", ":memory:"}:
        raise WrongSetting(name, "must be sqlite:///FILE or postgresql://HOST/NAME")
    return text


def is_local(host: str) -> bool:
    """Return whether a host is this machine: `localhost`, a subdomain of it, or a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_postgres(name: str, rest: str) -> None:
    """Refuse a URL that the driver would misread: it would show part of a password as a host name."""
    login, at, behind = rest.partition("@")
    server = re.split(r"[/?]", behind if at else login, maxsplit=1)[0]
    if "@" in server:
        raise WrongSetting(name, "write '@' in the password as %40")
    if not _POSTGRES_SERVER.fullmatch(server):
        raise WrongSetting(name, "must be like postgresql://user:password@db.example.com:5432/crewroom")


def base_url(name: str, text: str) -> str:
    """Return an origin as browsers write it: in ASCII and lower case, without the default port."""
    parts = _parts(text)
    if parts is None or parts.scheme not in _DEFAULT_PORTS or not _is_origin(parts):
        raise WrongSetting(name, "must be like https://crew.example.com, without a path")
    host = _ascii(parts.hostname or "")
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS[parts.scheme]} else ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _is_origin(parts: SplitResult) -> bool:
    extra = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    return _is_host(parts.hostname or "") and not any(extra)


def _is_host(name: str) -> bool:
    """Return whether a host can be looked up, and named in greetings to mail servers."""
    try:
        return bool(_HOST.fullmatch(_ascii(name)))
    except UnicodeError:
        return False


def _ascii(host: str) -> str:
    """Return a host in ASCII, as browsers write it.

    Raises `UnicodeError` if a label is empty or too long.
    """
    if host.isascii():
        return host.encode("idna").decode("ascii")
    import idna  # Python's codec follows IDNA 2003: it turns `faß` into `fass`, another host

    return idna.encode(host, uts46=True).decode("ascii")


def _parts(text: str) -> SplitResult | None:
    """Return the parts of a URL, or None if the text is not a URL."""
    try:
        parts = urlsplit(text)
        return None if parts.port == 0 or any(map(str.isspace, text)) else parts
    except ValueError:
        return None


def smtp_url(name: str, text: str) -> str | None:
    """Return the URL of the mail server."""
    parts = _parts(text)
    userinfo = text.partition("://")[2].rpartition("@")[0]
    for sign in _ENCODED_IN_PASSWORDS:
        if sign in userinfo.partition(":")[2]:
            raise WrongSetting(name, f"write {sign!r} in the password as %{ord(sign):02X}")
    if _LONE_PERCENT.search(userinfo):
        raise WrongSetting(name, "write '%' in the password as %25")
    extra = parts and (parts.path.strip("/") or parts.query or parts.fragment)
    if parts is None or parts.scheme not in _SMTP or not parts.hostname or extra:
        raise WrongSetting(name, "must be like smtp://user:password@mail.example.com:587")
    return text


def storage(name: str, text: str) -> str:
    """Return the URL of the storage in which requests are counted."""
    if not text.startswith(("memory://", "redis://", "rediss://", "unix://")):
        raise WrongSetting(name, "must be memory:// or redis://…")
    return text
