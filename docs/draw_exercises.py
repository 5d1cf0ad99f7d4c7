"""Draws each exercise of the catalogue as two stills side by side: at rest and at the top of the movement.

``python docs/draw_exercises.py [ID...]`` writes ``docs/pictures/exercises/ID.jpg``: the same person, room and light for
all, filmed from where the movement shows best. Both stills share one camera, so that only the movement differs. About
3 s an exercise on a free core; the same code gives the same bytes. Needs OpenGL through EGL (see `render.context`).
"""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

# One thread: between two pictures NumPy's others would only spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from render.clip import Set, take
from render.movements import MOVEMENTS
from render.spec import Camera, Exercise, Film, Person, Room, Spec

REPOSITORY = Path(__file__).resolve().parents[1]
PICTURES = REPOSITORY / "docs" / "pictures" / "exercises"
STILL_PX, GAP_PX = (300, 360), 40  # width and height of a still; white between the two, for the arrow
DRAWN_TIMES = 2  # larger than shown, then averaged: smooth edges
JPEG_QUALITY = 86
WHITE, ARROW = (255, 255, 255), (38, 84, 124)  # RGB
DISTANCE_M = 4.2  # far enough that near limbs do not look large
AROUND_JOINT_M = 0.07  # flesh, clothes and shoes reach this far from a joint
MARGIN = 0.06  # of the still's height or width, on either side of the person

# A plain room, and clothes that differ from it and from each other: bare forearms show before the dark top, the top
# before the pale wall, the trousers before the chair.
PERSON = Person(
    sex=0.0,
    age_years=58,
    hair="long",
    hair_color=(0.40, 0.31, 0.25),
    face=6,
    top=(0.13, 0.36, 0.47),
    bottom=(0.30, 0.31, 0.36),
    shoe=(0.90, 0.90, 0.90),
    sleeve=0.28,
)
ROOM = Room(kind="plain", light="soft", wall=(0.87, 0.88, 0.86), floor=(0.74, 0.66, 0.55))

# What a picture takes in where the whole person would leave the moving part small.
UPPER = (
    "head_top",
    *(
        f"{s}_{name}"
        for s in ("left", "right")
        for name in ("shoulder", "elbow", "wrist", "fingertip", "hip")
    ),
)
HAND = ("right_wrist", "right_fingertip")
LOWER_LEGS = ("left_knee", "left_foot_index", "right_knee", "right_foot_index", "right_heel")


@dataclass(frozen=True)
class View:
    """From where an exercise is shown, and what of it.

    Attributes
    ----------
    azimuth_deg : float, deg
        0 in front of the person, 90 their left side, -90 their right.
    elevation_deg : float, deg
        Positive looks down.
    side : str
        Which limb moves: ``left``, ``right`` or ``both``.
    parts : tuple of str, optional
        Joints that must be in the picture; the whole person if absent.
    other_arm : str, optional
        Where an arm that does not move rests; as the movement has it if absent.
    start, peak : float, optional
        Command at rest and at the top, in the unit of the movement; the movement's own if absent.
    """

    azimuth_deg: float
    elevation_deg: float = 6.0
    side: str = "right"
    parts: tuple[str, ...] | None = None
    other_arm: str | None = None
    start: float | None = None
    peak: float | None = None


# The right limb moves, mostly seen from the right: it is the nearer one, and the person looks along the arrow. At a
# table the other hand lies in the lap: beside the moving hand it would be taken for it.
VIEWS = {
    # Half turned: the bare forearm rises before the dark top, and the upper arm is seen to stay.
    "elbow_flexion": View(-60, parts=UPPER),
    # From the side, to see how far the hand gets; a little from above, to see it over the table.
    "arm_push": View(-75, 8, parts=UPPER, other_arm="lap", start=95, peak=15),
    # The arm moves across the picture only from the front.
    "shoulder_abduction": View(0),
    # From the side for the same reason. Hanging 10 deg ahead, as usual, the hand would be inside the thigh.
    "shoulder_flexion": View(-75, parts=UPPER, start=-12),
    # From the side, with a wide pull: the elbow ends behind the back.
    "row_pull": View(-75, parts=UPPER, start=45, peak=-18),
    # Near, and level with the table: the hand leaves it. Further down at rest, fingers would be in the table.
    "wrist_extension": View(-75, 9, parts=HAND, other_arm="lap", start=10, peak=50),
    # Near, and from above: all fingers are seen.
    "hand_squeeze": View(-50, 20, parts=HAND, other_arm="lap"),
    # From the front the stick swings like a hand of a clock.
    "forearm_rotation": View(-10, 10, parts=UPPER),
    # Half turned, or the arms would come straight at the viewer.
    "clasped_hands_lift": View(-50, side="both", parts=UPPER, peak=100),
    # From the front both arms are equal.
    "mirror_arm_raise": View(0, side="both"),
    # Turned a little: both forearms are seen, and that they come forward.
    "mirror_elbow_bend": View(-30, side="both", parts=UPPER),
    # From above, for the towel on the table; a long way.
    "table_slide": View(-60, 16, side="both", parts=UPPER, start=92, peak=20),
    # More from above than the push: the hand crosses the table.
    "reach_forward": View(-62, 16, parts=UPPER, other_arm="lap", start=92, peak=12),
    # Half turned and from above: the cup stands on the table, then before the mouth.
    "drink": View(-40, 22, parts=UPPER, other_arm="lap"),
    # From the side the shank swings across the picture.
    "knee_extension": View(-80),
    # From the side, a little turned, so that the other leg shows what level is. Both feet begin on the floor at 81.
    "seated_march": View(-70, start=81, peak=112),
    # Near, and from the side; the foot turns as far as it comfortably can.
    "ankle_dorsiflexion": View(-80, parts=LOWER_LEGS, peak=25),
    # The same, to tell the two apart.
    "heel_raise": View(-80, side="both", parts=LOWER_LEGS, peak=30),
    # From the side: how far forward, how far up.
    "sit_to_stand": View(-80, side="both"),
    # From the side knees and hips are seen to bend.
    "mini_squat": View(-80, side="both"),
    # From the front, turned until the foot swings clear of the rail's post.
    "hip_abduction": View(-25),
    # From the side the heel rises into free space.
    "hamstring_curl": View(-80),
    # From the front, with the rail's posts to compare with. All the weight on one foot: half would hardly show. To the
    # left, where this movement goes for either side.
    "weight_shift": View(0, side="left", peak=0.5),
    # From the side and behind: elsewhere the post stands before the step.
    "step_tap": View(-120),
}


