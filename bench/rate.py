"""What looking at fewer pictures a second costs in accuracy: the sample clips at several rates.

    python bench/rate.py [FOLDER] [--rates 30 20 15 10] [--model full] [--times-anyway]

Each clip goes through posecheck's own engine at each rate (`--rate` of the commands), so that tracking from picture
to picture suffers as it does there, and is analysed with the defaults. Printed for each rate, over all limbs that
move: how many of the true repetitions were missed and how many extra ones found; how many ranges and times were told,
and how far they are off on average; and how far they are from the same repetition at the first rate. `--times-anyway`
shows the times that are withheld from few pictures a second as well. Landmarks are kept in the cache.
"""

import argparse
import statistics
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from machine import load, machine
from peer_tools.clips import find_clips, landmarks
from peer_tools.contestants import Ours
from peer_tools.scoring import paired
from posecheck import rules

ROOT = Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "sample_videos")
    parser.add_argument("--rates", type=float, nargs="+", default=[30, 20, 15, 10])
    parser.add_argument("--model", default="full", choices=("lite", "full"))
    parser.add_argument("--cache", type=Path, default=ROOT / "out/bench")
    parser.add_argument(
        "--times-anyway", action="store_true", help="also those withheld for want of pictures"
    )
    chosen = parser.parse_args()
    if chosen.times_anyway:
        rules.FRAME_RATE_MIN_HZ = 0.0
    print(f"python bench/rate.py {' '.join(sys.argv[1:])}\n{machine()}\n{load()}\n")
    clips = find_clips(chosen.folder, chosen.cache, model=chosen.model)
    columns = (
        "missed",
        "extra",
        "ranges",
        "off deg",
        "from first",
        "times",
        "lift off s",
        "lower off s",
        "from first",
    )
    print(f"{'Hz':>6}" + " ".join(f"{title:>11}" for title in columns))
    first = None
    for rate_hz in chosen.rates:
        found = told(clips, rate_hz, chosen)
        first = first or found
        print(f"{rate_hz:6g}" + " ".join(f"{cell:>11}" for cell in cells(found, first)), flush=True)
    print(f"\n{load()}")


def told(clips, rate_hz, chosen):
    """What posecheck tells of the true repetitions at a rate.

    Returns
    -------
    dict of (clip, side, number) to (dict, Found)
        The true repetition and what was found of it.
    missed, extra : int
    """
    pairs, missed, extra = {}, 0, 0
    for clip in clips:
        how = {"model": chosen.model, "mirrored": clip.track.mirrored, "rate_hz": rate_hz}
        track = landmarks(chosen.folder / f"{clip.name}.mp4", chosen.cache, **how)
        seen, ours = replace(clip, track=track), Ours()
        for side in clip.sides:
            true = clip.repetitions[side]
            if not true:
                continue
            own, more = paired(true, ours(seen, side).found or [])
            numbers = {id(rep): number for number, rep in enumerate(true)}
            pairs |= {(clip.name, side, numbers[id(rep)]): (rep, found) for rep, found in own}
            missed, extra = missed + len(true) - len(own), extra + more
    return pairs, missed, extra


def cells(found, first):
    """A row of the table: counts, and mean absolute errors of what was told."""
    pairs, missed, extra = found
    ranges = {key: one.range_deg - rep["range_deg"] for key, (rep, one) in pairs.items()}
    lifts = {key: one.lift_s - (rep["top_start_s"] - rep["start_s"]) for key, (rep, one) in pairs.items()}
    lowers = {key: one.lower_s - (rep["end_s"] - rep["top_end_s"]) for key, (rep, one) in pairs.items()}
    before = first[0]
    moved_deg = {
        key: one.range_deg - before[key][1].range_deg for key, (_, one) in pairs.items() if key in before
    }
    moved_s = {key: one.lift_s - before[key][1].lift_s for key, (_, one) in pairs.items() if key in before}
    return (missed, extra, known(ranges), f"{off(ranges):.1f}", f"{off(moved_deg):.1f}",
            known(lifts), f"{off(lifts):.2f}", f"{off(lowers):.2f}", f"{off(moved_s):.2f}")  # fmt: skip


def known(errors):
    return sum(np.isfinite(error) for error in errors.values())


def off(errors):
    """Mean absolute error of what was told."""
    return statistics.fmean([abs(error) for error in errors.values() if np.isfinite(error)] or [np.nan])


if __name__ == "__main__":
    main()
