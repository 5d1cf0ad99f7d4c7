"""Many recordings into one set of tables: validated before it starts, resumable by content, on one machine or many.

>>> from posecheck.batch import clips_of, run_batch
>>> clips_of("no_such_manifest.csv")
Traceback (most recent call last):
posecheck.errors.BatchError: no_such_manifest.csv: a manifest or a folder of videos was expected, and nothing is...
"""

from importlib import import_module

_HOME = {"clips_of": "manifest", "Clip": "manifest", "run_batch": "run", "Report": "run", "Watching": "clip",
         "LocalRunner": "runners", "RayRunner": "on_ray", "sensible_jobs": "runners"}  # fmt: skip

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name):
    # Loaded on first use: a worker or the command line's help should not wait for all of it.
    if name not in _HOME:
        raise AttributeError(
            f"module 'posecheck.batch' has no attribute {name!r}. It has: {', '.join(sorted(_HOME))}."
        )
    return getattr(import_module(f"posecheck.batch.{_HOME[name]}"), name)
