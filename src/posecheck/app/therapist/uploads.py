"""Videos that a therapist brings: received piece by piece, watched in turn, gone again unless kept."""

import logging
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import cv2

from posecheck.app.memory import give_back
from posecheck.engines import open_engine
from posecheck.engines.blazepose import BlazePoseEngine
from posecheck.errors import OutputError, PosecheckError, SourceError
from posecheck.recording import watch
from posecheck.small_film import Filmed, SmallFilm, is_small_film, small_film
from posecheck.sources import open_source

LOG = logging.getLogger(__name__)
LARGEST_BYTES = 2 * 1024**3
LONGEST_S = 3600.0
LARGEST_PX = 4096  # the longer side: 8K takes minutes a second
ROOM_LEFT_BYTES = 500 * 1024**2
SUFFIXES = (".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi")
STILL_S = 0.5
_STILL_PX = 640
OVER = ("ready", "stopped")


class Upload:
    """One video on its way.

    Attributes
    ----------
    key : str
    name : str
        As its owner calls it; never used as a path.
    state : str
        ``receiving``, ``waiting``, ``watching``, ``ready`` or ``stopped``.
    trouble : str
        Why it was stopped, or what is missing of one that is ready.
    part : float
        Of what the state does, 0 to 1.
    left_s : float or None
        Time left, guessed from the pace so far.
    still : bytes
        A JPEG of the beginning; empty before it was opened.
    people : tuple of (float, float, float)
        Who is in it, from the left: centre and size, parts of the picture's width.
    track : PoseTrack or None
    filmed : bool
        Whether `film` can be shown.
    """

    def __init__(self, key, name, folder, size_bytes):
        self.key, self.name, self.folder, self.size_bytes = key, name, folder, size_bytes
        self.path = folder / f"video{Path(name).suffix.lower()}"
        self.film = folder / "film.mp4"
        self.state, self.trouble, self.part, self.left_s = "receiving", "", 0.0, None
        self.received_bytes, self.still, self.people, self.info = 0, b"", (), None
        self.mirrored, self.person, self.track, self.filmed = False, None, None, False
        self.chosen: dict[str, Any] = {}
        self.stop = threading.Event()
        self.stream: Any = None

    @property
    def watchable(self):
        """Path of its film, where that can be shown; None otherwise."""
        return self.film if self.filmed else None


