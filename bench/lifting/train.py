"""Trains the networks of `posecheck.lifting` on the pictures of `bench/lifting/frames.py`.

    pip install torch                       needed here only, never by posecheck
    python bench/lifting/train.py out/lifting

One person in ten is kept apart, and what the networks make of those is printed; the validation grid has other people
again. Writes src/posecheck/lifting.npz.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from posecheck import lifting
from posecheck.skeleton import BLAZEPOSE_33
from render.truth import Skeleton

WEIGHTS = Path(lifting.__file__).with_name("lifting.npz")
APART = 10
HIDDEN, LAYERS, DROPOUT, INPUT_NOISE = 256, 4, 0.05, 0.06
EPOCHS, BATCH, RATE, DECAY = 40, 256, 1.5e-3, 1e-4
_SIDES = {"left": 1.0, "right": -1.0}


class Perceptron(nn.Module):
    """What `posecheck.lifting.Network` is at run time; while learning it also says how sure it is."""

    def __init__(self, inputs, outputs):
        super().__init__()
        sizes = [inputs, *[HIDDEN] * (LAYERS - 1), outputs]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.doubt = nn.Linear(HIDDEN, outputs)
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, x):
        x = self.drop(torch.relu(self.layers[0](x)))
        for layer in self.layers[1:-1]:
            x = x + self.drop(torch.relu(layer(x)))
        return self.layers[-1](x), self.doubt(x).clamp(*lifting.DOUBT_LOG)


def read(folder):
    """Inputs, angles and what is known of the pictures, a row for each picture and side."""
    files = sorted(Path(folder).glob("*.npz"))
    if not files:
        raise SystemExit(f"No pictures in {folder}. Run python bench/lifting/frames.py -o {folder} first.")
    parts = [_rows(dict(np.load(file)), side) for file in files for side in _SIDES]
    inputs, angles, facts = (np.concatenate([part[i] for part in parts]) for i in range(3))
    known = np.isfinite(inputs).all(axis=1) & np.isfinite(angles).all(axis=1)
    return inputs[known].astype(np.float32), angles[known].astype(np.float32), facts[known]


def _rows(shot, side):
    index = [BLAZEPOSE_33.index(name) for name in lifting.KEYPOINTS]
    pictures = [shot[name][:, index].astype(np.float64) for name in ("uv_px", "xyz_m", "visibility")]
    seen = lifting.features(*pictures, shot["size_px"])
    own = lambda name: shot[f"{side}_{name}_deg"]  # noqa: E731
    angles = [own(name) for name in ("elbow_flexion", "knee_flexion", "hip_flexion", "shoulder_abduction",
                                     "thigh_inclination", "shank_inclination")]  # fmt: skip
    angles += [_SIDES[side] * shot["trunk_lean_deg"], shot["trunk_flexion_deg"], 90.0 * _ahead(shot, side)]
    facts = np.stack([shot["number"], _SIDES[side] * shot["azimuth_deg"], shot["free"]], axis=1)
    return seen if side == "left" else lifting.mirrored(seen), np.stack(angles, axis=1), facts


def _ahead(shot, side):
    """Share of the upper arm's direction that points ahead of the trunk."""
    body = Skeleton({str(name): shot["joints_m"][:, i] for i, name in enumerate(shot["joint_names"])})
    unit = lambda v: v / np.linalg.norm(v, axis=-1, keepdims=True)  # noqa: E731
    arm = body("elbow", side) - body("shoulder", side)
    return (unit(np.cross(body.across("shoulder"), body.trunk)) * unit(arm)).sum(axis=-1)


def learn(inputs, angles, seed, epochs):
    """One network and what its inputs are scaled by."""
    torch.set_num_threads(1)  # the members learn beside each other
    torch.manual_seed(seed)
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    x, y = _scaled(inputs, mean, spread), torch.tensor(angles / lifting.UNIT_DEG)
    net = Perceptron(x.shape[1], y.shape[1])
    steps = len(x) // BATCH
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=epochs * steps)
    for _ in range(epochs):
        for rows in torch.randperm(len(x))[: steps * BATCH].split(BATCH):
            answer, doubt = net(x[rows] + INPUT_NOISE * torch.randn(BATCH, x.shape[1]))
            off = (answer - y[rows]).abs()
            # Laplace's likelihood lets hopeless pictures count less; the plain error keeps them from being given up.
            loss = (off * torch.exp(-doubt) + doubt).mean() + 0.5 * off.mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval(), mean, spread


def _scaled(inputs, mean, spread):
    return torch.tensor(np.clip((inputs - mean) / spread, -lifting.INPUT_MAX, lifting.INPUT_MAX))


def stored(members):
    """Members as the arrays of lifting.npz."""
    arrays = {"members": len(members), "layers": LAYERS}
    for m, (net, mean, spread) in enumerate(members):
        arrays |= {f"{m}_mean": mean.astype(np.float32), f"{m}_spread": spread.astype(np.float32)}
        for i, layer in enumerate(net.layers):
            arrays[f"{m}_matrix{i}"] = layer.weight.detach().numpy().T.astype(np.float16)
            arrays[f"{m}_bias{i}"] = layer.bias.detach().numpy().astype(np.float16)
        arrays[f"{m}_doubt_matrix"] = net.doubt.weight.detach().numpy().T.astype(np.float16)
        arrays[f"{m}_doubt_bias"] = net.doubt.bias.detach().numpy().astype(np.float16)
    return arrays


def report(inputs, angles, facts):
    """Mean absolute error of the stored networks by where the camera stands."""
    answers, doubts = lifting.answered(np.stack([inputs, inputs], axis=1).astype(np.float64))
    answers, doubts = answers[:, 0], doubts[:, 0]
    azimuth, free = facts[:, 1], facts[:, 2] > 0
    places = {
        "facing": ~free & (np.abs(azimuth) <= 22),
        "near side turned 22-50": ~free & (azimuth > 22) & (azimuth <= 50),
        "far side turned 22-50": ~free & (azimuth < -22) & (azimuth >= -50),
        "near side, from the side": ~free & (azimuth > 65),
        "free poses": free,
    }
    print(f"{'mean absolute error':26}{'n':>7}" + "".join(f"{name[:13]:>14}" for name in lifting.ANGLES))
    for name, rows in places.items():
        off = np.abs(answers - angles)[rows]
        print(f"{name:26}{rows.sum():7d}" + "".join(f"{e:14.1f}" for e in off.mean(axis=0)))
        told = (off <= 2 * doubts[rows]).mean(axis=0)
        print(f"{'  % within 2 sigma told':33}" + "".join(f"{100 * t:14.0f}" for t in told))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--members", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    chosen = parser.parse_args()
    inputs, angles, facts = read(chosen.folder)
    apart = facts[:, 0] % APART == 0
    people = len(np.unique(facts[~apart, 0]))
    print(
        f"{people} people in {(~apart).sum()} rows to learn from, {len(np.unique(facts[apart, 0]))} kept apart"
    )
    own = inputs[~apart], angles[~apart]
    with ProcessPoolExecutor(chosen.members, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(learn, *own, seed, chosen.epochs) for seed in range(chosen.members)]
        members = [job.result() for job in jobs]
    np.savez_compressed(WEIGHTS, **stored(members), people=people)
    report(inputs[apart], angles[apart], facts[apart])


if __name__ == "__main__":
    main()
