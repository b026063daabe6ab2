"""The results that views return, and the responses to refusals, in every dialect."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, get_flashed_messages, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue

from app.base.errors import DomainError
from app.services.core.paging import Page
from app.web import json_types
from app.web.request.negotiation import Dialect, dialect
from app.web.response.screens import Screen

T = TypeVar("T")
U = TypeVar("U")
# A JSON object, usually of a type in `json_types`.
Payload = Mapping[str, object]
_FLASH = "components/_flash.html"


@dataclass(frozen=True, slots=True)
class Flash:
    """A notice on a page.

    `link` is an invitation link to share, `secret` an API key, `command` an example with it; they are shown
    only once. `others` is the number of other sessions that it offers to end. `remedy` is the label and the
    address of a link that helps after a refusal.
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
        """Whether it contains a secret, which may only be in this response and never in a cookie."""
        return bool(self.link or self.secret or self.command)


@dataclass(frozen=True, slots=True)
class Shown:
    """The result of a read, before rendering; `payload` is None for pages without a JSON form."""

    payload: Callable[[], Payload] | None
    screen: Callable[[], Screen]


def shown(payload: Callable[[], Payload], screen: Callable[[], Screen]) -> Shown:
    """Return the result of a read."""
    return Shown(payload, screen)


def page(screen: Callable[[], Screen]) -> Shown:
    """Return the result of a read that is only a page, such as a form."""
    return Shown(None, screen)


def paged(found: Page[T], shape: Callable[[T], U]) -> json_types.Page[U]:
    """Return a page of a list as JSON, with `next_cursor` if there is more."""
    data = [shape(row) for row in found.rows]
    return {"data": data, "next_cursor": found.next_cursor} if found.next_cursor else {"data": data}


@dataclass(frozen=True, slots=True)
class Reply:
    """The result of a change, before rendering.

    A notice with a secret needs a screen, because other notices go to the next page in a readable cookie.
    """

    payload: Payload
    notice: Flash
    to: str
    screen: Callable[[], Screen] | None = None


Result = ResponseReturnValue | Reply | Shown


def changed(payload: Payload, notice: Flash, *, to: str, screen: Callable[[], Screen] | None = None) -> Reply:
    """Return the result of a change, which the guard renders after the commit.

    It is the payload, a redirect to a page with the notice, or the new fragment with the notice.
    """
    return Reply(payload, notice, to, screen)


def ended(refusal: DomainError, screen: Screen) -> ResponseReturnValue:
    """Return the response for a link that no longer works: a page with the reason, or the error shape."""
    response = (
        jsonify(shape(refusal)) if speaks_json() else Response(render_template(screen.page, **screen.context))
    )
    response.status_code = refusal.status
    return response


def signed_in(to: str) -> ResponseReturnValue:
    """Return the response to a sign-in: a redirect, or a JSON status."""
    return jsonify({"status": "OK"}) if speaks_json() else redirect_to(to)


def second_step(to: str) -> ResponseReturnValue:
    """Return the response to a correct password that has to be followed by a second factor."""
    return jsonify({"status": "SECOND_FACTOR_REQUIRED"}) if speaks_json() else redirect_to(to)


def speaks_json() -> bool:
    """Return whether the response is JSON."""
    return dialect() is Dialect.JSON


def redirect_to(to: str) -> ResponseReturnValue:
    """Return a redirect; for htmx it is a header, because htmx would swap in the page of a redirect."""
    if dialect() is Dialect.FRAGMENT:
        return Response(headers={"HX-Redirect": to})
    return redirect(to, 303)


def refused(error: DomainError, screen: Screen | None = None) -> Response:
    """Return the response to a refusal: the error shape, a page or a notice, with the form's `screen`."""
    if speaks_json():
        response = jsonify(shape(error))
    elif dialect() is Dialect.PAGE:
        response = Response(_refusal_page(error, screen))
    else:
        response = _refusal_fragment(error, screen)
    response.status_code = error.status
    return response


def shape(error: DomainError) -> Payload:
    """Return the error shape of the API."""
    optional = {"message": error.message, "field": error.field, "code": error.code.word}
    return {"error": error.error, "status": "KO", **{name: text for name, text in optional.items() if text}}


def flashes() -> list[Flash]:
    """Return the notices stored for this page."""
    return [Flash(**notice) for notice in get_flashed_messages()]  # type: ignore[arg-type] # what `drawing` stored


def flashed(notice: Flash) -> str:
    """Return the notice as an out-of-band fragment for htmx."""
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
