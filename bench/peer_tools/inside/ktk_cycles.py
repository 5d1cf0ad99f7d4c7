"""Runs in kineticstoolkit's own environment: `python ktk_cycles.py JOB.json ANSWER.json`.

For each curve: its Butterworth filter where one is asked for, then `detect_cycles` with each pair of thresholds.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import kineticstoolkit as ktk
import numpy as np


def series(curve):
    """The curve as a TimeSeries, filtered as asked, and the CPU seconds of the filter."""
    angle_deg = np.array([np.nan if v is None else v for v in curve["angle_deg"]], float)
    t_s = np.array(curve["t_s"])
    step_s = np.median(np.diff(t_s))
    if (
        np.ptp(np.diff(t_s)) > 1e-3 * step_s
    ):  # a phone: its filter wants a constant rate, so whoever uses it resamples
        even_s = np.arange(t_s[0], t_s[-1], step_s)
        t_s, angle_deg = even_s, np.interp(even_s, t_s, angle_deg)
    made = ktk.TimeSeries(time=t_s, data={"angle": angle_deg})
    begun_s = time.process_time()
    if curve["cutoff_hz"]:
        made = ktk.filters.butter(made, fc=curve["cutoff_hz"])
    return made, time.process_time() - begun_s


def cycles(made, thresholds_deg, least_s):
    """Start of both phases and the largest less the smallest angle of each cycle."""
    enter, leave = thresholds_deg
    directions = ("rising", "falling") if enter > leave else ("falling", "rising")
    try:
        found = ktk.cycles.detect_cycles(
            made,
            "angle",
            thresholds=(enter, leave),
            directions=directions,
            min_durations=(least_s, least_s),
        )
    except IndexError:  # this is how it says that nothing crosses
        return []
    events = sorted((event.time, event.name) for event in found.events)
    starts = [t for t, name in events if name == "phase1"]
    backs = [t for t, name in events if name == "phase2"]
    told = []
    for i, (start_s, back_s) in enumerate(zip(starts, backs, strict=True)):
        end_s = starts[i + 1] if i + 1 < len(starts) else made.time[-1]
        inside = made.data["angle"][(made.time >= start_s) & (made.time <= end_s)]
        told.append([start_s, back_s, float(np.nanmax(inside) - np.nanmin(inside))])
    return told


def main():
    asked, answered = map(Path, sys.argv[1:])
    answers = []
    for curve in json.loads(asked.read_text()):
        made, filter_s = series(curve)
        tried = []
        for thresholds_deg in curve["thresholds_deg"]:
            begun_s = time.process_time()
            found = cycles(made, thresholds_deg, curve["least_s"])
            tried.append({"cycles": found, "cpu_s": filter_s + time.process_time() - begun_s})
        answers.append(tried)
    answered.write_text(json.dumps({"version": version("kineticstoolkit"), "curves": answers}))


if __name__ == "__main__":
    main()
