"""A film of a set: the pictures of the camera, bit for bit and at their own times, also after a sudden end."""

import os
import resource
import signal
import subprocess
import sys
import textwrap

import av
import cv2
import numpy as np
import pytest

from posecheck.errors import OutputError
from posecheck.filming import Film

SIZE_PX = (64, 48)
TIMES_S = (0.0, 0.033, 0.071, 0.3, 0.333)


def picture(grey):
    return cv2.imencode(".jpg", np.full((SIZE_PX[1], SIZE_PX[0], 3), grey, np.uint8))[1].tobytes()


def packets(path):
    with av.open(str(path)) as film:
        return [
            (float(packet.pts * packet.time_base), bytes(packet)) for packet in film.demux() if packet.size
        ]


def test_pictures_come_back_bit_for_bit_at_their_own_times(tmp_path):
    film = Film(tmp_path / "one.mkv", SIZE_PX)
    for i, t_s in enumerate(TIMES_S):
        film.picture(t_s, picture(i * 20))
    film.picture(TIMES_S[-1], picture(200))  # not later: left out
    film.close()
    kept = packets(tmp_path / "one.mkv")
    assert [t_s for t_s, _ in kept] == pytest.approx(TIMES_S)
    assert [jpeg for _, jpeg in kept] == [picture(i * 20) for i in range(len(TIMES_S))]


def test_what_was_filmed_before_a_sudden_end_can_be_seen(tmp_path):
    path = tmp_path / "one.mkv"
    code = f"""
        import os, signal, sys
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        from test_filming import Film, SIZE_PX, picture
        film = Film({str(path)!r}, SIZE_PX)
        for i in range(300):
            film.picture(i / 30, picture(i % 200))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], timeout=120).returncode
    assert ended == -signal.SIGKILL
    assert len(packets(path)) > 200  # what had not left the program by then is lost


def fill(film):
    for i in range(2000):
        film.picture(i / 30, picture(i % 200))


def _no_more(size_bytes):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_in_one_sentence(tmp_path):
    film = Film(tmp_path / "one.mkv", SIZE_PX)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        _no_more(20_000)
        with pytest.raises(OutputError, match="film cannot be written"):
            fill(film)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_place_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OutputError, match="film cannot be written"):
        Film(tmp_path / "nowhere" / "one.mkv", SIZE_PX)
