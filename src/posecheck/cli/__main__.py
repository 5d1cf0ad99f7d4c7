"""``python -m posecheck.cli``."""

from posecheck.cli import main

main()
