"""The live route without a browser: real pictures, the real pose model, a real socket; and nobody else gets in."""

import contextlib
import json
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from coach_scene import MemoryHouse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from test_coach import Agenda, Block

from posecheck.app.live import ELSEWHERE, TOKEN, live
from posecheck.app.room import Room
from posecheck.app.server import OnlyHere
from posecheck.engines import open_engine
from posecheck.exercise import load_exercise
from posecheck.records import PoseFrame

SAMPLE = Path(__file__).parents[1] / "sample_videos" / "shoulder_abduction_front.mp4"
HOST = "127.0.0.1:8501"
START_S = 1_764_000_000.0


def pictures(count):
    film = cv2.VideoCapture(str(SAMPLE))
    for i in range(count):
        yield (
            START_S + i / 30,
            cv2.imencode(".jpg", film.read()[1], [cv2.IMWRITE_JPEG_QUALITY, 75])[1].tobytes(),
        )


@pytest.fixture
def room():
    room = Room(MemoryHouse(Agenda((Block(),))), model="lite")
    yield room
    room.close()


@pytest.fixture
def client(room):
    hello = Route("/", lambda _request: PlainTextResponse("hello"))
    routes = [WebSocketRoute("/live/ws", live(lambda: room)), hello]
    app = Starlette(routes=routes, middleware=[Middleware(OnlyHere)])
    with TestClient(app, base_url=f"http://{HOST}", client=("127.0.0.1", 50000)) as client:
        yield client


def connect(client, *, token=TOKEN, origin=f"http://{HOST}", host=HOST):
    headers = {"origin": origin, "host": host}
    return client.websocket_connect(f"/live/ws?token={token}", headers=headers)


def said(socket, t_s, kind, **more):
    socket.send_text(json.dumps({"type": kind, "t_s": t_s, **more}))


def test_a_picture_is_acknowledged_with_its_own_time_and_the_pose_is_that_of_the_engine(client, room):
    with connect(client) as socket:
        said(socket, START_S - 1, "hello")
        assert socket.receive_json()["screen"]["kind"] == "home"
        acks = []
        for t_s, jpeg in pictures(5):
            socket.send_bytes(struct.pack("<d", t_s) + jpeg)
            acks.append(socket.receive_json()["ack"])
        assert acks == [t_s for t_s, _ in pictures(5)]
        pose = room.stage.pose
    with open_engine("blazepose", "lite") as engine:
        for t_s, jpeg in pictures(5):
            rgb = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
            want = engine.detect(t_s, np.ascontiguousarray(rgb))
    assert isinstance(pose, PoseFrame)
    assert np.array_equal(pose.uv_px, want.uv_px)


def test_of_pictures_that_wait_only_the_newest_counts(client):
    with connect(client) as socket:
        said(socket, START_S - 1, "hello")
        socket.receive_json()
        sent = list(pictures(12))
        for t_s, jpeg in sent:
            socket.send_bytes(struct.pack("<d", t_s) + jpeg)
        acks = []
        while not acks or acks[-1] < sent[-1][0]:
            acks.append(socket.receive_json()["ack"])
        assert acks == sorted(acks)
        assert acks[-1] == sent[-1][0]


def test_a_screen_is_sent_when_it_changes(client):
    with connect(client) as socket:
        said(socket, START_S, "hello")
        assert socket.receive_json()["facing"] == {"see": "", "hand": "right"}
        said(socket, START_S + 1, "tick")
        said(socket, START_S + 2, "answer", choice="start")
        told = socket.receive_json()
        while "screen" not in told:
            told = socket.receive_json()
        assert told["screen"]["camera"] is True


@pytest.mark.parametrize(
    "stranger",
    [{"token": "guessed"}, {"token": ""}, {"origin": "http://evil.example"}, {"origin": ""},
     {"origin": "http://127.0.0.1:9999"}],
    ids=str,
)  # fmt: skip
def test_strangers_are_refused(client, stranger):
    with pytest.raises(WebSocketDisconnect) as refused, connect(client, **stranger) as socket:
        socket.receive_text()
    assert refused.value.code == 1008


def test_a_name_that_points_here_from_outside_is_refused(client):
    answer = client.get("/", headers={"host": "evil.example:8501"})
    assert answer.status_code == 403
    assert client.get("/", headers={"host": "localhost:8501"}).text == "hello"
    with (
        pytest.raises(WebSocketDisconnect),
        connect(client, host="evil.example", origin="http://evil.example"),
    ):
        pass


