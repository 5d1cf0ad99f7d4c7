"""posecheck on real movement that it did not make: counts, tempo, range and angles against independent references.

    python bench/real_data.py [--only uiprmd|clips|lean_back|pose2sim|keraal ...] [-o FILE.csv|FILE.json]

The data are not part of the repository: POSECHECK_SHARED says where they lie, or ``shared`` beside the checkout. A data
set that is not there is skipped, and said so. What each one is, and where its reference is weak, stands at the head of
its module in ``bench/real``. Prints a table and writes it to ``bench/results/real_data.csv`` when all are there.

Columns: n pairs, repetitions or frames; cov % of those with a reference for which posecheck gave a number; bias, mae,
p95 (of the absolute error) are measured minus reference; 95 % limits of agreement, or a confidence interval of a value.
"""

import argparse
import os
from pathlib import Path

from real import keraal, labelled_clips, lean_back, pose2sim, ui_prmd
from real.agreement import table, write_rows
from real.shared_data import CACHE, ROOT, AbsentError

RESULTS = ROOT / "bench/results/real_data.csv"
DATA_SETS = {
    "uiprmd": lambda chosen: ui_prmd.measure(),
    "clips": lambda chosen: labelled_clips.measure(model=chosen.model, cache=chosen.cache),
    "lean_back": lambda chosen: lean_back.measure(),
    "pose2sim": lambda chosen: pose2sim.measure(model=chosen.model, cache=chosen.cache),
    "keraal": lambda chosen: keraal.measure(),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", nargs="+", choices=DATA_SETS, default=list(DATA_SETS), help="data sets to measure"
    )
    parser.add_argument(
        "--model", default="full", choices=("lite", "full", "heavy"), help="pose model, for videos"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder that keeps the poses of videos")
    parser.add_argument("-o", "--output", type=Path, help="CSV or JSON file for the rows")
    chosen = parser.parse_args()
    rows, absent = [], []
    for name in chosen.only:
        try:
            found = DATA_SETS[name](chosen)
        except AbsentError as error:
            absent.append(name)
            print(f"skipped {name}: {error}\n")
            continue
        print(table(found), flush=True)
        print()
        rows += found
    whole = not absent and set(chosen.only) == set(DATA_SETS) and chosen.model == "full"
    # The recorded results are those of everything; a part must not overwrite them unasked.
    output = chosen.output or (RESULTS if whole else None)
    if output and rows:
        write_rows(output, rows)
        print(f"{len(rows)} rows: {os.path.relpath(output)}")


if __name__ == "__main__":
    main()
