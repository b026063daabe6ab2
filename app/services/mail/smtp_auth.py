"""Log in to the mail server. Passwords may be non-ASCII, and no error reveals one."""

import base64
import smtplib

_PASSWORD_WANTED = 334
_LOGGED_IN = 235
_WITHHELD = "the server's words are left out: they repeat part of the login"
# Shorter common substrings reveal nothing about a longer password.
_RUN = 6


def log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in if a user is given. Raises `smtplib.SMTPException`, which never contains the password."""
    if not user:
        return
    try:
        if f"{user}{password}".isascii():
            smtp.login(user, password)
        else:
            _log_in_as_utf8(smtp, user, password)
    except smtplib.SMTPResponseException as error:
        reply = error.smtp_error
        text = reply if isinstance(reply, str) else reply.decode(errors="replace")
        if _repeats(text, user, password):
            text = _WITHHELD
        raise smtplib.SMTPResponseException(error.smtp_code, text) from None


def _log_in_as_utf8(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Log in with UTF-8 as in RFC 4616. `smtplib` takes only ASCII, and its error reveals the character."""
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
    """Return whether a reply contains part of the password or of its encoded form.

    Some servers echo a command that they reject, or its start. Removing only the password from the reply
    could reveal it as the word missing from a common text.
    """
    sent = (password, _encoded(f"\0{user}\0{password}"), _encoded(password))
    reply = words.casefold()
    return any(run in reply for secret in sent for run in _runs(secret.casefold()))


def _runs(secret: str) -> set[str]:
    """Return every substring that would reveal a secret; a short secret is a single one."""
    if not secret:
        return set()
    return {secret[at : at + _RUN] for at in range(max(len(secret) - _RUN, 0) + 1)}


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
