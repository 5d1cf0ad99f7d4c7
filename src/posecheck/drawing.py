"""A drawing as a list of lines, areas, marks and words in points, which HTML (as SVG) and PDF draw alike."""

from dataclasses import dataclass
from html import escape

NAVY, BLUE, ORANGE, WHITE = "#10294d", "#1f4e9e", "#b8600b", "#ffffff"
GREY, PALE = "#4a5a72", "#d9e1ec"
BROWN = "#8a4708"  # words in orange: orange itself is too light for them
SMALL = 6.8  # pt, of words in a plot


@dataclass(frozen=True)
class Curve:
    """A line or an area through points; no `stroke` or no `fill` leaves it out. `dash` in points."""

    points: tuple[tuple[float, float], ...]
    stroke: str = ""
    fill: str = ""
    width: float = 0.8
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Words:
    """Text with its baseline at `y`; `anchor` is ``start``, ``middle`` or ``end``."""

    x: float
    y: float
    text: str
    size: float = SMALL
    colour: str = GREY
    anchor: str = "start"
    bold: bool = False


@dataclass(frozen=True)
class Mark:
    """A round or square mark around a point; hollow where the value took no part in a score."""

    x: float
    y: float
    r: float
    colour: str
    square: bool = False
    hollow: bool = False


@dataclass(frozen=True)
class Drawing:
    """Shapes from back to front, y downward, in points; `title` and `about` tell it to who does not see it."""

    width: float
    height: float
    shapes: tuple[Curve | Words | Mark, ...]
    title: str
    about: str


def box(left, top, right, bottom, fill, *, stroke="", dash=()):
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    return Curve(corners, stroke, fill, 0.6, dash)


def svg(drawing, name):
    """A `Drawing` as inline SVG; `name` makes its ids unique in the page."""
    parts = [
        f'<svg viewBox="0 0 {drawing.width:g} {drawing.height:g}" role="img" '
        f'aria-labelledby="{name}-title {name}-about">',
        f'<title id="{name}-title">{escape(drawing.title)}</title>',
        f'<desc id="{name}-about">{escape(drawing.about)}</desc>',
        *map(_element, drawing.shapes),
        "</svg>",
    ]
    return "".join(parts)


def _element(shape):
    if isinstance(shape, Curve):
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shape.points)
        dash = f' stroke-dasharray="{" ".join(f"{d:g}" for d in shape.dash)}"' if shape.dash else ""
        line = (
            f' stroke="{shape.stroke}" stroke-width="{shape.width:g}" stroke-linejoin="round"'
            if shape.stroke
            else ""
        )
        return f'<path d="{path}" fill="{shape.fill or "none"}"{line}{dash}/>'
    if isinstance(shape, Mark):
        fill = WHITE if shape.hollow else shape.colour
        look = f'fill="{fill}" stroke="{shape.colour}" stroke-width="0.9"'
        if shape.square:
            corner, size = f'x="{shape.x - shape.r:.1f}" y="{shape.y - shape.r:.1f}"', 2 * shape.r
            return f'<rect {corner} width="{size:g}" height="{size:g}" {look}/>'
        return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.r:g}" {look}/>'
    weight = ' font-weight="700"' if shape.bold else ""
    anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
    place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" fill="{shape.colour}"'
    return f"<text {place}{anchor}{weight}>{escape(shape.text)}</text>"
