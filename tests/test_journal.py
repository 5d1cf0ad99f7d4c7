"""The journal of a set: what was written is there after any end, and a torn last record is not."""

import os
import resource
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from synthetic import clock, person

from posecheck.errors import OutputError, TrackError
from posecheck.journal import Journal, read_journal
from posecheck.records import PoseTrack


def same(one, other):
    return all(
        np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True)
        for n in ("t_s", "uv_px", "xyz_m", "visibility", "people", "hands_px")
    )


@pytest.fixture
def track():
    return person(clock(3.0), view="front", noise_px=1.0)


def test_poses_come_back_bit_for_bit(tmp_path, track):
    path = tmp_path / "journals" / "1.journal"
    journal = Journal(path, {"origin_s": 12.5})
    for pose in track.frames():
        journal.frame(pose)
    facts, frames = read_journal(path)
    assert facts == {"origin_s": 12.5}
    again = PoseTrack.from_frames(frames, image_size_px=track.image_size_px)
    assert same(again, track)
    journal.remove()
    assert not path.exists()


@pytest.mark.parametrize("torn", [1, 100, 817])
def test_a_torn_record_is_left_out_and_written_over(tmp_path, track, torn):
    path = tmp_path / "1.journal"
    journal = Journal(path, {})
    frames = list(track.frames())
    for pose in frames[:10]:
        journal.frame(pose)
    journal.close()
    with open(path, "ab") as file:
        file.write(b"x" * torn)
    assert len(read_journal(path)[1]) == 10
    journal = Journal(path, {"ignored": True})
    journal.frame(frames[10])
    facts, kept = read_journal(path)
    assert facts == {}
    assert [pose.t_s for pose in kept] == [pose.t_s for pose in frames[:11]]


def test_a_killed_program_leaves_all_it_wrote(tmp_path):
    code = f"""
        import sys; sys.path.insert(0, {os.path.dirname(__file__)!r})
        from synthetic import clock, person
        from posecheck.journal import Journal
        journal = Journal({str(tmp_path / "k.journal")!r}, {{}})
        for i, pose in enumerate(person(clock(60.0), view="front").frames()):
            journal.frame(pose)
            if i == 40:
                print("written", flush=True)
                sys.stdin.readline()
    """
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(read_journal(tmp_path / "k.journal")[1]) == 41


def test_what_is_no_journal_is_said_so(tmp_path):
    (tmp_path / "x.journal").write_bytes(b"\x00\x01 not json\n")
    with pytest.raises(TrackError, match="journal of a set was expected"):
        read_journal(tmp_path / "x.journal")


def test_a_full_disk_is_one_sentence(tmp_path):
    code = f"""
        import resource, sys; sys.path.insert(0, {os.path.dirname(__file__)!r})
        import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        from synthetic import clock, person
        from posecheck.errors import OutputError
        from posecheck.journal import Journal
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        try:
            journal = Journal({str(tmp_path / "f.journal")!r}, {{}})
            for pose in person(clock(60.0), view="front").frames():
                journal.frame(pose)
        except OutputError as error:
            print(error)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert "cannot be written down" in ran.stdout
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20000
    assert issubclass(OutputError, Exception)
