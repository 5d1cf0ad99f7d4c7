"""A few hand-laid flatbuffer tables that stand in front of an existing flatbuffer and refer into it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Where a table of 4-byte fields begins; ``places`` maps a field number to its position in the head."""

    start: int
    places: dict[int, int] = field(default_factory=dict)


class Head:
    """Bytes that grow at the end. References are relative and point forward, as flatbuffers asks."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._into_old: list[tuple[int, int]] = []

    def append(self, content: bytes) -> int:
        """Position of the content, which is added as it is."""
        at = len(self._bytes)
        self._bytes += content
        return at

    def table(self, present: Iterable[int], *, fields: int) -> Table:
        """A table with room for 4 bytes in each ``present`` field, after its field index (vtable)."""
        self._align(4)
        places = {number: 4 + 4 * i for i, number in enumerate(sorted(set(present)))}
        index = [4 + 2 * fields, 4 + 4 * len(places), *(places.get(number, 0) for number in range(fields))]
        index_at = self.append(struct.pack(f"<{len(index)}H", *index))
        self._align(4)
        start = self.append(struct.pack("<i", len(self._bytes) - index_at) + bytes(4 * len(places)))
        return Table(start, {number: start + offset for number, offset in places.items()})

    def put(self, place: int, value: int) -> None:
        """Write an unsigned 32-bit number at a place that was left free."""
        struct.pack_into("<I", self._bytes, place, value)

    def refer(self, place: int, target: int) -> None:
        """Let a place point to a later position of the head."""
        self.put(place, target - place)

    def refer_into_old(self, place: int, target: int) -> None:
        """Let a place point to a position of the flatbuffer that will follow."""
        self._into_old.append((place, target))

    def extended_vector(self, place: int, old_elements: Sequence[int]) -> int:
        """Place of the new, last reference in a vector of the old elements and it; ``place`` refers to it."""
        self._align(4)
        self.refer(place, self.append(struct.pack("<I", len(old_elements) + 1)))
        for target in old_elements:
            self.refer_into_old(self.append(bytes(4)), target)
        return self.append(bytes(4))

    def byte_vector(self, content: bytes, *, alignment: int = 4) -> int:
        """Position of a byte vector whose first byte is aligned; a zero follows, as strings need."""
        self._align(4)
        while (len(self._bytes) + 4) % alignment:
            self._bytes += bytes(4)
        return self.append(struct.pack("<I", len(content)) + content + b"\0")

    def followed_by(self, old: bytes, *, alignment: int) -> bytes:
        """The head and, at a multiple of ``alignment``, the old flatbuffer whole."""
        self._align(alignment)
        for place, target in self._into_old:
            self.put(place, len(self._bytes) + target - place)
        return bytes(self._bytes) + old

    def _align(self, alignment: int) -> None:
        self._bytes += bytes(-len(self._bytes) % alignment)
