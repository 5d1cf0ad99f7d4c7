"""Nothing leaves the machine while an engine looks at pictures: asked of the operating system."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sample_pictures import FRONT, SAMPLE_VIDEOS

# MediaPipe 1.2 sends its metrics when it closes; POSECHECK_WATCH_S=65 would show a habit of once a minute too
WATCHED_S = float(os.environ.get("POSECHECK_WATCH_S", "10"))

LOOK = """
import sys, time
import av
from posecheck.engines import open_engine
name, video, watched_s = sys.argv[1], sys.argv[2], float(sys.argv[3])
with av.open(video) as container:
    pictures = [f.to_ndarray(format="rgb24") for f, _ in zip(container.decode(video=0), range(5))]
with open_engine(name, "lite") as engine:
    begun, seen = time.monotonic(), 0
    for i in range(10**9):
        seen += engine.detect(i / 30, pictures[i % 5]).seen
        if time.monotonic() - begun > watched_s:
            break
        time.sleep(0.25 if seen > 20 else 0)
print(seen)
"""

# connect, sendto, sendmsg and sendmmsg to an Internet address; AF_UNIX and AF_NETLINK stay inside the machine
INTERNET = re.compile(r"\b(connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET6?\b")
LOOPBACK = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"|"::ffff:127\.')
DNS = re.compile(r"htons\((53|853)\)")


def attempts(trace: str):
    """Lines of a trace that try to reach beyond loopback, or ask any name server."""
    calls = [line for line in trace.splitlines() if INTERNET.search(line)]
    return [call for call in calls if DNS.search(call) or not LOOPBACK.search(call)]


def traced(command, log: Path):
    """Run a command with all its children under strace; what it printed, and the trace."""
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    watch = ["strace", "-f", "-qq", "-s", "200", "-e", calls, "-o", str(log)]
    done = subprocess.run([*watch, *command], capture_output=True, text=True, timeout=WATCHED_S + 120)
    assert done.returncode == 0, done.stderr
    return done.stdout, log.read_text()


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="needs Debian package 'strace'")


@needs_strace
@pytest.mark.parametrize(
    ("name", "watched_s", "device"),
    [("blazepose", 3, "cpu"), ("blazepose", 3, "openvino"), ("mediapipe", WATCHED_S, "cpu")],
    ids=["blazepose", "blazepose on OpenVINO", "mediapipe"],
)
def test_no_process_reaches_beyond_this_machine(name, watched_s, device, tmp_path, monkeypatch):
    if device == "openvino":
        pytest.importorskip("openvino", reason="OpenVINO is not installed (pip install 'posecheck[fast]')")
    monkeypatch.setenv("POSECHECK_DEVICE", device)
    look = [sys.executable, "-c", LOOK, name, str(SAMPLE_VIDEOS / f"{FRONT}.mp4"), str(watched_s)]
    printed, trace = traced(look, tmp_path / "trace")
    assert int(printed) > 20, "the engine should have seen the person"
    assert attempts(trace) == []


@needs_strace
@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_the_watch_would_notice_an_attempt(address, tmp_path):
    """Addresses reserved for documentation: nothing answers, and nothing is meant to."""
    code = (
        "import socket, sys; s = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET); "
        "s.setblocking(False); s.connect_ex((sys.argv[1], 443))"
    )
    _, trace = traced([sys.executable, "-c", code, address], tmp_path / "trace")
    assert len(attempts(trace)) == 1


IPV4 = '{sa_family=AF_INET, sin_port=htons(%d), sin_addr=inet_addr("%s")}, 16) = 0'
IPV6 = '{sa_family=AF_INET6, sin6_port=htons(%d), inet_pton(AF_INET6, "%s", &sin6_addr)}, 28) = 0'


@pytest.mark.parametrize(
    ("call", "leaves"),
    [
        ("connect(6, " + IPV4 % (53, "10.0.0.53"), True),
        ("connect(6, " + IPV4 % (53, "127.0.0.53"), True),
        ("connect(6, " + IPV4 % (9, "127.0.0.1"), False),
        ('sendto(6, "x", 1, 0, ' + IPV4 % (443, "8.8.8.8"), True),
        ("connect(6, " + IPV6 % (443, "2001:db8::1"), True),
        ("connect(6, " + IPV6 % (80, "::1"), False),
        ('connect(6, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1', False),
        ('sendto(6, "x", 1, 0, NULL, 0) = 1', False),
    ],
)
def test_only_what_leaves_the_machine_counts(call, leaves):
    assert bool(attempts(f"1234 {call}")) is leaves
