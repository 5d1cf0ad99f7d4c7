"""What stands around a person: the room, the light, and props of a known size."""

from dataclasses import dataclass

import numpy as np

from render.pieces import ball, box, cylinder, joined, ring


@dataclass(frozen=True)
class Light:
    """One key light, light from all around, and a weak fill; linear colours, directions towards the light in the room.

    `sky` comes from above and `ground` from below, `key` and `fill` from one side each; only `key` throws shadows.
    """

    key_towards: tuple
    key: tuple
    sky: tuple
    ground: tuple
    fill_towards: tuple
    fill: tuple
    exposure: float = 0.75
    softness: float = 0.12  # radius of the key light, as the tangent of the angle under which it is seen
    wall_gain: float = 1.0  # a window behind the person makes the wall bright
    outside: tuple = (0.85, 0.87, 0.9)  # brightness of the view from a window


LIGHTS = {
    "soft": Light(
        (-0.7, 1.25, 1.1), (1.7, 1.62, 1.5), (0.66, 0.68, 0.73), (0.34, 0.31, 0.28), (1, 0.3, 0.8), (0.3, 0.31, 0.34)
    ),
    "dim": Light(
        (0.8, 1.4, 0.5), (0.66, 0.56, 0.42), (0.2, 0.19, 0.18), (0.11, 0.1, 0.09), (-1, 0.3, 0.8), (0.07, 0.07, 0.08),
        outside=(0.2, 0.22, 0.26),
    ),
    "backlit": Light(
        (0.5, 0.9, -1.1), (2.0, 2.0, 1.95), (0.5, 0.53, 0.6), (0.24, 0.23, 0.22), (0, 0.3, 1), (0.1, 0.1, 0.11),
        wall_gain=1.5, outside=(1.5, 1.5, 1.5),
    ),
    "side": Light(
        (1.6, 0.75, 0.3), (2.5, 2.35, 2.1), (0.3, 0.32, 0.37), (0.17, 0.15, 0.14), (-1, 0.3, 0.8), (0.08, 0.09, 0.11)
    ),
    "evening": Light(
        (-0.9, 1.0, 0.7), (1.5, 1.05, 0.62), (0.36, 0.29, 0.22), (0.2, 0.15, 0.11), (1, 0.4, 0.5), (0.12, 0.1, 0.1),
        softness=0.2, outside=(0.22, 0.16, 0.17),
    ),
    "lamp": Light(
        (0.2, 2.2, 0.6), (1.5, 1.42, 1.25), (0.45, 0.44, 0.43), (0.26, 0.24, 0.22), (-0.6, 0.3, 1), (0.2, 0.2, 0.2),
        softness=0.2, outside=(0.02, 0.025, 0.05),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Room:
    """Walls, floor and what stands along them; what is not given is drawn from `seed`.

    Parameters
    ----------
    kind : str
        A key of `render.rooms.KINDS`: "plain", "room", "clutter", "kitchen" or "clinic".
    seed : int
        Chooses furniture, pictures, window and the colours that are not given.
    wall, floor : (r, g, b), sRGB 0..1, optional
    turn_deg : float, deg
        The room turns (+z towards +x) with its light: give the camera's azimuth plus the person's heading, and the
        long wall stays behind the person.
    wall_m : float, m
        From the origin to the long wall behind.
    """

    kind: str = "room"
    seed: int = 0
    wall: tuple | None = None
    floor: tuple | None = None
    turn_deg: float = 0.0
    wall_m: float = 1.9


@dataclass(frozen=True)
class Chair:
    """A chair, or a wheelchair; the middle of its seat is at `at_m` and its sitter looks along `heading_deg`."""

    seat_m: float = 0.45
    at_m: tuple = (0.0, 0.0)
    heading_deg: float = 0.0
    arms: bool = False
    back_m: float = 0.42
    wheelchair: bool = False
    width_m: float = 0.46
    depth_m: float = 0.44
    color: tuple = (0.30, 0.34, 0.42)
    frame: tuple = (0.20, 0.17, 0.15)

    def mesh(self):
        parts = self._wheelchair() if self.wheelchair else self._chair()
        return joined(parts).moved((self.at_m[0], 0.0, self.at_m[1]), self.heading_deg)

    def _seat(self):
        w, d, top = self.width_m / 2, self.depth_m / 2, self.seat_m
        yield ball((0, top - 0.03, 0), (w, 0.03, d), self.color, "fabric", power=5)
        if self.back_m > 0:
            yield ball(
                (0, top + 0.12 + (self.back_m - 0.1) / 2, -d - 0.005),
                (w * 0.96, (self.back_m - 0.1) / 2, 0.022),
                self.color,
                "fabric",
                power=5,
            )

    def _chair(self):
        w, d, top, back = self.width_m / 2 - 0.02, self.depth_m / 2 - 0.02, self.seat_m, self.back_m
        yield from self._seat()
        yield box((-w, top - 0.085, -d), (w, top - 0.045, d), self.frame, "wood")
        for x in (-w, w):
            yield cylinder(
                (x * 1.04, 0, d * 1.06), (x, top - 0.04, d), 0.014, self.frame, "wood", top_radius_m=0.02
            )
            yield cylinder(
                (x * 1.04, 0, -d * 1.12),
                (x, top - 0.04, -d - 0.01),
                0.014,
                self.frame,
                "wood",
                top_radius_m=0.02,
            )
            if back > 0:
                yield cylinder(
                    (x, top - 0.06, -d - 0.015), (x, top + back, -d - 0.035), 0.016, self.frame, "wood"
                )
            if self.arms:
                side = x + np.sign(x) * 0.03
                yield box(
                    (side - 0.025, top + 0.2, -d), (side + 0.025, top + 0.225, d - 0.04), self.frame, "wood"
                )
                yield cylinder(
                    (side, top - 0.05, d - 0.07), (side, top + 0.2, d - 0.07), 0.014, self.frame, "wood"
                )

    def _wheelchair(self):
        w, d, top = self.width_m / 2, self.depth_m / 2, self.seat_m
        steel, rubber = (0.62, 0.63, 0.66), (0.10, 0.10, 0.11)
        yield from self._seat()
        for x in (-w - 0.02, w + 0.02):
            out = x + np.sign(x) * 0.05
            yield ring((out, 0.30, -0.12), (1, 0, 0), 0.28, 0.018, rubber)
            yield ring((out + np.sign(x) * 0.025, 0.30, -0.12), (1, 0, 0), 0.25, 0.008, steel, "metal")
            yield cylinder((out - 0.02, 0.30, -0.12), (out + 0.02, 0.30, -0.12), 0.03, steel, "metal")
            for k in range(10):
                a = k * np.pi / 5
                yield cylinder(
                    (out, 0.30, -0.12),
                    (out, 0.30 + 0.27 * np.cos(a), -0.12 + 0.27 * np.sin(a)),
                    0.003,
                    steel,
                    "metal",
                    sides=5,
                )
            yield ring((x, 0.08, d + 0.1), (1, 0, 0), 0.065, 0.014, rubber, sides=18)
            yield cylinder((x, 0.12, d + 0.08), (x, top - 0.06, d - 0.02), 0.013, steel, "metal")
            yield cylinder((x, top - 0.06, -d), (x, top - 0.06, d), 0.013, steel, "metal")
            yield cylinder((x, 0.30, -d), (x, top + self.back_m + 0.06, -d - 0.05), 0.013, steel, "metal")
            yield cylinder(
                (x, top + self.back_m + 0.06, -d - 0.05),
                (x, top + self.back_m + 0.05, -d - 0.15),
                0.018,
                rubber,
            )
            if self.arms:
                yield box(
                    (x - 0.025, top + 0.2, -d + 0.04), (x + 0.025, top + 0.235, d - 0.12), rubber, "fabric"
                )
                yield cylinder((x, top - 0.05, d - 0.16), (x, top + 0.2, d - 0.16), 0.012, steel, "metal")
            # Footplates are swung out of the way, as for exercise with the feet on the floor.
            yield cylinder((x, 0.14, d + 0.06), (out, 0.12, d - 0.02), 0.011, steel, "metal")
            yield box((out - 0.012, 0.08, d - 0.14), (out + 0.012, 0.2, d + 0.0), rubber)


@dataclass(frozen=True)
class Table:
    """Table with four legs; `lo_m` and `hi_m` are opposite corners (x, z) of its top."""

    height_m: float = 0.74
    lo_m: tuple = (-0.6, 0.25)
    hi_m: tuple = (0.6, 0.95)
    color: tuple = (0.62, 0.47, 0.33)
    heading_deg: float = 0.0  # turns the table about the vertical through the origin

    def mesh(self):
        (x0, z0), (x1, z1), top = self.lo_m, self.hi_m, self.height_m
        parts = [
            box((x0, top - 0.03, z0), (x1, top, z1), self.color, "wood"),
            box((x0 + 0.06, top - 0.1, z0 + 0.06), (x1 - 0.06, top - 0.03, z1 - 0.06), self.color, "wood"),
        ]
        for x in (x0 + 0.03, x1 - 0.08):
            for z in (z0 + 0.03, z1 - 0.08):
                parts.append(box((x, 0, z), (x + 0.05, top - 0.03, z + 0.05), self.color, "wood"))
        return joined(parts).moved(heading_deg=self.heading_deg)


@dataclass(frozen=True)
class Counter:
    """Kitchen counter to hold on to: a worktop on closed cupboards between two corners (x, z)."""

    height_m: float = 0.9
    lo_m: tuple = (-1.0, 0.35)
    hi_m: tuple = (1.0, 0.95)
    color: tuple = (0.86, 0.85, 0.82)
    top_color: tuple = (0.30, 0.29, 0.29)
    heading_deg: float = 0.0

    def mesh(self):
        (x0, z0), (x1, z1), top = self.lo_m, self.hi_m, self.height_m
        parts = [
            box((x0, top - 0.04, z0), (x1, top, z1), self.top_color, "vinyl"),
            box((x0 + 0.02, 0.09, z0 + 0.03), (x1 - 0.02, top - 0.04, z1 - 0.03), self.color),
            box((x0 + 0.05, 0, z0 + 0.08), (x1 - 0.05, 0.09, z1 - 0.08), (0.2, 0.2, 0.2)),
        ]
        doors = max(1, round((x1 - x0) / 0.5))
        width = (x1 - x0 - 0.04) / doors
        for k in range(doors):
            left = x0 + 0.02 + k * width
            for z, out in ((z0 + 0.03, -1), (z1 - 0.03, 1)):
                face = sorted((z, z + out * 0.012))
                parts.append(
                    box((left + 0.006, 0.1, face[0]), (left + width - 0.006, top - 0.05, face[1]), self.color)
                )
                knob = sorted((z + out * 0.012, z + out * 0.03))
                parts.append(
                    box(
                        (left + width - 0.06, top - 0.2, knob[0]),
                        (left + width - 0.045, top - 0.09, knob[1]),
                        (0.6, 0.6, 0.6),
                        "metal",
                    )
                )
        return joined(parts).moved(heading_deg=self.heading_deg)


@dataclass(frozen=True)
class Step:
    """A step or footstool between two corners (x, z)."""

    height_m: float = 0.15
    lo_m: tuple = (-0.35, 0.15)
    hi_m: tuple = (0.35, 0.5)
    color: tuple = (0.25, 0.45, 0.55)
    heading_deg: float = 0.0

    def mesh(self):
        (x0, z0), (x1, z1), top = self.lo_m, self.hi_m, self.height_m
        parts = [
            box((x0, 0, z0), (x1, top - 0.015, z1), self.color),
            box(
                (x0 - 0.01, top - 0.015, z0 - 0.01), (x1 + 0.01, top, z1 + 0.01), (0.16, 0.17, 0.19), "carpet"
            ),
        ]
        return joined(parts).moved(heading_deg=self.heading_deg)


@dataclass(frozen=True)
class Block:
    """A plain box between two corners (x, y, z): a marker, a parcel, whatever else must stand at a known place."""

    lo_m: tuple
    hi_m: tuple
    color: tuple = (0.6, 0.6, 0.6)
    heading_deg: float = 0.0
    glows: bool = False  # drawn in its own colour, whatever the light

    def mesh(self):
        return box(self.lo_m, self.hi_m, self.color, "glow" if self.glows else "paint").moved(
            heading_deg=self.heading_deg
        )
