"""Validates, compares and masks email addresses."""

from dataclasses import dataclass

import email_validator
from email_validator import EmailNotValidError, validate_email

from app.base.codes import Code
from app.base.errors import InvalidInput

LONGEST = 254
# Bytes before the @ that mail servers must accept (RFC 5321, 4.5.3.1.1).
LONGEST_LOCAL_PART = 64

# Mail programs decode this: mail to `=?utf-8?q?bob?=@example.com` would reach `bob@example.com`.
_ENCODED_WORD = "=?"

# Self-hosted teams use names that the public network reserves: .local, .test, .internal.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


@dataclass(frozen=True, slots=True)
class Address:
    """An address as typed, for display and mail, and the key by which it is compared."""

    typed: str
    key: str


def parse(text: str, *, field: str = "email") -> Address:
    """Return the address in a text. Raises `InvalidInput` if it is not one valid address."""
    typed = text.strip()
    try:
        if len(typed) > LONGEST or _ENCODED_WORD in typed:
            raise InvalidInput(Code.INVALID_EMAIL, field=field)
        valid = validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidInput(Code.INVALID_EMAIL, message=str(error), field=field) from error

    if len(valid.local_part.encode()) > LONGEST_LOCAL_PART:
        raise InvalidInput(Code.INVALID_EMAIL, message="The part before the @ is too long.", field=field)
    return Address(typed=typed, key=f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}")


def for_smtp(text: str) -> str:
    """Return an address for SMTP: the domain in ASCII, the local part as typed."""
    if text.isascii():
        return text
    valid = validate_email(text, check_deliverability=False)
    return f"{valid.local_part}@{valid.ascii_domain}"


def mailbox(text: str) -> str:
    """Return the address without its tag: `bob+club@…` and `bob@…` are one mailbox."""
    local, _, domain = text.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def masked(address: str) -> str:
    """Return an address with most of it hidden: `a•••@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
