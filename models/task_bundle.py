"""MediaPipe Tasks bundles (``pose_landmarker_*.task``) made of the published TFLite files.

The Tasks API wants two things that the npm package does not have: normalisation metadata inside each TFLite
file, and both files in an uncompressed zip whose entries begin at multiples of 16 bytes, so that they can
be mapped into memory.
"""

from __future__ import annotations

import io
import struct
import zipfile

import flatbuffers
import tflite
from flatbuffer_head import Head
from flatbuffers.table import Table
from mediapipe.tasks.metadata import metadata_schema_py_generated as schema
from published import ConversionError

_ALIGNMENT = 16
_LOCAL_HEADER_BYTES = 30
# The zip extra field that Android's zipalign uses for the same purpose: the alignment, then zeros.
_ALIGNMENT_FIELD = 0xD935
# Position of each field in TFLite's Model table.
_VERSION, _BUFFERS, _METADATA, _FIELDS = 0, 4, 6, 8


def task_bundle(detector: bytes, landmarks: bytes) -> bytes:
    """A pose landmarker bundle for the MediaPipe Tasks API, the same bytes each time.

    Parameters
    ----------
    detector, landmarks : bytes
        The published TFLite files of the person detector and of one landmark model.
    """
    # The detector was trained on -1..1, the landmark models on 0..1: value = (pixel - mean) / std.
    entries = {
        "pose_detector": with_metadata(detector, image_metadata("pose_detector", mean=127.5, std=127.5)),
        "pose_landmarks_detector": with_metadata(
            landmarks, image_metadata("pose_landmarks_detector", mean=0, std=255)
        ),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in entries.items():
            # Year 1980, Unix and 0644 for all: a clock or a platform must not show in the bytes.
            entry = zipfile.ZipInfo(f"{name}.tflite", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.extra = _alignment_field(archive.tell() + _LOCAL_HEADER_BYTES + len(entry.filename))
            bundle.writestr(entry, content)
    return archive.getvalue()


def _alignment_field(position: int) -> bytes:
    """The zip extra field that moves an entry from ``position`` to the next multiple of 16."""
    zeros = -(position + struct.calcsize("<HHH")) % _ALIGNMENT
    return struct.pack("<HHH", _ALIGNMENT_FIELD, struct.calcsize("<H") + zeros, _ALIGNMENT) + bytes(zeros)


def image_metadata(name: str, *, mean: float, std: float) -> bytes:
    """TFLite model metadata that declares one RGB image input and its normalisation."""
    picture = schema.ContentT(
        schema.ContentProperties.ImageProperties, schema.ImagePropertiesT(schema.ColorSpaceType.RGB)
    )
    normalisation = schema.ProcessUnitT(
        schema.ProcessUnitOptions.NormalizationOptions, schema.NormalizationOptionsT(mean=[mean], std=[std])
    )
    image = schema.TensorMetadataT(name="image", content=picture, processUnits=[normalisation])
    model = schema.ModelMetadataT(
        name=name, subgraphMetadata=[schema.SubGraphMetadataT(inputTensorMetadata=[image])]
    )
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())


def with_metadata(model: bytes, metadata: bytes) -> bytes:
    """A TFLite file with ``TFLITE_METADATA`` added, the published bytes kept whole behind a new head.

    Notes
    -----
    Unpacking and repacking the model would shift its weights off their 16-byte alignment (Python's
    flatbuffers aligns byte vectors to 4) and would tie the result to a schema version. References in a
    flatbuffer only point forward, so a new root table can stand in front of the old file and point into it;
    the weights keep their bytes and their alignment.
    """
    if model[4:8] != b"TFL3":
        raise ConversionError("Expected a TFLite model, whose bytes 4 to 8 read TFL3; these do not.")
    source = tflite.Model.GetRootAsModel(model, 0)
    root = source._tab
    old = {number: at for number in range(_FIELDS) if (at := root.Offset(4 + 2 * number))}

    head = Head()
    reference_to_root = head.append(bytes(4))
    head.append(b"TFL3")
    table = head.table([*old, _METADATA], fields=_FIELDS)
    head.refer(reference_to_root, table.start)
    head.put(table.places[_VERSION], source.Version())
    for number in old.keys() - {_VERSION, _BUFFERS, _METADATA}:
        head.refer_into_old(table.places[number], root.Indirect(root.Pos + old[number]))
    buffers = _elements(root, old[_BUFFERS])
    new_buffer = head.extended_vector(table.places[_BUFFERS], buffers)
    new_entry = head.extended_vector(table.places[_METADATA], _elements(root, old.get(_METADATA, 0)))

    entry = head.table([0, 1], fields=2)  # Metadata {name: string, buffer: uint}
    head.refer(new_entry, entry.start)
    head.put(entry.places[1], len(buffers))
    head.refer(entry.places[0], head.byte_vector(b"TFLITE_METADATA"))
    buffer = head.table([0], fields=1)  # Buffer {data: [ubyte]}
    head.refer(new_buffer, buffer.start)
    head.refer(buffer.places[0], head.byte_vector(metadata, alignment=_ALIGNMENT))
    return head.followed_by(model, alignment=_ALIGNMENT)


def _elements(table: Table, offset: int) -> list[int]:
    """Positions of the tables that a vector field refers to; none when the field is absent (offset 0)."""
    if not offset:
        return []
    start = table.Vector(offset)
    return [table.Indirect(start + 4 * i) for i in range(table.VectorLen(offset))]
