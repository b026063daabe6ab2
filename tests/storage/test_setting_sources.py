"""Settings from the environment, `crewroom.env` and secret files, as real programs write them."""

import os
import socket

import pytest

from app.base import config
from app.base.config import WrongSetting

# What Kubernetes sets for a service, and Docker for a link, called `crewroom`.
SERVICE_LINKS = {
    "CREWROOM_SERVICE_HOST": "10.0.0.11",
    "CREWROOM_SERVICE_PORT": "8000",
    "CREWROOM_SERVICE_PORT_HTTP": "8000",
    "CREWROOM_PORT": "tcp://10.0.0.11:8000",
    "CREWROOM_PORT_8000_TCP": "tcp://10.0.0.11:8000",
    "CREWROOM_PORT_8000_TCP_PROTO": "tcp",
}


@pytest.fixture
def instance(tmp_path):
    folder = tmp_path / "instance"
    folder.mkdir()
    return folder


def load(instance, **variables: str):
    return config.load({"CREWROOM_INSTANCE": str(instance), **variables})


def write(instance, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    (instance / "crewroom.env").write_bytes(data)


def refusal(instance, **variables: str) -> str:
    with pytest.raises(WrongSetting) as refused:
        load(instance, **variables)
    line = str(refused.value)
    assert "\n" not in line
    return line


# --- Unknown names


@pytest.mark.short
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("CREWROOM_REGISTRATON", "CREWROOM_REGISTRATION"),
        ("CREWROOM_BASEURL", "CREWROOM_BASE_URL"),
        ("CREWROOM_DATABASE_URI", "CREWROOM_DATABASE_URL"),
        ("CREWROOM_SMTP", "CREWROOM_SMTP_URL"),
        ("CREWROOM_SMTP_URL_FLE", "CREWROOM_SMTP_URL_FILE"),
        ("CREWROOM_Mail_From", "CREWROOM_MAIL_FROM"),
        ("CREWROOM_TRUSTED_PROXY", "CREWROOM_TRUSTED_PROXIES"),
    ],
)
def test_unknown_name_is_refused_with_a_suggestion(instance, name, meant):
    assert refusal(instance, **{name: "x"}) == f"{name}: not a setting; did you mean {meant}?"

    write(instance, f"\n{name}=x\n")
    line = refusal(instance)
    assert "crewroom.env, line 2: " in line
    assert line.endswith(f"{name} is not a setting; did you mean {meant}?")


@pytest.mark.parametrize("name", ["CREWROOM_", "CREWROOM_DEBUG", "CREWROOM_NAME", "CREWROOM_ENV_PATH"])
def test_unknown_name_without_a_suggestion_is_refused_without_its_value(instance, name):
    """Docker's legacy links set `_NAME` and `_ENV_…`; the contract makes no exception for them."""
    assert refusal(instance, **{name: "hunter2"}) == f"{name}: not a setting"


@pytest.mark.parametrize(
    "name",
    ["CREWROOM_PORT_FILE", "CREWROOM_PORT_NUMBER", "CREWROOM_PORT_", "CREWROOM_SERVICE_NAME"],
)
def test_name_that_resembles_a_container_link_is_ignored_and_reported(instance, name):
    assert load(instance, **{name: "8001"}).ignored == (name,)

    write(instance, f"{name}=8001\n")
    assert load(instance).ignored == (name,)


def test_names_set_by_kubernetes_and_docker_are_not_reported(instance):
    """Services called `crewroom`, `crewroom-port`, `crewroom-service`, and a link to a range of ports."""
    links = {
        **SERVICE_LINKS,
        "CREWROOM_PORT_53_UDP_ADDR": "10.0.0.11",
        "CREWROOM_PORT_9_SCTP_PORT": "9",
        "CREWROOM_PORT_8000_TCP_START": "tcp://10.0.0.11:8000",
        "CREWROOM_PORT_8000_TCP_PORT_END": "8003",
        "CREWROOM_PORT_SERVICE_HOST": "10.0.0.12",
        "CREWROOM_PORT_PORT": "tcp://10.0.0.12:80",
        "CREWROOM_SERVICE_SERVICE_PORT": "80",
        "CREWROOM_SERVICE_PORT_80_TCP_ADDR": "10.0.0.13",
    }

    assert load(instance, **links).ignored == ()


