"""Settings: defaults, sources, and a one-line error for each wrong value."""

import ipaddress
from pathlib import Path

import pytest

from app.base import config
from app.base.config import WrongSetting


@pytest.fixture
def instance(tmp_path):
    return tmp_path / "instance"


def load(instance, **variables: str):
    return config.load({"CREWROOM_INSTANCE": str(instance), **variables})


def write(instance, text: str) -> None:
    instance.mkdir()
    (instance / "crewroom.env").write_text(text)


def test_defaults(instance):
    found = load(instance)

    assert found == config.Config(
        instance=instance,
        database_url=f"sqlite:///{instance / 'crewroom.db'}",
        base_url="http://127.0.0.1:8000",
        registration="open",
        rate_limit=1000,
        smtp_url=None,
        mail_from="Crewroom <crewroom@localhost>",
        trusted_proxies=(),
    )


@pytest.mark.short
def test_every_setting_is_read(instance):
    found = load(
        instance,
        CREWROOM_DATABASE_URL="postgresql://crew@db/crew",
        CREWROOM_DATABASE_POOL="5",
        CREWROOM_BASE_URL="https://crew.example.com/",
        CREWROOM_REGISTRATION="closed",
        CREWROOM_RATE_LIMIT="0",
        CREWROOM_SMTP_URL="smtps://crew:secret@mail.example.com",
        CREWROOM_MAIL_FROM="Crew <crew@example.com>",
        CREWROOM_TRUSTED_PROXIES="10.0.0.0/8, ::1,192.0.2.1",
    )

    assert found.database_url == "postgresql+psycopg://crew@db/crew"
    assert found.database_pool == 5
    assert (found.base_url, found.secure) == ("https://crew.example.com", True)
    assert (found.registration, found.rate_limit) == ("closed", 0)
    assert found.smtp_url == "smtps://crew:secret@mail.example.com"
    assert found.mail_from == "Crew <crew@example.com>"
    assert found.trusted_proxies == tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "::1", "192.0.2.1")))


