"""A fake webcam for browser tests: short clips of `tests/scenes`, switched while the page runs.

`Camera` puts a switchable camera into a Playwright page (`camera.js`). `y4m` and `mjpeg` write clips as a file for
Chromium's own fake camera, which cannot be switched but needs no script in the page.
"""

import hashlib
import json
import tempfile
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
from av.video.frame import PictureType

HERE = Path(__file__).parent
SCENES = HERE.parent / "scenes"
ACTS = tuple(sorted(path.name.removesuffix(".spec.toml") for path in SCENES.glob("*.spec.toml")))
FRAME_RATE_HZ = 30


class Camera:
    """A camera in a page, with somebody before it who does what the test says.

    Parameters
    ----------
    page : playwright Page
        Before it goes anywhere. Frames of the same origin look through the same camera.
    scenes_url : str
        Where the clips lie: `serve_scenes`.
    loop : str
        The act that goes on for as long as no other one is played.

    Notes
    -----
    What was set stays when the page is loaded again, also for other pages of the same origin and tab; acts that still
    waited are gone then, and `loop` begins.
    """

    def __init__(self, page, scenes_url, *, loop="sit"):
        first = {"loop": _known([loop])[0], "dark": False, "hz": None, "trouble": None}
        given = f"const SCENES = {json.dumps(scenes_url)}, FIRST = {json.dumps(first)};"
        script = (HERE / "camera.js").read_text(encoding="utf-8")
        page.add_init_script(f"{{ {given}\n{script} }}")
        self.page, self.scenes_url = page, scenes_url

    def play(self, *names, loop=None, now=False, wait=True):
        """Act out clips, after those that still wait; an act that only fills the time gives way at once.

        Parameters
        ----------
        *names : str
            Names in `ACTS`; none changes only what follows.
        loop : str, optional
            What fills the time from then on; else as before.
        now : bool
            Drop the act under way and those that wait.
        wait : bool
            Whether to return when the last act is over, else when the page knows of them.
        """
        options = {"now": now} | ({"loopLast": _known([loop])[0]} if loop else {})
        call = "([names, options, wait]) => { const over = __camera.play(names, options); return wait ? over : null; }"
        self.page.evaluate(call, [_known(names), options, wait])

    @property
    def now(self):
        """Name of the act under way; None before the page opened its camera."""
        return self.page.evaluate("__camera.now")

    @property
    def log(self):
        """Acts that began since the page was loaded: ``name``, ``start_ms``, ``end_ms`` (epoch), ``pictures``."""
        return self.page.evaluate("__camera.log")

    @property
    def pictures(self):
        """How many pictures it gave since the page was loaded."""
        return self.page.evaluate("__camera.pictures")

    def black(self, on=True):
        """Give black pictures, as with a cover before the lens; the acts go on behind it."""
        self.page.evaluate("(on) => __camera.black(on)", on)

    def rate(self, hz=None):
        """Give at most so many pictures a second; None gives all."""
        self.page.evaluate("(hz) => __camera.rate(hz)", hz)

    def unplug(self):
        """Pull the plug: tracks end, and the page finds no camera until `plug`."""
        self.page.evaluate("__camera.unplug()")

    def refuse(self):
        """Take the permission away: tracks end, and the page is refused until `plug`."""
        self.page.evaluate("__camera.refuse()")

    def busy(self):
        """Let another programme have the camera next time; who has it already keeps it."""
        self.page.evaluate("__camera.busy()")

    def plug(self):
        """End `unplug`, `refuse` and `busy`."""
        self.page.evaluate("__camera.plug()")


@contextmanager
def serve_scenes(folder=SCENES):
    """Serve the clips on loopback to pages of any origin; the value is the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Clips, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Clips(SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        super().end_headers()

    def log_message(self, *_):
        """Say nothing."""


def frames(*names):
    """Pictures of clips one after the other, as av.VideoFrame."""
    for name in _known(names):
        with av.open(str(SCENES / f"{name}.mp4")) as container:
            yield from container.decode(video=0)


def y4m(names):
    """Clips one after the other as an uncompressed file for ``--use-file-for-fake-video-capture``.

    Chromium begins again at its end. 14 MB a second: `mjpeg` does the same with a twentieth of that.

    Returns
    -------
    Path
        In the temporary folder, where it is found the next time.
    """
    return _written(names, ".y4m", _y4m)


def mjpeg(names):
    """Clips one after the other as JPEGs for ``--use-file-for-fake-video-capture``, 30 a second: see `y4m`."""
    return _written(names, ".mjpeg", _mjpeg)


def _known(names):
    unknown = [name for name in names if name not in ACTS]
    if unknown:
        raise ValueError(f"No act is called {unknown[0]!r}. There are: {', '.join(ACTS)}.")
    return list(names)


def _written(names, suffix, write):
    clips = [SCENES / f"{name}.mp4" for name in _known(names)]
    key = hashlib.sha256(b"".join(hashlib.sha256(clip.read_bytes()).digest() for clip in clips)).hexdigest()
    path = Path(tempfile.gettempdir()) / "posecheck_scenes" / f"{key[:16]}{suffix}"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=suffix, delete=False) as file:
            write(file, frames(*names))
        Path(file.name).replace(path)
    return path


def _y4m(file, pictures):
    for number, picture in enumerate(pictures):
        if not number:
            size = f"W{picture.width} H{picture.height}"
            file.write(f"YUV4MPEG2 {size} F{FRAME_RATE_HZ}:1 Ip A1:1 C420jpeg\n".encode())
        file.write(b"FRAME\n" + picture.to_ndarray(format="yuv420p").tobytes())


def _mjpeg(file, pictures):
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.options = {"qmin": "3", "qmax": "3"}
    encoder.pix_fmt = "yuvj420p"
    for number, picture in enumerate(pictures):
        if not number:
            encoder.width, encoder.height = picture.width, picture.height
            encoder.time_base = picture.time_base
        still = picture.reformat(format="yuvj420p")
        still.pts, still.pict_type = number, PictureType.NONE  # each clip's own begin anew
        for packet in encoder.encode(still):
            file.write(bytes(packet))
    for packet in encoder.encode(None):
        file.write(bytes(packet))