def test_another_computer_is_refused(room):
    app = Starlette(
        routes=[Route("/", lambda _r: PlainTextResponse("hello"))], middleware=[Middleware(OnlyHere)]
    )
    with TestClient(app, base_url=f"http://{HOST}", client=("192.168.1.7", 50000)) as client:
        assert client.get("/").status_code == 403


def test_a_second_window_takes_over_and_the_first_is_told(client, room):
    with connect(client) as first:
        said(first, START_S, "hello")
        first.receive_json()
        with connect(client) as second:
            said(second, START_S + 1, "hello")
            assert second.receive_json()["screen"]["kind"] == "home"
            with pytest.raises(WebSocketDisconnect) as closed:
                first.receive_json()
            assert closed.value.code == ELSEWHERE
            said(second, START_S + 2, "answer", choice="start")
            told = second.receive_json()
            assert told["screen"]["kind"] == "camera"


def test_a_broken_picture_or_message_harms_nobody(client):
    with connect(client) as socket:
        said(socket, START_S - 1, "hello")
        socket.receive_json()
        socket.send_bytes(struct.pack("<d", START_S) + b"no jpeg")
        assert socket.receive_json() == {"ack": START_S}
        socket.send_bytes(b"short")
        said(socket, START_S + 1, "unheard_of")
        (t_s, jpeg), *_ = pictures(1)
        socket.send_bytes(struct.pack("<d", t_s + 2) + jpeg)
        assert socket.receive_json()["ack"] == t_s + 2


def test_the_engine_lives_as_long_as_its_page(client, room):
    for _ in range(3):
        with connect(client) as socket:
            said(socket, START_S - 1, "hello")
            with contextlib.suppress(KeyError):
                socket.receive_json()["screen"]
            (t_s, jpeg), *_ = pictures(1)
            socket.send_bytes(struct.pack("<d", t_s) + jpeg)
            while "ack" not in socket.receive_json():
                pass
            assert room._engine is not None
    room.thread.submit(lambda: None).result()
    assert room._engine is None


def test_a_slow_machine_gets_the_smaller_model_between_sets_and_is_told(monkeypatch):
    monkeypatch.setattr("posecheck.app.room.SLOW_S", 0.0)  # whatever this machine is, it is too slow
    monkeypatch.setattr("posecheck.app.room._ENOUGH", 3)
    house = MemoryHouse(Agenda((Block(),)))
    room = Room(house, model="full")
    room.message({"type": "hello", "t_s": START_S - 1})
    room.message({"type": "answer", "t_s": START_S - 0.5, "choice": "start"})
    said, models = [], []
    for i, (t_s, jpeg) in enumerate(pictures(8)):
        room.stage.between_sets = i > 5  # a set is on: nothing changes within it
        told = room.picture(t_s, jpeg)
        said += [one["text"] for one in told["say"]]
        models.append(room._model)
    assert models == ["full"] * 6 + ["lite"] * 2
    assert room.stage.engine["model"] == "lite"
    assert "The picture is simpler now." in said
    assert ("model", {"model": "lite", "why": "the computer is busy or slow"}) in house.keeper.events
    room.close()


def test_what_needs_depth_is_never_watched_by_the_smaller_model(monkeypatch):
    """A curl that faces the screen is not measured without depth: the count of a slow machine stayed at 0."""
    monkeypatch.setattr("posecheck.app.room.SLOW_S", 0.0)
    monkeypatch.setattr("posecheck.app.room._ENOUGH", 3)
    house = MemoryHouse(Agenda((Block(exercise="elbow_flexion"), Block())))
    room = Room(house, model="full")
    room.message({"type": "hello", "t_s": START_S - 1})
    room.message({"type": "answer", "t_s": START_S - 0.5, "choice": "start"})
    seen, models, said = list(pictures(14)), [], []
    for i, exercise in enumerate(
        ("elbow_flexion",) * 5 + ("shoulder_abduction",) * 5 + ("elbow_flexion",) * 4
    ):
        room.stage.exercise = load_exercise(exercise)
        said += [one["text"] for one in room.picture(*seen[i])["say"]]
        models.append(room._model)
    assert models == ["full"] * 5 + ["lite"] * 5 + ["full"] * 4
    assert said.count("The picture is simpler now.") == 1
    why = [detail["why"] for kind, detail in house.keeper.events if kind == "model"]
    assert why == [
        "the computer is busy or slow",
        "the exercise needs depth, which the small model does not tell",
    ]
    room.close()
