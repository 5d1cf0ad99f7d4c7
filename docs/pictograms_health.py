"""Pictograms of what is new, and of what must be asked before anything is offered."""

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
    burst,
    bust,
    chair_side,
    disc,
    dot,
    face,
    front,
    hand,
    joined,
    leg_side,
    line,
    oval,
    profile,
    round_arrow,
    shape,
    standing_leg,
    tube,
    waves,
)

TIGHT_EYES = line("28,34 42,41 28,48") + line("68,34 54,41 68,48")
FALLEN = (
    tube("30,72 58,72", BLUE, 13)
    + tube("60,72 84,60", PALE, 8)
    + tube("60,74 86,78", PALE, 8)
    + disc(17, 68, 10)
)


def shoulder_near(*marks, arm=PALE):
    """Head, shoulder and upper arm, near."""
    body = shape("M30,92V62C30,48 40,42 56,42H70C84,42 90,52 90,66V92", BLUE)
    return body + tube("40,60 36,90", arm, 14) + disc(66, 21, 15) + "".join(marks)


def forearm(*marks, fill=PALE):
    fingers = (("70,40 86,36", fill, 6), ("70,44 86,46", fill, 6), ("66,50 78,58", fill, 6))
    return joined(("10,70 50,52", fill, 18), ("54,50 68,42", fill, 15), *fingers) + "".join(marks)