def spec_of(exercise, view):
    """One slow repetition of an exercise, held still: no sway and no breath that would differ between the stills."""
    act = Exercise(
        do="exercise",
        exercise=exercise,
        side=view.side,
        reps=1,
        start_deg=view.start,
        peak_deg=view.peak,
        arms=view.other_arm,
        sway_deg=0.0,
        breath_deg=0.0,
    )
    drawn_px = tuple(DRAWN_TIMES * n for n in STILL_PX)
    camera = Camera(azimuth_deg=view.azimuth_deg, elevation_deg=view.elevation_deg, distance_m=DISTANCE_M)
    return Spec(seed=4, person=PERSON, room=ROOM, camera=camera, film=Film(size_px=drawn_px), act=(act,))


def moments_s(spec):
    """When the person is at rest and in the middle of the hold, (2,) s from the beginning."""
    (staged,) = take(spec, [0.0]).staged
    reps = staged.repetitions.get("left") or staged.repetitions["right"]
    return np.array([0.5 * reps[0].start_s, 0.5 * (reps[0].top_start_s + reps[0].top_end_s)])


def framed(camera, points_m):
    """The camera turned and zoomed in place, so that points (N, 3) m fill its picture but for `MARGIN`."""
    aspect = camera.size_px[0] / camera.size_px[1]
    for _ in range(3):  # turning the camera moves the points a little against each other
        across, down = camera.undistorted(camera.project(points_m)).T
        middle = np.array([across.min() + across.max(), -(down.min() + down.max()), -2.0]) / 2
        target_m = np.array(camera.eye_m) + DISTANCE_M * (camera.view[:3, :3].T @ middle)
        half = max(np.ptp(down), np.ptp(across) / aspect) / 2 / (1 - 2 * MARGIN)
        camera = replace(camera, target_m=tuple(target_m), fovy_deg=float(np.degrees(2 * np.arctan(half))))
    return camera


def to_show(scene, view):
    """Corners (N, 3) m of boxes about the joints that must be in both stills."""
    joints_m = np.concatenate([scene.joints_m[name] for name in view.parts or scene.joints_m])
    corners = np.stack(np.meshgrid(*[(-1, 1)] * 3), axis=-1).reshape(-1, 3)
    return (joints_m[:, None] + AROUND_JOINT_M * corners).reshape(-1, 3)


def stills(exercise):
    """The exercise at rest and at its top: two (H, W, 3) uint8 RGB pictures of `STILL_PX`."""
    view = VIEWS[exercise]
    spec = spec_of(exercise, view)
    scene = take(spec, moments_s(spec))
    shown = Set(replace(scene, camera=framed(scene.camera, to_show(scene, view))))
    try:
        return tuple(cv2.resize(shown.picture(i), STILL_PX, interpolation=cv2.INTER_AREA) for i in range(2))
    finally:
        shown.close()


def arrow():
    """A white strip with an arrow to the right, (H, `GAP_PX`, 3) uint8 RGB."""
    fine = 4  # drawn this many times larger, for smooth edges
    height, width, reach = fine * STILL_PX[1], fine * GAP_PX, fine * GAP_PX * 3 // 8
    strip = np.full((height, width, 3), WHITE, np.uint8)
    middle, tip = height // 2, width // 2 + reach
    cv2.line(strip, (width // 2 - reach, middle), (tip - reach, middle), ARROW, fine * 5, cv2.LINE_AA)
    head = np.array([(tip - reach, middle - reach), (tip, middle), (tip - reach, middle + reach)])
    cv2.fillPoly(strip, [head], ARROW, cv2.LINE_AA)
    return cv2.resize(strip, (GAP_PX, STILL_PX[1]), interpolation=cv2.INTER_AREA)


def picture(exercise):
    """Both stills side by side with the arrow between, (H, W, 3) uint8 RGB."""
    rest, top = stills(exercise)
    return np.hstack([rest, arrow(), top])


def save(exercise, folder=PICTURES):
    """Write the picture of an exercise as JPEG; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{exercise}.jpg"
    bgr = np.ascontiguousarray(picture(exercise)[..., ::-1])
    cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return path


def main(exercises):
    """Draw the exercises named, or all."""
    unknown = [name for name in exercises if name not in MOVEMENTS]
    if unknown:
        sys.exit(f"There is no exercise {', '.join(unknown)}. Take from: {', '.join(MOVEMENTS)}.")
    for exercise in exercises or MOVEMENTS:
        path = save(exercise)
        print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
