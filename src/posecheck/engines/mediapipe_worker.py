"""The process in which MediaPipe's runtime lives: pictures on standard input, landmarks on standard output.

Started by `posecheck.engines.mediapipe` with the environment of `network_guard`; imports nothing of
posecheck.

Protocol (little-endian). First answer: int32 length, then that many bytes of text, empty when ready. Then,
for each picture: int64 time in ms, int32 height, int32 width, RGB bytes -> int32 people, and for at least one
33 x (u, v, x, y, z, visibility) float32 of the first: px, m, 0-1.
"""

import os
import struct
import sys

PICTURE = struct.Struct("<qii")
COUNT = struct.Struct("<i")
KEYPOINTS, NUMBERS = 33, 6


def open_landmarker(model, mode, people_max):
    """(mediapipe, a function from (Image, ms) to a result)."""
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    modes = {"video": vision.RunningMode.VIDEO, "image": vision.RunningMode.IMAGE}
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=model), running_mode=modes[mode], num_poses=people_max
    )
    landmarker = vision.PoseLandmarker.create_from_options(options)
    if mode == "video":
        return mediapipe, landmarker, landmarker.detect_for_video
    return mediapipe, landmarker, lambda image, _time_ms: landmarker.detect(image)


def read_exactly(stream, buffer):
    """Fill a buffer; False when the other side has closed."""
    view, filled = memoryview(buffer).cast("B"), 0
    while filled < len(view):
        count = stream.readinto(view[filled:])
        if not count:
            return False
        filled += count
    return True


def answer_pictures(source, sink, mediapipe, detect):
    """Answer until the other side closes."""
    import numpy as np

    header, rgb = bytearray(PICTURE.size), np.empty((0, 0, 3), np.uint8)
    while read_exactly(source, header):
        time_ms, height_px, width_px = PICTURE.unpack(header)
        if rgb.shape[:2] != (height_px, width_px):
            rgb = np.empty((height_px, width_px, 3), np.uint8)
        if not read_exactly(source, rgb):
            return
        result = detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb), time_ms)
        sink.write(COUNT.pack(len(result.pose_landmarks)))
        if result.pose_landmarks:
            image, world = result.pose_landmarks[0], result.pose_world_landmarks[0]
            rows = [
                (p.x * width_px, p.y * height_px, w.x, w.y, w.z, p.visibility)
                for p, w in zip(image, world, strict=True)
            ]
            sink.write(np.array(rows, np.float32).tobytes())
        sink.flush()


def main(model, mode, people_max):
    # the library may print to file descriptor 1: answers go through a copy of it, the rest to the log
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    try:
        mediapipe, landmarker, detect = open_landmarker(model, mode, int(people_max))
    except Exception as error:
        text = f"{type(error).__name__}: {error}".encode()
        sink.write(COUNT.pack(len(text)) + text)
        sink.flush()
        return
    sink.write(COUNT.pack(0))
    sink.flush()
    try:
        answer_pictures(source, sink, mediapipe, detect)
    finally:
        landmarker.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