HEALTH = {
    # what is new: stop, and call for help
    "new_face_droop": (
        "New face droop",
        face("M28,60q14,4 22,0q10,-2 16,14", dot(35, 40, 5) + line("M54,44l14,5", NAVY, 6))
        + arrow(84, 40, 84, 78, head=9),
    ),
    "new_arm_weak": (
        "New weak arm or leg",
        front(left="37,36 20,34 6,34", right="59,36 74,50 78,66", right_fill=ORANGE)
        + arrow(86, 52, 86, 86, BLUE, head=8),
    ),
    "new_speech": (
        "New trouble speaking",
        at(-8, 12, 0.86, profile())
        + shape(
            "M50,8H84a8,8 0 0 1 8,8V34a8,8 0 0 1 -8,8H72L62,52V42H50a8,8 0 0 1 -8,-8V16a8,8 0 0 1 8,-8",
            ORANGE,
        )
        + line("50,26 58,18 64,32 72,18 78,32 84,24", NAVY, 5),
    ),
    "new_eyes": (
        "New trouble seeing",
        shape("M6,48C24,20 72,20 90,48C72,76 24,76 6,48", WHITE)
        + disc(48, 48, 15, BLUE)
        + dot(48, 48, 6)
        + bolt(78, 18, 1.0),
    ),
    "new_balance": (
        "New loss of balance",
        at(4, -2, 0.92, front("37,36 24,26 12,30", "59,36 72,28 84,32"), turn=14)
        + line("M12,52q-8,14 0,28M24,58q-5,9 0,18", ORANGE, 6)
        + line("14,91 82,91", NAVY, 5),
    ),
    "new_headache": (
        "Sudden strong headache",
        face("M34,68q14,-12 28,0", TIGHT_EYES) + burst(48, 15, 14) + bolt(14, 18, 0.9) + bolt(82, 18, 0.9),
    ),
    "chest_pain": ("Chest pain", bust() + burst(58, 72, 15) + tube("24,84 40,78", PALE, 7)),
    "breathless": (
        "Short of breath",
        bust()
        + line("M40,38q8,-6 16,0", NAVY, 5)
        + joined(("38,66 34,82", ORANGE, 9), ("58,66 62,82", ORANGE, 9))
        + line("M48,54V66", NAVY, 5)
        + line("M72,24h14M74,34h16M72,44h12", NAVY, 5),
    ),
    "faint": (
        "Fainted",
        FALLEN + line("4,88 92,88", NAVY, 5) + round_arrow(26, 38, 14, 150, 400, BLUE, 5, 8),
    ),
    "seizure": (
        "Seizure",
        front("37,36 22,44 30,58", "59,36 74,44 66,58", left_fill=ORANGE, right_fill=ORANGE)
        + line("8,20 16,28 8,36 16,44 8,52")
        + line("88,20 80,28 88,36 80,44 88,52"),
    ),
    "fell": (
        "A fall",
        at(12, 2, 0.86, front("37,36 22,24", "59,36 76,30"), turn=62)
        + line("4,90 92,90", NAVY, 5)
        + line("M20,8q4,12 16,16M40,4q2,8 10,12", ORANGE, 6),
    ),
    "calf_swollen": ("Swollen, hot calf", standing_leg() + oval(37, 48, 15, 20, ORANGE) + waves(68, 46)),
    # what is asked before anything is offered
    "acute_knee_pain": ("A knee hurts", leg_side() + burst(58, 34, 20)),
    "aneurysm": (
        "Aneurysm",
        profile() + line("M34,62V44C34,34 42,30 50,30", ORANGE, 7) + disc(56, 30, 10, ORANGE),
    ),
    "ankle_fracture": (
        "Broken ankle",
        standing_leg() + box(29, 52, 32, 20, 6, ORANGE) + line("40,52 47,58 41,64 48,72", NAVY, 5),
    ),
    "clonus": (
        "The foot beats by itself",
        leg_side(foot=ORANGE, d=("14,20 50,26", "50,26 44,64", "44,68 66,60"))
        + round_arrow(48, 66, 36, 30, -24, BLUE, 5, 8),
    ),
    "dizziness_on_standing": (
        "Dizzy when standing up",
        chair_side(-16)
        + tube("44,66 44,88", PALE, 9)
        + tube("44,48 44,62", BLUE, 14)
        + disc(44, 32, 10)
        + round_arrow(44, 24, 18, 150, 330, ORANGE, 5, 8)
        + arrow(78, 84, 78, 44, BLUE, head=9),
    ),
    "dvt_signs": (
        "One calf swollen, warm or sore",
        tube("66,10 66,80", PALE, 12)
        + tube("32,10 32,80", PALE, 12)
        + oval(32, 44, 17, 22, ORANGE)
        + waves(26, 52, 2, 12, 5)
        + tube("32,84 24,84", PALE, 8)
        + tube("66,84 74,84", PALE, 8),
    ),
    "fixed_contracture": (
        "A joint fixed in one place",
        joined(("14,26 46,66", PALE, 15), ("46,66 82,40", PALE, 12))
        + box(34, 54, 28, 24, 5, ORANGE)
        + line("M40,54v-6a8,8 0 0 1 16,0v6", NAVY, 5)
        + dot(48, 65, 4),
    ),
    "forearm_fracture": (
        "Broken forearm",
        forearm(shape("20,54 44,44 52,60 28,72", ORANGE), line("30,50 36,56 32,62 40,68", NAVY, 5)),
    ),
    "wrist_fracture": (
        "Broken wrist",
        forearm(shape("46,42 64,34 72,50 54,60", ORANGE), line("54,40 60,46 56,50 64,56", NAVY, 5)),
    ),
    "hand_crps": ("A swollen, burning hand", at(0, 8, 0.9, hand(ORANGE)) + waves(76, 30, 2, 10, 5)),
    "hip_replacement": (
        "A new hip",
        shape("M12,12C30,6 44,10 48,18C52,10 66,6 84,12C88,28 78,42 70,50L60,38H36L26,50C18,42 8,28 12,12")
        + joined(("26,58 30,92", PALE, 11))
        + disc(26, 48, 8)
        + joined(("76,62 68,92", PALE, 13))
        + tube("68,48 76,56 72,80", ORANGE, 7)
        + disc(68, 46, 10, ORANGE),
    ),
    "non_weight_bearing": (
        "One leg carries no weight",
        at(
            -6,
            0,
            1,
            front(right="59,36 72,50", legs=("43,60 41,87", "53,60 60,72 52,82"), fills=(PALE, ORANGE)),
        )
        + line("M72,44L78,90M66,44H84", NAVY, 6),
    ),
    "recent_fall": (
        "A fall in the last month",
        FALLEN
        + line("4,88 92,88", NAVY, 5)
        + at(
            46,
            -2,
            0.48,
            box(12, 18, 72, 66, 9, WHITE, 9)
            + shape("M12,40V27a9,9 0 0 1 9,-9H75a9,9 0 0 1 9,9V40", ORANGE, 9)
            + line("M30,10V24M66,10V24", NAVY, 10),
        ),
    ),
    "shoulder_pain": ("A shoulder hurts", shoulder_near(burst(40, 54, 19))),
    "shoulder_subluxation": (
        "A shoulder has slipped down",
        shoulder_near(line("M30,56q10,-8 20,0", ORANGE, 7), arrow(16, 44, 16, 84, head=9), arm=ORANGE),
    ),
    "shoulder_surgery": (
        "A shoulder was operated on",
        shoulder_near(
            line("30,46 52,62", ORANGE, 13),
            line("30,46 52,62", NAVY, 4),
            line("M33,55l5,-8M40,60l5,-8M47,65l5,-8", NAVY, 4),
        ),
    ),
    "swallowing_problem": (
        "Coughing when drinking",
        at(-12, 6, 0.92, profile())
        + shape("66,22 92,30 84,56 66,50", BLUE)
        + burst(40, 78, 14)
        + "".join(dot(x, y, 4, ORANGE) for x, y in ((70, 66), (82, 70), (74, 78))),
    ),
    "uncontrolled_bp": (
        "High blood pressure",
        joined(("10,46 60,46", PALE, 15), ("64,46 84,42", PALE, 10))
        + box(22, 30, 28, 32, 6, BLUE)
        + line("M36,62V76H58", NAVY, 5)
        + disc(68, 74, 13, WHITE)
        + line("68,74 74,68", NAVY, 5)
        + arrow(76, 30, 76, 4, head=9),
    ),
    "unsafe_single_leg": (
        "Hard to stand on one leg",
        front("37,36 20,32", "59,36 76,32", legs=("45,60 46,88", "53,60 66,70 62,84"), fills=(PALE, ORANGE))
        + line("M8,44q-6,10 0,20M88,44q6,10 0,20", NAVY, 5),
    ),
    "unsafe_standing": (
        "Help is needed to stand",
        at(-4, 0, 1, front("37,36 30,52 24,50", "59,36 66,52 72,50"))
        + line("M20,52H30M66,52H76M24,52L18,90M72,52L80,90M20,70H76", ORANGE, 6),
    ),
}
"""Id -> title and drawing."""
