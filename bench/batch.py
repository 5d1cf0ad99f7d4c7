"""How fast a study is: `posecheck batch` against the loop a person would write, and against itself on one core.

    python bench/batch.py [--clips 10] [--seconds 20] [--model full] [--rounds 3] [--ray]

Ten stretches of the sample videos, each a file of its own. In turns: the OpenCV + MediaPipe loop
(`bench/opencv_mediapipe_loop.py`) file by file; `posecheck batch` with one worker confined to one core; with as many as
there are cores, on each device that is installed; and, with --ray, on Ray. Wall time is from the command to its end,
imports and models included. Then CPU beyond the networks: of decoding and `engine.detect`, without the two networks.
"""

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import cost_of, load, machine

ROOT = Path(__file__).resolve().parents[1]
POSECHECK = Path(sys.executable).with_name("posecheck")
FRAMES = 300


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--model", default="full", choices=("lite", "full"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ray", action="store_true")
    chosen = parser.parse_args()
    print(f"python bench/batch.py {' '.join(sys.argv[1:])}\n{machine()}\n{load()}\n")
    with tempfile.TemporaryDirectory() as folder:
        clips = cut_clips(Path(folder) / "clips", chosen.clips, chosen.seconds)
        time_study(Path(folder), clips, chosen)
    beyond_networks(chosen.model)
    print(f"\n{load()}")


def cut_clips(folder, number, seconds):
    """The beginnings of the sample videos, packets copied: (path, pictures) each."""
    import av

    folder.mkdir()
    clips = []
    for source in sorted((ROOT / "sample_videos").glob("*.mp4"))[:number]:
        target, pictures = folder / source.name, 0
        with av.open(str(source)) as given, av.open(str(target), "w") as sink:
            stream = given.streams.video[0]
            copied = sink.add_stream_from_template(stream)
            for packet in given.demux(stream):
                if packet.size and packet.dts * stream.time_base < seconds:
                    packet.stream = copied
                    sink.mux(packet)
                    pictures += 1
        clips.append((target, pictures))
    return clips


def time_study(folder, clips, chosen):
    from posecheck.engines.network_guard import DeadEnd

    devices = ["cpu", *(["openvino"] if importlib.util.find_spec("openvino") else [])]
    ways = {"loop": None, "one core": ("cpu", "taskset")} | {
        f"batch, {device}": (device, "") for device in devices
    }
    if chosen.ray:
        ways["batch, cpu, Ray"] = ("cpu", "ray")
    wall = {way: [] for way in ways}
    dead_end = DeadEnd()
    for turn in range(chosen.rounds):
        for number, (way, how) in enumerate(ways.items()):
            if how is None:
                wall[way].append(_loop(clips, chosen.model, dead_end.environment()))
            else:
                wall[way].append(_batch(folder / f"{turn}-{number}", clips[0][0].parent, chosen.model, *how))
            print(f"round {turn + 1}: {way} {wall[way][-1]:.1f} s", file=sys.stderr, flush=True)
    dead_end.close()
    pictures = sum(count for _, count in clips)
    print(
        f"{len(clips)} clips, {pictures} pictures, model {chosen.model}, median of {chosen.rounds} rounds in turns"
    )
    print(f"{'':20} {'wall s':>8} {'pictures/s':>11} {'over loop':>10} {'over one core':>14}")
    middle = {way: statistics.median(seconds) for way, seconds in wall.items()}
    for way, seconds in middle.items():
        ratios = f"{middle['loop'] / seconds:9.2f}x {middle['one core'] / seconds:13.2f}x"
        print(f"{way:20} {seconds:8.1f} {pictures / seconds:11.0f} {ratios}")


def _loop(clips, model, environment):
    bundle = ROOT / f"models/pose_landmarker_{model}.task"
    script = ROOT / "bench/opencv_mediapipe_loop.py"
    return sum(
        cost_of([sys.executable, script, path, bundle], environment=environment).wall_s for path, _ in clips
    )


def _batch(target, clips, model, device, where):
    command = [
        POSECHECK,
        "batch",
        clips,
        "-e",
        "elbow_flexion",
        "-o",
        target,
        "--model",
        model,
        "--device",
        device,
    ]
    if where == "taskset":
        command = ["taskset", "-c", min(os.sched_getaffinity(0)), *command, "--jobs", 1]
    if where == "ray":
        command += ["--runner", "ray", "--jobs", len(os.sched_getaffinity(0))]
    begun_s = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return time.perf_counter() - begun_s


def beyond_networks(model):
    """CPU of a picture that the networks themselves do not take, on one thread."""
    from posecheck.engines.blazepose import BlazePoseEngine
    from posecheck.sources import open_source

    with open_source(ROOT / "sample_videos/elbow_flexion_right_side.mp4", end_s=FRAMES / 30) as source:
        begun_s = time.process_time()
        pictures = list(source)
        decode_ms = 1000 * (time.process_time() - begun_s) / len(pictures)
    engine = BlazePoseEngine(model, threads=1, device="cpu")
    spent = [0.0]
    for name in ("_detector", "_landmarker"):
        setattr(engine, name, _timed(getattr(engine, name), spent))
    begun_s = time.process_time()
    for t_s, rgb in pictures:
        engine.detect(t_s, rgb)
    whole_ms = 1000 * (time.process_time() - begun_s) / len(pictures)
    networks_ms = 1000 * spent[0] / len(pictures)
    around_ms = whole_ms - networks_ms
    print(f"\nCPU ms a picture, {model}, one thread: networks {networks_ms:.2f}, ", end="")
    print(f"around them {around_ms:.2f}, decoding {decode_ms:.2f}; ", end="")
    print(f"beyond the networks {100 * (around_ms + decode_ms) / networks_ms:.0f} % of theirs")


def _timed(network, spent):
    def run(batch):
        begun_s = time.process_time()
        answers = network(batch)
        spent[0] += time.process_time() - begun_s
        return answers

    return run


if __name__ == "__main__":
    main()
