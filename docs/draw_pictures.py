"""Draws the README's pictures from sample videos: an annotated frame, an angle with its repetitions, a contact sheet.

``python docs/draw_pictures.py`` takes about two minutes; it runs the real command on the real samples.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import av
import cv2
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLES, PICTURES = REPOSITORY / "sample_videos", REPOSITORY / "docs" / "pictures"
FRAME_CLIP, FRAME_AT_S = "shoulder_abduction_front", 17.2
PLOT_CLIP = "elbow_flexion_right_side"
SHEET_COLUMNS, SHEET_TILE_PX = 4, (300, 225)
BLUE, GREY = "#1f77b4", "#777777"


def analyse(clip, exercise, folder, *options):
    command = [sys.executable, "-m", "posecheck.cli", "analyse", f"{SAMPLES / clip}.mp4", "-e", exercise]
    subprocess.run([*command, "-o", str(folder), *options], check=True)
    return folder / clip


def picture_at(video, at_s):
    with av.open(str(video)) as container:
        return next(f for f in container.decode(video=0) if f.time >= at_s).to_ndarray(format="bgr24")


def save_frame(video, at_s, path):
    cv2.imwrite(str(path), picture_at(video, at_s), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def plot_repetitions(trial, truth, path):
    with open(trial / "signals.csv", encoding="utf-8") as file:
        samples = list(csv.DictReader(file))
    with open(trial / "reps.csv", encoding="utf-8") as file:
        reps = list(csv.DictReader(file))
    column = lambda name: np.array([float(row[name] or "nan") for row in samples])  # noqa: E731
    figure, axes = plt.subplots(figsize=(8, 3.2), dpi=100, layout="constrained")
    axes.plot(truth["t_s"], truth["right_elbow_flexion_deg"], color=GREY, lw=1, ls="--", label="true angle")
    axes.plot(column("t_s"), column("right_elbow_flexion_deg"), color=BLUE, lw=1.6, label="measured")
    shades = {"lift": ("start_s", "top_start_s", 0.16), "hold": ("top_start_s", "top_end_s", 0.34)}
    shades["lower"] = ("top_end_s", "end_s", 0.08)
    for rep in reps:
        for label, (begin, end, alpha) in shades.items():
            name = label if rep is reps[0] else None
            axes.axvspan(float(rep[begin]), float(rep[end]), color=BLUE, alpha=alpha, lw=0, label=name)
        words = f"{float(rep['lift_s']):.1f} s up\n{float(rep['range_deg']):.0f}°"
        axes.text(float(rep["top_end_s"]), 132, words, ha="center", va="bottom", fontsize=9)
    axes.set(
        xlabel="time (s)", ylabel="elbow flexion (deg)", ylim=(0, 175), xlim=(0, float(samples[-1]["t_s"]))
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", ncols=5, frameon=False, fontsize=8, bbox_to_anchor=(0, 1.14))
    figure.savefig(path, metadata={"Software": None})


def contact_sheet(path):
    """A picture of every sample at the top of a repetition, with its name."""
    tiles = []
    for truth_path in sorted(SAMPLES.glob("*.truth.json")):
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        reps = truth["repetitions"]["right"] or truth["repetitions"]["left"]
        rep = reps[len(reps) // 2]
        picture = picture_at(SAMPLES / truth["video"], 0.5 * (rep["top_start_s"] + rep["top_end_s"]))
        tiles.append(
            tile(np.rot90(picture, -truth["rotated_deg"] // 90), truth_path.name.removesuffix(".truth.json"))
        )
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % SHEET_COLUMNS)
    rows = [np.hstack(tiles[i : i + SHEET_COLUMNS]) for i in range(0, len(tiles), SHEET_COLUMNS)]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 82])


def tile(picture, words):
    """A picture made to fit into a tile, on white, over its name."""
    width, height = SHEET_TILE_PX
    scale = min(width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    out = np.full((height + 30, width + 8, 3), 255, np.uint8)
    left = (out.shape[1] - small.shape[1]) // 2
    out[: small.shape[0], left : left + small.shape[1]] = small
    cv2.putText(out, words, (6, height + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (60, 60, 60), 1, cv2.LINE_AA)
    return out


if __name__ == "__main__":
    contact_sheet(PICTURES / "sample_videos.jpg")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        abduction = analyse(FRAME_CLIP, "shoulder_abduction", Path(folder), "--video")
        save_frame(abduction / "annotated.mp4", FRAME_AT_S, PICTURES / "annotated_frame.png")
        elbow = analyse(PLOT_CLIP, "elbow_flexion", Path(folder))
        plot_repetitions(elbow, np.load(SAMPLES / f"{PLOT_CLIP}.truth.npz"), PICTURES / "repetitions.png")
