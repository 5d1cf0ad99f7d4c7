"""What HDR does to measured ranges: clips coded again as phones code HDR, against the same clips as they are.

`python bench/hdr.py` codes the first 20 s of four sample videos as H.264 (what coding alone does), as HEVC with HLG and
with PQ, has each watched as any video, and prints how far its ranges differ and in how many pictures nobody was seen.
"""

import sys
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from video_factory import write_video  # noqa: E402

from posecheck.analysis import analyse  # noqa: E402
from posecheck.engines import open_engine  # noqa: E402
from posecheck.recording import watch  # noqa: E402
from posecheck.sources import open_source  # noqa: E402

CLIPS = {"shoulder_abduction_front": "shoulder_abduction", "elbow_flexion_left_side": "elbow_flexion",
         "knee_extension_left_side": "knee_extension", "sit_to_stand_side": "sit_to_stand"}  # fmt: skip
PICTURES = 600
TEN_BITS = {"codec": "libx265", "pix_fmt": "yuv420p10le", "matrix": "bt2020",
            "options": {"crf": "24", "preset": "veryfast", "x265-params": "log-level=error"}}  # fmt: skip
KINDS = {"H.264": {"matrix": "bt709", "options": {"crf": "24", "preset": "veryfast"}},
         "HLG": {"transfer": "hlg", **TEN_BITS}, "PQ": {"transfer": "pq", **TEN_BITS}}  # fmt: skip


def pictures(path):
    """The first pictures of a clip."""
    with open_source(path) as source:
        for _, rgb in islice(source, PICTURES):
            yield rgb


def seen(path, exercise):
    """Ranges by side and repetition (deg), and the share of pictures in which nobody was seen (%)."""
    with open_source(path, end_s=(PICTURES - 0.5) / 30) as source, open_engine("blazepose", "full") as engine:
        track = watch(source, engine)
    rows = analyse(track, exercise).rows
    ranges = {(row["side"], row["rep"]): row["range_deg"] for row in rows if np.isfinite(row["range_deg"])}
    return ranges, 100 * np.isnan(track.uv_px[:, 0, 0]).mean()


def main():
    print(f"{'clip':<28}{'coded as':<10}{'repetitions':>12}{'range differs by up to':>24}{'nobody seen':>14}")
    for stem, exercise in CLIPS.items():
        clip = ROOT / "sample_videos" / f"{stem}.mp4"
        given, _ = seen(clip, exercise)
        for kind, how in KINDS.items():
            with tempfile.TemporaryDirectory() as folder:
                ranges, nobody = seen(write_video(Path(folder) / "clip.mov", pictures(clip), **how), exercise)
            off = max((abs(ranges[one] - given[one]) for one in ranges.keys() & given.keys()), default=np.nan)
            count = f"{len(ranges)} of {len(given)}"
            print(f"{stem:<28}{kind:<10}{count:>12}{off:>20.1f} deg{nobody:>12.1f} %", flush=True)


if __name__ == "__main__":
    main()
