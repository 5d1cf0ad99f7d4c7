"""The therapist's routes without a browser: what they give, what corrections do, and whom they refuse."""

import shutil
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from synthetic import clock, movement, person
from video_factory import cut, write_video

from posecheck.analysis import analyse
from posecheck.app.live import TOKEN
from posecheck.app.server import Ahead, OnlyHere, therapist
from posecheck.app.therapist import uploads
from posecheck.app.therapist.cases import Case
from posecheck.app.therapist.desk import Desk
from posecheck.filming import Film
from posecheck.records import Settings
from posecheck.reviewing import Review
from posecheck.store import open_store

HOST = "127.0.0.1:8501"
SAMPLE = Path(__file__).parents[1] / "sample_videos" / "shoulder_abduction_front.mp4"


@pytest.fixture
def client(desk):
    app = Starlette(routes=[Mount("/room", app=therapist)], middleware=[Middleware(OnlyHere)])
    with TestClient(app, base_url=f"http://{HOST}", client=("127.0.0.1", 50000)) as client:
        yield client


@pytest.fixture
def curls(desk):
    """A stored set of three curls of the right arm; its number."""
    t_s = clock(40.0)
    bend = movement(t_s, [3.0, 13.0, 23.0], rest=10.0, top=100.0, lift_s=3.0, hold_s=1.0, lower_s=3.0)
    track = person(t_s, view="right", elbow=(np.full(len(t_s), 10.0), bend), noise_px=0.5)
    result = analyse(track, "elbow_flexion", settings=Settings(affected="left"))
    desk.store.save_person("P-012", {})
    session = desk.store.begin_session("P-012", kind="full", at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    one = desk.store.begin_set(
        session, position=0, exercise="elbow_flexion", side="right", role="stronger", level=2
    )
    desk.store.keep_set(one, result, track)
    return one


def url(path, **query):
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/room/{path}?token={TOKEN}{more}"


def correct(client, one, *acts):
    return client.post(url(f"case/set-{one}/edits"), json={"acts": list(acts), "author": "A. K."})


def right(sheet):
    return [rep for rep in sheet["reps"] if rep["side"] == "right"]


def test_the_sheet_tells_what_the_result_tells(client, desk, curls):
    sheet = client.get(url(f"case/set-{curls}/sheet.json")).json()
    rows = desk.store.reps(curls)
    assert [rep["lift_s"] for rep in sheet["reps"]] == [row["lift_s"] for row in rows]
    assert [rep["range"] for rep in sheet["reps"]] == [row["range_deg"] for row in rows]
    assert (sheet["film"], sheet["edits"], sheet["can_undo"]) == (False, [], False)
    trial = desk.store.load_set(curls)
    packed = client.get(url(f"case/set-{curls}/poses.bin")).content
    frames, points = sheet["frames"], sheet["keypoints"]
    t_s = np.frombuffer(packed, "<f4", frames)
    uv = np.frombuffer(packed, "<i2", 2 * frames * points, 4 * frames).reshape(frames, points, 2)
    assert np.allclose(t_s, trial.track.t_s, atol=1e-4)
    seen = np.isfinite(trial.track.uv_px).all(axis=-1)
    assert np.abs(uv[seen] / 8 - trial.track.uv_px[seen]).max() <= 1 / 16 + 1e-3


def test_a_correction_is_shown_at_once_kept_and_taken_back(client, desk, curls):
    client.get(url(f"case/set-{curls}/sheet.json"))
    told = correct(client, curls, {"kind": "exclude", "reps": [["right", 2]]}).json()
    assert [rep["complete"] for rep in right(told)] == [True, False, True]
    assert desk.store.load_set(curls).edits[0].author == "A. K."
    desk.cases.get(f"set-{curls}").settle()
    assert [row["complete"] for row in desk.store.reps(curls)] == [True, False, True]
    told = client.post(url(f"case/set-{curls}/undo")).json()
    assert [rep["complete"] for rep in right(told)] == [True, True, True]
    desk.cases.get(f"set-{curls}").settle()
    assert [row["complete"] for row in desk.store.reps(curls)] == [True, True, True]
    assert desk.store.load_set(curls).edits == ()


def test_a_moved_boundary_shows_both_values(client, curls):
    before = right(client.get(url(f"case/set-{curls}/sheet.json")).json())[0]
    told = correct(client, curls, {"kind": "move", "side": "right", "rep": 1, "start_s": before["from_s"] - 0.5,
                                   "end_s": before["to_s"]}).json()  # fmt: skip
    after = right(told)[0]
    assert after["from_s"] == pytest.approx(before["from_s"] - 0.5, abs=0.04)
    assert after["automatic"]["start_s"] == before["start_s"]
    assert (after["automatic"]["from_s"], after["automatic"]["to_s"]) == (before["from_s"], before["to_s"])
    assert told["edits"][0]["author"] == "A. K."


def test_where_both_sides_move_at_once_each_is_held_against_itself(client, desk):
    t_s = clock(24.0)
    left, right = (movement(t_s, [3.0 + late, 13.0 + late], rest=8.0, top=80.0, lift_s=2.0, hold_s=1.0, lower_s=lower_s)
                   for late, lower_s in ((0.4, 2.0), (0.0, 3.0)))  # fmt: skip
    track = person(t_s, view="front", shoulder=(left, right), noise_px=0.3)
    result = analyse(track, "shoulder_abduction", settings=Settings(affected="left"))
    desk.store.save_person("P-013", {})
    session = desk.store.begin_session("P-013", kind="full")
    one = desk.store.begin_set(session, position=0, exercise="shoulder_abduction", side="both", role="both")
    desk.store.keep_set(one, result, track)
    before = client.get(url(f"case/set-{one}/sheet.json")).json()["reps"][0]
    told = correct(client, one, {"kind": "move", "side": "left", "rep": 1, "start_s": before["from_s"] - 0.5,
                                 "end_s": before["to_s"]}).json()  # fmt: skip
    [after] = [rep for rep in told["reps"] if rep["automatic"]]
    assert (after["side"], after["automatic"]["side"], after["automatic"]["start_s"]) == (
        "left", "left", before["start_s"])  # fmt: skip


def test_corrections_outlive_the_program(client, desk, curls, tmp_path):
    correct(client, curls, {"kind": "delete", "reps": [["right", 1], ["right", 3]]})
    desk.cases.close()
    again = Desk(partial(open_store, folder=tmp_path / "data"))
    review = again.cases.of_set(curls).review
    assert [edit.kind for edit in review.edits] == ["delete", "delete"]
    assert len(again.store.reps(curls)) == 1
    review.undo()  # both together, as they were made
    assert review.edits == ()
    again.close()


def test_a_crash_between_a_correction_and_its_numbers_is_mended(client, desk, curls, tmp_path):
    edits = correct(client, curls, {"kind": "delete", "reps": [["right", 1]]}).json()["edits"]
    desk.cases.get(f"set-{curls}").settle()
    case = desk.cases.get(f"set-{curls}")
    case._keep = None  # as if the power went before the numbers were written
    correct(client, curls, {"kind": "delete", "reps": [["right", 1]]})
    assert len(desk.store.reps(curls)) == 2
    again = Desk(partial(open_store, folder=tmp_path / "data"))
    assert len(again.cases.of_set(curls).review.edits) == len(edits) + 1
    again.cases.close()
    assert len(again.store.reps(curls)) == 1
    again.close()


def test_another_exercise_judges_anew(client, desk, curls):
    correct(client, curls, {"kind": "delete", "reps": [["right", 1]]})
    told = client.post(url(f"case/set-{curls}/exercise"), json={"exercise": "drink"}).json()
    assert (told["exercise"]["id"], told["edits"]) == ("drink", [])
    desk.cases.get(f"set-{curls}").settle()
    assert desk.store.set(curls).exercise == "drink"
    assert client.post(url(f"case/set-{curls}/exercise"), json={"exercise": "juggling"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"acts": []}', b'{"acts": [1]}', b'{"acts": [{"kind": "move"}]}',
     b'{"acts": [{"kind": "explode", "reps": [["right", 1]]}]}',
     b'{"acts": [{"kind": "delete", "reps": [["right", 99]]}]}',
     b'{"acts": [{"kind": "shift", "reps": [["right", 1]], "delta_s": "soon"}]}'],
)  # fmt: skip
def test_what_is_no_correction_gets_a_sentence_and_changes_nothing(client, desk, curls, body):
    answer = client.post(url(f"case/set-{curls}/edits"), content=body)
    assert answer.status_code == 409
    assert answer.json()["trouble"].endswith((".", "?"))
    assert desk.cases.get(f"set-{curls}").review.edits == ()


