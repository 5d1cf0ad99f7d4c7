"""Make every file that ``MODELS.toml`` lists from the published BlazePose files, byte for byte.

Needs the ``dev`` extra of posecheck (onnx, tflite, flatbuffers, mediapipe for its metadata schema) and the
npm package::

    npm pack @mediapipe/pose@0.5.1675469404 python models/convert.py mediapipe-pose-0.5.1675469404.tgz
    # writes into models/ python models/convert.py mediapipe-pose-0.5.1675469404.tgz --check   # writes
    nothing, compares with MODELS.toml

Files that are too big for the repository (``shipped = "built"``) are made with ``--built``.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from onnx_graph import onnx_model
from published import ConversionError, published_bytes, register
from task_bundle import task_bundle

# Position among the outputs of the TFLite file -> name. Landmark output 2, the segmentation mask, is left
# out.
OUTPUTS = {
    "detector": {0: "boxes", 1: "scores"},
    "landmark": {0: "landmarks", 1: "flag", 3: "heatmap", 4: "world"},
}


def converted(row: dict, package: Path) -> bytes:
    """Content of the file that one row of ``MODELS.toml`` describes, made from its published sources."""
    sources = [published_bytes(package, source["file"], sha256=source["sha256"]) for source in row["sources"]]
    if row["kind"] == "bundle":
        return task_bundle(*sources)
    return onnx_model(*sources, outputs=OUTPUTS[row["kind"]])


def main() -> int:
    """Exit status: 0 every file is as MODELS.toml says, 1 one differs, 2 a published file is not usable."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path, help="the .tgz of npm pack, or the folder it unpacks to")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="where to write (default: beside this file)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument(
        "--built", action="store_true", help="also the files that the repository does not carry"
    )
    options = parser.parse_args()
    same = True
    for row in register():
        if row["shipped"] == "built" and not options.built:
            continue
        try:
            content = converted(row, options.package)
        except ConversionError as error:
            print(error, file=sys.stderr)
            return 2
        found = hashlib.sha256(content).hexdigest()
        same &= found == row["sha256"]
        verdict = "as listed" if found == row["sha256"] else "differs"
        print(f"{row['file']}  {len(content)} bytes  {found}  {verdict}")
        if not options.check:
            (options.out / row["file"]).write_bytes(content)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
