"""Malformed upload forms: each is refused with a reason, and nothing is stored."""

import gzip

import pytest

from tests.support.portal import Portal
from tests.support.sweeping import sweep
from tests.support.uploading import files_of, make_app, upload

BOUNDARY = "crew"
MALFORMED = "The form is not well-formed"


def form(*parts: tuple[str, bytes], end: bool = True) -> bytes:
    """Build a multipart body of parts: the parameters of the disposition, and the content."""
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {parameters}\r\n\r\n".encode() + content + b"\r\n"
        for parameters, content in parts
    )
    return body + (f"--{BOUNDARY}--\r\n".encode() if end else b"")


def send(
    cast,
    body: bytes,
    name: str = "uma",
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
    **options,
):
    return cast.api(name).send("POST", "/bundle/", data=body, content_type=content_type, **options)


def fields(app: str, version: str = "1.0.0") -> list[tuple[str, bytes]]:
    return [('name="app_id"', app.encode()), ('name="version"', version.encode())]


FILE = ('name="file"; filename="b.zip"', b"content")


def test_file_can_be_anywhere_in_the_form(cast):
    app = make_app(cast)

    assert send(cast, form(*fields(app), FILE)).status_code == 200
    assert send(cast, form(FILE, *fields(app, "1.0.1"))).status_code == 200


def test_file_before_its_fields_is_checked_like_any_other(cast):
    app = make_app(cast)

    reader = send(cast, form(FILE, *fields(app)), "rita")
    stranger = send(cast, form(FILE, *fields(app)), "charlie")
    cast.portal.organization(cast.charlie, "Elsewhere")
    owner_elsewhere = send(cast, form(FILE, *fields(app)), "charlie")

    assert (reader.status_code, reader.get_json()["error"]) == (
        403,
        "Insufficient permissions to upload bundles",
    )
    assert stranger.data == reader.data
    assert (owner_elsewhere.status_code, owner_elsewhere.get_json()["error"]) == (404, "App not found")
    assert files_of(cast.portal) == []


def test_refusal_of_a_file_before_its_fields_is_audited(cast):
    """`curl -F file=@bundle.zip -F app_id=…` sends this order, so the organization is not known yet."""
    parts = FILE, *fields(make_app(cast))

    assert send(cast, form(*parts), "rita").status_code == 403
    assert send(cast, form(*parts), "rita").status_code == 403

    refused = [entry for entry in cast.portal.audit() if entry.outcome == "refused"]
    assert [(entry.action, entry.actor_id, entry.organization_id) for entry in refused] == [
        ("bundle.uploaded", cast.rita.uid, None)
    ]


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ([], "file is required"),
        ([('name="file"', b"text")], "file is required"),
        ([('name="file"; filename=""', b"")], "file is required"),
        ([('name="file"; filename="b.zip"', b"")], "file is empty"),
        ([FILE, FILE], "file is given twice"),
        ([('name="other"; filename="b.zip"', b"x")], "The file must be in the field file"),
        ([('name="version"', b"1.0.0"), FILE], "version is given twice"),
        ([('name="more"', b"x" * 65537), FILE], "The fields are longer than 64 KiB"),
        ([('name="more"', b"\xff"), FILE], "more is not UTF-8"),
        ([('filename="b.zip"', b"x")], MALFORMED),
        ([('name="n"', b"x")] * 201, MALFORMED),
    ],
)
def test_malformed_forms_are_refused_with_a_reason(cast, parts, error):
    answer = send(cast, form(*fields(make_app(cast)), *parts))

    assert (answer.status_code, answer.get_json()["error"]) == (400, error)
    assert files_of(cast.portal) == []


def test_upload_in_an_unsupported_encoding_is_refused(cast):
    """Such as HTTPie with `--compress`, Apache HttpClient 4.2 with a charset, and Python's `email.mime`."""
    plain = form(*fields(make_app(cast)), FILE)
    encoded = plain.replace(b'.zip"\r\n', b'.zip"\r\nContent-Transfer-Encoding: base64\r\n')
    latin = f"multipart/form-data; boundary={BOUNDARY}; charset=ISO-8859-1"

    refused = {
        "Content-Encoding": send(cast, gzip.compress(plain), headers={"Content-Encoding": "gzip"}),
        "Content-Transfer-Encoding": send(cast, encoded),
        "This charset": send(cast, plain, content_type=latin),
    }

    for name, answer in refused.items():
        assert (answer.status_code, answer.get_json()["status"]) == (415, "KO")
        assert answer.get_json()["error"].startswith(f"{name} is not supported: send ")
    assert files_of(cast.portal) == []


