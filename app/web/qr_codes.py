"""QR codes as inline SVG, without styles or scripts."""

import segno
from markupsafe import Markup


def svg(text: str) -> Markup:
    """Return the picture of a text."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=3, omitsize=True, svgclass="qr__code")
    return Markup(drawn)  # noqa: S704 - drawn by segno: shapes only, the text is not in it
