"""Film specs: `python bench/film_specs.py SPEC.toml... -o FOLDER` writes each clip with its exact truth.

Beside each `NAME.mp4` lie `NAME.truth.json` (repetitions, acts), `NAME.truth.npz` (joints and angles of every picture)
and `NAME.spec.toml`. `--still 3.5` saves single pictures instead; `--truth-only` films nothing and takes a few seconds.
The format of a spec is `bench/render/spec.py`; `sample_videos/*.spec.toml` are examples.
"""

import argparse
import os
import sys
from pathlib import Path

# One thread each: between two pictures the others would only spin, at twice the cost.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2
from tqdm import tqdm

from render.clip import Set, make_clip, take
from render.spec import SpecError
from render.spec_file import load_spec


def stills(spec, stem, folder, times_s):
    """Save the pictures at some times as PNG, as the stage draws them."""
    scene = take(spec, times_s)
    if max(times_s) > scene.duration_s:
        raise SpecError(
            f"{stem} ends at {scene.duration_s:.1f} s: there is no picture at {max(times_s):g} s."
        )
    shown = Set(scene)
    folder.mkdir(parents=True, exist_ok=True)
    for i, t_s in enumerate(times_s):
        path = folder / f"{stem}_{t_s:05.1f}s.png"
        cv2.imwrite(str(path), shown.picture(i)[..., ::-1])
        print(path)
    shown.close()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("specs", nargs="+", type=Path, metavar="SPEC.toml")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("out/clips"), metavar="FOLDER", help="default %(default)s"
    )
    parser.add_argument(
        "--still", type=float, nargs="+", metavar="S", help="save pictures at these times only"
    )
    parser.add_argument("--truth-only", action="store_true", help="write the truth, film nothing")
    chosen = parser.parse_args()
    refused = False
    for path in chosen.specs:
        stem = path.name.removesuffix(".toml").removesuffix(".spec")
        try:
            spec = load_spec(path)
            if chosen.still:
                stills(spec, stem, chosen.output, chosen.still)
                continue
            with tqdm(desc=stem, unit="picture", disable=chosen.truth_only) as bar:

                def shown(done, pictures, bar=bar):
                    bar.total = pictures
                    bar.update(done - bar.n)

                make_clip(spec, chosen.output, stem, video=not chosen.truth_only, progress=shown)
        except SpecError as error:
            print(error, file=sys.stderr)
            refused = True
            continue
        target = chosen.output / f"{stem}.spec.toml"
        if target.resolve() != path.resolve():
            target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"{chosen.output / stem}{'' if chosen.truth_only else '.mp4'}: truth and spec beside it")
    sys.exit(int(refused))


if __name__ == "__main__":
    main()
