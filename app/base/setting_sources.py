"""Reads settings from the environment, from `crewroom.env`, and from files such as Docker secrets."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.base import regular_files, settings_file
from app.base.setting_values import WrongSetting
from app.base.settings_file import Assignment

PREFIX = "CREWROOM_"
FILE_SUFFIX = "_FILE"
# Settings that are also read from a name without the prefix.
ALIASES = {"CREWROOM_REGISTRATION": "REGISTRATION"}
# Kubernetes and Docker set such variables for a service or container that is named `crewroom`.
_LINKS = ("CREWROOM_SERVICE_", "CREWROOM_PORT_")
_TESTS = "CREWROOM_TEST_"
# For example SERVICE_HOST, SERVICE_PORT_HTTP, PORT_8000_TCP_ADDR, or an address such as tcp://10.0.0.11:8000.
_LINK = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)|_PORT_\d+_(TCP|UDP|SCTP)\w*", re.ASCII)
_LINKED_TO = ("tcp:", "udp:", "sctp:")
_LINK_HINT = (
    "; container links make such names: set enableServiceLinks: false, or name the service differently"
)


@dataclass(frozen=True, slots=True)
class SettingNames:
    """The names of settings. Secrets also accept theirs with `_FILE`."""

    settings: tuple[str, ...]
    secret: frozenset[str]
    internal: frozenset[str]

    @property
    def accepted(self) -> tuple[str, ...]:
        """Every name that may be set."""
        return (*self.settings, *(name + FILE_SUFFIX for name in self.settings if name in self.secret))


@dataclass(frozen=True, slots=True)
class RawSetting:
    """The text of a setting, or the path of its file; `where` is empty for the environment."""

    name: str
    text: str
    where: str

    @property
    def value(self) -> str:
        """The value. Raises `WrongSetting` if its file cannot be read."""
        return _content(self) if self.name.endswith(FILE_SUFFIX) else self.text

    @property
    def place(self) -> str:
        """The location of the setting, as the end of an error message."""
        return f" ({self.where})" if self.where else ""


def environment(variables: Mapping[str, str], names: SettingNames) -> dict[str, RawSetting]:
    """Return the settings in the environment. Raises `WrongSetting` if a name is unknown."""
    ours = {
        name: text for name, text in variables.items() if _is_ours(name, text) and name not in names.internal
    }
    unknown = sorted(set(ours) - set(names.accepted))
    if unknown:
        raise WrongSetting(unknown[0], _why_unknown(unknown, names.accepted))
    for name, alias in ALIASES.items():
        ours[name] = ours.get(name, "").strip() or variables.get(alias, "")
    return _by_setting((RawSetting(name, text.strip(), "") for name, text in ours.items()), names)


def file(path: Path, names: SettingNames) -> dict[str, RawSetting]:
    """Return the settings in `crewroom.env`. Raises `WrongSetting` if a line is invalid."""
    found = [line for line in settings_file.lines(path) if not _is_foreign(line.name, line.value)]
    return _by_setting([_known(line, names) for line in found], names)


def ignored(variables: Mapping[str, str], path: Path) -> tuple[str, ...]:
    """Return the ignored names that look like container links but have another form."""
    given = [*variables.items(), *((line.name, line.value) for line in settings_file.lines(path))]
    unusual = {name for name, text in given if name.startswith(_LINKS) and not _is_link(name, text)}
    return tuple(sorted(unusual))


def _is_link(name: str, text: str) -> bool:
    """Return whether a variable has the form of a Kubernetes or Docker link."""
    return _LINK.search(name) is not None or text.startswith(_LINKED_TO)


def _known(line: Assignment, names: SettingNames) -> RawSetting:
    name = next((name for name, alias in ALIASES.items() if alias == line.name), line.name)
    if name == "CREWROOM_INSTANCE":
        raise WrongSetting(line.where, f"{name} says where this file is; set it in the environment")
    if name not in names.accepted:
        raise WrongSetting(line.where, f"{name} is {_why_unknown([name], names.accepted)}")
    return RawSetting(name, line.value.strip(), line.where)


def _by_setting(given: Iterable[RawSetting], names: SettingNames) -> dict[str, RawSetting]:
    """Return the non-empty values by setting. Raises `WrongSetting` if one is given twice."""
    found: dict[str, RawSetting] = {}
    for raw in given:
        setting = raw.name.removesuffix(FILE_SUFFIX) if raw.name not in names.settings else raw.name
        if raw.text and setting in found:
            other = setting + FILE_SUFFIX if raw.name != found[setting].name else ALIASES[setting]
            raise WrongSetting(setting, f"is also given as {other}; keep one of them{raw.place}")
        if raw.text:
            found[setting] = raw
    return found


def _is_ours(name: str, text: str) -> bool:
    return name.startswith(PREFIX) and not _is_foreign(name, text)


def _is_foreign(name: str, text: str) -> bool:
    """Return whether a variable with the prefix is a container link or belongs to the test suite."""
    return name.startswith((*_LINKS, _TESTS)) or (name == "CREWROOM_PORT" and text.startswith("tcp:"))


def _why_unknown(unknown: list[str], accepted: Collection[str]) -> str:
    name = unknown[0]
    if name.removesuffix(FILE_SUFFIX) in accepted:
        return f"not a setting; only secrets can be read from a file: set {name.removesuffix(FILE_SUFFIX)}"
    if PREFIX not in (upper := name.upper()) and PREFIX + upper not in accepted:
        return "not a setting of Crewroom; set other variables in the environment"
    near = {known.removeprefix(PREFIX): known for known in accepted}
    close = difflib.get_close_matches(name.removeprefix(PREFIX).upper(), near, n=1)
    hint = f"; did you mean {near[close[0]]}?" if close else ""
    linked = _LINK_HINT if not close and ("_SERVICE_" in name or "_PORT_" in name) else ""
    more = f"; also unknown: {', '.join(unknown[1:6])}" if len(unknown) > 1 else ""
    return f"not a setting{hint}{linked}{more}"


def _content(raw: RawSetting) -> str:
    path = Path(raw.text).expanduser()
    try:
        text = regular_files.content(path).decode("utf-8-sig").strip()
    except OSError as error:
        raise WrongSetting(raw.name, f"{path} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise WrongSetting(raw.name, f"{path} is not UTF-8 text") from error
    if not text:
        raise WrongSetting(raw.name, f"{path} is empty")
    return text