def test_only_our_own_pages_are_answered(client, curls):
    path = f"/room/case/set-{curls}/sheet.json"
    assert client.get(path).status_code == 403
    assert client.get(f"{path}?token=guess").status_code == 403
    foreign = {"origin": "http://elsewhere.example"}
    assert client.post(url(f"case/set-{curls}/undo"), headers=foreign).status_code == 403
    assert client.put(url("upload", name="a.mp4"), content=b"x", headers=foreign).status_code == 403
    assert client.get(url("case/set-99/sheet.json")).status_code == 409
    assert client.get(url("case/upload-9/sheet.json")).status_code == 409


@pytest.mark.parametrize(
    ("comes_from", "opens"), [("none", True), ("same-origin", True), ("cross-site", False)]
)
def test_a_recording_is_opened_while_the_page_still_loads_and_by_no_page_from_elsewhere(
    desk, curls, comes_from, opens
):
    page = Starlette(
        routes=[Route("/review", lambda _: PlainTextResponse("page"))], middleware=[Middleware(Ahead)]
    )
    with TestClient(page) as browser:
        for query in (f"set={curls}", "set=99", "set=x", "upload=upload-1", "set"):
            assert browser.get(f"/review?{query}", headers={"sec-fetch-site": comes_from}).text == "page"
    ahead = [one for one in threading.enumerate() if one.name == "posecheck-ahead"]
    for one in ahead:
        one.join(30)
    assert list(desk.cases._open) == ([f"set-{curls}"] if opens else [])


