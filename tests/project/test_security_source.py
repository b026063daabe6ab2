"""What docs/security says about the source: what is nowhere in it, and what is only in certain files."""

import ast
import math
import re
from collections.abc import Iterator
from pathlib import Path

from app.base import tokens
from tests.support.sources import (
    ROOT,
    SOURCES,
    attribute,
    base,
    files_with,
    imported_modules,
    nodes,
    relative,
)
from tests.support.sweeping import sweep

PROCESS_MODULES = {"subprocess", "multiprocessing", "pty", "pexpect"}
PROCESS_FUNCTIONS = {
    "system",
    "popen",
    "spawnl",
    "spawnv",
    "execv",
    "execve",
    "execvp",
    "forkpty",
    "posix_spawn",
}
NETWORK_MODULES = {
    "smtplib",
    "socket",
    "ssl",
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "ftplib",
    "telnetlib",
}
CRYPTOGRAPHY_MODULES = {
    "argon2",
    "cryptography",
    "hashlib",
    "hmac",
    "itsdangerous",
    "pyotp",
    "secrets",
    "webauthn",
}
# Mail, the listening server, and the look-ups of `crewroom doctor`.
NETWORK_FILES = {
    "services/operations/doctor_checks.py",
    "services/mail/connections.py",
    "services/mail/smtp_auth.py",
    "services/mail/smtp_connect.py",
    "serving.py",
    "wsgi.py",
    "server/acceptor.py",
    "server/listener.py",
    "server/worker.py",
}
CHAINS, BUNDLES = "audit chains, counts of wrong passwords", "content of bundles and backups"
# What each file computes, by its row in the table of cryptography; empty if it protects nothing.
USES_OF_CRYPTOGRAPHY = {
    "storage/archives.py": [BUNDLES],
    "storage/blobs.py": [BUNDLES],
    "migrations/versions/0004_the_audit_chain.py": [CHAINS],
    "base/tokens.py": [
        "sessions, keys",
        "mailed links",
        "recovery codes",
        "secrets of authenticator apps, known devices, pending set-ups",
        CHAINS,
    ],
    "services/core/audit_chain.py": [CHAINS],
    "commands/backups.py": [],
    "services/login/webauthn_challenges.py": ["passkeys"],
    "services/installation/secret_key_file.py": ["`secret_key`"],
    "services/login/passkeys.py": ["passkeys"],
    "services/login/passwords.py": ["passwords"],
    "services/audit_log/refused_attempts.py": [],
    "services/login/totp.py": ["codes of authenticator apps"],
    "web/guard/authentication.py": ["metrics token"],
    "web/guard/session_cookies.py": ["cookies"],
    "web/response/conditional.py": [],
    "web/response/templating.py": [],
    "text/humanize.py": [],
}
# Our scripts; htmx and Swagger UI are third-party.
SCRIPTS = [path for path in sorted((ROOT / "static" / "js").glob("*.js")) if "htmx" not in path.name]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def importers(modules: set[str]) -> set[str]:
    """Return the files that import one of the modules, or a part of one."""
    return {
        relative(path)
        for path in SOURCES
        for name in imported_modules(path)
        if any(name == module or name.startswith(f"{module}.") for module in modules)
    }


def called(path: Path) -> Iterator[ast.Call]:
    return (node for node in nodes(path) if isinstance(node, ast.Call))


def test_no_other_program_is_started():
    assert importers(PROCESS_MODULES) == set()
    assert files_with(lambda node: base(node) == "os" and attribute(node) in PROCESS_FUNCTIONS) == set()
    # The supervisor forks without starting another program.
    assert files_with(lambda node: attribute(node) == "fork") == {"server/supervisor.py"}


def test_nothing_is_evaluated():
    evaluators = {"eval", "exec", "compile", "__import__"}

    callers = {
        relative(path)
        for path in SOURCES
        for call in called(path)
        if isinstance(call.func, ast.Name) and call.func.id in evaluators
    }

    assert callers == set()
    assert importers({"pickle", "marshal", "shelve", "code", "yaml"}) == set()


