"""Distance in pixels between posecheck's BlazePose and MediaPipe's own runtime on the same pictures.

    python bench/parity.py [VIDEO ...] [--every 5] [--model full]

Without videos: the clips in sample_videos/, and those in ../shared/data/videos if they are there. Rows:

image     every n-th picture alone, against MediaPipe's image mode; world landmarks in mm
tracking  all pictures of the clip as posecheck emits them, unsmoothed, against MediaPipe's video mode, which
          smooths over time: most of this distance is MediaPipe's lag
filtered  the same after MediaPipe's own filter (one-euro, as in its graph) has been applied to posecheck's
          poses: what is left is the difference between the trackers
"""

import argparse
import math
import os
from pathlib import Path

import av
import numpy as np

from posecheck.engines import open_engine

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("POSECHECK_SHARED", ROOT.parent / "shared"))


def clips():
    return sorted((ROOT / "sample_videos").glob("*.mp4")) + sorted((SHARED / "data/videos").glob("**/*.mp4"))


def pictures(path, every=1):
    """(t_s, rgb) of every n-th picture of a file."""
    with av.open(str(path)) as container:
        for i, frame in enumerate(container.decode(video=0)):
            if i % every == 0:
                yield float(frame.time), frame.to_ndarray(format="rgb24")


class OneEuro:
    """MediaPipe's OneEuroFilter (mediapipe/util/filtering/one_euro_filter.cc) on whole arrays; restarts when asked."""

    def __init__(self, cutoff_hz, beta, derivative_cutoff_hz=1.0):
        self.cutoff_hz, self.beta, self.derivative_cutoff_hz = cutoff_hz, beta, derivative_cutoff_hz
        self.restart()

    def restart(self):
        self.t_s = self.raw = self.smooth = None

    def __call__(self, t_s, values, scale):
        if self.t_s is None:
            self.slope = np.zeros_like(values)
            self.smooth = values
        else:
            step_s = t_s - self.t_s
            slope = (values - self.raw) * scale / step_s
            self.slope += weight(self.derivative_cutoff_hz, step_s) * (slope - self.slope)
            cutoff_hz = self.cutoff_hz + self.beta * np.abs(self.slope)
            self.smooth = self.smooth + weight(cutoff_hz, step_s) * (values - self.smooth)
        self.t_s, self.raw = t_s, values
        return self.smooth


def weight(cutoff_hz, step_s):
    return 1 / (1 + 1 / (2 * math.pi * cutoff_hz * step_s))


def image_distances(video, model, every):
    """Distances (N, 33) in px and mm where both engines see somebody; in how many pictures only one does."""
    px, mm, alone = [], [], 0
    with (
        open_engine("blazepose", model, mode="image") as ours,
        open_engine("mediapipe", model, mode="image") as theirs,
    ):
        for t_s, rgb in pictures(video, every):
            a, b = ours.detect(t_s, rgb), theirs.detect(t_s, rgb)
            alone += a.seen != b.seen
            if a.seen and b.seen:
                px.append(np.hypot(*(a.uv_px - b.uv_px).T))
                mm.append(np.linalg.norm(a.xyz_m - b.xyz_m, axis=1) * 1000)
    return np.array(px).reshape(-1, 33), np.array(mm).reshape(-1, 33), alone


def tracking_distances(video, model):
    """Distances (N, 33) in px to MediaPipe's video mode: as emitted, and after its filter; seen by one only."""
    raw, filtered, alone, smooth = [], [], 0, OneEuro(0.05, 80.0)
    with open_engine("blazepose", model) as ours, open_engine("mediapipe", model) as theirs:
        for t_s, rgb in pictures(video):
            a, b = ours.detect(t_s, rgb), theirs.detect(t_s, rgb)
            alone += a.seen != b.seen
            if not a.seen:
                smooth.restart()
                continue
            # the scale is the side of the region that the next picture is looked for in
            uv_px = smooth(round(t_s * 1000) / 1000, a.uv_px.astype(float), 1 / ours.region.size_px)
            if b.seen:
                raw.append(np.hypot(*(a.uv_px - b.uv_px).T))
                filtered.append(np.hypot(*(uv_px - b.uv_px).T))
    return np.array(raw).reshape(-1, 33), np.array(filtered).reshape(-1, 33), alone


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=5, help="use every n-th picture in image mode")
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    chosen = parser.parse_args()
    heads = f"{'pictures':>8} {'median px':>10} {'p95 px':>8} {'median mm':>10} {'seen by one':>12}"
    print(f"{'clip':34} {'mode':9} {heads}")
    everything = {"image": [], "tracking": [], "filtered": []}
    for video in chosen.videos or clips():
        px, mm, alone = image_distances(video, chosen.model, chosen.every)
        raw, filtered, alone_tracking = tracking_distances(video, chosen.model)
        print_row(video.stem, "image", px, mm, alone)
        print_row(video.stem, "tracking", raw, None, alone_tracking)
        print_row(video.stem, "filtered", filtered, None, alone_tracking)
        for mode, distances in (("image", px), ("tracking", raw), ("filtered", filtered)):
            everything[mode].append(distances)
    for mode, parts in everything.items():
        print_row("all clips", mode, np.concatenate(parts), None, "")


def print_row(name, mode, px, mm, alone):
    median, p95 = np.percentile(px, [50, 95]) if px.size else (np.nan, np.nan)
    world = f"{np.median(mm):10.2f}" if mm is not None and mm.size else " " * 10
    print(f"{name[:34]:34} {mode:9} {len(px):8d} {median:10.3f} {p95:8.3f} {world} {alone!s:>12}", flush=True)


if __name__ == "__main__":
    main()