def test_setting_under_both_of_its_names_is_refused(instance):
    write(instance, "REGISTRATION=open\nCREWROOM_REGISTRATION=closed\n")
    line = refusal(instance)
    assert "CREWROOM_REGISTRATION: is also given as REGISTRATION; keep one of them" in line
    assert "crewroom.env, line 2" in line


@pytest.mark.parametrize("empty", ["", " "])
def test_empty_variable_does_not_hide_the_other_name(instance, empty):
    """Compose writes `CREWROOM_REGISTRATION=${CREWROOM_REGISTRATION:-}` for an unset variable."""
    found = load(instance, CREWROOM_REGISTRATION=empty, REGISTRATION="closed")
    assert found.registration == "closed"

    assert load(instance, CREWROOM_REGISTRATION="open", REGISTRATION="closed").registration == "open"


def test_unknown_name_without_a_value_is_refused_too(instance):
    """`${CREWROOM_X:-}` in a compose file makes empty variables."""
    assert refusal(instance, CREWROOM_REGISTRATON="").startswith("CREWROOM_REGISTRATON: not a setting")


def test_several_unknown_names_are_named_in_one_line(instance):
    line = refusal(instance, CREWROOM_ZZZ="1", CREWROOM_AAA="1")

    assert line == "CREWROOM_AAA: not a setting; also unknown: CREWROOM_ZZZ"


def test_variables_of_container_links_and_tests_do_not_stop_the_start(instance):
    """What Kubernetes sets for a service, and Docker for a link, called `crewroom`."""
    links = {
        **SERVICE_LINKS,
        "CREWROOM_PORT_8000_TCP_PORT": "8000",
        "CREWROOM_PORT_8000_TCP_ADDR": "10.0.0.11",
        "CREWROOM_TEST_ROUNDS": "5",
    }

    assert load(instance, **links) == load(instance)


def test_variables_of_a_service_with_a_longer_name_are_explained(instance):
    line = refusal(instance, CREWROOM_WEB_SERVICE_HOST="10.0.0.11")

    assert line.startswith("CREWROOM_WEB_SERVICE_HOST: not a setting; container links make such names")
    assert "enableServiceLinks: false" in line


def test_other_variables_are_ignored(instance):
    assert load(instance, PATH="/bin", MYCREWROOM_X="1", crewroom_registration="x") == load(instance)


# --- The syntax of `crewroom.env`


@pytest.mark.short
@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfCREWROOM_REGISTRATION=closed\n",  # Notepad, PowerShell 5 `Out-File -Encoding utf8`
        "CREWROOM_REGISTRATION=closed",
        "CREWROOM_REGISTRATION=closed\r\n",
        "# note\rCREWROOM_REGISTRATION=closed\r",
        "export CREWROOM_REGISTRATION=closed\n",  # a file that a shell can source
        "export   CREWROOM_REGISTRATION = closed  \n",
        "export\tCREWROOM_REGISTRATION=closed\n",
        "\tCREWROOM_REGISTRATION=closed\t\n",
        "CREWROOM_REGISTRATION='closed'\n",
        'CREWROOM_REGISTRATION="closed"\n',
        '  # CREWROOM_REGISTRATION=open\n\nCREWROOM_REGISTRATION=" closed "\n',
        "CREWROOM_SERVICE_HOST=10.0.0.11\nREGISTRATION=closed\n",
        b"\xef\xbb\xbfexport CREWROOM_REGISTRATION='closed'\r\n",
    ],
)
def test_file_is_read_as_editors_and_shells_write_it(instance, content):
    write(instance, content)

    assert load(instance).registration == "closed"


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("CREWROOM_MAIL_FROM=Crew #1 <crew@example.com>", None),
        ("CREWROOM_MAIL_FROM='Crew #1 <crew@example.com>'", "Crew #1 <crew@example.com>"),
        ('CREWROOM_MAIL_FROM="Crew" <crew@example.com>', '"Crew" <crew@example.com>'),
        ("CREWROOM_MAIL_FROM=Crew's <crew@example.com>", "Crew's <crew@example.com>"),
        ("CREWROOM_MAIL_FROM=a=b@example.com", "a=b@example.com"),
    ],
)
def test_quotes_and_hashes_inside_a_value_are_kept(instance, line, value):
    write(instance, line)

    if value is None:
        assert "a value that contains ` #` needs quotes" in refusal(instance)
    else:
        assert load(instance).mail_from == value