WRONG = [
    ("CREWROOM_DATABASE_URL", "mysql://db/crew"),
    ("CREWROOM_DATABASE_URL", "crewroom.db"),
    ("CREWROOM_DATABASE_URL", "sqlite://"),
    ("CREWROOM_DATABASE_URL", "sqlite:///"),
    ("CREWROOM_DATABASE_URL", "sqlite:///:memory:"),
    ("CREWROOM_DATABASE_POOL", "0"),
    ("CREWROOM_DATABASE_POOL", "-1"),
    ("CREWROOM_DATABASE_POOL", "many"),
    ("CREWROOM_DATABASE_POOL", "1001"),
    ("CREWROOM_BASE_URL", "crew.example.com"),
    ("CREWROOM_BASE_URL", "ftp://crew.example.com"),
    ("CREWROOM_BASE_URL", "https://"),
    ("CREWROOM_BASE_URL", "https://crew.example.com/portal"),
    ("CREWROOM_BASE_URL", "https://crew.example.com/?a=b"),
    ("CREWROOM_BASE_URL", "https://crew.example.com/#top"),
    ("CREWROOM_BASE_URL", "https://user:password@crew.example.com"),
    ("CREWROOM_BASE_URL", "https://crew.example.com:99999"),
    ("CREWROOM_BASE_URL", "https://crew example.com"),
    ("CREWROOM_BASE_URL", "https://[::1"),
    ("CREWROOM_REGISTRATION", "maybe"),
    ("CREWROOM_REGISTRATION", "true"),
    ("CREWROOM_RATE_LIMIT", "-1"),
    ("CREWROOM_RATE_LIMIT", "many"),
    ("CREWROOM_RATE_LIMIT", "1.5"),
    ("CREWROOM_RATE_LIMIT", "٣"),
    ("CREWROOM_RATE_LIMIT", "9" * 5000),
    ("CREWROOM_RATE_LIMIT_STORAGE", "memcached://cache"),
    ("CREWROOM_SMTP_URL", "mail.example.com"),
    ("CREWROOM_SMTP_URL", "http://mail.example.com"),
    ("CREWROOM_SMTP_URL", "smtp://"),
    ("CREWROOM_SMTP_URL", "smtp://mail.example.com:0"),
    ("CREWROOM_SMTP_URL", "smtp://mail.example.com:99999"),
    ("CREWROOM_SMTP_URL", "smtp://mail.example.com:port"),
    ("CREWROOM_SMTP_URL", "smtp://[::1"),
    ("CREWROOM_MAIL_FROM", "nobody"),
    ("CREWROOM_MAIL_FROM", "@"),
    ("CREWROOM_MAIL_FROM", "Crew <@>"),
    ("CREWROOM_MAIL_FROM", "crew@example.com\nBcc: x@example.com"),
    ("CREWROOM_TRUSTED_PROXIES", "proxy.example.com"),
    ("CREWROOM_TRUSTED_PROXIES", "10.0.0.0/33"),
    ("CREWROOM_TRUSTED_PROXIES", "10.0.0.1/8"),
    ("CREWROOM_TRUSTED_PROXIES", "10.0.0.0/8 ::1"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_setting_is_named_in_one_line(instance, name, value):
    with pytest.raises(WrongSetting) as refusal:
        load(instance, **{name: value})

    assert str(refusal.value).startswith(f"{name}: ")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(("name", "value"), [pair for pair in WRONG if "\n" not in pair[1]])
def test_wrong_setting_in_the_file_is_named_too(instance, name, value):
    write(instance, f"{name}={value}\n")

    with pytest.raises(WrongSetting, match=f"^{name}: "):
        load(instance)


def test_password_of_the_mail_server_is_not_in_the_refusal(instance):
    with pytest.raises(WrongSetting) as refusal:
        load(instance, CREWROOM_SMTP_URL="smtp://crew:topsecret@mail.example.com:0")

    assert "topsecret" not in str(refusal.value)


def test_instance_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(WrongSetting, match="CREWROOM_INSTANCE"):
        load(tmp_path / "file")


def test_file_is_read(instance):
    write(
        instance,
        "# the team's portal\n\nCREWROOM_RATE_LIMIT = 5\nCREWROOM_MAIL_FROM='Crew <crew@example.com>'\n"
        'CREWROOM_BASE_URL="https://crew.example.com"\nREGISTRATION=closed\n',
    )

    found = load(instance)

    assert (found.rate_limit, found.registration) == (5, "closed")
    assert found.mail_from == "Crew <crew@example.com>"
    assert found.base_url == "https://crew.example.com"


def test_environment_beats_the_file(instance):
    write(instance, "CREWROOM_RATE_LIMIT=5\nCREWROOM_REGISTRATION=closed\n")

    found = load(instance, CREWROOM_RATE_LIMIT="7")

    assert (found.rate_limit, found.registration) == (7, "closed")


@pytest.mark.parametrize("prefixed", ["CREWROOM_REGISTRATION", "REGISTRATION"])
def test_registration_may_have_no_prefix(instance, prefixed):
    assert load(instance, **{prefixed: "closed"}).registration == "closed"


def test_prefixed_registration_takes_precedence(instance):
    assert load(instance, REGISTRATION="closed", CREWROOM_REGISTRATION="open").registration == "open"


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_settings_are_defaults(instance, blank):
    found = load(instance, CREWROOM_SMTP_URL=blank, CREWROOM_RATE_LIMIT=blank, CREWROOM_DATABASE_URL=blank)

    assert found == load(instance)


@pytest.mark.parametrize(
    "line", ["CREWROOM_RATE_LIMT=5", "nonsense", "PATH=/bin", "CREWROOM_INSTANCE=elsewhere"]
)
def test_strange_line_in_the_file_is_named(instance, line):
    write(instance, f"{line}\n")

    with pytest.raises(WrongSetting) as refusal:
        load(instance)

    assert "crewroom.env" in str(refusal.value)
    assert line.partition("=")[0] in str(refusal.value)


def test_unreadable_file_is_named(instance):
    instance.mkdir()
    (instance / "crewroom.env").write_bytes(b"\xff\xfe")

    with pytest.raises(WrongSetting, match=r"crewroom\.env"):
        load(instance)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("HTTPS://crew.example.com", "https://crew.example.com"),
        ("https://CREW.example.com/", "https://crew.example.com"),
        ("https://crew.example.com:443", "https://crew.example.com"),
        ("http://crew.example.com:80/", "http://crew.example.com"),
        ("http://crew.example.com:443", "http://crew.example.com:443"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://faß.example:8443", "https://xn--fa-hia.example:8443"),
    ],
)
def test_base_url_is_stored_as_browsers_write_an_origin(instance, text, origin):
    """Browsers send this form in `Origin`, and passkeys are bound to it."""
    assert load(instance, CREWROOM_BASE_URL=text).base_url == origin


def test_secret_key_is_not_shown():
    shown = repr(config.Config(Path("instance"), "sqlite:///x", secret_key="f00d"))

    assert "f00d" not in shown


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("DATABASE_URL", "postgresql://crew:top@secret@db/crew", "write '@' in the password as %40"),
        ("DATABASE_URL", "postgresql://crew:top@se@cret@db:1/crew", "write '@' in the password as %40"),
        ("DATABASE_URL", "postgresql://crew:topsecret@db:port/crew", "must be like postgresql://"),
        ("DATABASE_URL", "postgresql://[::1/crew", "must be like postgresql://"),
        ("DATABASE_URL", "postgresql://db1:5432,db2:5432/crew", "must be like postgresql://"),
        ("BASE_URL", "https://crew..example.com", "must be like https://"),
        ("BASE_URL", f"https://{'ü' * 70}.example", "must be like https://"),
        ("BASE_URL", f"https://{'a' * 64}.example", "must be like https://"),
        ("BASE_URL", "https://$HOST", "must be like https://"),
        ("BASE_URL", "https://{{ domain }}", "must be like https://"),
        ("MAIL_FROM", "Crew <a@crew.test>, Eve <eve@evil.test>", "must be one address"),
        ("HOST_FILE", "/run/host", "only secrets can be read from a file: set CREWROOM_HOST"),
        ("REGISTRATION_FILE", "/x", "only secrets can be read from a file: set CREWROOM_REGISTRATION"),
    ],
)
def test_value_that_a_library_would_misread_is_refused_in_one_line(instance, name, text, reason):
    with pytest.raises(WrongSetting) as refusal:
        load(instance, **{f"CREWROOM_{name}": text})

    assert str(refusal.value).startswith(f"CREWROOM_{name}: ")
    assert reason in str(refusal.value)
    assert "secret@" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "crew:p%40ss@[::1]:5432/crew",
        "crew:p#ss/w?rd@db.example.com/crew?sslmode=require",
        "/crew?host=/var/run/postgresql",
        "crew@/crew?host=db1:5432&host=db2:5432&target_session_attrs=read-write",
    ],
)
def test_common_spellings_of_database_urls_are_accepted(instance, address):
    found = load(instance, CREWROOM_DATABASE_URL=f"postgresql://{address}")

    assert found.database_url == f"postgresql+psycopg://{address}"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "PATH", "TZ", "PYTHONUNBUFFERED"])
def test_variable_of_another_program_is_refused_with_a_hint(instance, name):
    """The file looks like one of systemd or Docker, where the variable would belong."""
    write(instance, f"{name}=/etc/ssl/own.pem\n")

    with pytest.raises(WrongSetting) as refusal:
        load(instance)

    assert str(refusal.value).endswith(
        f"{name} is not a setting of Crewroom; set other variables in the environment"
    )
