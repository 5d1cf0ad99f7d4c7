"""Pictograms of people: answers, faces, where it hurts, how a limb is moved, and the cards."""

from pictogram_parts import (
    BLUE,
    NAVY,
    ORANGE,
    PALE,
    WHITE,
    arrow,
    at,
    bolt,
    box,
    bust,
    chair_side,
    disc,
    dot,
    face,
    flipped,
    front,
    joined,
    line,
    profile,
    seated,
    shape,
    torso,
    tube,
)

SHUT_EYES = line("M28,41q8,7 16,0M52,41q8,7 16,0", NAVY, 5)
TIGHT_EYES = line("28,34 42,41 28,48") + line("68,34 54,41 68,48")
LAPTOP = line("8,46 14,84 40,84", NAVY, 9) + line("8,46 14,84", BLUE, 3)


def marked(x, y):
    """The whole person, with a mark where it hurts."""
    return disc(x, y, 9, ORANGE) + dot(x, y, 3)


def on_the_way(x1, x2):
    """Somebody before a laptop, and which way to go."""
    return LAPTOP + at(40, 27, 0.7, front()) + arrow(x1, 14, x2, 14, w=8, head=12)


PEOPLE = {
    # answers
    "face_easy": (
        "Easy: a broad smile",
        face("M26,54H70C66,78 30,78 26,54Z") + shape("M27,54H69C65,76 31,76 27,54", WHITE),
    ),
    "face_right": ("Just right: a calm smile", face("M34,62q14,8 28,0", fill=PALE)),
    "face_hard": (
        "Hard: a strained face",
        face(
            "30,66 38,60 46,66 54,60 62,66 68,61",
            line("M27,36l13,-7M69,36l-13,-7", NAVY, 5) + dot(36, 45, 4.5) + dot(60, 45, 4.5),
            ORANGE,
        )
        + shape("M84,18c7,9 7,16 0,16s-7,-7 0,-16", BLUE, 4),
    ),
    "pain": ("Pain", face("M32,68q16,-16 32,0", TIGHT_EYES) + bolt(80, 20, 0.95) + bolt(14, 20, 0.95)),
    "no_pain": ("No pain", face("M30,58q18,18 36,0", SHUT_EYES)),
    "tired": (
        "Tired",
        face(
            "M40,66a8,8 0 1 0 16,0a8,8 0 1 0 -16,0",
            line("M26,42h18M52,42h18", NAVY, 5) + line("M29,44q6,7 12,0M55,44q6,7 12,0", NAVY, 4),
        )
        + box(60, 6, 26, 16, 4, WHITE, 4)
        + line("M88,12V16", NAVY, 5)
        + box(62, 8, 7, 12, 1, ORANGE, 0),
    ),
    # where it hurts
    "where_shoulder": ("Shoulder", front() + marked(61, 36)),
    "where_arm": ("Arm", front(right_fill=ORANGE, right="59,36 76,54") + marked(68, 46)),
    "where_hand": ("Hand", front(right="59,36 74,54") + marked(78, 60)),
    "where_chest": ("Chest", front() + marked(48, 40)),
    "where_leg": ("Leg", front(fills=(PALE, ORANGE)) + marked(54, 74)),
    "where_back": ("Back", front(head=NAVY) + line("M48,36V60", NAVY, 4) + marked(48, 50)),
    "where_other": (
        "Elsewhere",
        at(-14, 0, 1, front()) + "".join(disc(70, y, 6, ORANGE, 4) for y in (26, 46, 66)),
    ),
    # how it is moved
    "both_hands": ("Both hands together", torso("33,48 18,60 20,34", "63,48 78,60 76,34", ORANGE, ORANGE)),
    "helper": (
        "Helper",
        at(20, 8, 0.88, front()) + at(-16, 8, 0.88, front(right="59,36 70,50 86,44", top=PALE)),
    ),
    "imagine": (
        "Imagine it",
        at(-4, 18, 0.8, profile())
        + disc(68, 26, 21, WHITE)
        + disc(40, 12, 5, WHITE, 4)
        + tube("62,38 64,24 78,18", ORANGE, 7),
    ),
    "rest": (
        "Rest",
        box(12, 46, 66, 36, 10, PALE)
        + box(18, 16, 54, 46, 12, PALE)
        + tube("45,52 45,62", BLUE, 20)
        + tube("37,72 36,88", PALE, 8)
        + tube("53,72 54,88", PALE, 8)
        + disc(45, 30, 10)
        + tube("12,62 12,80", PALE, 9)
        + tube("78,62 78,80", PALE, 9),
    ),
    "sit_still": ("Sit still", seated() + disc(76, 24, 16, WHITE) + line("M71,17V31M81,17V31", NAVY, 6)),
    "stand_up": (
        "Stand up",
        chair_side(-10)
        + tube("52,62 54,87", PALE, 9)
        + tube("52,38 52,58", BLUE, 14)
        + disc(52, 17, 10)
        + arrow(80, 76, 80, 18),
    ),
    "standing_support": (
        "Chair behind, hand on something",
        line("M6,46V88M6,68H26V88")
        + line("M74,52V88M70,52H92", NAVY, 7)
        + tube("45,62 45,87", PALE, 9)
        + tube("45,38 45,58", BLUE, 14)
        + tube("48,38 60,50 76,46", ORANGE, 7)
        + disc(46, 16, 10),
    ),
    "step_back": ("Move back", on_the_way(20, 88)),
    "come_closer": ("Come closer", on_the_way(88, 20)),
    "sling": (
        "Arm in a sling",
        torso("33,48 24,72 24,90", "63,48 72,68 40,70")
        + line("M38,66L60,38", NAVY, 6)
        + shape("30,62 70,58 76,72 66,80 34,78", ORANGE)
        + disc(48, 17, 13),
    ),
    "wheelchair": (
        "Wheelchair",
        tube("46,58 66,58 70,82 80,82", PALE, 8)
        + tube("44,36 44,54", BLUE, 13)
        + disc(45, 15, 10)
        + tube("45,38 56,50", PALE, 6)
        + f'<circle cx="40" cy="66" r="21" fill="none" stroke="{NAVY}" stroke-width="6"/>'
        + dot(40, 66, 5)
        + line("28,30 28,48"),
    ),
    "doctor": (
        "Therapist",
        bust(WHITE) + line("M34,58V68a10,10 0 0 0 20,0V58M44,78v4", BLUE, 6) + disc(68, 72, 7, ORANGE, 4),
    ),
    "show_me": (
        "Show me: the mirror",
        box(14, 8, 68, 66, 12, WHITE) + at(14, 16, 0.7, bust()) + line("M48,74V88M30,88H66"),
    ),
    "show_figure": (
        "Show the figure instead of me",
        box(14, 6, 68, 84, 12, WHITE)
        + at(
            12,
            12,
            0.76,
            front(top=ORANGE, head=ORANGE, left_fill=ORANGE, right_fill=ORANGE, fills=(ORANGE, ORANGE)),
        ),
    ),
    # cards
    "therapist_says": (
        "Your therapist's plan comes first",
        at(-8, 16, 0.82, bust(WHITE) + line("M34,58V68a10,10 0 0 0 20,0V58", BLUE, 6))
        + shape(
            "M50,6H84a8,8 0 0 1 8,8V32a8,8 0 0 1 -8,8H74L64,50V40H50a8,8 0 0 1 -8,-8V14a8,8 0 0 1 8,-8", WHITE
        )
        + line("56,24 64,31 78,15", ORANGE, 7),
    ),
    "together": (
        "Both sides together",
        at(-16, 14, 0.8, front(right="59,36 70,52 80,54"))
        + at(35, 14, 0.8, flipped(front(right="59,36 70,52 80,54", top=ORANGE))),
    ),
    "people_differ": (
        "People differ",
        at(-6, 34, 0.62, front(top=ORANGE))
        + at(42, 34, 0.62, front(top=PALE, head=WHITE))
        + at(10, 4, 0.86, front()),
    ),
    "resting_arm": (
        "A resting arm",
        disc(20, 18, 12)
        + tube("20,44 20,70", BLUE, 18)
        + box(26, 64, 64, 22, 11, PALE)
        + joined(("22,44 34,62", ORANGE, 11), ("34,62 70,60", ORANGE, 11), ("72,60 82,61", ORANGE, 7)),
    ),
}
"""Id -> title and drawing."""
