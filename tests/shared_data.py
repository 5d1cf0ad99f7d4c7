"""Where the shared clips lie, when they are there. They are not part of the repository."""

import json
import os
from pathlib import Path

SHARED = Path(os.environ.get("POSECHECK_SHARED", Path(__file__).parents[2] / "shared"))
VIDEOS = SHARED / "data" / "videos"


def labelled_clips():
    """Path and label of each hand-labelled clip; empty when the shared data is absent."""
    labels = VIDEOS / "labels.json"
    if not labels.is_file():
        return []
    return [(VIDEOS / label["cls"] / label["file"], label) for label in json.loads(labels.read_text())]
