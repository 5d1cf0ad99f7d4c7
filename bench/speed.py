"""How fast posecheck is: against the usual loop, on stored landmarks, and at the prompt.

    python bench/speed.py pipeline [VIDEO] [-e EXERCISE] [--model full] [--rounds 5]
    python bench/speed.py analysis [--minutes 10 60 600] [--rounds 3] [--sports2d]
    python bench/speed.py startup [--rounds 10]

`pipeline` runs `posecheck analyse VIDEO -o` and `bench/opencv_mediapipe_loop.py VIDEO` in turns, each as a process of
its own, with the same model. Each round also runs both on the first two seconds only: frames a second "after the
start" are the further pictures over the further time, so that imports and the loading of models are left out.
`analysis` scores stored tracks of three sample clips, repeated end to end: a foot whose angle is the picture's, an
arm and both arms, whose angles networks find in space. `--sports2d` has Sports2D find its angles on the first two
(minutes; it is installed into an environment of its own). `startup` times `posecheck --help` and lists what `import
posecheck` pulls in. Other programs on the machine disturb wall time much and CPU time a little: trust ratios within
one run.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from machine import cost_of, load, machine

ROOT = Path(__file__).resolve().parents[1]
POSECHECK = Path(sys.executable).with_name("posecheck")
SAMPLES = ROOT / "sample_videos"
SHORT_S = 2.0
SCORED = (
    ("ankle_dorsiflexion_right_side", "ankle_dorsiflexion", "picture"),
    ("elbow_flexion_right_side", "elbow_flexion", "in space"),
    ("shoulder_abduction_front", "shoulder_abduction", "in space, both"),
)
HEAVY = ("cv2", "onnxruntime", "mediapipe", "streamlit", "pandas")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    pipeline = commands.add_parser("pipeline", help="posecheck analyse against OpenCV + MediaPipe, in turns")
    pipeline.add_argument("video", nargs="?", type=Path, default=SAMPLES / "elbow_flexion_right_side.mp4")
    pipeline.add_argument("-e", "--exercise", default="elbow_flexion")
    pipeline.add_argument("--model", default="full", choices=("lite", "full"))
    pipeline.add_argument("--rounds", type=int, default=5)
    analysis = commands.add_parser("analysis", help="analyse() alone on stored landmarks")
    analysis.add_argument("--minutes", type=float, nargs="+", default=[10, 60, 600])
    analysis.add_argument("--rounds", type=int, default=3)
    analysis.add_argument(
        "--sports2d", action="store_true", help="and Sports2D's angles on the same landmarks"
    )
    analysis.add_argument(
        "--cache", type=Path, default=ROOT / "out/bench", help="where Sports2D is installed"
    )
    startup = commands.add_parser("startup", help="posecheck --help, and what the import pulls in")
    startup.add_argument("--rounds", type=int, default=10)
    chosen = parser.parse_args()
    print(f"python bench/speed.py {' '.join(sys.argv[1:])}\n{machine()}\n{load()}\n")
    {"pipeline": time_pipeline, "analysis": time_analysis, "startup": time_startup}[chosen.command](chosen)
    print(f"\n{load()}")


def time_pipeline(chosen):
    from posecheck.engines.network_guard import DeadEnd

    whole, short = (pictures_in(chosen.video, end_s) for end_s in (np.inf, SHORT_S))
    costs = {(name, part): [] for name in ("posecheck", "loop") for part in ("whole", "short")}
    with tempfile.TemporaryDirectory() as folder:
        dead_end = DeadEnd()
        for turn in range(chosen.rounds):
            for name, part in costs:
                command = _command(
                    name, chosen, None if part == "whole" else SHORT_S, f"{folder}/{turn}{part}"
                )
                costs[name, part].append(cost_of(command, environment=dead_end.environment()))
            last = [costs[name, "whole"][-1].wall_s for name in ("posecheck", "loop")]
            print(
                f"round {turn + 1}: posecheck {last[0]:.1f} s, loop {last[1]:.1f} s",
                file=sys.stderr,
                flush=True,
            )
        dead_end.close()
    print(f"{chosen.video.name}: {whole} pictures, model {chosen.model}, {chosen.rounds} rounds in turns")
    print_pipeline(costs, whole, short)


def _command(name, chosen, end_s, folder):
    if name == "posecheck":
        end = [] if end_s is None else ["--end", end_s]
        what = ["-e", chosen.exercise, "--model", chosen.model, "-o", folder]
        return [POSECHECK, "analyse", chosen.video, *what, *end]
    bundle = ROOT / f"models/pose_landmarker_{chosen.model}.task"
    end = [] if end_s is None else [end_s]
    return [sys.executable, ROOT / "bench/opencv_mediapipe_loop.py", chosen.video, bundle, *end]


def pictures_in(video, end_s):
    import av

    with av.open(str(video)) as container:
        return sum(float(frame.time) <= end_s for frame in container.decode(video=0))


def print_pipeline(costs, whole, short):
    """The table: frames a second with and without the start, and the ratio of each row."""
    wall = {key: np.array([cost.wall_s for cost in runs]) for key, runs in costs.items()}
    cpu = {key: np.array([cost.cpu_s for cost in runs]) for key, runs in costs.items()}
    names = ("posecheck", "loop")
    print(f"{'':36} {'posecheck':>10} {'loop':>10} {'ratio':>7}")

    def row(title, values, ratio, form="10.1f"):
        print(f"{title:36} " + " ".join(f"{value:{form}}" for value in values) + f" {ratio:6.2f}x")

    for title, of in (("median", np.median), ("best", np.min)):
        rates = [whole / of(wall[name, "whole"]) for name in names]
        row(f"frames/s, {title} run", rates, rates[0] / rates[1])
    after = [(whole - short) / (np.median(wall[n, "whole"]) - np.median(wall[n, "short"])) for n in names]
    row("frames/s after the start, median run", after, after[0] / after[1])
    pairs = wall["loop", "whole"] / wall["posecheck", "whole"]
    print(f"{'throughput ratio in each round':36} {' '.join(f'{ratio:.2f}x' for ratio in pairs)}")
    seconds = [np.median(wall[name, "whole"]) for name in names]
    row("wall s, median run", seconds, seconds[1] / seconds[0])
    seconds = [np.median(cpu[name, "whole"]) for name in names]
    row("CPU s, median run", seconds, seconds[1] / seconds[0])
    each = [1000 * (np.median(cpu[n, "whole"]) - np.median(cpu[n, "short"])) / (whole - short) for n in names]
    row("CPU ms a frame after the start", each, each[1] / each[0], "10.2f")
    first = [np.median(wall[name, "short"]) for name in names]
    row(f"wall s for the first {SHORT_S:g} s", first, first[1] / first[0], "10.2f")


def time_analysis(chosen):
    from posecheck.analysis import analyse

    print("analyse(): all signals, measures and scores; CPU of one thread")
    columns = ("minutes", "frames", "rows", "median s", "best s", "us a frame", "frames a s")
    print(f"{'':40}" + " ".join(f"{title:>10}" for title in columns))
    best_us = {}
    for name, exercise, angles in SCORED:
        clip = stored_track(name, exercise)
        for minutes in chosen.minutes:
            track = repeated(clip, minutes)
            seconds = []
            for _ in range(chosen.rounds):
                begun_s = time.process_time()
                result = analyse(track, exercise)
                seconds.append(time.process_time() - begun_s)
            middle, best = statistics.median(seconds), min(seconds)
            each_us = 1e6 * middle / len(track)
            best_us.setdefault(name, each_us)
            cells = (f"{minutes:10g} {len(track):10d} {len(result.rows):10d} {middle:10.2f} {best:10.2f}",
                     f"{each_us:10.2f} {1e6 / each_us:10,.0f}")  # fmt: skip
            print(f"{name + ', ' + angles:40}", *cells, flush=True)
    if chosen.sports2d:
        for name, exercise, _ in SCORED[:2]:
            track = repeated(stored_track(name, exercise), chosen.minutes[0])
            theirs_us = sports2d_us(name, exercise, track, chosen.cache)
            told = f"{theirs_us:.0f} us a frame, {theirs_us / best_us[name]:.0f}x"
            print(f"Sports2D's angles of {name}, {len(track)} frames: {told}", flush=True)


def sports2d_us(name, exercise, track, cache):
    """CPU microseconds a frame of Sports2D's whole `process` on the landmarks of a track."""
    from peer_tools.clips import Clip
    from peer_tools.sports2d import Sports2D, best_config

    side, angle = "right", "elbow_flexion"  # one of the whole body's, all of which it works out
    curve = {side: np.zeros(len(track))}  # no truth is compared here
    clip = Clip(name, exercise, "side", angle, side, track.t_s, curve, {side: []}, track)
    peer = Sports2D(cache, best_config, anew=True)
    peer.prepare([clip])
    answer = peer(clip, side)
    if answer.cpu_s is None:
        raise SystemExit(f"Sports2D gave no angles: {answer.note}")
    return 1e6 * answer.cpu_s / len(track)


