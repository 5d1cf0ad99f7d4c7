"""Beside Streamlit's pages, on the same port: the live route, its files, and a guard that lets nobody else in."""

import contextlib
import json
import threading
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.middleware import Middleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles

from posecheck.app.live import live
from posecheck.app.therapist.desk import close_desk, desk

HERE = Path(__file__).parent
PAGE = HERE / "page.py"
_ONE = threading.Lock()
LOCKED_S = 0.5  # another program that writes is waited for no longer, or practice would stand still
LOOPBACK = ("127.0.0.1", "::1", "localhost", "testclient")


class OnlyHere:
    """Refuses whoever does not sit at this computer, and pages of others that ask by a name of their own."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] in ("http", "websocket"):
            client = (scope.get("client") or ("testclient",))[0]
            host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            if client not in LOOPBACK or urlsplit(f"//{host}").hostname not in LOOPBACK:
                refusal = PlainTextResponse("posecheck answers only on the computer that it runs on.", 403)
                if scope["type"] == "http":
                    return await refusal(scope, receive, send)
                await receive()
                return await send({"type": "websocket.close", "code": 1008})
        return await self._app(scope, receive, send)


class Ahead:
    """Opens the recording of a review while the browser still loads Streamlit, which takes it a second."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/review":
            [number] = parse_qs(scope["query_string"].decode("latin-1")).get("set", [""])[-1:]
            # Only for who comes from here or types the address: a page from elsewhere opens nothing.
            if (
                dict(scope["headers"]).get(b"sec-fetch-site") in (b"none", b"same-origin")
                and number.isdigit()
            ):
                desk().cases.begin(f"set-{number}")
        await self._app(scope, receive, send)


def room():
    """The one room of this computer, made when it is first asked for."""
    with _ONE:
        return _room()


@cache
def _room():
    from posecheck.app.household import Household
    from posecheck.app.room import Room
    from posecheck.store import open_store

    return Room(Household(partial(open_store, wait_s=LOCKED_S)), url_of=voice_url)


def voice_url(text):
    """Where the browser finds a text spoken; None where nobody spoke it."""
    from posecheck.voice import clip

    house = room().house
    if text in house.spoken:
        return f"/live/message/{house.spoken[text].name}"
    path = clip(text, folder=house.voice_folder)
    return None if path is None else f"/live/voice/{path.name}"


def _voice(request):
    from posecheck.voice import find_clip

    path = find_clip(request.path_params["name"], folder=room().house.voice_folder)
    return Response(status_code=404) if path is None else FileResponse(path)


def _message(request):
    """What the therapist said, for the page that just heard its name."""
    told = [one for one in room().house.spoken.values() if one.name == request.path_params["name"]]
    return Response(told[0].sound, media_type=told[0].kind) if told else Response(status_code=404)


@cache
def _demonstration(exercise, side, level):
    from posecheck.demonstration import demonstrate
    from posecheck.exercise import load_practice

    return json.dumps(demonstrate(load_practice(exercise), side=side, level=level).to_json())


def _figure(request):
    parts = request.path_params
    return Response(
        _demonstration(parts["exercise"], parts["side"], parts["level"]), media_type="application/json"
    )


@cache
def _therapist():
    """The therapist's routes: practice begins without what they need."""
    from posecheck.app.therapist.routes import ROUTES

    return Router(ROUTES)


async def therapist(scope, receive, send):
    """Everything below ``/room``."""
    await _therapist()(scope, receive, send)


def _pages():
    """What the first page imports, half a second's worth."""
    for name in ("helper_page", "practice_page", "therapist.pages"):
        import_module(f"posecheck.app.{name}")


@contextlib.asynccontextmanager
async def lifespan(_app):
    """Have the pages ready before somebody asks for one, and close the room with the server."""
    threading.Thread(target=_pages, name="posecheck-pages", daemon=True).start()
    yield
    close_desk()
    if _room.cache_info().currsize:
        room().close()


ROUTES = [
    WebSocketRoute("/live/ws", live(room)),
    Route("/live/voice/{name}", _voice),
    Route("/live/message/{name}", _message),
    Route("/live/figure/{exercise}/{side}/{level}.json", _figure),
    Mount("/room", app=therapist),
    Mount("/live/static", StaticFiles(directory=HERE / "static")),
]
MIDDLEWARE = [Middleware(OnlyHere), Middleware(Ahead)]