class Uploads:
    """All of them.

    Parameters
    ----------
    folder : callable
        Gives the data folder.
    """

    def __init__(self, folder):
        self._folder_of, self._lock, self._numbers = folder, threading.Lock(), count(1)
        self._all: dict[str, Upload] = {}
        self._making = threading.Lock()
        self._watcher = ThreadPoolExecutor(1, thread_name_prefix="posecheck-watch")
        self._root: Path | None = None

    def all(self):
        """In the order in which they came."""
        with self._lock:
            return tuple(self._all.values())

    def get(self, key):
        """One of them; None when it is gone."""
        return self._all.get(key)

    @property
    def drawn(self):
        """What a page draws of them, in a word: another word asks for another drawing."""
        shown = [one for one in self.all() if one.state != "receiving"]
        return " ".join(
            f"{one.key}:{one.state if one.state in OVER else ''}:{len(one.still)}" for one in shown
        )

    # ── receiving ─────────────────────────────────────────────────────────────────────────────────────────────

    def welcome(self, name, size_bytes):
        """Whether a video may come, asked before it is sent.

        Parameters
        ----------
        name : str
            As its owner calls it.
        size_bytes : int or None

        Returns
        -------
        str
            The name without its folders.

        Raises
        ------
        SourceError
            When it is none, or too large.
        OutputError
            When there is no room for it.
        """
        name = Path(name.replace("\\", "/")).name[-120:] or "video"
        if Path(name).suffix.lower() not in SUFFIXES:
            raise SourceError(
                f"{name}: a video was expected ({', '.join(SUFFIXES)}). Choose the file that the phone or camera made."
            )
        if size_bytes is not None and size_bytes > LARGEST_BYTES:
            raise SourceError(
                f"{name}: it has {size_bytes / 1024**3:.1f} GB, and 2 GB are the most. Cut out the part with the "
                "exercise."
            )
        with self._lock:
            root = self._home()
        if shutil.disk_usage(root).free < (size_bytes or 0) + ROOM_LEFT_BYTES:
            raise OutputError(
                f"{name}: there is no room for it on this disk. Free some space, and try again."
            )
        return name

    def begin(self, name, size_bytes):
        """A video comes in; refused as in `welcome`.

        Returns
        -------
        Upload
        """
        name = self.welcome(name, size_bytes)
        with self._lock:
            folder = Path(tempfile.mkdtemp(dir=self._home()))
            upload = Upload(f"upload-{next(self._numbers)}", name, folder, size_bytes)
            self._all[upload.key] = upload
        upload.stream = open(upload.path, "wb")  # noqa: SIM115 -- stays open while pieces come
        return upload

    def _home(self) -> Path:
        """A folder of this run, private; what an earlier run left behind goes."""
        if self._root is None:
            above = Path(self._folder_of()) / "uploads"
            shutil.rmtree(above, ignore_errors=True)
            above.mkdir(parents=True, mode=0o700)
            self._root = above
            return above
        return self._root

    def receive(self, upload, piece):
        """A piece of it."""
        upload.received_bytes += len(piece)
        if upload.received_bytes > LARGEST_BYTES:
            raise SourceError(f"{upload.name}: 2 GB are the most. Cut out the part with the exercise.")
        upload.part = upload.received_bytes / upload.size_bytes if upload.size_bytes else 0.0
        try:
            upload.stream.write(piece)
        except OSError as error:
            raise OutputError(
                f"{upload.name}: it could not be written down ({error.strerror}). Free some space."
            ) from None

    def received(self, upload):
        """It is whole: look into it, then watch it."""
        upload.stream.close()
        self.watch(upload)

    # ── watching ──────────────────────────────────────────────────────────────────────────────────────────────

    def watch(self, upload, *, mirrored=None, person=None):
        """Watch it, from the beginning; again when somebody says that it is mirrored, or whom to follow."""
        upload.stop.set()  # an earlier watching gives way
        upload.mirrored = upload.mirrored if mirrored is None else mirrored
        upload.person = upload.person if person is None else person
        upload.state, upload.part, upload.left_s, upload.trouble = "waiting", 0.0, None, ""
        upload.track, upload.filmed, upload.stop = None, False, threading.Event()
        upload.chosen.pop("suggested", None)
        self._watcher.submit(self._watch, upload, upload.stop)

    def _watch(self, upload, stop):
        try:
            if upload.info is None:
                self._look(upload)
            if not stop.is_set():
                self._watched(upload, stop)
        except PosecheckError as error:
            self._stopped(upload, stop, _named(str(error), upload))
        except OSError as error:
            self._stopped(upload, stop, f"{upload.name}: {error.strerror}.")
        except Exception:
            LOG.exception("a video could not be watched")
            self._stopped(upload, stop, f"{upload.name}: it could not be watched to its end. Convert it to mp4 with "
                          "H.264, and try again.")  # fmt: skip
        if self.get(upload.key) is not upload:
            shutil.rmtree(upload.folder, ignore_errors=True)  # cancelled while its film was being written
        give_back()

    def _stopped(self, upload, stop, trouble):
        """It cannot be used: the sentence stays, the video goes. One that is watched anew meanwhile goes on."""
        if not stop.is_set():
            shutil.rmtree(upload.folder, ignore_errors=True)
            upload.trouble, upload.state = trouble, "stopped"

    def _look(self, upload):
        with open_source(upload.path) as source:
            info = source.info
            if max(info.width_px, info.height_px) > LARGEST_PX:
                raise SourceError(
                    f"{upload.name}: it has {info.width_px} by {info.height_px} pixels, and {LARGEST_PX} across are "
                    "the most. Film in Full HD, or make it smaller."
                )
            if info.duration_s and info.duration_s > LONGEST_S:
                raise _too_long(upload, f"lasts {info.duration_s / 3600:.1f} hours")
            rgb = next((rgb for t_s, rgb in source if t_s >= STILL_S), None)
        if rgb is None:
            raise SourceError(f"{upload.name}: it is shorter than half a second. Choose a longer recording.")
        with BlazePoseEngine("full", mode="image") as engine:
            found = engine.people_in(rgb)
        width = rgb.shape[1]
        rois = sorted((one.roi for one in found), key=lambda roi: roi.x_px)
        upload.people = tuple((roi.x_px / width, roi.y_px / width, roi.size_px / width) for roi in rois)
        scale = _STILL_PX / max(rgb.shape[:2])
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
        upload.still = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()
        upload.info = info

    def _watched(self, upload, stop):
        upload.state = "watching"
        begun, length_s = time.monotonic(), upload.info.duration_s or 0.0

        def progress(t_s):
            if t_s > LONGEST_S:  # not every recorder says how long a video is
                raise _too_long(upload, "goes on after an hour")
            upload.part = min(1.0, t_s / length_s) if length_s else 0.0
            if upload.part > 0.02:
                upload.left_s = (time.monotonic() - begun) * (1 / upload.part - 1)

        film, told = SmallFilm(upload.film, mirrored=upload.mirrored), ""
        try:
            with (
                open_source(upload.path) as source,
                open_engine("blazepose", "full", person=_counted(upload)) as engine,
            ):
                track = watch(Filmed(source, film), engine, mirrored=upload.mirrored, progress=progress,
                              enough=stop.is_set)  # fmt: skip
        finally:
            try:
                film.close()
            except OutputError as error:
                told = str(error)
        if stop.is_set():
            return
        if not (track.uv_px == track.uv_px).any():
            raise SourceError(
                f"{upload.name}: nobody was seen in it. Film the whole person from head to foot, in good light, two to "
                "three metres away."
            )
        upload.filmed, upload.trouble = not told, told
        upload.track, upload.state, upload.part = track, "ready", 1.0

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────

    def watchable(self, case):
        """Path of a film of a recording that a browser shows; None where there is none."""
        upload = self.get(case.key)
        if upload is not None:
            return upload.watchable
        film = case.video()
        if film is None or is_small_film(film):
            return film
        with self._lock:
            made = self._home() / f"{case.key}.mp4"
        with self._making:  # it takes a while: nobody who only brings a video waits for it
            if not made.exists():
                partial = made.with_suffix(".partial")
                with open_source(film) as source:
                    small_film(partial, source, mirrored=case.review.track.mirrored)
                partial.replace(made)
        return made

    def forget(self, key):
        """Nothing of it is left."""
        with self._lock:
            upload = self._all.pop(key, None)
        if upload is not None:
            upload.stop.set()
            if upload.stream is not None:
                upload.stream.close()
            shutil.rmtree(upload.folder, ignore_errors=True)
            give_back()

    def close(self):
        """Nothing of any is left."""
        for upload in self.all():
            upload.stop.set()
        self._watcher.shutdown(cancel_futures=True)
        for upload in self.all():
            self.forget(upload.key)
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)


def _too_long(upload, how):
    return SourceError(
        f"{upload.name}: it {how}, and one hour is the most. Cut out the part with the exercise."
    )


def _counted(upload):
    """Whom to follow, from the left of the pictures as the engine gets them: a mirrored film is turned over."""
    if upload.person is None or not upload.mirrored:
        return upload.person
    return len(upload.people) + 1 - upload.person


def _named(sentence, upload):
    """A sentence about the file as its owner calls it."""
    return sentence.replace(str(upload.path), upload.name).replace(upload.path.name, upload.name)