@pytest.mark.short
@pytest.mark.parametrize(
    ("content", "number", "reason"),
    [
        ("X=closed # note", 1, "the value of X is followed by `#`: a comment needs a separate line"),
        ("X=closed", 1, "X is not a setting"),
        ("CREWROOM_REGISTRATION=closed # note", 1, "a comment needs a separate line"),
        ("CREWROOM_REGISTRATION=closed\t#note", 1, "a comment needs a separate line"),
        ("CREWROOM_REGISTRATION='closed' # note", 1, "a comment needs a separate line"),
        ("CREWROOM_REGISTRATION=# note", 1, "a comment needs a separate line"),
        ("\n\nCREWROOM_REGISTRATION='closed", 3, "begins with ' and has no closing quote"),
        ("CREWROOM_REGISTRATION: closed", 1, "has no `=`; write NAME=value"),
        ("# fine\nset -a", 2, "has no `=`; write NAME=value"),
        ("[Service]", 1, "has no `=`; write NAME=value"),
        ("Environment CREWROOM_REGISTRATION=closed", 1, "is not a name; write NAME=value"),
        ("=closed", 1, "'' is not a name"),
        ("CREWROOM_REGISTRATION=open\nCREWROOM_REGISTRATION=closed", 2, "is also set in"),
        ("CREWROOM_INSTANCE=elsewhere", 1, "set it in the environment"),
        ("CREWROOM_MAIL_FROM=a\x00b@example.com", 1, "contains a control character"),
        ("# ü\n".encode("latin-1") + b"CREWROOM_RATE_LIMIT=1", 1, "is not UTF-8"),
        (b"CREWROOM_RATE_LIMIT=1\nCREWROOM_MAIL_FROM=J\xf6rg <j@example.com>", 2, "is not UTF-8"),
    ],
)
def test_refused_line_is_named_by_number_with_the_reason(instance, content, number, reason):
    write(instance, content)

    line = refusal(instance)

    assert f"crewroom.env, line {number}" in line
    assert reason in line


def test_error_for_a_wrong_value_names_its_source(instance):
    write(instance, "\nCREWROOM_RATE_LIMIT=many\n")

    line = refusal(instance)

    assert line.startswith("CREWROOM_RATE_LIMIT: must be a whole number")
    assert line.endswith(f"({instance / 'crewroom.env'}, line 2)")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_file_in_utf_16_is_refused(instance, encoding):
    """PowerShell 5 writes UTF-16 with `>`."""
    bom = b"" if encoding == "utf-16" else "\ufeff".encode(encoding)
    write(instance, bom + "CREWROOM_RATE_LIMIT=5\n".encode(encoding))

    assert refusal(instance).endswith("crewroom.env: is UTF-16; save it as UTF-8")


def test_folder_instead_of_the_file_is_refused(instance):
    (instance / "crewroom.env").mkdir()

    assert refusal(instance).endswith("crewroom.env: cannot be read (Is a directory)")


def test_pipe_socket_or_device_instead_of_the_file_is_refused(instance):
    """`mkfifo` and `<(…)` make pipes; `docker -v /dev/null:…` covers a file with a device."""
    path = instance / "crewroom.env"
    os.mkfifo(path)
    assert refusal(instance).endswith("crewroom.env: cannot be read (not a regular file)")

    path.unlink()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert refusal(instance).endswith("crewroom.env: cannot be read (not a regular file)")

    path.unlink()
    path.symlink_to("/dev/zero")
    assert refusal(instance).endswith("crewroom.env: cannot be read (not a regular file)")


def test_link_to_a_file_is_read_and_a_broken_link_is_ignored(instance, tmp_path):
    """Kubernetes mounts a config map as links through a folder called `..data`."""
    (tmp_path / "..data").mkdir()
    (instance / "crewroom.env").symlink_to(tmp_path / "..data" / "env")
    assert load(instance).rate_limit == 1000

    (tmp_path / "..data" / "env").write_text("CREWROOM_RATE_LIMIT=7\n")
    assert load(instance).rate_limit == 7


