"""Rows of a study as they stand: cells of a table, or what the names of a folder's videos tell."""

import csv
import re
from pathlib import Path

from posecheck.errors import BatchError
from posecheck.settings import CHOICES as WORDS
from posecheck.trial import VIDEO

VIDEOS = (
    ".mp4",
    ".mov",
    ".m4v",
    ".mkv",
    ".webm",
    ".avi",
    ".3gp",
    ".mts",
    ".m2ts",
    ".ts",
    ".mpg",
    ".mpeg",
    ".wmv",
    ".flv",
)
"""Suffixes that are looked for in a folder. A manifest may name anything that can be opened."""
CHOICES = {**{name: WORDS[name] for name in ("side", "affected", "view", "kind")}, "level": ("1", "2", "3")}
FACTS = (
    "id",
    "path",
    "participant",
    "session",
    "exercise",
    *CHOICES,
    "person",
    "mirrored",
    "start_s",
    "end_s",
)
"""Columns of a manifest that mean something here; any other is carried through into the tables."""


def read_rows(path):
    """Rows of a manifest as dicts of column to cell, in order; empty cells are ``""`` or None.

    Raises
    ------
    BatchError
        When it is not a table, or has no ``path``.
    """
    path = Path(path)
    if not path.is_file():
        raise BatchError(
            f"{path}: a manifest or a folder of videos was expected, and nothing is there. Check the name."
        )
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    if not rows:
        raise BatchError(f"{path}: there are no rows below the header. Add one line for each clip.")
    if "path" not in rows[0]:
        meant = [name for name in rows[0] if str(name).lower() in ("path", "file", "filename", "video")]
        cure = f"Rename {meant[0]!r} to path." if meant else "Add it, one video for each row."
        raise BatchError(
            f"{path}: a column named path was expected; there are: {', '.join(map(str, rows[0]))}. {cure}"
        )
    return rows


def _parquet_rows(path):
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.read_table(path).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise BatchError(
            f"{path}: this is not a Parquet file that can be read ({str(error).splitlines()[0]})."
        ) from None


def _csv_rows(path):
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            file.seek(0)
            # Spreadsheets write semicolons where the comma is the decimal sign.
            delimiter = max(",;\t", key=head.count)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            header = [name.strip() for name in next(reader, [])]
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except UnicodeDecodeError:
        raise BatchError(
            f"{path}: a table was expected, CSV in UTF-8 or Parquet, and this is neither. In a spreadsheet, save it as "
            "CSV UTF-8."
        ) from None
    except (OSError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise BatchError(
            f"{path}: a table was expected, CSV in UTF-8 or Parquet, and this cannot be read ({why})."
        ) from None
    if "" in header or len(set(header)) < len(header):
        raise BatchError(
            f"{path}: each column needs a name of its own; found: {', '.join(header) or 'none'}."
        )
    for line, cells in lines:
        if len(cells) != len(header):
            raise BatchError(f"{path}, line {line}: {len(header)} cells were expected, got {len(cells)}.")
    rows = [dict(zip(header, (cell.strip() for cell in cells), strict=True)) for _, cells in lines]
    comma = delimiter != ","
    numbers = {name: _typed([row[name] for row in rows], comma) for name in header if name not in FACTS}
    return [row | {name: column[i] for name, column in numbers.items()} for i, row in enumerate(rows)]


_INTEGER, _DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})"), re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")


def _typed(cells, comma):
    """A carried column as numbers where every cell is one, written as numbers are: ``007`` is a name, ``7,5`` 7.5."""
    told = [cell for cell in cells if cell]
    if comma and told and all(_DECIMAL.fullmatch(cell.replace(",", ".")) for cell in told):
        cells = [cell.replace(",", ".") for cell in cells]
        told = [cell for cell in cells if cell]
    for pattern, number in ((_INTEGER, int), (_DECIMAL, float)):
        if told and all(pattern.fullmatch(cell) for cell in told):
            return [number(cell) if cell else None for cell in cells]
    return [cell or None for cell in cells]


def found_rows(folder, rule):
    """A row for each video in a folder and below it."""
    paths = sorted(
        p for p in folder.rglob("*")
        if p.suffix.lower() in VIDEOS and p.name != VIDEO and p.is_file()
        and not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )  # fmt: skip
    if not paths:
        raise BatchError(
            f"{folder}: no video was found here or below ({', '.join(VIDEOS[:6])}, ...). Choose another folder."
        )
    names = [p.relative_to(folder).as_posix() for p in paths]
    if rule is None:
        return [{"path": name} for name in names]
    pattern = _pattern(rule)
    told = [pattern.fullmatch(name.rpartition(".")[0]) for name in names]
    unlike = [name for name, match in zip(names, told, strict=True) if match is None]
    if unlike:
        raise BatchError(
            f"{folder}: {len(unlike)} of {len(names)} videos do not follow the rule {rule!r}, such as "
            f"{', '.join(unlike[:3])}. Rename them, move them away, or change the rule."
        )
    return [{"path": name, **match.groupdict()} for name, match in zip(names, told, strict=True) if match]


def _pattern(rule):
    parts = re.split(r"\{(\w+)\}", rule)
    names = parts[1::2]
    if (
        not names
        or len(set(names)) < len(names)
        or not all(n.isidentifier() for n in names)
        or "path" in names
    ):
        raise BatchError(
            f"The rule {rule!r} was expected to name what is in a file's name, each once, such as "
            "'{participant}/{session}_{exercise}_{side}'."
        )
    pieces = [re.escape(parts[0])]
    for name, after in zip(names, parts[2::2], strict=True):
        # What can only be one of a few words makes the rest clear: elbow_flexion_left is no side flexion_left.
        pieces += [f"(?P<{name}>{'|'.join(CHOICES.get(name, ('[^/]+?',)))})", re.escape(after)]
    return re.compile("".join(pieces))
