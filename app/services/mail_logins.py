"""Logins to the mail server: passwords of any letters, and no answer that repeats one."""

import base64
import smtplib

_PASSWORD_WANTED = 334
_LOGGED_IN = 235


def log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in, if there is a user; raises `smtplib.SMTPException` without any form of the password in it."""
    if not user:
        return
    try:
        if f"{user}{password}".isascii():
            smtp.login(user, password)
        else:
            _log_in_as_utf8(smtp, user, password)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        words = said if isinstance(said, str) else said.decode(errors="replace")
        raise smtplib.SMTPResponseException(error.smtp_code, _without(words, user, password)) from None


def _log_in_as_utf8(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in as RFC 4616 says; the library takes ASCII only, and prints the letter that it does not take."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, words = smtp.docmd("AUTH PLAIN", _encoded(f"\0{user}\0{password}"))
    elif "LOGIN" in offered:
        code, words = smtp.docmd("AUTH LOGIN", _encoded(user))
        if code == _PASSWORD_WANTED:
            code, words = smtp.docmd(_encoded(password))
    else:
        raise smtplib.SMTPNotSupportedError("No suitable authentication method found.")
    if code != _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, words)


def _without(words: str, user: str, password: str) -> str:
    """Return an answer without the password; some servers repeat the command that they do not like."""
    for secret in (_encoded(f"\0{user}\0{password}"), _encoded(password), password):
        words = words.replace(secret, "…") if secret else words
    return words


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
