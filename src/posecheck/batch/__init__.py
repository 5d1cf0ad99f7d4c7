"""Many recordings into one set of tables: validated before it starts, resumable by content, on one machine or many.

The public names stand in ``__init__.pyi`` and load on first use: a worker or the command line's help should not wait
for all of them.

>>> from posecheck.batch import clips_of, run_batch
>>> clips_of("no_such_manifest.csv")
Traceback (most recent call last):
posecheck.errors.BatchError: no_such_manifest.csv: a manifest or a folder of videos was expected, and nothing is...
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
