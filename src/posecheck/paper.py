"""What a report on paper is made of: the app's font, as PDF takes it, and drawings that stay vectors."""

import io
import unicodedata
from functools import cache
from importlib import resources
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable

from posecheck.drawing import WHITE, Curve, Mark
from posecheck.report_html import FONTS

REGULAR, BOLD = "Atkinson", "Atkinson-Bold"


@cache
def register():
    """Make the app's font known; PDF takes the same faces unpacked, which lie beside those of the browser."""
    fonts = resources.files("posecheck").joinpath("app", "static", "fonts")
    for name, weight in ((REGULAR, 400), (BOLD, 700)):
        face = fonts.joinpath(FONTS[weight].replace(".woff2", ".ttf"))
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(face.read_bytes())))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


def printable(text):
    """The text with what the font has no letter for replaced by the nearest one it has, else by a question mark.

    Examples
    --------
    >>> printable("Zażółty 90° ± 4°")
    'Zazó?ty 90° ± 4°'
    """
    register()
    known: Any = pdfmetrics.getFont(REGULAR).face.charToGlyph  # pyright: ignore[reportAttributeAccessIssue]
    letters = []
    for letter in text:
        if ord(letter) in known or letter in "\n\t":
            letters.append(letter)
            continue
        bare = [c for c in unicodedata.normalize("NFKD", letter) if ord(c) in known]
        letters.append("".join(bare) or "?")
    return "".join(letters)


class Plot(Flowable):
    """A `Drawing` on paper.

    Parameters
    ----------
    drawing : Drawing
    width : float, pt
        Without it as wide as the drawing is.
    """

    def __init__(self, drawing, width=None):
        super().__init__()
        self.drawing, self._scale = drawing, 1.0 if width is None else width / drawing.width
        self.width, self.height = self._scale * drawing.width, self._scale * drawing.height

    def draw(self):
        canvas: Any = self.canv
        canvas.scale(self._scale, self._scale)
        for shape in self.drawing.shapes:
            canvas.saveState()
            _draw(canvas, shape, self.drawing.height)
            canvas.restoreState()


def _draw(canvas, shape, height):
    if isinstance(shape, Curve):
        path = canvas.beginPath()
        path.moveTo(shape.points[0][0], height - shape.points[0][1])
        for x, y in shape.points[1:]:
            path.lineTo(x, height - y)
        canvas.setLineWidth(shape.width)
        canvas.setLineJoin(1)
        canvas.setDash(list(shape.dash))
        canvas.setStrokeColor(HexColor(shape.stroke or WHITE))
        canvas.setFillColor(HexColor(shape.fill or WHITE))
        canvas.drawPath(path, stroke=bool(shape.stroke), fill=bool(shape.fill))
    elif isinstance(shape, Mark):
        canvas.setLineWidth(0.9)
        canvas.setStrokeColor(HexColor(shape.colour))
        canvas.setFillColor(HexColor(WHITE if shape.hollow else shape.colour))
        x, y = shape.x, height - shape.y
        if shape.square:
            canvas.rect(x - shape.r, y - shape.r, 2 * shape.r, 2 * shape.r, fill=1)
        else:
            canvas.circle(x, y, shape.r, fill=1)
    else:
        canvas.setFillColor(HexColor(shape.colour))
        canvas.setFont(BOLD if shape.bold else REGULAR, shape.size)
        put = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
        put[shape.anchor](shape.x, height - shape.y, printable(shape.text))
