"""Clips of the grid, filmed and watched once: a change of the analysis finds video, truth and poses still there.

A clip is known by its spec and by what the renderer's code means (comments and docstrings may change), its poses by the
video, the engine and its models.
"""

import ast
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from real.shared_data import poses_of

RENDERER = Path(__file__).resolve().parents[1] / "render"
ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "out/bench"
_KINDS = (".mp4", ".truth.npz", ".truth.json")  # in this order: the last one says that all are there


@dataclass(frozen=True)
class Clip:
    """The files of one clip.

    Attributes
    ----------
    folder : Path
    stem : str
    """

    folder: Path
    stem: str

    @property
    def video(self):
        return self.folder / f"{self.stem}.mp4"

    @property
    def truth(self):
        return self.folder / f"{self.stem}.truth.json"

    @property
    def filmed(self):
        """Whether the clip is there with its truth."""
        return all((self.folder / f"{self.stem}{kind}").is_file() for kind in _KINDS)


def clip_of(case, cache_folder=CACHE):
    """Where the clip of a case lies, or will lie."""
    digest = hashlib.sha256(case.spec.model_dump_json().encode() + renderer_digest()).hexdigest()[:12]
    return Clip(Path(cache_folder) / "clips", f"{case.id}_{digest}")


def watched(case, clip, *, model="full"):
    """The poses of a case as a `PoseTrack`; its clip is filmed and watched unless that was done before.

    Parameters
    ----------
    case : Case
    clip : Clip
        From `clip_of`, asked once at the beginning of a run: who edits the renderer meanwhile changes the next run.
    model : str
    """
    if not clip.filmed:
        _film(case.spec, clip)
    return poses_of(clip.video, model=model, cache=clip.folder.parent / "poses")


def _film(spec, clip):
    """Beside its place first, then moved there, so that an interrupted run leaves no half clip behind."""
    from render.clip import make_clip

    clip.folder.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".filming.", dir=clip.folder))
    try:
        make_clip(spec, partial, clip.stem)
        for kind in _KINDS:
            os.replace(partial / f"{clip.stem}{kind}", clip.folder / f"{clip.stem}{kind}")
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@cache
def renderer_digest():
    """Of everything that decides how a spec looks: the renderer's code without its words, and its data."""
    digest = hashlib.sha256()
    for path in sorted(RENDERER.glob("*.py")):
        if path.name != "bake.py":  # made body.npz, which counts itself
            digest.update(path.name.encode() + meaning(path.read_text(encoding="utf-8")).encode())
    for path in sorted(RENDERER.glob("*.npz")):
        digest.update(path.read_bytes())
    return digest.digest()


def meaning(source):
    """Python source without comments, docstrings and layout.

    Examples
    --------
    >>> meaning('def f():  # why' + chr(10) + '    "what"' + chr(10) + '    return 1') == meaning('def f(): return 1')
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [line for line in body if not _is_words(line)]
    return ast.dump(tree)


def _is_words(line):
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )
