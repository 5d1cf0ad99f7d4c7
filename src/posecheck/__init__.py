"""Tempo, range and symmetry of exercise repetitions from an ordinary camera.

Coaching and research measurement, never diagnosis. The public names stand in ``__init__.pyi``, where type checkers
read them; each loads on first use, so importing is cheap. What they take and give: docs/python.md.

>>> import posecheck as pc
>>> pc.load_exercise("elbow_flexion").name
'Bend your elbow'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
