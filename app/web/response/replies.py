"""Answers: what views return, and how refusals are written, in whichever dialect the caller speaks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, get_flashed_messages, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from app.base.errors import DomainError
from app.web.request.negotiation import Dialect, dialect
from app.web.response.screens import Screen

# A JSON object; most are of a type of `json_types`.
Payload = Mapping[str, object]
_FLASH = "components/_flash.html"


@dataclass(frozen=True, slots=True)
class Flash:
    """A notice to a person; `link` is a secret link to pass on, `secret` a key with a ready command.

    They are shown this once. `others` is how many other sessions it offers to end, `remedy` a label and an
    address that help after a refusal.
    """

    category: str
    text: str
    message: str | None = None
    link: str | None = None
    secret: str | None = None
    command: str | None = None
    others: int = 0
    remedy: tuple[str, str] | None = None

    @property
    def private(self) -> bool:
        """Whether it holds a secret, which must be in this one answer and in no cookie."""
        return bool(self.link or self.secret or self.command)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a read answers, before anything of it is drawn; a page that only people need has no payload."""

    payload: Callable[[], Payload] | None
    screen: Callable[[], Screen]


def shown(payload: Callable[[], Payload], screen: Callable[[], Screen]) -> Shown:
    """Answer a read: the payload, the page or its fragment, which the guard draws."""
    return Shown(payload, screen)


def page(screen: Callable[[], Screen]) -> Shown:
    """Answer a read that only people need, such as a form: the page or its fragment."""
    return Shown(None, screen)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a change answers, before anything of it is drawn: values, and what draws a page of them.

    A notice with a secret needs a screen: the cookie that carries others to the next page can be read.
    """

    payload: Payload
    notice: Flash
    to: str
    screen: Callable[[], Screen] | None = None


Result = ResponseReturnValue | Reply | Shown


def changed(payload: Payload, notice: Flash, *, to: str, screen: Callable[[], Screen] | None = None) -> Reply:
    """Answer a change: the payload, a notice on the next page, or the new fragment and the notice.

    The guard draws it, once the change is committed.
    """
    return Reply(payload, notice, to, screen)


def ended(status: int, error: str, screen: Screen) -> ResponseReturnValue:
    """Answer a link that works no more: a page in plain words, or the error shape."""
    response = (
        jsonify({"error": error, "status": "KO"})
        if speaks_json()
        else Response(render_template(screen.page, **screen.context))
    )
    response.status_code = status
    return response


def signed_in(to: str) -> ResponseReturnValue:
    """Answer a log-in: the person is sent on, a script is told."""
    return jsonify({"status": "OK"}) if speaks_json() else redirect_to(to)


def second_step(to: str) -> ResponseReturnValue:
    """Answer a right password that is only half of a log-in."""
    return jsonify({"status": "SECOND_FACTOR_REQUIRED"}) if speaks_json() else redirect_to(to)


def speaks_json() -> bool:
    """Tell whether a program asks."""
    return dialect() is Dialect.JSON


def redirect_to(to: str) -> ResponseReturnValue:
    """Send a browser on: a redirect for a page, a header for htmx, which would swap the redirect's page."""
    if dialect() is Dialect.FRAGMENT:
        return Response(headers={"HX-Redirect": to})
    return redirect(to, 303)


def refused(error: DomainError, screen: Screen | None = None) -> Response:
    """Answer a refusal with its status: the error shape, a whole page, or a notice, the form drawn again."""
    if speaks_json():
        response = jsonify(shape(error))
    elif dialect() is Dialect.PAGE:
        response = Response(_refusal_page(error, screen))
    else:
        response = _refusal_fragment(error, screen)
    response.status_code = error.status
    return response


def shape(error: DomainError) -> Payload:
    """Return the contract's error shape."""
    optional = {"message": error.message, "field": error.field, "code": error.code}
    return {"error": error.error, "status": "KO", **{name: text for name, text in optional.items() if text}}


def flashes() -> list[Flash]:
    """Return the notices that wait for this page."""
    return [Flash(**notice) for notice in get_flashed_messages()]  # type: ignore[arg-type] # what `drawing` stored


def flashed(notice: Flash) -> str:
    """Return the notice as a part of a fragment's answer that htmx puts in its own place."""
    return render_template(_FLASH, flashes=[notice], oob=True)


def _refusal_page(error: DomainError, screen: Screen | None) -> str:
    if screen is None:
        return render_template(
            "errors/refusal.html",
            status=error.status,
            error=error.error,
            message=error.message,
            remedy=error.remedy,
        )
    return render_template(screen.page, **screen.context, flashes=[_notice(error)])


def _refusal_fragment(error: DomainError, screen: Screen | None) -> Response:
    notice = flashed(_notice(error))
    if screen is None:
        return Response(notice)
    response = Response(render_template(screen.fragment, **screen.context) + notice)
    response.headers["HX-Retarget"] = f"#{screen.target}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _notice(error: DomainError) -> Flash:
    return Flash("error", error.error, error.message, remedy=error.remedy)
