"""Video files through PyAV: container time stamps, upright pictures, true colours, words for broken files."""

import math
from collections import deque
from datetime import UTC, datetime
from fractions import Fraction
from itertools import chain
from typing import Any

from posecheck.errors import SourceError
from posecheck.source_upright import HLG, PQ, Upright
from posecheck.sources import SourceInfo, sha256_of

# Only real containers on this disk: a playlist named .mp4 could otherwise make the library open other
# files, or the network.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,h264,hevc,m4v,ivf,dv"
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}

_FULL_HD_PX = 1920 * 1088
_EARLIEST = 1995


class VideoFileReader:
    """One video file: its facts at once, its pictures by `frames`."""

    def __init__(self, path):
        self.path = path
        self.warnings: list[str] = []
        self._decoder = _Decoder(path)
        try:
            self._decoded = self._decoder.frames()
            self._first = next(self._decoded, None)
            if self._first is None:
                raise SourceError(
                    f"{path.name} holds no picture that can be decoded. Copy it again from the camera."
                )
            self._upright = Upright(self._first, self._decoder.stream.sample_aspect_ratio)
            self.info = self._facts()
        except BaseException:
            self.close()
            raise
        if self._first.color_trc in (PQ, HLG):
            self.warnings.append(
                "the colours are HDR and look a little pale here; ranges are measured as in other films"
            )
        if self._upright.stretched:
            self.warnings.append(
                f"the stored pixels are not square ({self._upright.pixel_aspect:.3f} wide for 1 high): "
                "the picture was stretched so that angles are true"
            )

    def frames(self, window):
        """Yield ``(t_s, rgb)`` of the pictures that `window` wants."""
        times = _Times(self._decoder)
        end_s = None
        for frame in self._from(window.seek_s):
            t_s = times.of(frame)
            if t_s is None:
                continue
            if window.ended(t_s):
                break
            if window.wants(t_s, resolution_s=times.resolution_s):
                yield t_s, self._upright.rgb(frame)
        else:
            end_s = times.end_s
        self.warnings.extend([*times.warnings(), *self._losses(end_s)])

    def digest(self, stop):
        return sha256_of(self.path, stop)

    def close(self):
        self._first = self._decoded = None
        self._decoder.close()

    def _facts(self):
        stream = self._decoder.stream
        rate = stream.average_rate or stream.guessed_rate
        fps = float(rate) if rate else None
        duration_s = self._decoder.duration_s()
        frames = stream.frames or (round(duration_s * fps) if duration_s and fps else None)
        width_px, height_px = self._upright.size_px
        return SourceInfo(
            name=self.path.name,
            kind="file",
            sha256="",
            duration_s=duration_s,
            frames=frames,
            width_px=width_px,
            height_px=height_px,
            rotation_deg=self._upright.rotation_deg,
            fps_nominal=fps,
            filmed_utc=_filmed_utc(self._decoder.container.metadata),
        )

    def _from(self, start_s):
        """Decoded frames from the beginning, or from a key frame at or before `start_s`."""
        decoder = self._decoder
        if start_s > 0:
            self._first = self._decoded = None
            frames = decoder.frames_before(start_s)
            if frames is None:
                decoder.close()
                self._decoder = decoder = _Decoder(self.path)
                frames = decoder.frames()
            yield from frames
        else:
            first, self._first = self._first, None
            yield first
            del first  # or the first picture would stay alive as long as the reading lasts
            yield from self._decoded or ()

    def _losses(self, end_s):
        duration_s, fps = self.info.duration_s, self.info.fps_nominal
        slack_s = max(0.5, 3 / fps) if fps else 0.5
        if end_s is not None and duration_s is not None and end_s < duration_s - slack_s:
            yield f"the file ends early: its pictures stop at {end_s:.2f} s of {duration_s:.2f} s"
        elif self._decoder.unreadable:
            yield f"{_counted(self._decoder.unreadable, 'picture')} left out: the data is damaged there"


def _filmed_utc(told):
    """When a file says that it was filmed; programs that do not know write a date long before there were such files."""
    for name in ("com.apple.quicktime.creationdate", "creation_time"):
        try:
            moment = datetime.fromisoformat(told.get(name, "").replace("Z", "+00:00"))
        except ValueError:
            continue
        if moment.year >= _EARLIEST:
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return None


