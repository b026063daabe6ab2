"""E-mail addresses: the only place that checks and compares them."""

from dataclasses import dataclass

import email_validator
from email_validator import EmailNotValidError, validate_email

from app.base.errors import InvalidInput

LONGEST = 254
# Bytes in front of the @: what mail servers must take, and no more (RFC 5321, 4.5.3.1.1).
LONGEST_LOCAL_PART = 64
INVALID = "Invalid email format"

# Begins what mail programs decode: `=?utf-8?q?bob?=@example.com` would be mailed to somebody else, to Bob.
_ENCODED_WORD = "=?"

# Self-hosted teams use names that the public network reserves: .local, .test, .internal.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


@dataclass(frozen=True, slots=True)
class Address:
    """An address as typed, for showing and for mail, and the key by which it is compared."""

    typed: str
    key: str


def parse(text: str, *, field: str = "email") -> Address:
    """Return the address in a text, or raise `Invalid email format`."""
    typed = text.strip()
    try:
        if len(typed) > LONGEST or _ENCODED_WORD in typed:
            raise InvalidInput(INVALID, field=field)
        valid = validate_email(typed, check_deliverability=False)
    except EmailNotValidError as error:
        raise InvalidInput(INVALID, message=str(error), field=field) from error

    if len(valid.local_part.encode()) > LONGEST_LOCAL_PART:
        raise InvalidInput(INVALID, message="It is too long in front of the @.", field=field)
    return Address(typed=typed, key=f"{valid.local_part.lower()}@{valid.ascii_domain.lower()}")


def on_the_wire(text: str) -> str:
    """Return an address as mail servers want it: the domain in ASCII; what is before the @ stays as typed."""
    if text.isascii():
        return text
    valid = validate_email(text, check_deliverability=False)
    return f"{valid.local_part}@{valid.ascii_domain}"


def mailbox(text: str) -> str:
    """Return the address of the mailbox behind one: `bob+club@…` arrives where `bob@…` does."""
    local, _, domain = text.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def masked(address: str) -> str:
    """Hide most of an address from somebody who may not be its owner: `a•••@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
