"""Replies of mail servers: which are permanent, which are temporary, and whom they concern.

The stage matters as much as the code: a 5xx at RCPT is about the addressee, the same code at the greeting is
about us. By default, Postfix reports problems with the client or sender at RCPT too, so there the enhanced
code decides, and then the text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
# Separates the lines of a reply, which is stored as one line.
NEW_LINE = " / "
_CLOSING = 421
_FINAL = 500
# The server requires a login, encryption, or another login method, at any stage (RFC 4954, RFC 3207).
_LOGIN_CODES = {454, 523, 530, 534, 535, 538}
# About the sender or the sending host: a bad sender (RFC 3463), failing SPF, DKIM or DMARC (RFC 7372), a
# sender that the login may not use, or an IP address that Microsoft blocks.
_OURS = re.compile(r"1\.[78]|1\.9\d|2\.252|3\.[12]|7\.(2[3-79]|57|60|64|[5-7]\d\d|8|9|1[0-4])")
# The same, but only if permanent: a misconfigured system, or an unknown command.
_OURS_FOR_GOOD = re.compile(r"3\.5|5\.\d+")
# About the addressee's mailbox, whatever the text says, because other servers may have written it.
_THEIRS = re.compile(r"1\.([01346]|10|2)|2\.[0-4]|4\.\d+|6\.\d+")
_OUR_WORDS = re.compile(
    r"relay|rcpthosts|authenticat|not logged in|client host|blocked using|helo|sender (address|verify|domain)"
    r"|spamhaus|your (ip|host|domain|address)|not verified|not owned by|send as|signature"
    r"|maximum credits|rate limit|sending (limit|quota)|too (much mail|many recipients) from",
    re.IGNORECASE,
)
# Codes about addressees that Postfix (1.0), Gmail (4.5) and Zoho (4.6) also use for senders that are unknown
# or have sent too much; the text distinguishes them.
_SENDING = re.compile(r"1\.0|4\.[56]")
_SENDER_WORDS = re.compile(r"sender address rejected|sending (limit|quota|rate|activity)", re.IGNORECASE)
# An address that is not fully qualified is 5.5.2 to Postfix, just as our host name would be.
_RECIPIENT_WORDS = re.compile(r"recipient address rejected", re.IGNORECASE)
# A reply often repeats an address, whose owner chose the words in it, such as ada@relay.example.
_ADDRESS = re.compile(r"\S*@\S*")
# A command that the server doesn't know or expect, whoever the addressee is (RFC 5321).
_OUT_OF_ORDER = {500, 502, 503, 504}
# The server rejects parameters, which are only sent for a non-ASCII address.
_NO_PARAMETERS = 555
_NO_UTF8 = "6.7"


class Stage(StrEnum):
    """The stage of the conversation at which the server replied or failed to."""

    CONNECT = "connect"
    TLS = "TLS"
    EHLO = "EHLO"
    AUTH = "login"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    MESSAGE = "after the message"


class Verdict(StrEnum):
    """The consequence of a reply."""

    # This mail will never be accepted.
    FINAL = "final"
    # This mail may be accepted later; other mail is not affected.
    DEFERRED = "deferred"
    # All mail has to wait, or the operator has to fix something.
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply of the server. `code` is None without one: no connection, a timeout, or a closed connection."""

    stage: Stage
    code: int | None
    words: str

    def __str__(self) -> str:
        """Return the reply as one line."""
        return f"{self.stage}: {self.code or ''} {self.words}".replace("  ", " ").strip()

    @property
    def anonymous(self) -> str:
        """The same line without any address. Servers may write the addressee's differently or as an alias."""
        return _ADDRESS.sub("…", str(self))

    @property
    def enhanced(self) -> str:
        """The last two numbers of the enhanced status code, such as `1.1`, or an empty string."""
        match = _ENHANCED.match(self.words)
        return f"{match[2]}.{match[3]}" if match else ""

    @property
    def uncertain(self) -> bool:
        """Whether the server may have accepted the mail: it received all of it but did not reply."""
        return self.stage is Stage.MESSAGE and self.code is None

    @property
    def verdict(self) -> Verdict:
        """The consequence of this reply."""
        if self.stage is Stage.MAIL and (self.code == _NO_PARAMETERS or self.enhanced == _NO_UTF8):
            return Verdict.FINAL
        if self.code is None or self.stage not in {Stage.RCPT, Stage.DATA, Stage.MESSAGE}:
            return Verdict.OUTAGE
        if self.code == _CLOSING or self.code in _LOGIN_CODES or self._about_us():
            return Verdict.OUTAGE
        return Verdict.FINAL if self.code >= _FINAL else Verdict.DEFERRED

    @property
    def reason(self) -> str:
        """Why the addressee doesn't get the mail, as a sentence for the page."""
        if self.uncertain:
            return "Their mail server never confirmed this mail; it may have arrived."
        texts = (text for pattern, text in _REASONS if re.fullmatch(pattern, self.enhanced))
        return next(texts, "Their mail server refuses this mail.")

    def _about_us(self) -> bool:
        words = _ADDRESS.sub("", self.words.partition(NEW_LINE)[0])
        if _SENDING.fullmatch(self.enhanced) and _SENDER_WORDS.search(words):
            return True
        if _THEIRS.fullmatch(self.enhanced):
            return False
        if _OURS.fullmatch(self.enhanced):
            return True
        if _OURS_FOR_GOOD.fullmatch(self.enhanced):
            return self.code is not None and self.code >= _FINAL and not _RECIPIENT_WORDS.search(words)
        # A refusal at this point is about the message, unless the text says that it is about us.
        return self._out_of_order or bool(_OUR_WORDS.search(words))

    @property
    def _out_of_order(self) -> bool:
        return self.stage is not Stage.MESSAGE and self.code in _OUT_OF_ORDER


_REASONS = (
    (r"1\.(0|1|2|3|6|10)|4\.\d+", "There is no mailbox with this address."),
    (r"2\.0|2\.1", "The mailbox is switched off."),
    (r"2\.2", "The mailbox is full."),
    (r"6\.7", "Their mail server cannot deliver to this address because of its letters."),
    (r"7\.\d+", "Their mail server refuses mail from this portal."),
)