class _Decoder:
    """Container, picture stream and decoder of one file."""

    def __init__(self, path):
        self.container, self.stream = _open(path)
        self.origin = _origin(self.container, self.stream)
        self.unreadable = 0
        # An avi has no time stamps but one slot for each picture, in the order in which they are coded.
        self._slots: Any = deque() if self.container.format.name == "avi" else None

    def frames(self):
        """Every frame the decoder gives, in order of time; what it cannot use is counted and left out."""
        from av.error import EOFError as Drained
        from av.error import FFmpegError

        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                packet = None  # gives out what the decoder still holds
            if self._slots is not None and packet is not None and packet.size:
                self._slots.append(packet.dts)
            try:
                frames = self.stream.codec_context.decode(packet)
            except Drained:
                return
            except FFmpegError:
                self.unreadable += 1
                frames = []
                if self._slots:
                    self._slots.pop()
            for frame in frames:
                if self._slots is not None:
                    frame.pts = self._slot(frame)
                if frame.is_corrupt:
                    self.unreadable += 1
                else:
                    yield frame
            if packet is None or (packet.dts is None and packet.size == 0):
                return

    def _slot(self, frame):
        # Packets that gave no picture must not hold their slots, or all later pictures would come too early.
        oldest = (frame.dts or 0) - self.stream.codec_context.reorder_depth
        while len(self._slots) > 1 and self._slots[0] < oldest:
            self._slots.popleft()
        return self._slots.popleft() if self._slots else None

    def frames_before(self, start_s):
        """As `frames`, from a key frame at or before `start_s`; None where none can be reached."""
        from av.error import FFmpegError

        if self._slots is not None and self.stream.codec_context.has_b_frames:
            return None  # pictures that a jump loses would shift all slots after it
        if self._slots is not None:
            self._slots.clear()
        try:
            ticks = math.floor((Fraction(start_s) + self.origin) / self.stream.time_base)
            self.container.seek(ticks, stream=self.stream, backward=True)
        except FFmpegError:
            return None
        frames = self.frames()
        first = next(frames, None)
        if first is None or first.pts is None or first.pts * self.stream.time_base - self.origin > start_s:
            return None
        self.unreadable = 0  # after a jump a decoder may refuse the pictures that lean on skipped ones
        return chain([first], frames)

    def duration_s(self):
        """Time of the end of the pictures as the container states it, s; None where it does not."""
        stream = self.stream
        if stream.duration and stream.time_base:
            start = self.origin if stream.start_time is None else stream.start_time * stream.time_base
            return float(start - self.origin + stream.duration * stream.time_base)
        tag = stream.metadata.get("DURATION", "")
        if tag.count(":") == 2:
            hours, minutes, seconds = (float(part) for part in tag.split(":"))
            return 3600 * hours + 60 * minutes + seconds
        return self.container.duration / 1e6 if self.container.duration else None

    def close(self):
        self.container.close()


class _Times:
    """Seconds of the recording for each frame, strictly increasing; counts what was dropped or assumed."""

    def __init__(self, decoder):
        stream = decoder.stream
        self.resolution_s = float(stream.time_base)
        self._time_base = stream.time_base
        self._origin = decoder.origin
        rate = stream.average_rate or stream.guessed_rate or Fraction(30)
        self._step = 1 / Fraction(rate)
        self._last = None
        self._dropped = 0
        self._assumed = 0
        self.end_s = 0.0

    def of(self, frame):
        """Time of `frame`, s; None when it does not lie after the frame before it."""
        if frame.pts is not None:
            t = frame.pts * self._time_base - self._origin
        else:
            t = Fraction(0) if self._last is None else self._last + self._step
            self._assumed += 1
        if self._last is not None and t <= self._last:
            self._dropped += 1
            return None
        length = Fraction(frame.duration or 0) * self._time_base
        self.end_s = float(t + (length or self._step))
        self._last = t
        return float(t)

    def warnings(self):
        if self._dropped:
            yield f"{_counted(self._dropped, 'frame')} dropped: time stamps did not increase"
        if self._assumed:
            rate_hz = float(1 / self._step)
            lost = _counted(self._assumed, "frame")
            yield f"{lost} without a time stamp: {rate_hz:g} pictures per second are assumed"


def _open(path) -> tuple[Any, Any]:
    """Container and picture stream of a file, set up for decoding; a `SourceError` says why not."""
    import av
    from av.error import FFmpegError

    try:
        with open(path, "rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise SourceError(f"{path} may not be read: {error.strerror}. Check its permissions.") from None
    if not head:
        raise SourceError(f"{path.name} is empty (0 bytes). Copy it again from the camera.")
    try:
        container = av.open(f"file:{path}", options=dict(_OPTIONS), metadata_errors="replace")
    except (FFmpegError, OSError, ValueError):
        raise SourceError(_why_not(path, head)) from None
    streams = [s for s in container.streams.video if not _is_cover(s)]
    try:
        if not streams:
            sound = "sound but no pictures" if container.streams.audio else "no pictures"
            raise SourceError(f"{path.name} holds {sound}. Choose a video file.")
        stream = max(streams, key=lambda s: s.codec_context.width if s.codec_context else 0)
        if stream.codec_context is None:
            raise SourceError(
                f"The pictures of {path.name} are coded in an unknown way. Convert it to mp4 with H.264."
            )
    except SourceError:
        container.close()
        raise
    # For full HD one thread outruns the pose model and costs 10-20 % less CPU than two.
    stream.thread_type = "AUTO"
    stream.thread_count = 1 if stream.codec_context.width * stream.codec_context.height <= _FULL_HD_PX else 2
    return container, stream


def _counted(number, noun):
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _is_cover(stream):
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _why_not(path, head):
    """One sentence on why a file is not a video that can be opened."""
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return (
            f"{path.name} is cut short: the index that an mp4 or mov keeps at its end is not there. "
            "Copy it again from the camera."
        )
    if _is_text(head):
        return f"{path.name} is a text file, not a video. Choose an mp4, mov, mkv, webm or avi file."
    return f"{path.name} is not a video that can be read here. Choose an mp4, mov, mkv, webm or avi file."


def _is_text(head):
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(c.isprintable() or c in "\r\n\t\f\ufeff" for c in text)


def _origin(container, stream):
    """Start of the recording on the stream's clock, s: the earliest sound or picture, as players count."""
    starts = [
        s.start_time * s.time_base
        for s in (*container.streams.video, *container.streams.audio)
        if s.start_time is not None and s.time_base and not (s.type == "video" and _is_cover(s))
    ]
    return min(starts, default=Fraction(0))
