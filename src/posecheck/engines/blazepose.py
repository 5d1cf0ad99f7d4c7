"""BlazePose outside MediaPipe: the same models and graph, unsmoothed, following one person."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np

from posecheck.engines.blazepose_graph import (
    DETECTOR_SIZE_PX,
    LANDMARK_SIZE_PX,
    FixedPointWarp,
    Roi,
    detections_in_picture,
    landmarks_in_picture,
    letterbox,
    refine_landmarks,
    roi_from_points,
    sigmoid,
    world_upright,
)
from posecheck.engines.clock import PictureClock
from posecheck.engines.networks import network_class
from posecheck.engines.person_lock import SAME_BODY, PersonLock, apart
from posecheck.errors import EngineError
from posecheck.models import find_model, model_file
from posecheck.records import NO_HANDS_PX, PoseFrame
from posecheck.skeleton import BLAZEPOSE_33

MODELS = ("lite", "full", "heavy")
MODES = ("tracking", "image")
SCORE_MIN = 0.5  # MediaPipe's default for detection, presence and tracking
_K = len(BLAZEPOSE_33)
_WRISTS = [BLAZEPOSE_33.index("left_wrist"), BLAZEPOSE_33.index("right_wrist")]
HANDS_VISIBILITY_MIN = 0.5  # below, the wrist of somebody else is a guess
_CENTRE, _SCALE = _K, _K + 1  # the two auxiliary landmarks that span the next region


class Pose(NamedTuple):
    """What the landmark model says about one region: where the body will be looked for next, and the body."""

    following: Roi
    uv_px: np.ndarray
    xyz_m: np.ndarray
    visibility: np.ndarray


def _own_threads():
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(2, os.cpu_count() or 1, int(asked) if asked.isdigit() and int(asked) else 2)


class BlazePoseEngine:
    """Pictures in, `PoseFrame` out, following one person.

    Parameters
    ----------
    model : str
        ``lite``, ``full`` or ``heavy``.
    person : int, optional
        Whom to follow, counted from 1 at the left of the first frame with so many people. Default: the
        largest and most central person.
    threads : int, optional
        Threads inside the model; they change the speed, never the answer. Default: two, or one on a single core
        or where ``OMP_NUM_THREADS`` is 1, as it is for many processes side by side.
    mode : str
        ``tracking`` follows the person from frame to frame; the detector runs at the first frame, at the
        first frame at or after each whole second since, and whenever nobody is tracked. ``image`` treats each
        picture alone, as MediaPipe's image mode does.
    device : str
        What computes the networks: ``auto``, or one of `posecheck.engines.networks.DEVICES`.

    Notes
    -----
    The answer depends on the sequence of (t_s, rgb) alone. `xyz_m` are the model's world landmarks:
    hip-centred, x image-right, y down, z away from the camera, upright as the picture is.
    """

    name = "blazepose"
    skeleton = BLAZEPOSE_33
    smoothed = False

    def __init__(self, model="full", *, person=None, threads=None, mode="tracking", device="auto"):
        if model not in MODELS:
            raise EngineError(
                f"The blazepose engine has the models {', '.join(MODELS)}, not {model!r}. Choose one of them."
            )
        if mode not in MODES:
            raise EngineError(f"mode must be one of {', '.join(MODES)}, got {mode!r}.")
        if person is not None and person < 1:
            raise EngineError(f"person is counted from 1 at the left of the picture, got {person}.")
        landmark_id = f"pose_landmark_{model}"
        threads, network = threads or _own_threads(), network_class(device)
        self.model, self.mode = model, mode
        self.model_sha256 = model_file(landmark_id).sha256
        self.provenance: Mapping[str, Any] = {
            "engine": self.name,
            "mode": mode,
            "model_sha256": self.model_sha256,
            "detector_sha256": model_file("pose_detector").sha256,
            "runs_on": network.told(),
            "opencv": cv2.__version__,
        }
        self._detector = network(find_model("pose_detector"), ("boxes", "scores"), threads)
        self._landmarker = network(
            find_model(landmark_id), ("landmarks", "flag", "heatmap", "world"), threads
        )
        self._detector_warp = FixedPointWarp(DETECTOR_SIZE_PX, cv2.BORDER_CONSTANT)
        self._landmark_warp = FixedPointWarp(LANDMARK_SIZE_PX, cv2.BORDER_REPLICATE)
        self._detector_input = np.empty((1, DETECTOR_SIZE_PX, DETECTOR_SIZE_PX, 3), np.float32)
        self._landmark_input = np.empty((1, LANDMARK_SIZE_PX, LANDMARK_SIZE_PX, 3), np.float32)
        self._lock = PersonLock(person)
        self._clock = PictureClock(self.name)
        self.reset()

    @property
    def region(self):
        """Where the followed person will be looked for in the next picture; None while nobody is followed."""
        return self._lock.tracked

    def reset(self):
        """Begin a new recording: forget the person and the time."""
        self._clock.reset()
        self._lock.forget()
        self._people = 0
        self._fresh: Sequence[Roi] | None = (
            None  # regions of everybody, where the detector looked at this picture
        )
        self._hands_px = NO_HANDS_PX

    def close(self):
        """Let go of the models. Closing twice is fine."""
        if not self._clock.closed:
            del self._detector, self._landmarker
        self._clock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def detect(self, t_s, rgb):
        """The followed person in one picture.

        Parameters
        ----------
        t_s : float
            Time in the recording; later than that of the picture before.
        rgb : (H, W, 3) uint8 array
            Unmirrored picture, red first. Not kept.

        Returns
        -------
        PoseFrame
            `PoseFrame.nobody` when the followed person was not seen.

        Raises
        ------
        EngineError
            When time does not increase, the picture has another shape than promised, or the engine is closed.
        """
        self._clock.admit(t_s, rgb)
        self._fresh = None
        for region in self._regions(t_s, rgb):
            pose = self._pose_in(rgb, region)
            following = pose.following if pose else None
            if (self.mode == "image" or self._lock.accept(t_s, region, following)) and pose:
                self._look_for_hands(rgb, pose)
                people = max(1, self._people)
                return PoseFrame(t_s, pose.uv_px, pose.xyz_m, pose.visibility, people, self._hands_px)
            if self._lock.tracked is not None:
                break
        return PoseFrame.nobody(t_s, self.skeleton, people=self._people)

    def _regions(self, t_s, rgb) -> Sequence[Roi]:
        """Regions to look in, most likely first."""
        height_px, width_px = rgb.shape[:2]
        if self.mode == "tracking" and not self._lock.detector_due(t_s):
            return self._lock.regions(t_s, None, width_px, height_px)
        detections = self.people_in(rgb)
        self._people, self._fresh = len(detections), [d.roi for d in detections]
        if self.mode == "image":
            return [d.roi for d in detections[:1]]
        return self._lock.regions(t_s, detections, width_px, height_px)

    def _look_for_hands(self, rgb, pose):
        """Wrists of the nearest other person, when the detector has looked; they stay known until it looks again."""
        if self._fresh is None:
            return
        others = [roi for roi in self._fresh if apart(roi, pose.following) > SAME_BODY]
        self._hands_px = NO_HANDS_PX
        if others:
            other = self._pose_in(rgb, min(others, key=lambda roi: apart(roi, pose.following)))
            if other is not None and apart(other.following, pose.following) > SAME_BODY:
                seen = other.visibility[_WRISTS] >= HANDS_VISIBILITY_MIN
                self._hands_px = np.where(seen[:, None], other.uv_px[_WRISTS], np.float32(np.nan))

    def people_in(self, rgb):
        """Everybody in a picture, most certain first, each with its region (``roi``); follows nobody."""
        height_px, width_px = rgb.shape[:2]
        square = self._detector_warp(rgb, letterbox(width_px, height_px))
        np.multiply(square, np.float32(1 / 127.5), out=self._detector_input[0])
        self._detector_input -= np.float32(1)
        boxes, logits = self._detector(self._detector_input)
        return detections_in_picture(
            boxes[0], logits[0], width_px=width_px, height_px=height_px, score_min=SCORE_MIN
        )

    def _pose_in(self, rgb, region) -> Pose | None:
        """The body in a region; None when the model sees none."""
        square = self._landmark_warp(rgb, region)
        np.multiply(square, np.float32(1 / 255), out=self._landmark_input[0])
        landmarks, flag, heatmap, world = self._landmarker(self._landmark_input)
        if not flag[0, 0] > SCORE_MIN:
            return None
        rows = landmarks[0].reshape(-1, 5)[: _K + 2]
        uv_px = landmarks_in_picture(refine_landmarks(rows[:, :2] / LANDMARK_SIZE_PX, heatmap[0]), region)
        return Pose(
            roi_from_points(uv_px[_CENTRE], uv_px[_SCALE]),
            uv_px[:_K],
            world_upright(world[0].reshape(-1, 3)[:_K], region),
            sigmoid(rows[:_K, 3]),
        )
