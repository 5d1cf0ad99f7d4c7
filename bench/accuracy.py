"""How exact posecheck is: a grid of rendered people, the real engine, and the exact truth.

    python bench/accuracy.py                          the whole grid (hours of CPU the first time)
    python bench/accuracy.py --quick                  a few clips, printed and not recorded
    python bench/accuracy.py --only elbow_flexion     one exercise, printed and not recorded
    python bench/accuracy.py --page                   docs/validation.md from what is recorded

Clips, truth and poses are kept in --cache by what decides them: a run that was interrupted goes on, and after a change
of the analysis only the scoring is done again, which takes seconds. The whole grid is recorded in bench/results/ and
written up in docs/validation.md with its pictures. `bench/validation/grid.py` says which clips there are and why.
"""

import argparse
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

# Each process draws and computes in one thread; more would only get into each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LP_NUM_THREADS", "1")

import machine
from validation import clips, grid, page, recorded, running


def chosen_cases(options):
    """The cases that the options ask for, and whether they are the whole grid."""
    if options.quick:
        return grid.quick(), False
    unknown = sorted(set(options.only or ()) - {*grid.exercises(), "nothing"})
    if unknown:
        raise SystemExit(f"Not in the grid: {', '.join(unknown)}. There are: {', '.join(grid.exercises())}.")
    cases = grid.planned(only=options.only, frames=options.frames, rounds=options.rounds)
    return cases, not options.only


def prepare(cases, filmed, options):
    """Film and watch what is not there yet; a clip that fails is told at the end, and the others go on."""
    missing = [case for case in cases if not filmed[case.id].filmed]
    failures = {}
    with _pool(options.jobs) as pool, _bar(sum(case.frames for case in missing), "filming", "picture") as bar:
        jobs = {pool.submit(running.prepare, case, filmed[case.id], options.model): case for case in missing}
        try:
            for job in as_completed(jobs):
                case = jobs[job]
                if job.exception() is not None:
                    failures[case.id] = job.exception()
                bar.update(case.frames)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise SystemExit(
                "\nInterrupted. What is done is kept; the same command goes on from here."
            ) from None
    return failures


def score(cases, filmed, options):
    """Rows of every table for all cases, in their order."""
    groups = running.groups(cases)
    tables = {name: [] for name in recorded.TABLES}
    with _pool(options.jobs) as pool, _bar(len(groups), "scoring", "set") as bar:
        jobs = [pool.submit(running.score, group, filmed, options.model) for group in groups]
        for job in jobs:
            for name, rows in job.result().items():
                tables[name] += rows
            bar.update()
    return tables


def _pool(jobs):
    # Forked children would share the parent's OpenGL and ONNX Runtime threads.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def _bar(total, what, unit):
    return tqdm(total=total, desc=what, unit=unit, unit_scale=unit == "picture", disable=total == 0)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a few clips, not recorded")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="EXERCISE",
        help="these exercises (nothing: the clips without any), not recorded",
    )
    parser.add_argument("--page", action="store_true", help="only write the page from the recorded results")
    parser.add_argument("--plan", action="store_true", help="only say which clips there are")
    parser.add_argument("--rounds", type=int, help="rounds of the grid, instead of --frames")
    parser.add_argument(
        "--frames",
        type=int,
        default=grid.FRAMES,
        help="about how many pictures at most (default %(default)s)",
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (default %(default)s)")
    parser.add_argument("--model", default="full", choices=("lite", "full", "heavy"))
    parser.add_argument("--cache", type=Path, default=clips.CACHE, help="default out/bench")
    parser.add_argument("--results", type=Path, help="record in this folder, whatever was chosen")
    options = parser.parse_args()
    if options.page:
        write_page(options.results or recorded.RESULTS)
        return
    cases, whole = chosen_cases(options)
    print(f"{len(cases)} clips, about {sum(case.frames for case in cases)} pictures", file=sys.stderr)
    if options.plan:
        print("\n".join(f"{case.id:44} {case.frames:5d} pictures  {case.levels}" for case in cases))
        return
    filmed = {case.id: clips.clip_of(case, options.cache) for case in cases}
    failures = prepare(cases, filmed, options)
    cases = [
        case
        for group in running.groups(cases)
        if not failures.keys() & {c.id for c in group}
        for case in group
    ]
    command = " ".join(["python", "bench/accuracy.py", *sys.argv[1:]])
    facts = recorded.facts_of_run(command, cases, model=options.model, machine=machine.machine())
    found = recorded.outcome(score(cases, filmed, options), facts)
    print("\n".join(page.targets_as_text(found)))
    if not failures and (options.results or (whole and options.model == "full")):
        recorded.write(found, options.results or recorded.RESULTS)
        if options.results is None:
            write_page(recorded.RESULTS)
    for name, problem in failures.items():
        print(f"{name}: {type(problem).__name__}: {problem}", file=sys.stderr)
    if failures:
        raise SystemExit(f"{len(failures)} clips could not be made, so nothing was recorded.")


def write_page(folder):
    """The validation page and its pictures from what is recorded in a folder."""
    found = recorded.read(folder)
    if found is None:
        raise SystemExit(f"{folder} holds no recorded results. Run python bench/accuracy.py first.")
    for path in page.write(found):
        print(path, file=sys.stderr)


if __name__ == "__main__":
    main()
