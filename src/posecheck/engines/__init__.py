"""Pose engines: pictures in, `PoseFrame` out."""
