"""QR codes as inline SVG, without styles or scripts."""

import segno


def svg(text: str) -> str:
    """Return the picture of a text: shapes only, so that a template may show it as it is."""
    return segno.make(text, error="m", micro=False).svg_inline(border=3, omitsize=True, svgclass="qr__code")
