"""Bind the server's network addresses or unix socket, once, before any process starts."""

import errno
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.base.setting_values import WrongSetting

_UNIX = "unix:"
# The portable maximum; Linux allows four bytes more.
_LONGEST_PATH = 103
# A process that can write to the socket counts as a trusted proxy, so only the owner and group may.
_UMASK = 0o117


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind every address of a host, or a unix path. Raises `WrongSetting` if that fails."""
    if host.startswith(_UNIX):
        return [_bind_path(host.removeprefix(_UNIX))]
    sockets = []
    try:
        for family, address in _addresses(host, port):
            sockets.append(_bind_address(family, address))
    except OSError as error:
        for opened in sockets:
            opened.close()
        hint = "; stop the program that listens there, or choose another port"
        reason = f"cannot be used ({error.strerror}){hint if error.errno == errno.EADDRINUSE else ''}"
        raise WrongSetting(f"--host {host} --port {port}", reason) from error
    return sockets


def close(sockets: list[socket.socket]) -> None:
    """Close the sockets; connections are refused once every process has closed them."""
    for opened in sockets:
        opened.close()


@contextmanager
def closing(sockets: list[socket.socket]) -> Iterator[None]:
    """Close the sockets at the end of the block, and remove the path of a unix socket."""
    paths = [Path(opened.getsockname()) for opened in sockets if opened.family == socket.AF_UNIX]
    try:
        yield
    finally:
        close(sockets)
        for path in paths:
            path.unlink(missing_ok=True)


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
    name = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM) if name else []
    except (socket.gaierror, UnicodeError):
        found = []
    if not found:
        raise WrongSetting(f"--host {host}", "there is no such host")
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


def _bind_address(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # `::` means every address, IPv4 included
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address[0] != "::"))
        opened.bind(address)
    except OSError:
        opened.close()
        raise
    opened.setblocking(False)  # noqa: FBT003 - the only way to call it
    return opened


def _bind_path(name: str) -> socket.socket:
    if not name:
        raise WrongSetting(f"--host {_UNIX}", "the path of the socket is missing; write unix:/PATH")
    path = Path(name)
    _check_path(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(_UMASK)
    try:
        opened.bind(str(path))
    except OSError as error:
        opened.close()
        raise _unusable(path, f"cannot be used ({error.strerror})") from error
    finally:
        os.umask(before)
    opened.setblocking(False)  # noqa: FBT003 - the only way to call it
    return opened


def _check_path(path: Path) -> None:
    """Remove a stale socket. Raises `WrongSetting` if the path cannot be used."""
    if not path.name or len(os.fsencode(path)) > _LONGEST_PATH:
        raise _unusable(path, f"must be a path of at most {_LONGEST_PATH} bytes")
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise _unusable(path, "exists and is not a socket")
    if _in_use(path):
        raise _unusable(path, "is in use by another server")
    with suppress(OSError):  # `bind` reports the reason
        path.unlink()


def _in_use(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
    return True


def _unusable(path: Path, reason: str) -> WrongSetting:
    return WrongSetting(f"--host {_UNIX}{path}", reason)
