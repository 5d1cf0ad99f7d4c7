"""Draws the README's two pictures from sample videos: an annotated frame, and an angle with its repetitions.

``python docs/draw_pictures.py`` takes about two minutes; it runs the real command on the real samples.
"""

import csv
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
BLUE, GREY = "#1f77b4", "#777777"


def analyse(clip, exercise, folder, *options):
    command = [sys.executable, "-m", "posecheck.cli", "analyse", f"{SAMPLES / clip}.mp4", "-e", exercise]
    subprocess.run([*command, "-o", str(folder), *options], check=True)
    return folder / clip


def save_frame(video, at_s, path):
    with av.open(str(video)) as container:
        picture = next(f for f in container.decode(video=0) if f.time >= at_s).to_ndarray(format="bgr24")
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


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


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        abduction = analyse(FRAME_CLIP, "shoulder_abduction", Path(folder), "--video")
        save_frame(abduction / "annotated.mp4", FRAME_AT_S, PICTURES / "annotated_frame.png")
        elbow = analyse(PLOT_CLIP, "elbow_flexion", Path(folder))
        plot_repetitions(elbow, np.load(SAMPLES / f"{PLOT_CLIP}.truth.npz"), PICTURES / "repetitions.png")
