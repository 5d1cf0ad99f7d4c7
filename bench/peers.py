"""posecheck and its peers side by side: the same landmarks, the same truth, the same repetitions.

    python bench/peers.py [FOLDER] [--cache out/bench] [-o bench/results/peers.csv] [--only NAME]

FOLDER holds clips with ``.truth.json`` and ``.truth.npz`` beside them (default: sample_videos). posecheck's engine
looks at each clip once; its landmarks are kept under the cache and handed to everybody. Peers are installed from PyPI
into environments of their own under the cache, at the pinned versions, and run offline. Nothing of theirs is copied.

Two kinds of range error are told. "Range at the true times" reads each peer's angle where the truth says that the
repetitions are: it judges the angle alone, and spares a peer that finds no repetitions. "Own range" and the times of
lift and lower are what a program says about the repetitions it found by itself. What a peer does not offer is "-",
and what it offers and withholds here is "w"; neither is ever counted as zero.
"""

import argparse
import csv
import sys
from pathlib import Path

from machine import load, machine
from peer_tools.clips import find_clips
from peer_tools.contestants import contestants
from peer_tools.scoring import CLIP_COLUMNS, NOT_OFFERED, POOLED_COLUMNS, WITHHELD, pooled, score

ROOT = Path(__file__).resolve().parents[1]
# Column of the printed table: title, column of the row, format.
TABLE = (
    ("RMSE deg", "angle_rmse_deg", ".1f"),
    ("bias deg", "angle_bias_deg", "+.1f"),
    ("range bias", "range_bias_deg", "+.1f"),
    ("range MAE", "range_mae_deg", ".1f"),
    ("own bias", "own_range_bias_deg", "+.1f"),
    ("own MAE", "own_range_mae_deg", ".1f"),
    ("missed", "missed", "d"),
    ("extra", "extra", "d"),
    ("lift MAE s", "lift_mae_s", ".2f"),
    ("lower MAE s", "lower_mae_s", ".2f"),
    ("seen %", "coverage_pct", ".0f"),
    ("us/frame", "cpu_us_per_frame", ".1f"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "sample_videos")
    parser.add_argument("--cache", type=Path, default=ROOT / "out/bench")
    parser.add_argument(
        "-o", "--output", type=Path, help="default: bench/results/peers.csv; in the cache with --only"
    )
    parser.add_argument("--only", help="only peers whose name contains this")
    parser.add_argument("--model", default="full", choices=("lite", "full"))
    chosen = parser.parse_args()
    print(f"python bench/peers.py {' '.join(sys.argv[1:])}\n{machine()}\n{load()}\n")
    peers = named(contestants(chosen.cache, model=chosen.model), chosen.only)
    by_limb = rows(find_clips(chosen.folder, chosen.cache, model=chosen.model), peers)
    together = pooled(by_limb)
    for text in tables(together):
        print(text + "\n")
    print("\n".join(explained(peers)))
    # A table of a few must not take the place of the whole one.
    usual = chosen.cache / "peers_only.csv" if chosen.only else ROOT / "bench/results/peers.csv"
    output = chosen.output or usual
    write(output, POOLED_COLUMNS, together)
    write(chosen.cache / "peers_by_limb.csv", CLIP_COLUMNS, by_limb)
    print(f"\n{output}\n{load()}")


def named(peers, only):
    """The peers whose name contains `only`, whatever its case; all when it is None."""
    kept = [peer for peer in peers if only is None or only.lower() in peer.name.lower()]
    if not kept:
        known = ", ".join(dict.fromkeys(peer.name for peer in peers))
        raise SystemExit(f"no peer is called {only!r}. There are: {known}.")
    return kept


def rows(clips, peers):
    """One row for each peer and limb of each clip.

    Parameters
    ----------
    clips : sequence of Clip
    peers : sequence of Peer

    Returns
    -------
    list of dict
        With the columns `CLIP_COLUMNS`; cells are numbers, text, ``does not offer`` or ``withheld``.
    """
    told = []
    for peer in peers:
        print(f"{peer.name}, {peer.setting}", file=sys.stderr, flush=True)
        peer.prepare(clips)
        for clip in clips:
            for side in clip.sides:
                who = {"clip": clip.name, "side": side, "exercise": clip.exercise, "view": clip.view}
                who |= {"limb": clip.limb(side), "peer": peer.name, "setting": peer.setting}
                who |= {"knows": peer.knows, "version": peer.version}
                told.append(who | score(clip, side, peer.answer(clip, side)))
    return told


def tables(together):
    """A table of text for each exercise, view and limb of pooled rows."""
    groups = {}
    for row in together:
        groups.setdefault((row["exercise"], row["view"], row["limb"]), []).append(row)
    for (exercise, view, limb), group in groups.items():
        first = group[0]
        about = f"{first['limbs']} limbs, {first['repetitions']} repetitions, {first['frames']} frames"
        lines = [f"{exercise}, view {view}, limb {limb}: {about}"]
        lines.append(f"{'':42}" + " ".join(f"{title:>11}" for title, _, _ in TABLE))
        for row in group:
            cells = " ".join(f"{cell(row[column], form):>11}" for _, column, form in TABLE)
            lines.append(f"{row['peer'] + ', ' + row['setting']:42}{cells}")
        yield "\n".join(lines)


def cell(value, form):
    """A number in a format; ``-`` when it is not offered, ``w`` when it is withheld.

    >>> cell(1.25, ".1f"), cell("does not offer", ".1f"), cell("withheld", ".1f")
    ('1.2', '-', 'w')
    """
    if isinstance(value, str):
        return {NOT_OFFERED: "-", WITHHELD: "w"}.get(value, value)
    return format(value, form)


def explained(peers):
    """How each peer is set up, a line each."""
    yield "- does not offer; w withheld here. Range bias and MAE: at the true times."
    yield "Own bias and MAE: the range it tells itself, of the repetitions it found itself."
    yield "us/frame: CPU with landmarks in hand; of posecheck and Sports2D for the whole body, else for one limb."
    for peer in peers:
        yield f"{peer.name} {peer.version}, {peer.setting} (knows {peer.knows}): {peer.what}"


def write(path, columns, table):
    """The rows as CSV with fixed columns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        for row in table:
            short = {name: f"{v:.4g}" if isinstance(v, float) else v for name, v in row.items()}
            writer.writerow({name: short[name] for name in columns})


if __name__ == "__main__":
    main()