def test_what_is_large_is_sent_as_it_is(client, curls):
    for what in ("sheet.json", "poses.bin"):
        answer = client.get(url(f"case/set-{curls}/{what}"), headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "identity"


def test_a_film_from_home_is_made_watchable_while_others_bring_theirs(client, desk, curls, monkeypatch):
    film = Film(desk.store.film_path(curls), (320, 240))
    for i in range(30):
        grey = np.full((240, 320, 3), 8 * i, np.uint8)
        film.picture(i / 30, cv2.imencode(".jpg", grey)[1].tobytes())
    film.close()
    made, free = uploads.small_film, []

    def making(*what, **how):
        free.append(desk.uploads._lock.acquire(blocking=False))
        desk.uploads._lock.release()
        made(*what, **how)

    monkeypatch.setattr(uploads, "small_film", making)
    assert client.get(url(f"case/set-{curls}/sheet.json")).json()["film"]
    for _ in range(2):  # made once
        answer = client.get(url(f"case/set-{curls}/film.mp4"))
        assert answer.content[4:8] == b"ftyp"
    assert free == [True]


# ── uploads ───────────────────────────────────────────────────────────────────────────────────────────────────


def bring(client, desk, path, name=None, *, timeout_s=120):
    """Upload a file and wait until it was watched; the `Upload`."""
    key = client.put(url("upload", name=name or path.name), content=path.read_bytes()).json()["key"]
    upload, until = desk.uploads.get(key), time.monotonic() + timeout_s
    while upload.state not in ("ready", "stopped"):
        assert time.monotonic() < until, upload.state
        time.sleep(0.05)
    return upload


@pytest.fixture
def short(tmp_path):
    """Two seconds of a sample."""
    return cut(SAMPLE, tmp_path / "short.mp4", 2.0)


def test_a_video_is_watched_shown_and_leaves_nothing(client, desk, short, tmp_path):
    upload = bring(client, desk, short, "../../my clip.mp4")
    assert (upload.state, upload.trouble) == ("ready", "")
    assert upload.name == "my clip.mp4"
    assert len(upload.people) == 1
    assert upload.still[:2] == b"\xff\xd8"
    folder = tmp_path / "data" / "uploads"
    assert upload.path.is_relative_to(folder)
    from posecheck.sources import open_source

    with open_source(upload.film) as film:
        times = np.array([t_s for t_s, _ in film])
    assert np.allclose(times, upload.track.t_s - upload.track.t_s[0], atol=1e-3)
    desk.uploads.forget(upload.key)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc, as Linux has it")
def test_what_watching_took_is_given_back(client, desk, short):
    held_mb = lambda: int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1024  # noqa: E731
    desk.uploads.forget(bring(client, desk, short).key)
    before, peak = held_mb(), 0.0
    key = client.put(url("upload", name="again.mp4"), content=short.read_bytes()).json()["key"]
    while desk.uploads.get(key).state != "ready":
        peak = max(peak, held_mb())
        time.sleep(0.02)
    desk.uploads.forget(key)
    assert peak > before + 60
    assert held_mb() < before + 30


def test_one_that_is_cancelled_in_the_middle_keeps_nobody_waiting(client, desk, short):
    key = client.put(url("upload", name="long.mp4"), content=SAMPLE.read_bytes()).json()["key"]
    long = desk.uploads.get(key)
    while not long.film.exists() or long.part < 0.05:
        assert long.state != "stopped"
        time.sleep(0.02)
    desk.uploads.forget(key)
    assert bring(client, desk, short).state == "ready"
    assert not long.folder.exists()


def test_without_a_film_to_look_at_it_is_measured_all_the_same(desk, short):
    upload = desk.uploads.begin("a.mp4", short.stat().st_size)
    upload.film.mkdir()
    desk.uploads.receive(upload, short.read_bytes())
    desk.uploads.received(upload)
    while upload.state not in ("ready", "stopped"):
        time.sleep(0.05)
    assert upload.state == "ready"
    assert upload.trouble.startswith("The film to look at could not be made")
    case = Case(upload.key, "a", Review(upload.track, "elbow_flexion"))
    assert desk.uploads.watchable(case) is None


def test_a_mirrored_one_is_watched_again_turned_over(client, desk, short):
    upload = bring(client, desk, short)
    plain = upload.track
    desk.uploads.watch(upload, mirrored=True)
    until = time.monotonic() + 120
    while upload.state != "ready":
        assert time.monotonic() < until
        time.sleep(0.05)
    wide = plain.image_size_px[0]
    one, other = (plain.skeleton.index(f"{side}_shoulder") for side in ("left", "right"))
    assert upload.track.mirrored
    assert (
        np.nanmedian(np.abs(upload.track.uv_px[:, one, 0] - (wide - 1 - plain.uv_px[:, other, 0])))
        < 0.02 * wide
    )


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("notes.txt", b"hello", "a video was expected"),
        ("photo.mp4", b"\xff\xd8\xff\xe0" + b"0" * 4000, "photo.mp4"),
        ("empty.mov", b"", "empty.mov"),
        ("cut.mp4", SAMPLE.read_bytes()[:3000], "cut.mp4"),
    ],
)
def test_what_is_no_video_gets_one_sentence(client, desk, tmp_path, name, content, says):
    path = tmp_path / "given"
    path.write_bytes(content)
    answer = client.put(url("upload", name=name), content=content)
    if answer.status_code == 200:
        upload, until = desk.uploads.get(answer.json()["key"]), time.monotonic() + 60
        while upload.state != "stopped":
            assert time.monotonic() < until, upload.state
            time.sleep(0.05)
        told = upload.trouble
    else:
        told = answer.json()["trouble"]
    assert says in told
    assert str(tmp_path) not in told
    assert told.endswith(".")


