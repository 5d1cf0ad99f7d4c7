"""The benches run from a checkout and print what they promise. How fast anything is, is never asserted."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "sample_videos/elbow_flexion_right_side.mp4"


def printed(script, *arguments):
    """What a bench prints; its words on stderr explain a failure."""
    command = [sys.executable, ROOT / "bench" / script, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def three_seconds(tmp_path_factory):
    """The beginning of the sample clip, copied picture for picture."""
    import av

    target = tmp_path_factory.mktemp("bench") / "three_seconds.mp4"
    with av.open(str(CLIP)) as source, av.open(str(target), "w") as sink:
        given = source.streams.video[0]
        copied = sink.add_stream("libx264", rate=30)
        copied.width, copied.height, copied.pix_fmt = given.width, given.height, "yuv420p"
        for frame in source.decode(given):
            if frame.time >= 3.0:
                break
            sink.mux(copied.encode(frame.reformat(format="yuv420p")))
        sink.mux(copied.encode(None))
    return target


def test_pipeline_compares_posecheck_with_the_usual_loop(three_seconds):
    out = printed("speed.py", "pipeline", three_seconds, "--rounds", 1, "--model", "lite")
    assert "three_seconds.mp4: 90 pictures, model lite" in out
    head = next(line for line in out.splitlines() if "posecheck " in line and "ratio" in line)
    assert head.split() == ["posecheck", "loop", "ratio"]
    for row in ("frames/s, median run", "frames/s after the start", "CPU s, median run"):
        line = next(line for line in out.splitlines() if line.startswith(row))
        ours, loop, ratio = line.split()[-3:]
        if "after the start" not in row:  # three pictures' worth of time less the start may be anything
            assert min(float(ours), float(loop)) > 0
        assert ratio.endswith("x")


def test_analysis_scores_as_many_frames_as_minutes_asked_for(tmp_path):
    out = printed("speed.py", "analysis", "--minutes", 0.5, 1, "--rounds", 1)
    rows = [line.split()[-7:] for line in out.splitlines() if "picture" in line or "in space" in line]
    assert [int(row[1]) for row in rows] == [900, 1800] * 3
    for short, long in zip(rows[::2], rows[1::2], strict=True):
        assert 0 < int(short[2]) < int(long[2])


def test_startup_pulls_in_nothing_heavy():
    out = printed("speed.py", "startup", "--rounds", 1)
    assert "posecheck --help: median" in out
    assert "cv2, onnxruntime, mediapipe, streamlit, pandas: none" in out


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory bench reads Linux's /proc")
def test_memory_reports_the_peak(three_seconds):
    out = printed("memory.py", "--minutes", 0.1, "--model", "lite", "--clip", three_seconds)
    assert "1280x720, 0.1 minutes, 180 pictures, model lite" in out
    peak_mb = float(out.split("peak ")[1].split()[0])
    assert 20 < peak_mb < 2000
