"""Pictograms of things and signs."""

from math import cos, radians, sin

from pictogram_parts import (
    BLUE,
    NAVY,
    ORANGE,
    PALE,
    WHITE,
    at,
    box,
    burst,
    calendar,
    disc,
    dot,
    line,
    oval,
    plus,
    pot,
    round_arrow,
    shape,
    slash,
    speaker,
    tube,
)
from pictograms_people import PEOPLE

EYE = "M6,48C24,20 72,20 90,48C72,76 24,76 6,48"


def eye(*over):
    return shape(EYE, WHITE) + disc(48, 48, 15, BLUE) + dot(48, 48, 6) + "".join(over)


def clock(part):
    """A clock of which a part is filled."""
    a = radians(360 * part)
    x, y = 48 + 34 * sin(a), 48 - 34 * cos(a)
    slice_ = (
        disc(48, 48, 34, ORANGE)
        if part == 1
        else disc(48, 48, 34, WHITE)
        + shape(f"M48,48V14A34,34 0 {int(part > 0.5)} 1 {x:.1f},{y:.1f}", ORANGE, 4)
    )
    ticks = "".join(
        line(f"M{48 + 28 * sin(radians(t)):.1f},{48 - 28 * cos(radians(t)):.1f}L{48 + 32 * sin(radians(t)):.1f},"
             f"{48 - 32 * cos(radians(t)):.1f}", NAVY, 4)
        for t in range(0, 360, 90)
    )  # fmt: skip
    return slice_ + ticks + dot(48, 48, 5)


def dots(filled, columns=4, rows=3):
    return "".join(
        dot(24 + 16 * c, 49 + 13 * r, 5, ORANGE if r * columns + c in filled else PALE)
        for r in range(rows)
        for c in range(columns)
    )


def week(days):
    """The seven days of a week, Monday first; some are chosen."""
    page = box(4, 18, 88, 64, 9, WHITE) + shape("M4,36V27a9,9 0 0 1 9,-9H83a9,9 0 0 1 9,9V36", BLUE)
    columns = (
        line(f"M{x:g},47V71", ORANGE, 8) if day in days else line(f"M{x:g},58V60", NAVY, 4)
        for day, x in enumerate(14.7 + 11.1 * k for k in range(7))
    )
    return page + line("M26,10V24M70,10V24", NAVY, 7) + "".join(columns)


def rays(x, y, near, far, count=8):
    return "".join(
        line(f"M{x + near * sin(k * 6.2832 / count):.1f},{y - near * cos(k * 6.2832 / count):.1f}"
             f"L{x + far * sin(k * 6.2832 / count):.1f},{y - far * cos(k * 6.2832 / count):.1f}")
        for k in range(count)
    )  # fmt: skip


def gear():
    teeth = "".join(
        line(f"M{48 + 26 * sin(radians(t)):.1f},{48 - 26 * cos(radians(t)):.1f}L{48 + 36 * sin(radians(t)):.1f},"
             f"{48 - 36 * cos(radians(t)):.1f}", NAVY, 14)
        for t in range(0, 360, 45)
    )  # fmt: skip
    return teeth + disc(48, 48, 25, BLUE) + disc(48, 48, 9, WHITE)


def leaf(x, y, to_x, to_y, fill=BLUE):
    mx, my = (x + to_x) / 2, (y + to_y) / 2
    ox, oy = 0.45 * (to_y - y), -0.45 * (to_x - x)
    return shape(
        f"M{x},{y}Q{mx + ox:.1f},{my + oy:.1f} {to_x},{to_y}Q{mx - ox:.1f},{my - oy:.1f} {x},{y}", fill
    )


HANDSET = (
    "M22,14L36,10L44,30L34,38C38,50 46,58 58,62L66,52L86,60L82,74"
    "C76,86 62,86 50,80C32,72 20,56 16,36C14,26 16,18 22,14"
)
SNAIL = (
    tube("M10,82H70C82,82 84,66 80,50", PALE, 10)
    + line("M76,46L70,32M84,46L90,32", NAVY, 5)
    + dot(70, 31, 4.5)
    + dot(90, 31, 4.5)
    + disc(40, 54, 25, ORANGE)
    + line("M40,54a5,5 0 1 1 7,5a11,11 0 1 1 -16,-12a18,18 0 0 1 27,8", NAVY, 5)
)
CAMERA = (
    box(8, 28, 80, 52, 10, PALE)
    + shape("32,28 38,16 58,16 64,28", PALE)
    + disc(48, 54, 18, BLUE)
    + disc(48, 54, 7, WHITE, 4)
    + dot(76, 40, 4)
)

