"""Render what a view returned as JSON, a page or a fragment, depending on the caller's dialect."""

from dataclasses import asdict

from flask import Response, flash, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.base.codes import Code
from app.base.errors import DomainError
from app.web.request.negotiation import Dialect, dialect, excludes_html
from app.web.response.replies import Flash, Reply, Result, Shown, flashed, redirect_to, speaks_json


def needs_reading(result: Result) -> bool:
    """Return whether rendering a result needs the database."""
    if isinstance(result, Reply):
        return not speaks_json() and result.screen is not None and not _redirects(result)
    return isinstance(result, Shown)


def draw(result: Result) -> ResponseReturnValue:
    """Return the response for a view's result, in the caller's dialect. Raises a 406 for a page."""
    if isinstance(result, Shown):
        return _draw_read(result)
    return _draw_change(result) if isinstance(result, Reply) else result


def draw_fallback(reply: Reply) -> ResponseReturnValue:
    """Return a redirect for a change whose page failed to render; the next page shows the notice.

    Raises a 500 if the notice contains a secret and must not be stored until then.
    """
    if reply.notice.private:
        message = "Your change was made. Go back and reload the page."
        raise DomainError(Code.PAGE_FAILED, message=message, status=500)
    return _redirect_with_notice(reply.notice, reply.to)


def _draw_read(shown: Shown) -> ResponseReturnValue:
    if shown.payload is None and excludes_html():
        raise DomainError(Code.NOT_ACCEPTABLE, status=406)
    if shown.payload and speaks_json():
        return jsonify(shown.payload())
    screen = shown.screen()
    return render_template(
        screen.fragment if dialect() is Dialect.FRAGMENT else screen.page, **screen.context
    )


def _draw_change(reply: Reply) -> ResponseReturnValue:
    if speaks_json():
        return jsonify(reply.payload)
    if reply.screen is None or _redirects(reply):
        return _redirect_with_notice(reply.notice, reply.to)
    screen = reply.screen()
    if dialect() is Dialect.PAGE:
        return render_template(screen.page, **screen.context, flashes=[reply.notice], address=reply.to)
    response = Response(render_template(screen.fragment, **screen.context) + flashed(reply.notice))
    response.headers["HX-Retarget"] = f"#{screen.target}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _redirects(reply: Reply) -> bool:
    """Return whether the browser is redirected to the next page, which shows the notice."""
    return dialect() is Dialect.PAGE and not reply.notice.private


def _redirect_with_notice(notice: Flash, to: str) -> ResponseReturnValue:
    if notice.private:
        raise ValueError("a notice with a secret needs a screen")
    flash(asdict(notice))  # type: ignore[arg-type] # Flask stores any JSON
    return redirect_to(to)
