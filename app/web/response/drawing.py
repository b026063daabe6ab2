"""Drawing what a view returned: a payload, a page or a fragment, whichever the caller speaks."""

from dataclasses import asdict

from flask import Response, flash, jsonify, render_template
from flask.typing import ResponseReturnValue

from app.base.errors import NotAcceptable, NotDrawn
from app.web.request.negotiation import Dialect, dialect, excludes_html
from app.web.response.replies import Flash, Reply, Result, Shown, flashed, redirect_to, speaks_json

_PAGE_ONLY = "This address is a page: accept text/html"


def needs_reading(result: Result) -> bool:
    """Tell whether drawing a result looks things up."""
    if isinstance(result, Reply):
        return not speaks_json() and result.screen is not None and not _goes_on(result)
    return isinstance(result, Shown)


def drawn(result: Result) -> ResponseReturnValue:
    """Draw what a view returned, in the caller's dialect."""
    if isinstance(result, Shown):
        return _drawn_read(result)
    return _drawn_change(result) if isinstance(result, Reply) else result


def undrawn(reply: Reply) -> ResponseReturnValue:
    """Answer a change whose page cannot be drawn: on the next page, if the notice may wait for it.

    Raises `NotDrawn` if it may not, since it holds a secret.
    """
    if reply.notice.private:
        raise NotDrawn
    return _noticed_on_the_next_page(reply.notice, reply.to)


def _drawn_read(shown: Shown) -> ResponseReturnValue:
    if shown.payload is None and excludes_html():
        raise NotAcceptable(_PAGE_ONLY)
    if shown.payload and speaks_json():
        return jsonify(shown.payload())
    screen = shown.screen()
    return render_template(
        screen.fragment if dialect() is Dialect.FRAGMENT else screen.page, **screen.context
    )


def _drawn_change(reply: Reply) -> ResponseReturnValue:
    if speaks_json():
        return jsonify(reply.payload)
    if reply.screen is None or _goes_on(reply):
        return _noticed_on_the_next_page(reply.notice, reply.to)
    screen = reply.screen()
    if dialect() is Dialect.PAGE:
        return render_template(screen.page, **screen.context, flashes=[reply.notice], address=reply.to)
    response = Response(render_template(screen.fragment, **screen.context) + flashed(reply.notice))
    response.headers["HX-Retarget"] = f"#{screen.target}"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _goes_on(reply: Reply) -> bool:
    """Tell whether a browser is sent to the next page, which shows the notice."""
    return dialect() is Dialect.PAGE and not reply.notice.private


def _noticed_on_the_next_page(notice: Flash, to: str) -> ResponseReturnValue:
    if notice.private:
        raise ValueError("a secret is shown with a screen")
    flash(asdict(notice))  # type: ignore[arg-type] # Flask stores any JSON
    return redirect_to(to)
