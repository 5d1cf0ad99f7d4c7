"""Memory of `posecheck analyse`, or of a worker of `posecheck batch`, on a long video, over time.

    python bench/memory.py [--minutes 30] [--model full] [--clip CLIP] [-e EXERCISE] [--batch]
    python bench/memory.py --stored [--minutes 180] [--clip CLIP] [-e EXERCISE]

Makes the video first: the clip, padded to 1280x720, end to end for so many minutes. Then runs the command and reads
from /proc what it holds, five times a second; with `--batch`, what the largest of its processes holds. The growth is a
straight line through the middle half of the run, when pictures are read; the peak may come after, in the analysis and
the writing of files. With `--stored` the landmarks of the clip, repeated for so many minutes, are there already, as
for a recording of hours that was looked at before.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil

from machine import load, machine

ROOT = Path(__file__).resolve().parents[1]
POSECHECK = Path(sys.executable).with_name("posecheck")
EVERY_S = 0.2
ROWS = 8


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    parser.add_argument("--clip", type=Path, default=ROOT / "sample_videos/elbow_flexion_right_side.mp4")
    parser.add_argument("-e", "--exercise", default="elbow_flexion")
    parser.add_argument("--batch", action="store_true", help="a worker of posecheck batch")
    parser.add_argument("--stored", action="store_true", help="a worker, of stored landmarks")
    chosen = parser.parse_args()
    print(f"python bench/memory.py {' '.join(sys.argv[1:])}\n{machine()}\n{load()}\n")
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "long.mp4"
        if chosen.stored:
            frames = store_long(chosen.clip, chosen.exercise, video, chosen.minutes)
        else:
            frames = write_long(chosen.clip, video, chosen.minutes)
        what = ["-e", chosen.exercise, "--model", chosen.model, "-o", f"{folder}/out"]
        study = Path(folder, "study.csv") if chosen.stored else folder
        command = ["batch", study, "--jobs", "1"] if chosen.batch or chosen.stored else ["analyse", video]
        t_s, held_mb, peak_mb = watch([POSECHECK, *command, *what])
    print_memory(t_s, held_mb, peak_mb, frames, chosen)
    print(f"\n{load()}")


def write_long(clip, target, minutes):
    """Write `clip` again and again, as 1280x720 H.264, for so many minutes; return how many pictures it holds."""
    with tempfile.TemporaryDirectory() as folder:
        once = Path(folder) / "once.mp4"
        _write_720p(clip, once)
        with av.open(str(once)) as source, av.open(str(target), "w") as sink:
            given = source.streams.video[0]
            copied = sink.add_stream_from_template(given)
            packets = [
                (p.pts, p.dts, p.duration, p.is_keyframe, bytes(p)) for p in source.demux(given) if p.size
            ]
            length = sum(duration for _, _, duration, _, _ in packets)
            wanted = round(minutes * 60 / given.time_base)
            written = 0
            for offset in range(0, wanted, length):
                for pts, dts, duration, is_key, data in packets:
                    if offset + dts >= wanted:
                        break
                    packet = av.Packet(data)
                    packet.pts, packet.dts, packet.duration = pts + offset, dts + offset, duration
                    packet.is_keyframe, packet.stream, packet.time_base = is_key, copied, given.time_base
                    sink.mux(packet)
                    written += 1
    return written


def store_long(clip, exercise, target, minutes):
    """The landmarks of `clip` again and again, for so many minutes, and a manifest beside them that names them."""
    from posecheck.track_file import save_track
    from speed import repeated, stored_track

    track = repeated(stored_track(clip.stem, exercise), minutes)
    save_track(target.with_suffix(".npz"), track)
    target.with_name("study.csv").write_text("path\nlong.npz\n")
    return len(track)


def _write_720p(clip, target):
    with av.open(str(clip)) as source, av.open(str(target), "w") as sink:
        given = source.streams.video[0]
        scale = min(1280 / given.width, 720 / given.height)
        width, height = (2 * round(side * scale / 2) for side in (given.width, given.height))
        graph = av.filter.Graph()
        begin, end = graph.add_buffer(template=given), graph.add("buffersink")
        fit = graph.add("scale", f"{width}:{height}")
        pad = graph.add("pad", f"1280:720:{(1280 - width) // 2}:{(720 - height) // 2}")
        graph.link_nodes(begin, fit, pad, end).configure()
        # without B-frames, so that the last repetition can be cut anywhere
        how = {"preset": "veryfast", "bf": "0"}
        coded = sink.add_stream("libx264", rate=Fraction(given.average_rate), options=how)
        coded.width, coded.height, coded.pix_fmt = 1280, 720, "yuv420p"
        for frame in source.decode(given):
            graph.push(frame)
            sink.mux(coded.encode(graph.pull()))
        sink.mux(coded.encode(None))


def watch(command):
    """Run a command to its end: times (s) at which it was looked at, memory it held (MB), and its peak (MB)."""
    begun_s = time.perf_counter()
    t_s, held_mb, peak_mb = [], [], 0.0
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            held = held_kb(process.pid)
            if held:
                t_s.append(time.perf_counter() - begun_s)
                held_mb.append(max(now for now, _ in held) / 1024)
                peak_mb = max(peak_mb, *(peak / 1024 for _, peak in held))
            time.sleep(EVERY_S)
    if process.returncode:
        raise SystemExit(f"posecheck ended with status {process.returncode}.")
    return np.array(t_s), np.array(held_mb), peak_mb


def held_kb(pid):
    """What a process and each of those that it started hold now, and held at most: (kB, kB) each."""
    held = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in (pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))):
            with contextlib.suppress(OSError):  # it ended meanwhile
                status = Path(f"/proc/{one}/status").read_text()
                facts = dict(line.split(":", 1) for line in status.splitlines() if line.startswith("Vm"))
                if "VmRSS" in facts:  # gone once a process has ended and waits to be collected
                    held.append((int(facts["VmRSS"].split()[0]), int(facts["VmHWM"].split()[0])))
    return held


def print_memory(t_s, held_mb, peak_mb, frames, chosen):
    middle = (t_s > 0.25 * t_s[-1]) & (t_s < 0.75 * t_s[-1])
    per_s = np.polyfit(t_s[middle], held_mb[middle], 1)[0] if middle.sum() > 2 else np.nan
    print(f"{'after s':>8} {'held MB':>8}")
    for at_s in np.linspace(0, t_s[-1], ROWS + 1)[1:]:
        print(f"{at_s:8.0f} {np.interp(at_s, t_s, held_mb):8.0f}")
    what = "stored landmarks" if chosen.stored else "1280x720"
    print(f"\n{what}, {chosen.minutes:g} minutes, {frames} pictures, model {chosen.model}: {t_s[-1]:.0f} s")
    print(
        f"peak {peak_mb:.0f} MB; growth while reading {per_s * t_s[-1] / chosen.minutes:.2f} MB a minute of video"
    )


if __name__ == "__main__":
    main()
