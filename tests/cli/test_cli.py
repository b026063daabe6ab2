"""The command line: usage, settings, the demo, and the instance folder."""

import stat

import pytest

from tests.support.commands import CommandLine, refused
from tests.support.databases import only_sqlite
from tests.support.ports import free_port


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["user"],
        ["user", "create"],
        ["user", "create", "a@crew.test", "b@crew.test"],
        ["user", "disable"],
        ["key", "create", "alice@crew.test"],
        ["key", "create", "alice@crew.test", "--name", "ci", "--role", "owner"],
        ["key", "create", "alice@crew.test", "--name", "ci", "--role", "invite_read"],
        ["key", "create", "alice@crew.test", "--name", "ci", "--expires-in-days", "0"],
        ["key", "create", "alice@crew.test", "--name", "ci", "--expires-in-days", "soon"],
        ["key", "revoke"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "http"],
        ["serve", "--nonsense"],
        ["demo", "more"],
    ],
)
def test_wrong_usage_exits_with_2(crewroom, arguments):
    result = crewroom.run(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr
    assert not crewroom.instance.exists()


@pytest.mark.parametrize("arguments", [["--help"], ["user", "--help"], ["key", "create", "--help"]])
def test_help_needs_no_instance(crewroom, arguments):
    assert "Usage: " in crewroom.done(*arguments)
    assert not crewroom.instance.exists()


def test_version_is_printed(crewroom):
    assert "0.1.0" in crewroom.done("--version")


def test_demo_fills_an_empty_database(crewroom):
    printed = crewroom.done("demo")

    portal = crewroom.portal()
    browser = portal.browser()
    browser.log_in("ada@northwind.example", printed.strip().rpartition(": ")[2])
    page = browser.get("/organization/")
    (org,) = browser.client.get("/organization/").get_json()["data"]
    members = browser.client.get(f"/organization/members/?orgId={org['id']}").get_json()["data"]
    assert "Northwind Labs has 6 members and 2 invitations." in printed
    assert "Northwind Labs" in page.get_text()
    assert [row["role"].startswith("invite_") for row in members].count(True) == 2
    assert len(members) == 8
    portal.close()


def test_demo_refuses_a_database_with_accounts(crewroom):
    crewroom.user("alice@crew.test")

    result = crewroom.run("demo")

    assert refused(result).startswith("The database is not empty")
    assert len(crewroom.done("user", "list").splitlines()) == 1


def test_secret_key_is_created_once_and_private(crewroom):
    crewroom.install()
    path = crewroom.instance / "secret_key"
    first = path.read_text()

    crewroom.done("user", "list")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(crewroom.instance.stat().st_mode) == 0o700
    assert len(first) >= 64
    assert path.read_text() == first


def test_empty_secret_key_is_refused(crewroom):
    crewroom.install()
    (crewroom.instance / "secret_key").write_text("")

    line = refused(crewroom.run("user", "list"))

    assert line.startswith("CREWROOM_INSTANCE: ")
    assert "secret_key is empty" in line


@pytest.mark.parametrize("arguments", [["user", "list"], ["demo"], ["worker"], ["serve"]])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREWROOM_RATE_LIMIT", "many"),
        ("CREWROOM_BASE_URL", "crew.example.com"),
        ("CREWROOM_REGISTRATION", "maybe"),
        ("CREWROOM_SMTP_URL", "mail.example.com"),
        ("CREWROOM_TRUSTED_PROXIES", "proxy"),
        ("CREWROOM_DATABASE_URL", "mysql://db"),
    ],
)
def test_wrong_setting_is_named(crewroom, arguments, name, value):
    result = crewroom.run(*arguments, **{name: value})

    assert refused(result).startswith(f"{name}: ")


@pytest.mark.parametrize("url", ["sqlite:///{folder}/nowhere/crew.db", "postgresql://127.0.0.1:1/crew"])
@pytest.mark.parametrize("arguments", [["demo"], ["serve"]])
def test_unreachable_database_is_named(crewroom, tmp_path, arguments, url):
    result = crewroom.run(*arguments, CREWROOM_DATABASE_URL=url.format(folder=tmp_path))

    assert "CREWROOM_DATABASE_URL" in refused(result)


@only_sqlite("a file of SQLite is damaged")
def test_file_that_is_not_a_database_is_refused(crewroom):
    crewroom.instance.mkdir()
    (crewroom.instance / "crewroom.db").write_bytes(b"this is not a database, it is a note\n" * 200)

    assert "database" in refused(crewroom.run("user", "list"))


@pytest.mark.parametrize(
    "command", ["user list", "serve --port {port}", "worker", "backup kept.tar", "check"]
)
def test_newer_schema_is_refused(crewroom, command):
    """Every command that starts on it, the server included, prints one line and changes nothing."""
    crewroom.install()
    portal = crewroom.portal()
    with portal.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    portal.close()

    assert "9999" in refused(crewroom.run(*command.format(port=free_port()).split()))


def test_instance_that_cannot_be_created_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    result = CommandLine(tmp_path / "file" / "instance").run("user", "list")

    assert "CREWROOM_INSTANCE" in refused(result)
