"""Distance in pixels between posecheck's BlazePose and MediaPipe's own runtime on the same pictures.

    python bench/parity.py [VIDEO ...] [--every 5] [--model full]

Without videos: the clips in sample_videos/, and those in ../shared/data/videos if they are there. `image`
compares every n-th picture alone with MediaPipe's image mode; `tracking` compares all pictures of the clip
with MediaPipe's video mode, which smooths over time, so part of that distance is MediaPipe's lag. World
landmarks are compared in mm.
"""

import argparse
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


def distances(video, model, mode, every):
    """Distances (N, 33) in px and mm where both engines see somebody; in how many pictures only one does."""
    px, mm, alone = [], [], 0
    other_mode = "image" if mode == "image" else "video"
    with (
        open_engine("blazepose", model, mode=mode) as ours,
        open_engine("mediapipe", model, mode=other_mode) as theirs,
    ):
        for t_s, rgb in pictures(video, every):
            a, b = ours.detect(t_s, rgb), theirs.detect(t_s, rgb)
            alone += a.seen != b.seen
            if a.seen and b.seen:
                px.append(np.hypot(*(a.uv_px - b.uv_px).T))
                mm.append(np.linalg.norm(a.xyz_m - b.xyz_m, axis=1) * 1000)
    return np.array(px).reshape(-1, 33), np.array(mm).reshape(-1, 33), alone


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=5, help="use every n-th picture in image mode")
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    chosen = parser.parse_args()
    heads = f"{'pictures':>8} {'median px':>10} {'p95 px':>8} {'median mm':>10} {'seen by one':>12}"
    print(f"{'clip':34} {'mode':9} {heads}")
    everything = {"image": [], "tracking": []}
    for video in chosen.videos or clips():
        for mode, every in (("image", chosen.every), ("tracking", 1)):
            px, mm, alone = distances(video, chosen.model, mode, every)
            everything[mode].append(px)
            print_row(video.stem, mode, px, mm, alone)
    for mode, parts in everything.items():
        print_row("all clips", mode, np.concatenate(parts), None, "")


def print_row(name, mode, px, mm, alone):
    median, p95 = np.percentile(px, [50, 95]) if px.size else (np.nan, np.nan)
    world = f"{np.median(mm):10.2f}" if mm is not None and mm.size else " " * 10
    print(f"{name[:34]:34} {mode:9} {len(px):8d} {median:10.3f} {p95:8.3f} {world} {alone!s:>12}", flush=True)


if __name__ == "__main__":
    main()