def test_one_with_nobody_in_it_and_one_too_large_in_pixels_say_so(client, desk, tmp_path):
    grey = [np.full((240, 320, 3), 90, np.uint8)] * 40
    write_video(tmp_path / "grey.mp4", grey)
    assert "nobody was seen" in bring(client, desk, tmp_path / "grey.mp4").trouble
    huge = [np.zeros((16, 7680, 3), np.uint8)] * 40
    write_video(tmp_path / "huge.mp4", huge)
    assert "7680" in bring(client, desk, tmp_path / "huge.mp4").trouble


def test_more_than_two_gigabytes_are_refused_before_they_come(client, desk):
    answer = client.put(
        url("upload", name="a.mp4"), content=b"x", headers={"content-length": str(3 * 1024**3)}
    )
    assert "2 GB are the most" in answer.json()["trouble"]
    assert desk.uploads.all() == ()


def test_what_an_earlier_run_left_behind_goes(desk, tmp_path):
    left = tmp_path / "data" / "uploads" / "old"
    left.mkdir(parents=True)
    (left / "video.mp4").write_bytes(b"x")
    desk.uploads.begin("a.mp4", 10)
    assert not left.exists()
    shutil.rmtree(tmp_path / "data" / "uploads")


def test_what_is_taken_along_carries_edited_and_automatic_values(client, desk, curls):
    correct(client, curls, {"kind": "delete", "reps": [["right", 1]]})
    read = lambda kind: client.get(url(f"case/set-{curls}/files/{kind}", note="Calmer"))  # noqa: E731
    assert len(read("reps.csv").text.splitlines()) == 3
    assert len(read("automatic.csv").text.splitlines()) == 4
    assert len(read("result.json").json()["provenance"]["edits"]) == 1
    assert read("report.pdf").content.startswith(b"%PDF")
    page = read("report.html").text
    assert "Calmer" in page
    assert "A. K." in page
    assert "P-012" in page
    assert read("else.exe").status_code == 404
