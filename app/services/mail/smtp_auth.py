"""Logins to the mail server: passwords of any letters, and no answer that repeats one."""

import base64
import smtplib

_PASSWORD_WANTED = 334
_LOGGED_IN = 235
_WITHHELD = "the server's words are left out: they repeat part of the login"
# A shorter run of letters in common says nothing about a longer password.
_RUN = 6


def log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in, if there is a user; raises `smtplib.SMTPException` without the password in it."""
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
        if _repeats(words, user, password):
            words = _WITHHELD
        raise smtplib.SMTPResponseException(error.smtp_code, words) from None


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


def _repeats(words: str, user: str, password: str) -> bool:
    """Return whether an answer has the password in it, or a part of what was sent of it.

    Some servers repeat the command that they do not like, or only its beginning. Taking just the password out
    would show which word of a common answer it is.
    """
    sent = (password, _encoded(f"\0{user}\0{password}"), _encoded(password))
    said = words.casefold()
    return any(run in said for secret in sent for run in _runs(secret.casefold()))


def _runs(secret: str) -> set[str]:
    """Return every run of letters that gives a secret away; a short secret is one run."""
    if not secret:
        return set()
    return {secret[at : at + _RUN] for at in range(max(len(secret) - _RUN, 0) + 1)}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
