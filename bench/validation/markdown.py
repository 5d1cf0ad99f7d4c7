"""Numbers and tables as the validation page writes them."""

import numpy as np


def table(header, rows):
    """A Markdown table; vertical bars inside cells are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    cells = ([str(cell).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


def number(value, shape="{:.1f}"):
    """A number as text, or nothing when there is none."""
    return shape.format(value) if value is not None and np.isfinite(value) else ""


def percent(value):
    return number(value, "{:.0f} %")


def span(low, high, shape="{:.2f}"):
    return f"{number(low, shape)} to {number(high, shape)}" if np.isfinite(low) else ""
