"""Real movement that posecheck did not make: one module a data set, each with ``measure(...) -> list of rows``.

The data lie outside the repository (``POSECHECK_SHARED``, or ``shared`` beside the checkout) and never enter it.
"""
