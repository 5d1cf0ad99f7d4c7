"""Poses and angles in and out, as other programs write and read them (docs/exchange.md)."""

from posecheck.exchange.formats import FORMATS, Format, export, exportable, read_track

__all__ = ["FORMATS", "Format", "export", "exportable", "read_track"]