THINGS = {
    "yes": ("Yes", tube("18,50 40,72 80,24", BLUE, 12)),
    "no": (
        "No",
        tube("24,24 72,72", ORANGE, 12) + tube("72,24 24,72", ORANGE, 12) + line("24,24 72,72", ORANGE, 12),
    ),
    "not_sure": (
        "Not sure",
        tube("M30,32C30,10 68,10 66,34C64,48 48,48 48,62", BLUE, 10) + disc(48, 82, 7, BLUE, 4),
    ),
    "camera": ("Camera", CAMERA),
    "camera_off": ("No camera", CAMERA + slash()),
    "light": (
        "Light",
        rays(48, 40, 34, 44)
        + shape("M36,66C36,58 26,52 26,39A22,22 0 0 1 70,39C70,52 60,58 60,66", ORANGE)
        + line("M38,76H58M42,86H54"),
    ),
    "see_left": ("Left half harder to see", eye(shape("M6,48C16,32 32,27 48,27V69C32,69 16,64 6,48", NAVY))),
    "see_right": (
        "Right half harder to see",
        eye(shape("M90,48C80,32 64,27 48,27V69C64,69 80,64 90,48", NAVY)),
    ),
    "see_both": ("Both halves are seen", eye() + line("M48,8V16M20,14l5,8M76,14l-5,8", ORANGE, 7)),
    "chair": (
        "Chair",
        line("M26,10V88M26,56H68V88", NAVY, 7) + box(24, 50, 48, 12, 5, BLUE) + box(21, 10, 12, 34, 6, BLUE),
    ),
    "more_rest": ("More rest", at(-6, 6, 0.9, PEOPLE["rest"][1]) + plus(76, 20)),
    "go_on": ("Go on", shape("28,16 78,48 28,80", BLUE)),
    "stop": (
        "Stop",
        shape("32,10 64,10 86,32 86,64 64,86 32,86 10,64 10,32", ORANGE) + box(34, 34, 28, 28, 4, WHITE, 4),
    ),
    "pause": ("Pause", box(20, 14, 20, 68, 8, BLUE) + box(56, 14, 20, 68, 8, BLUE)),
    "repeat": ("Once more", round_arrow(48, 50, 29, -40, 250, BLUE, 9, 13)),
    "sound": ("Sound on", speaker() + line("M58,36q8,12 0,24M70,26q16,22 0,44", NAVY, 6)),
    "mute": (
        "Sound off",
        speaker()
        + tube("60,36 84,60", ORANGE, 7)
        + tube("84,36 60,60", ORANGE, 7)
        + line("60,36 84,60", ORANGE, 7),
    ),
    "something_else": (
        "Something else",
        shape(
            "M20,14H76a12,12 0 0 1 12,12V52a12,12 0 0 1 -12,12H48L30,82V64H20a12,12 0 0 1 -12,-12V26"
            "a12,12 0 0 1 12,-12",
            WHITE,
        )
        + "".join(disc(x, 39, 5.5, ORANGE, 4) for x in (28, 48, 68)),
    ),
    "thumbs_up": (
        "Well done",
        shape(
            "M34,44L50,14C60,12 62,20 60,28L56,40H76C86,40 86,50 80,52C88,56 84,64 78,64C84,70 78,76 72,76"
            "C76,84 70,86 64,86H44L34,80",
            ORANGE,
        )
        + box(10, 42, 22, 44, 6, BLUE),
    ),
    "heart": (
        "Heart",
        shape("M48,84C14,58 8,44 12,30C16,14 38,12 48,30C58,12 80,14 84,30C88,44 82,58 48,84", ORANGE),
    ),
    "sun": ("Sun", rays(48, 48, 30, 42) + disc(48, 48, 20, ORANGE)),
    "sunrise": (
        "Morning",
        "".join(
            line(path, NAVY, 6)
            for path in ("M48,26V12", "M70,36L80,26", "M26,36L16,26", "M80,58H90", "M16,58H6")
        )
        + shape("M26,66A22,22 0 0 1 70,66Z", ORANGE)
        + line("M8,66H88", NAVY, 6)
        + line("M24,82H72", NAVY, 6),
    ),
    "moon": ("Moon", shape("M62,12A38,38 0 1 0 84,64A32,32 0 0 1 62,12", BLUE)),
    "calendar": ("Calendar", calendar(dots({1, 6, 8}))),
    "calendar_dots": (
        "The days you chose",
        calendar(dots({0, 2, 4, 6, 8, 10}), line("M66,66l6,7 14,-17", NAVY, 6)),
    ),
    "week_mon_wed_fri": ("Monday, Wednesday and Friday", week({0, 2, 4})),
    "week_tue_thu_sat": ("Tuesday, Thursday and Saturday", week({1, 3, 5})),
    "week_any_day": ("Any day of the week", week(set(range(7)))),
    "weeks": (
        "It takes weeks",
        calendar("".join(box(22, y, w, 8, 4, ORANGE, 3) for y, w in ((44, 16), (56, 34), (68, 52)))),
    ),
    "clock_10": ("Ten minutes", clock(10 / 60)),
    "clock_3": ("Three minutes", clock(3 / 60)),
    "full_session": ("Full practice", clock(1) + line("M48,48V26M48,48L62,56", NAVY, 6)),
    "light_day": (
        "A light day",
        shape("M16,84C18,40 44,12 82,10C84,46 60,70 28,70", PALE)
        + line("M16,86C26,64 44,42 66,26M36,58H52M44,46H62", NAVY, 5),
    ),
    "cup": (
        "An empty cup",
        line("M64,44h10a10,10 0 0 1 0,24h-12", NAVY, 6)
        + shape("M14,28L23,80A19,8 0 0 0 61,80L70,28", ORANGE)
        + oval(42, 28, 28, 15, PALE)
        + oval(42, 32, 16, 6, WHITE, 3),
    ),
    "door": ("Door", box(24, 8, 48, 80, 4, BLUE) + disc(61, 50, 5, ORANGE, 4) + line("10,88 86,88", NAVY, 6)),
    "towel": (
        "Towel",
        box(14, 62, 68, 20, 9, BLUE)
        + box(14, 42, 68, 20, 9, PALE)
        + box(14, 22, 68, 20, 9, ORANGE)
        + line("M24,32H50M24,52H50M24,72H50", NAVY, 4),
    ),
    "phone_emergency": (
        "Call for help",
        shape(HANDSET, BLUE) + tube("M56,11q24,6 28,30", ORANGE, 5) + tube("M53,28q11,4 13,16", ORANGE, 5),
    ),
    "keypad": (
        "Another number",
        box(20, 6, 56, 84, 10, PALE)
        + "".join(dot(x, y, 5.5) for y in (24, 40, 56) for x in (34, 48, 62))
        + dot(48, 73, 6.5, ORANGE),
    ),
    "fever": (
        "Fever",
        shape("M38,56V20a10,10 0 0 1 20,0V56a18,18 0 1 1 -20,0", WHITE)
        + line("M48,30V66", ORANGE, 8)
        + dot(48, 70, 11, ORANGE)
        + line("M72,24H84M72,38H84M72,52H84", NAVY, 5),
    ),
    "stick": (
        "USB stick",
        box(12, 34, 50, 30, 8, BLUE)
        + box(62, 40, 22, 18, 2, WHITE)
        + line("M24,49H44", NAVY, 5)
        + dot(71, 49, 3),
    ),
    "folder": (
        "Folder",
        shape("M10,26a6,6 0 0 1 6,-6H36L44,30H80a6,6 0 0 1 6,6V74a6,6 0 0 1 -6,6H16a6,6 0 0 1 -6,-6", ORANGE)
        + line("M10,42H86", NAVY, 5),
    ),
    "plan_file": (
        "Plan",
        shape("M20,8H62L78,24V82a6,6 0 0 1 -6,6H24a6,6 0 0 1 -6,-6V14a6,6 0 0 1 6,-6", WHITE)
        + line("M30,38l5,6 9,-12M30,62l5,6 9,-12", ORANGE, 6)
        + line("M54,40H66M54,64H66", NAVY, 5),
    ),
    "home": (
        "Home",
        shape("10,48 48,14 86,48 76,48 76,84 20,84 20,48", BLUE) + box(40, 56, 18, 28, 3, ORANGE),
    ),
    "gear": ("Settings", gear()),
    "graph": (
        "My practice",
        line("M14,12V84H86")
        + box(26, 56, 14, 26, 3, PALE)
        + box(46, 40, 14, 42, 3, BLUE)
        + box(66, 22, 14, 60, 3, ORANGE),
    ),
    "slow": ("Slowly", SNAIL),
    "slow_snail": ("Slowly", SNAIL),
    "in_moderation": (
        "In moderation",
        tube("M16,68A32,32 0 0 1 80,68", PALE, 15)
        + line("M16,68A32,32 0 0 1 52,36.3", ORANGE, 15)
        + line("48,68 58,32", WHITE, 13)
        + line("48,68 58,32", NAVY, 7)
        + disc(48, 68, 8, WHITE),
    ),
    "practice_counts": (
        "Each practice counts",
        line("M10,88V74H30V60H50V46H70V32H90", NAVY, 7)
        + tube("20,58 20,56", ORANGE, 9)
        + tube("40,44 40,42", ORANGE, 9)
        + tube("60,30 60,28", ORANGE, 9)
        + burst(79, 14, 12),
    ),
    "seedling": (
        "A seedling",
        pot() + line("48,66 48,44", NAVY, 6) + leaf(48, 46, 28, 34) + leaf(48, 46, 68, 34),
    ),
    "young_plant": (
        "A young plant",
        pot()
        + line("48,66 48,20", NAVY, 6)
        + leaf(48, 56, 24, 46)
        + leaf(48, 52, 74, 42)
        + leaf(48, 36, 28, 22)
        + leaf(48, 32, 68, 14),
    ),
    "tree": (
        "A tree",
        tube("48,88 48,54", PALE, 9)
        + shape(
            "M48,6C66,4 74,16 72,24C86,28 88,46 76,54C66,64 30,64 20,54C8,46 10,28 24,24C22,14 32,4 48,6",
            BLUE,
        )
        + dot(36, 34, 5, ORANGE)
        + dot(58, 28, 5, ORANGE)
        + dot(50, 46, 5, ORANGE),
    ),
}
"""Id -> title and drawing."""
