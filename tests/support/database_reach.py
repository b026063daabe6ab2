"""Decides which tests must also run on Postgres; decision 0147 explains why the others run on SQLite only."""

import pytest

# Folders whose tests are about framing, headers, rendering, the specification or the repository,
# and their files about rows.
WITHOUT_SQL = {"openapi", "project", "server", "web"}
WITH_SQL = {
    "test_credentials.py",
    "test_metrics.py",
    "test_security.py",
    "test_seed_documents.py",
    "test_sql.py",
    "test_statements.py",
}
# Files of the other folders that are about something else than rows.
SETTINGS = {"test_base_url_warning.py", "test_config.py", "test_setting_sources.py", "test_wording.py"}
SMTP = {
    "test_mail_addresses.py",
    "test_mail_answers.py",
    "test_mail_certificates.py",
    "test_mail_encryption.py",
    "test_mail_markup.py",
    "test_mail_names.py",
}
FRAMING = {
    "test_booleans.py",
    "test_documented_proxies.py",
    "test_forged_changes.py",
    "test_forms_of_pages.py",
    "test_unknown_fields.py",
}
OTHER_FAULTS = {"test_full_disks.py", "test_mail_stops.py", "test_redis_outages.py", "test_stops.py"}
ABOUT_OTHER_THINGS = SETTINGS | SMTP | FRAMING | OTHER_FAULTS
# The dialects of the sweeps that are drawn; the same statements answer the others.
DRAWN = {"page", "fragment"}
# Where each case of a parametrized test has statements or rights of its own; elsewhere the first cases run.
EVERY_CASE = {"audit", "backup", "faults", "model", "races", "storage"}
EVERY_RIGHT = {"test_role_matrix.py", "test_sql.py"}
FIRST_CASES = 3
# A test that requests only these fixtures has no portal.
PLAIN = {"capsys", "monkeypatch", "request", "subtests", "tmp_path", "tmp_path_factory", "real_hashes"}


def depends_on_database(item: pytest.Item) -> bool:
    """Return whether the database could influence a test, judged by its file, cases and fixtures."""
    if not _is_about_rows(item.path.parent.name, item.path.name) or item.get_closest_marker("browser"):
        return False
    if not isinstance(item, pytest.Function):
        return True
    parameters = parameters_of(item)
    if item.path.parent.name == "sweeps" and parameters.get("dialect") in DRAWN:
        return False
    asked_for = {name for name in item.fixturenames if not name.startswith("_")}
    return not asked_for <= PLAIN | parameters.keys() and _is_needed(item)


def parameters_of(item: pytest.Item) -> dict[str, object]:
    """Return the parameters of a parametrized test, and none of any other."""
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


def _is_about_rows(folder: str, file: str) -> bool:
    return (folder not in WITHOUT_SQL or file in WITH_SQL) and file not in ABOUT_OTHER_THINGS


def _is_needed(item: pytest.Function) -> bool:
    """Return whether a case is one of the first, or of a table whose every case matters."""
    folder, file = item.path.parent.name, item.path.name
    if not hasattr(item, "callspec") or folder in EVERY_CASE or file in EVERY_RIGHT:
        return True
    cases = 1 if folder == "sweeps" else FIRST_CASES
    return max(item.callspec.indices.values(), default=0) < cases
