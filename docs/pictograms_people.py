"""Pictograms of people: answers, faces, where it hurts, how a limb is moved, and the cards."""

from pictogram_parts import (
    BLUE,
    NAVY,
    ORANGE,
    PALE,
    UP_L,
    UP_R,
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
    hand,
    joined,
    line,
    profile,
    seated,
    shape,
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


def torso(left="", right="", left_fill=PALE, right_fill=PALE):
    """Head and trunk, nearer than the whole person, the arms over them; the left one first."""
    body = tube("M43,46H53V92H43Z", BLUE, 18) + disc(48, 17, 13)
    arms = (tube(left, left_fill, 10) if left else "") + (tube(right, right_fill, 10) if right else "")
    return body + arms


def helper_beside(person, arms):
    """A second person, smaller, at the left."""
    return at(-20, 8, 0.9, front(top=PALE)) + at(18, 8, 0.9, person) + arms


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
    "where_leg": ("Leg", front(fills=(PALE, ORANGE)) + marked(54, 74)),
    "where_back": ("Back", front(head=NAVY) + line("M48,36V60", NAVY, 4) + marked(48, 50)),
    "where_other": (
        "Elsewhere",
        at(-14, 0, 1, front()) + "".join(disc(70, y, 6, ORANGE, 4) for y in (26, 46, 66)),
    ),
    # the stronger hand, the weaker side
    "hand_up": (
        "Raise your hand",
        at(-12, 4, 0.96, bust()) + tube("72,86 75,48", BLUE, 12) + at(48, 0, 0.56, flipped(hand(ORANGE))),
    ),
    "hand_left": ("The hand at the left", front(left=UP_L, left_fill=ORANGE)),
    "hand_right": ("The hand at the right", front(right=UP_R, right_fill=ORANGE)),
    "weaker_left": (
        "Left side weaker",
        front(left_fill=ORANGE, fills=(ORANGE, PALE)) + arrow(12, 34, 12, 62, head=9),
    ),
    "weaker_right": (
        "Right side weaker",
        front(right_fill=ORANGE, fills=(PALE, ORANGE)) + arrow(84, 34, 84, 62, head=9),
    ),
    "weaker_arm": ("The weaker arm", front(right="59,36 74,44 86,30", right_fill=ORANGE)),
    "weaker_leg": ("The weaker leg", front(legs=("43,60 41,87", "53,60 70,78 82,80"), fills=(PALE, ORANGE))),
    "both_hands": ("Both hands together", torso("33,48 18,60 20,34", "63,48 78,60 76,34", ORANGE, ORANGE)),
    "helped": (
        "Help with the other hand",
        torso("33,48 22,72 52,74 70,58", "63,48 70,64 84,38", BLUE, ORANGE) + tube("58,68 70,58", BLUE, 10),
    ),
    "passive": (
        "A helper moves it",
        joined(("8,48 42,50", ORANGE, 14), ("46,50 72,42", ORANGE, 11), ("74,41 88,38", ORANGE, 7))
        + tube("22,92 26,72 40,66 50,66", BLUE, 9)
        + tube("68,92 64,72 74,58", BLUE, 9)
        + arrow(48, 38, 48, 6, BLUE, head=10),
    ),
    "helper": ("Helper", helper_beside(front(), tube("32,44 46,54", PALE, 6))),
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
    "one_helps_other": (
        "One side helps the other",
        at(5, 12, 0.88, front("37,36 22,46 16,32", "59,36 74,46 80,32", left_fill=BLUE, right_fill=ORANGE))
        + line("M16,30C18,4 78,4 80,28", NAVY, 11)
        + line("M16,30C18,4 78,4 80,28", ORANGE, 5)
        + shape("70,26 90,26 80,40", ORANGE, 4),
    ),
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
    "two_hands_cup": (
        "Both hands share a cup",
        tube("8,88 18,64 34,54", BLUE, 11)
        + tube("88,88 78,64 62,54", ORANGE, 11)
        + shape("32,28 64,28 60,74 36,74", WHITE)
        + tube("34,60 42,56", BLUE, 8)
        + tube("62,60 54,56", ORANGE, 8)
        + line("M42,20q-5,-5 0,-11M54,20q-5,-5 0,-11", NAVY, 5),
    ),
}
PEOPLE["both_sides_linked"] = PEOPLE["one_helps_other"]
"""Id -> title and drawing."""