@pytest.mark.parametrize(
    ("charset", "value"),
    [
        ("ISO-8859-1", "bêta".encode("latin-1")),
        # These bytes are valid UTF-8 too, but for another text.
        ("ISO-8859-1", "Ã©".encode("latin-1")),
        ('"windows-1252"', "bêta".encode("cp1252")),
        ("UTF-16", "bêta".encode("utf-16")),
    ],
)
def test_field_in_an_unsupported_charset_is_refused(cast, charset, value):
    """Apache HttpClient and Java's RestTemplate name a charset in each part, by default Latin-1."""
    typed = f'name="version"\r\nContent-Type: text/plain; charset={charset}'
    app_id, _ = fields(make_app(cast))

    answer = send(cast, form(app_id, (typed, value), FILE))

    assert (answer.status_code, answer.get_json()["field"]) == (415, "version")
    assert answer.get_json()["error"] == "The charset of version is not supported: send UTF-8"
    assert files_of(cast.portal) == []


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "us-ascii", "ISO-8859-1"])
def test_ascii_version_is_accepted_in_any_declared_charset(cast, charset):
    typed = f'name="version"\r\nContent-Type: text/plain; charset={charset}'
    app_id, _ = fields(make_app(cast))

    assert send(cast, form(app_id, (typed, b"1.0.0"), FILE)).status_code == 200


def test_latin_1_file_name_is_refused_with_a_reason(cast):
    body = form(*fields(make_app(cast)), FILE).replace(b".zip", b"\xfc.zip")

    answer = send(cast, body)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "The form is not UTF-8")


@pytest.mark.parametrize("missing", ["app_id", "version"])
def test_missing_fields_are_named(cast, missing):
    parts = [part for part in fields(make_app(cast)) if missing not in part[0]]

    for body in (form(*parts, FILE), form(FILE, *parts)):
        answer = send(cast, body)
        assert (answer.status_code, answer.get_json()["error"]) == (400, f"{missing} is required")
        assert answer.get_json()["field"] == missing


def test_unknown_field_is_refused_before_and_after_the_file(cast):
    more, nameless = ('name="channel"', b"beta"), ('name=""', b"{}")
    app = make_app(cast)

    for parts in ([more, *fields(app), FILE], [*fields(app), FILE, more]):
        answer = send(cast, form(*parts))
        assert (answer.status_code, answer.get_json()["error"]) == (400, "Unknown field: channel")
    answer = send(cast, form(nameless, *fields(app), FILE))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "A field has no name")
    assert files_of(cast.portal) == []


@sweep(
    "body",
    [
        b"--other\r\n\r\n",
        b"x" * 400_000,
        b"--crew\r\nX: " + b"x" * 400_000,
        b"--crew\r\n\r\nno disposition\r\n--crew--\r\n",
        b"--crew--\r\n" + b"x" * 400_000,
    ],
)
def test_body_that_is_not_a_form_is_refused(cast, body):
    answer = send(cast, body)

    assert (answer.status_code, answer.get_json()["error"]) == (400, MALFORMED)


def test_form_that_ends_early_leaves_no_file(cast):
    answer = send(cast, form(*fields(make_app(cast)), FILE, end=False))

    assert (answer.status_code, answer.get_json()["error"]) == (400, MALFORMED)
    assert files_of(cast.portal) == []


def test_only_multipart_forms_are_accepted(cast):
    app = make_app(cast)

    json = cast.api("uma").post("/bundle/", app_id=app, version="1.0.0", file="x")
    without_boundary = send(cast, form(*fields(app), FILE), content_type="multipart/form-data")

    assert (json.status_code, json.get_json()["error"]) == (415, "Content-Type must be multipart/form-data")
    assert (without_boundary.status_code, without_boundary.get_json()["error"]) == (400, MALFORMED)


def test_form_by_cookie_needs_the_csrf_token_before_the_file(cast):
    app = make_app(cast)
    browser = cast.browser("uma")

    def post(parts):
        options = {"data": form(*parts), "content_type": f"multipart/form-data; boundary={BOUNDARY}"}
        return browser.client.post("/bundle/", headers={"Sec-Fetch-Site": "same-origin"}, **options)

    token = ('name="csrf_token"', browser.token().encode())
    refused = [post([*fields(app), FILE]), post([*fields(app), FILE, token])]
    accepted = post([token, *fields(app), FILE])

    assert [(answer.status_code, answer.get_json()["error"]) for answer in refused] == [
        (403, "The form has expired")
    ] * 2
    assert accepted.status_code == 200


def test_size_limit_is_exact(settings_for):
    portal = Portal(settings_for(CREWROOM_MAX_UPLOAD_MB="1"))
    alice = portal.person("Alice")
    org = portal.organization(alice)
    api = portal.api(portal.key(alice))
    app = api.post("/app/", orgId=org, name="Atlas").get_json()["data"]["id"]

    above = upload(api, app, "1.0.0", b"x" * (1024 * 1024 + 1))
    far_above = upload(api, app, "1.0.0", b"x" * (3 * 1024 * 1024))
    assert {(answer.status_code, answer.get_json()["error"]) for answer in (above, far_above)} == {
        (413, "The file is larger than 1 MB")
    }
    assert files_of(portal) == []
    assert upload(api, app, "1.0.0", b"x" * 1024 * 1024).status_code == 200
    portal.close()
