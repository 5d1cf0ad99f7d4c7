"""The loop a person would write with OpenCV and MediaPipe: what `bench/speed.py pipeline` compares posecheck with.

    python bench/opencv_mediapipe_loop.py VIDEO POSE_LANDMARKER.task [SECONDS]

Prints how many pictures it read. It reads, finds the pose, computes four joint angles and appends them to a
list; it counts no repetition, times no phase and writes no file. MediaPipe reports home unless its proxies
lead nowhere: `bench/speed.py` sees to that.
"""

import math
import sys

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

JOINTS = ((11, 13, 15), (12, 14, 16), (23, 25, 27), (24, 26, 28))  # left and right elbow, left and right knee


def angle_deg(a, b, c):
    u, v = a - b, c - b
    return np.degrees(np.arccos(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v))))


def main(video, bundle, end_s=math.inf):
    capture = cv2.VideoCapture(video)
    fps = capture.get(cv2.CAP_PROP_FPS)
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=bundle), running_mode=vision.RunningMode.VIDEO
    )
    rows = []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        while True:
            read, bgr = capture.read()
            time_s = len(rows) / fps
            if not read or time_s > end_s:
                break
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            result = landmarker.detect_for_video(picture, round(1000 * time_s))
            angles = [math.nan] * len(JOINTS)
            if result.pose_landmarks:
                height, width = bgr.shape[:2]
                points = np.array([(p.x * width, p.y * height) for p in result.pose_landmarks[0]])
                angles = [angle_deg(*points[list(joint)]) for joint in JOINTS]
            rows.append((time_s, *angles))
    capture.release()
    print(len(rows))


if __name__ == "__main__":
    main(*sys.argv[1:3], *map(float, sys.argv[3:]))