def stored_track(name, exercise):
    """The poses of a sample clip, found by the engine once and kept in the temporary folder."""
    from posecheck.trial import load_track

    folder = Path(tempfile.gettempdir()) / "posecheck-bench"
    if not (folder / name).exists():
        cost_of([POSECHECK, "analyse", SAMPLES / f"{name}.mp4", "-e", exercise, "-o", folder])
    return load_track(folder / name)


def repeated(track, minutes):
    """The track end to end, again and again, for so many minutes."""
    step_s = float(np.median(np.diff(track.t_s)))
    length_s = track.t_s[-1] - track.t_s[0] + step_s
    times = int(np.ceil(minutes * 60 / length_s))
    t_s = (track.t_s + length_s * np.arange(times)[:, None]).ravel()
    stop = int(np.searchsorted(t_s, t_s[0] + minutes * 60 - step_s / 2))
    per_frame = ("uv_px", "xyz_m", "visibility", "people", "hands_px")
    again = {name: np.concatenate([getattr(track, name)] * times)[:stop] for name in per_frame}
    return replace(track, t_s=t_s[:stop], **again)


def time_startup(chosen):
    cost_of([POSECHECK, "--help"])
    walls = [cost_of([POSECHECK, "--help"]).wall_s for _ in range(chosen.rounds)]
    print(
        f"posecheck --help: median {statistics.median(walls):.3f} s, best {min(walls):.3f} s of {chosen.rounds}"
    )
    script = (
        "import sys; before = set(sys.modules); import posecheck; print(*sorted(set(sys.modules) - before))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = answer.stdout.split()
    heavy = [name for name in HEAVY if name in modules]
    print(
        f"import posecheck: {len(modules)} further modules; of {', '.join(HEAVY)}: {', '.join(heavy) or 'none'}"
    )
    print("  " + " ".join(modules[:12]) + (" ..." if len(modules) > 12 else ""))


if __name__ == "__main__":
    main()
