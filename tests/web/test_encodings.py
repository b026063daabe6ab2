"""Encodings of request bodies, as PowerShell, Excel, Java, curl and old browsers send them."""

import gzip
import json

import pytest

from tests.support.answers import assert_refusal_shape, assert_refused
from tests.support.sweeping import sweep

ORGANIZATION = "/organization/"
NAME = "Zürich & Söhne"
FORM = "application/x-www-form-urlencoded"
UTF_8 = "This charset is not supported: send UTF-8"


@pytest.fixture
def rename(cast):
    """Return a function that sends a body which renames the organization."""

    def send(data: bytes, content_type: str, **headers: str):
        body = data.replace(b"ORG", cast.org.encode())
        options = {"data": body, "content_type": content_type, "headers": headers}
        return cast.api("alice").send("POST", ORGANIZATION, **options)

    return send


def written(encoding: str) -> bytes:
    return json.dumps({"orgId": "ORG", "name": NAME}, ensure_ascii=False).encode(encoding)


@sweep("encoding", ["utf-8", "utf-8-sig"])
@sweep(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset='utf-8'",
        "application/json; Charset=utf8",  # not a registered name, but PHP and Python programs send it
        "application/json; charset=",
        "application/json;",
        "application/json;odata=verbose;charset=UTF-8",  # .NET
        "application/json; charset=us-ascii",
        "application/merge-patch+json",
        "application/vnd.api+json; charset=utf-8",
    ],
)
def test_utf_8_is_read_however_declared_and_with_or_without_a_bom(rename, encoding, content_type):
    """PowerShell's `Out-File -Encoding utf8` and Windows' Notepad write a byte order mark."""
    assert rename(written(encoding), content_type).get_json()["data"]["name"] == NAME


@sweep(
    "encoding, content_type",
    [
        ("iso-8859-1", "application/json; charset=iso-8859-1"),
        ("utf-8", "application/json; charset=ISO-8859-1"),  # Apache HttpClient before 4.3
        ("cp1252", "application/json; charset=windows-1252"),
        ("utf-16", "application/json; charset=utf-16"),
        ("utf-16-le", "application/json; charset=UTF-16LE"),
        ("utf-8", "application/json; charset=utf-8; charset=iso-8859-1"),
        ("utf-8", "application/json; charset=nonsense"),
    ],
)
def test_another_encoding_is_415_and_says_what_to_send(rename, encoding, content_type):
    assert_refused(rename(written(encoding), content_type), 415, UTF_8)


@sweep("encoding", ["iso-8859-1", "utf-16", "utf-16-be", "utf-32", "cp1252"])
def test_undeclared_text_that_is_not_utf_8_is_400(rename, encoding):
    """PowerShell 5's `Invoke-RestMethod` sends Latin-1 without declaring it."""
    assert_refusal_shape(rename(written(encoding), "application/json"), 400)


def test_two_byte_order_marks_are_not_json(rename):
    assert_refused(
        rename(b"\xef\xbb\xbf" + written("utf-8-sig"), "application/json"),
        400,
        "The body is not well-formed JSON",
    )


@sweep(
    "data",
    [
        "orgId=ORG&name=Zürich %26 Söhne".encode(),  # `curl -d` encodes nothing
        b"orgId=ORG&name=Z%C3%BCrich+%26+S%C3%B6hne",
        b"\xef\xbb\xbforgId=ORG&name=Z%C3%BCrich+%26+S%C3%B6hne",
    ],
)
@sweep("content_type", [FORM, f"{FORM}; charset=UTF-8", f"{FORM};charset=utf8"])
def test_forms_are_read_in_utf_8(rename, data, content_type):
    assert rename(data, content_type).get_json()["data"]["name"] == NAME


def test_forms_in_another_encoding_are_refused(rename):
    latin = b"orgId=ORG&name=Z%FCrich"

    assert_refused(rename(latin, f"{FORM}; charset=iso-8859-1"), 415, UTF_8)
    assert_refused(rename(latin, FORM), 400, "The form is not UTF-8")


def parts(name: bytes, kind: str = "", disposition: str = 'name="name"', coding: str = "") -> bytes:
    declared = f"\r\nContent-Type: {kind}" if kind else ""
    declared += f"\r\nContent-Transfer-Encoding: {coding}" if coding else ""
    return (
        b'--x\r\nContent-Disposition: form-data; name="orgId"\r\n\r\nORG\r\n'
        + f"--x\r\nContent-Disposition: form-data; {disposition}{declared}\r\n\r\n".encode()
        + name
        + b"\r\n--x--\r\n"
    )


MULTIPART = "multipart/form-data; boundary=x"


def test_parts_are_read_in_utf_8(rename):
    assert rename(parts(NAME.encode()), MULTIPART).get_json()["data"]["name"] == NAME
    assert rename(parts(NAME.encode(), "text/plain; charset=UTF-8"), MULTIPART).status_code == 200
    # Apache HttpClient's `addTextBody` declares Latin-1 whatever the text is.
    plain = rename(parts(b"Zurich", "text/plain; charset=ISO-8859-1"), MULTIPART)
    assert plain.get_json()["data"]["name"] == "Zurich"


def test_parts_in_another_encoding_or_with_a_file_are_refused(rename):
    latin = NAME.encode("iso-8859-1")

    answer = rename(parts(latin, "text/plain; charset=ISO-8859-1"), MULTIPART)
    unsaid = rename(parts(latin), MULTIPART)
    file = rename(parts(b"x", disposition='name="name"; filename="name.txt"'), MULTIPART)

    assert_refused(answer, 415, "The charset of name is not supported: send UTF-8", "name")
    assert_refused(unsaid, 400, "name is not UTF-8", "name")
    assert_refused(file, 400, "name must be text, not a file", "name")


@sweep("coding", ["base64", "Base64", "quoted-printable", "x-uuencode"])
def test_a_part_in_an_encoding_of_mail_is_refused(rename, coding):
    """Python's `email.mime` and old PEAR and Perl libraries write parts of forms like parts of mail."""
    error = "Content-Transfer-Encoding is not supported: send each part as it is"

    assert_refused(rename(parts(b"Wm9l", coding=coding), MULTIPART), 415, error, "name")


@sweep("coding", ["8bit", "binary", "7bit"])
def test_a_part_declared_as_unencoded_is_read(rename, coding):
    """Apache HttpClient in strict mode and RestSharp send this with each part."""
    assert rename(parts(b"Zoe", coding=coding), MULTIPART).get_json()["data"]["name"] == "Zoe"


@sweep("coding", ["gzip", "br", "deflate", "x-gzip, gzip"])
def test_compressed_bodies_are_415(rename, coding):
    answer = rename(gzip.compress(written("utf-8")), "application/json", **{"Content-Encoding": coding})

    assert_refused(answer, 415, "Content-Encoding is not supported: send the body as it is")