def test_huge_file_is_refused(instance, tmp_path):
    """A log or a backup under the wrong name."""
    write(instance, "# comment\n" * 10_000)
    assert refusal(instance).endswith("crewroom.env: cannot be read (larger than 64 KiB)")

    (instance / "crewroom.env").rename(tmp_path / "secret")
    line = refusal(instance, CREWROOM_METRICS_TOKEN_FILE=str(tmp_path / "secret"))
    assert line.endswith("secret cannot be read (larger than 64 KiB)")


# --- Secrets in files

SECRETS = [
    ("CREWROOM_SMTP_URL", "smtp://crew:plums@mail.example.com", "smtp_url"),
    ("CREWROOM_DATABASE_URL", "sqlite:////srv/crew.db", "database_url"),
    ("CREWROOM_METRICS_TOKEN", "0123456789abcdef0123456789abcdef", "metrics_token"),
    ("CREWROOM_RATE_LIMIT_STORAGE", "redis://:plums@cache", "rate_limit_storage"),
]


@pytest.mark.parametrize(("name", "value", "field"), SECRETS)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_secret_is_read_from_its_file_without_the_newline(instance, tmp_path, name, value, field, end):
    """`echo … | docker secret create`, `kubectl create secret --from-file` and editors write one."""
    secret = tmp_path / "secret"
    secret.write_bytes((value + end).encode())

    assert getattr(load(instance, **{f"{name}_FILE": str(secret)}), field) == value
    write(instance, f"{name}_FILE={secret}\n")
    assert getattr(load(instance), field) == value
    assert value not in repr(load(instance))


def test_environment_takes_precedence_under_either_name(instance, tmp_path):
    (tmp_path / "secret").write_text("smtp://one.example.com\n")
    write(instance, "CREWROOM_SMTP_URL=smtp://two.example.com\n")

    found = load(instance, CREWROOM_SMTP_URL_FILE=str(tmp_path / "secret"))

    assert found.smtp_url == "smtp://one.example.com"


def test_value_and_file_of_one_setting_are_refused(instance, tmp_path):
    (tmp_path / "secret").write_text("smtp://one.example.com\n")
    both = {"CREWROOM_SMTP_URL": "smtp://two.example.com", "CREWROOM_SMTP_URL_FILE": str(tmp_path / "secret")}

    line = refusal(instance, **both)

    assert line.startswith("CREWROOM_SMTP_URL: is also given as CREWROOM_SMTP_URL_FILE")
    assert load(instance, **{**both, "CREWROOM_SMTP_URL": " "}).smtp_url == "smtp://one.example.com"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
    ],
)
def test_unusable_secret_file_is_refused(instance, tmp_path, content, reason):
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)

    line = refusal(instance, CREWROOM_METRICS_TOKEN_FILE=str(secret))

    assert line == f"CREWROOM_METRICS_TOKEN_FILE: {secret} {reason}"


def test_folder_or_pipe_instead_of_a_secret_file_is_refused(instance, tmp_path):
    """Docker creates a folder where a mounted file is missing; a shell makes a pipe for `<(pass show …)`."""
    os.mkfifo(tmp_path / "pipe")

    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "pipe", "not a regular file")):
        line = refusal(instance, CREWROOM_METRICS_TOKEN_FILE=str(path))
        assert line.endswith(f"{path} cannot be read ({reason})")


def test_value_in_a_secret_file_is_checked_like_any_other(instance, tmp_path):
    (tmp_path / "secret").write_text("smtp://crew:plums@mail.example.com:0")

    line = refusal(instance, CREWROOM_SMTP_URL_FILE=str(tmp_path / "secret"))

    assert line.startswith("CREWROOM_SMTP_URL: must be like ")
    assert "plums" not in line


@pytest.mark.parametrize(
    "name", ["CREWROOM_REGISTRATION_FILE", "CREWROOM_INSTANCE_FILE", "CREWROOM_BASE_URL_FILE"]
)
def test_settings_without_secrets_have_no_secret_file(instance, tmp_path, name):
    assert refusal(instance, **{name: str(tmp_path)}).startswith(f"{name}: not a setting")
