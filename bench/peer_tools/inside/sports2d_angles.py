"""Runs in Sports2D's own environment: `python sports2d_angles.py JOB.json ANSWER.json`.

For each case, the whole of Sports2D's `process` on a file of keypoints in pixels, as its documentation offers for poses
found elsewhere. It wants a video beside them and reads its pictures without looking; a blank one serves.
"""

import json
import logging
import sys
import time
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import Sports2D.process  # it loads this at its first run, whose time would be charged for it
from Sports2D import Sports2D

# What only draws, shows or stores: off. No angle depends on it.
QUIET = {
    "base": {"show_realtime_results": False, "save_vid": False, "save_img": False},
    "px_to_meters_conversion": {"make_c3d": False, "save_calib": False},
    "post-processing": {"show_graphs": False, "save_graphs": False},
    # No pose model is run; naming the machine keeps it from looking for one.
    "pose": {"device": "cpu", "backend": "openvino"},
    "logging": {"use_custom_logging": True},
}


def blank_video(path, size_px, rate_hz, frames):
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), rate_hz, tuple(size_px))
    picture = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    for _ in range(frames):
        writer.write(picture)
    writer.release()


def angles(case):
    """Path of the angles of one case and the CPU seconds they took."""
    folder = Path(case["folder"])
    video = folder / "blank.mp4"
    blank_video(video, case["image_size_px"], case["rate_hz"], case["frames"])
    config = {section: dict(values) for section, values in QUIET.items()}
    for section, values in case["config"].items():
        config.setdefault(section, {}).update(values)
    config["base"] |= {
        "video_input": [video.name],
        "video_dir": str(folder),
        "result_dir": str(folder),
        "load_trc_px": case["trc"],
    }
    begun_s = time.process_time()
    try:
        Sports2D.process(config)
    except Exception as error:  # one clip that it cannot take must not cost the others
        return {"mot": None, "cpu_s": None, "error": f"{type(error).__name__}: {error}"}
    cpu_s = time.process_time() - begun_s
    found = sorted(folder.glob("**/*_angles_person00.mot"))
    return {"mot": str(found[0]) if found else None, "cpu_s": cpu_s, "error": ""}


def main():
    asked, answered = map(Path, sys.argv[1:])
    logging.disable(logging.CRITICAL)
    answers = [angles(case) for case in json.loads(asked.read_text())]
    answered.write_text(json.dumps({"version": version("sports2d"), "cases": answers}))


if __name__ == "__main__":
    main()
