"""Pictograms of one's own sides, in pairs: drawn with the side that is meant at the right, and that mirrored.

The screen is a mirror: a person's right is at the right of every picture (docs/practice.md).
"""

from pictogram_parts import (
    BLUE,
    NAVY,
    ORANGE,
    PALE,
    UP_R,
    WHITE,
    arrow,
    at,
    bust,
    flipped,
    front,
    hand,
    joined,
    line,
    shape,
    torso,
    tube,
)

AT_THE_RIGHT = {
    "hand_up": (
        "Raise your hand",
        at(-12, 4, 0.96, bust()) + tube("69,86 72,48", BLUE, 12) + at(45, 0, 0.56, flipped(hand(ORANGE))),
    ),
    "hand": ("The hand of this side", front(right=UP_R, right_fill=ORANGE)),
    "weaker": (
        "This side is weaker",
        front(right_fill=ORANGE, fills=(PALE, ORANGE)) + arrow(84, 34, 84, 62, head=9),
    ),
    "weaker_arm": ("The weaker arm", front(right="59,36 74,44 86,30", right_fill=ORANGE)),
    "weaker_leg": ("The weaker leg", front(legs=("43,60 41,87", "53,60 70,78 82,80"), fills=(PALE, ORANGE))),
    "helped": (
        "Help with the other hand",
        torso("33,48 22,72 52,74 70,58", "63,48 70,64 84,38", BLUE, ORANGE) + tube("58,68 70,58", BLUE, 10),
    ),
    "passive": (
        "A helper moves it",
        at(-14, 0, 1, torso("33,48 26,68 28,86", "63,48 74,62 92,60", PALE, ORANGE))
        + joined(("96,88 82,82", BLUE, 10), ("80,81 72,70", PALE, 8))
        + arrow(78, 46, 78, 16, BLUE, head=9),
    ),
    "both_sides_linked": (
        "One side helps the other",
        at(5, 12, 0.88, front("37,36 22,48 16,40", "59,36 74,48 80,40", left_fill=BLUE, right_fill=ORANGE))
        + line("M16,30C18,4 78,4 80,28", NAVY, 11)
        + line("M16,30C18,4 78,4 80,28", ORANGE, 5)
        + shape("70,26 90,26 80,40", ORANGE, 4),
    ),
    "two_hands_cup": (
        "Both hands share a cup",
        tube("8,88 18,64 34,54", BLUE, 11)
        + tube("88,88 78,64 62,54", ORANGE, 11)
        + shape("32,28 64,28 60,74 36,74", WHITE)
        + tube("34,60 42,56", BLUE, 8)
        + tube("62,60 54,56", ORANGE, 8),
    ),
}
"""Name without its side -> title and drawing: orange is the side that the name tells of."""

SIDES = {
    f"{name}_{side}": (f"{title} ({side})", drawing if side == "right" else flipped(drawing))
    for name, (title, drawing) in AT_THE_RIGHT.items()
    for side in ("left", "right")
}
"""Id -> title and drawing."""
