"""Rendered pictures with known angles, to learn from: for views in which a movement goes towards the lens.

Nothing in posecheck is learned from them yet.
"""
