"""Shared by all tests. pytest puts this folder on the path, so tests import their stick people by name."""

from hypothesis import settings

# Derandomised: a run says the same thing twice, on every machine, and no time limit decides a test.
settings.register_profile("posecheck", derandomize=True, deadline=None, max_examples=50, print_blob=True)
settings.load_profile("posecheck")