def test_user_input_is_never_a_format_string():
    """`.format` is only called on texts of the code: literals, and names in capitals."""
    formatted = [
        (relative(path), ast.unparse(call.func.value))
        for path in SOURCES
        for call in called(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"format", "format_map"}
    ]

    ours = re.compile(r"'.*'|[\w.]*\b[A-Z_]+\b(\[.*\])?")

    assert [pair for pair in formatted if not ours.fullmatch(pair[1])] == []


def test_only_these_files_connect_to_anything():
    assert importers(NETWORK_MODULES) == NETWORK_FILES


def test_only_these_files_use_cryptography():
    assert importers(CRYPTOGRAPHY_MODULES) == set(USES_OF_CRYPTOGRAPHY)


@sweep("what", sorted({what for rows in USES_OF_CRYPTOGRAPHY.values() for what in rows}))
def test_every_use_of_cryptography_is_in_the_table(what):
    table = re.search(
        r"\n## Cryptography\n.*?\n## ", (ROOT / "docs" / "security" / "facts.md").read_text(), re.DOTALL
    )

    assert table
    assert f"| {what} |" in table[0]


def test_randomness_comes_from_the_system():
    # `random` is predictable from its output.
    assert importers({"random", "uuid", "numpy"}) == set()


def test_the_only_cipher_is_fernet():
    assert {
        name for path in SOURCES for name in imported_modules(path) if name.startswith("cryptography")
    } == {"cryptography.fernet.Fernet", "cryptography.fernet.InvalidToken"}


def test_secrets_have_the_promised_number_of_bits(monkeypatch):
    """The numbers of the table, measured where the bits are requested."""
    asked = []

    def noted(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    monkeypatch.setattr("secrets.token_bytes", noted)
    tokens.new()

    codes = [tokens.new_readable().replace("-", "") for _ in range(200)]
    letters = {letter for code in codes for letter in code}

    assert asked == [32]
    assert {len(code) for code in codes} == {16}
    assert 16 * math.log2(len(letters)) == 80
    assert len(tokens.chain_key("k", "c")) == 32
    assert len(bytes.fromhex(tokens.lockout_key("k", "account", "a"))) == 32


def test_a_sealed_text_cannot_choose_its_key_or_algorithm():
    """A text sealed by another key, or for another purpose, is refused."""
    sealed = tokens.seal("key", "purpose", "text", at=0)

    assert tokens.unseal("key", "purpose", sealed, at=0) == "text"
    assert tokens.unseal("another key", "purpose", sealed, at=0) is None
    assert tokens.unseal("key", "another purpose", sealed, at=0) is None
    # The first byte is Fernet's version, the only choice that a token could make.
    assert tokens.unseal("key", "purpose", "B" + sealed[1:], at=0) is None


@sweep("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_store_nothing_and_merge_no_foreign_objects(path):
    source = path.read_text()

    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", source)
    assert not re.search(r"__proto__|\.prototype|JSON\.parse|structuredClone|\beval\(|new Function", source)
    # Only objects of the same script are merged into an object.
    assert set(re.findall(r"Object\.assign\(.*?, (.*?)\)", source)) <= {"states", '{ credentials: "omit" }'}


def test_pages_use_no_obsolete_elements():
    obsolete = re.compile(r"<(object|embed|applet|frame|frameset|marquee|iframe|isindex)\b", re.IGNORECASE)

    assert len(TEMPLATES) > 50
    assert [path.name for path in TEMPLATES if obsolete.search(path.read_text())] == []


def test_passwords_are_masked_and_may_be_pasted():
    """Every password field is masked, tells password managers its kind, and allows pasting."""
    fields = [
        found
        for path in TEMPLATES
        for found in re.findall(r"\{\{ field\(.*?\) \}\}", path.read_text())
        if re.search(r"field\(\w*form\.\w*password", found)
    ]

    assert len(fields) > 8
    assert [found for found in fields if 'type="password"' not in found] == []
    assert [found for found in fields if not re.search(r'autocomplete="(current|new)-password"', found)] == []
    assert [path.name for path in SCRIPTS if "paste" in path.read_text()] == []
