"""The WebSocket that the survivor's screen talks to: pictures and answers in, screens out."""

import asyncio
import contextlib
import json
import secrets
import struct
from urllib.parse import urlsplit

from starlette.websockets import WebSocketDisconnect

POLICY, ELSEWHERE = 1008, 4001
PICTURE_MAX = 2_000_000  # bytes
TOKEN = secrets.token_urlsafe(24)
"""Of this run of the server: only pages that it made know it."""


def live(room):
    """The endpoint of the route; `room` gives the `Room` and is called at the first connection."""

    async def endpoint(socket):
        origin = urlsplit(socket.headers.get("origin", ""))
        known = secrets.compare_digest(socket.query_params.get("token", ""), TOKEN)
        if origin.netloc != socket.headers.get("host") or not known:
            await socket.close(POLICY)
            return
        await socket.accept()
        loop = asyncio.get_running_loop()
        here = await loop.run_in_executor(None, room)
        await _take_over(here, socket)
        try:
            await _Line(socket, here).serve()
        finally:
            if here.owner is socket:
                here.owner = None
                await asyncio.shield(loop.run_in_executor(here.thread, here.left))

    return endpoint


async def _take_over(room, socket):
    """The newest page has the camera; the one before is told."""
    before, room.owner = room.owner, socket
    if before is not None:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await before.close(ELSEWHERE)


class _Line:
    """One connection: of pictures only the newest counts, of everything else each."""

    def __init__(self, socket, room):
        self._socket, self._room = socket, room
        self._picture, self._messages = None, []
        self._news, self._over = asyncio.Event(), False
        self._before = {}

    async def serve(self):
        reader = asyncio.create_task(self._read())
        loop = asyncio.get_running_loop()
        try:
            while not self._over:
                await self._news.wait()
                self._news.clear()
                while self._messages:
                    told = await loop.run_in_executor(
                        self._room.thread, self._room.message, self._messages.pop(0)
                    )
                    await self._send(told)
                if self._picture is not None:
                    (t_s, jpeg), self._picture = self._picture, None
                    told = await loop.run_in_executor(self._room.thread, self._room.picture, t_s, jpeg)
                    await self._send({**told, "ack": t_s})
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            reader.cancel()

    async def _read(self):
        try:
            while True:
                message = await self._socket.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if message.get("bytes"):
                    self._take_picture(message["bytes"])
                else:
                    self._messages.append(json.loads(message["text"]))
                self._news.set()
        except (WebSocketDisconnect, RuntimeError, ValueError, KeyError):
            pass
        finally:
            self._over = True
            self._news.set()

    def _take_picture(self, body):
        if 8 < len(body) <= PICTURE_MAX:
            (t_s,) = struct.unpack_from("<d", body)
            self._picture = (t_s, memoryview(body)[8:])

    async def _send(self, told):
        """Only what is new: most answers are an acknowledgement."""
        new = {name: value for name, value in told.items() if value and value != self._before.get(name)}
        self._before.update(
            {name: told[name] for name in ("screen", "facing", "hover", "zones", "trouble") if name in told}
        )
        if new:
            await self._socket.send_text(json.dumps(new))
