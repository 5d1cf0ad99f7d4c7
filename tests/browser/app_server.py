"""posecheck as people start it, on a free port, with data of its own; and a survivor before it who touches nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from posecheck.store import open_store

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 60


class App:
    """A server of the app.

    Attributes
    ----------
    folder : Path
        Where it keeps what is practised.
    url : str
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url, self._process = f"http://127.0.0.1:{self._port}/", None

    def start(self):
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self._port}"]
        self._log = open(self.folder.parent / "server.log", "ab")  # noqa: SIM115 -- as long as the server
        home = self.folder.parent / "home"  # nothing is written into that of whoever runs the tests
        home.mkdir(exist_ok=True)
        environment = {**os.environ, "POSECHECK_DATA": str(self.folder), "HOME": str(home)}
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until_s = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until_s:
            try:
                urllib.request.urlopen(f"{self.url}_stcore/health", timeout=1)
                return self
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"The app did not start: {self.log()}")

    @property
    def pid(self):
        """Of the server's process."""
        return self._process.pid

    def log(self):
        """What it printed."""
        return (self.folder.parent / "server.log").read_text(errors="replace")

    def kill(self):
        """As a power cut ends it."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self):
        """As Ctrl-C ends it."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def store(self):
        """Its store, to look into."""
        return open_store(folder=self.folder)


class Survivor:
    """Somebody before the screen.

    Parameters
    ----------
    camera : Camera
        Of a page that went nowhere yet.
    app : App
    """

    def __init__(self, camera, app):
        self.camera, self.app, self.page = camera, app, camera.page
        self.outside, self.errors, self._since_s = [], [], 0.0
        origin = app.url.rstrip("/")
        allowed = (origin, origin.replace("http", "ws", 1), "data:", "blob:", camera.scenes_url)
        self.page.on(
            "request", lambda r: self.outside.append(r.url) if not r.url.startswith(allowed) else None
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self):
        """Open the page and wait for its first screen."""
        self.page.goto(self.app.url)
        self.page.wait_for_function("() => globalThis.__posecheck?.screens.length", timeout=30_000)
        return self

    @property
    def screen(self):
        """What the page shows now, as the server told it."""
        return self.page.evaluate("() => __posecheck.screens.at(-1)")

    @property
    def screens(self):
        """Every screen since the page was loaded."""
        return self.page.evaluate("() => __posecheck.screens")

    @property
    def said(self):
        """Everything said since the page was loaded."""
        return [one["text"] for one in self.page.evaluate("() => __posecheckSaid")]

    def until(self, *, kind=None, title=None, cue=None, within_s=60):
        """Wait until such a screen was there, since the one that was waited for before; it may have passed already."""
        wanted = {"kind": kind, "title": title, "cue": cue, "since_s": self._since_s}
        condition = """(want) => __posecheck.screens.find((s) => s.t_s >= want.since_s
            && (!want.kind || s.kind === want.kind) && (!want.title || s.title === want.title)
            && (!want.cue || s.cue === want.cue))?.t_s"""
        try:
            self._since_s = self.page.wait_for_function(
                condition, arg=wanted, timeout=within_s * 1000, polling=100
            ).json_value()
        except Exception:
            there = f"there is {self.screen}; said {self.said[-8:]}"
            raise AssertionError(f"waiting for {wanted}, {there}") from None

    def touch(self, choice):
        """Touch a picture or button."""
        self.page.locator(f"button[data-choice='{choice}']").click()

    def act(self, *names, **options):
        """Do something before the camera."""
        self.camera.play(*names, **options)

    def delays_ms(self):
        """Capture to response of the last pictures, sorted."""
        return sorted(self.page.evaluate("() => __posecheck.delays_ms.slice(-600)"))
