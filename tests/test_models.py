"""The model files are the published ones, the loader believes no other, the conversion changes no number."""

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import av
import numpy as np
import onnxruntime
import pytest

from posecheck.errors import ModelError, OutputError
from posecheck.models import (
    add_model,
    find_model,
    list_models,
    model_file,
    model_folders,
    registered_models,
    user_model_folder,
)

REPOSITORY = Path(__file__).parents[1]
MODELS = REPOSITORY / "models"
CARRIED = [row for row in registered_models() if row.shipped != "built"]
NETWORKS = [row for row in CARRIED if row.kind != "bundle"]
BUNDLES = [row for row in CARRIED if row.kind == "bundle"]

pytestmark = pytest.mark.skipif(not MODELS.is_dir(), reason="needs the checkout's models/ folder")


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Each test has an empty user folder of its own, and no folder that the environment names."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("POSECHECK_MODELS", raising=False)


@pytest.fixture
def converter(monkeypatch):
    """Imports a module of the conversion script."""
    pytest.importorskip("onnx")
    pytest.importorskip("tflite")
    monkeypatch.syspath_prepend(str(MODELS))
    return importlib.import_module


def register_rows():
    return {row["id"]: row for row in tomllib.loads((MODELS / "MODELS.toml").read_text("utf-8"))["model"]}


def published_file(row):
    """The TFLite file that a network is made from: bundles carry it whole, all but heavy's."""
    source = register_rows()[row.id]["sources"][0]
    for bundle in BUNDLES:
        with zipfile.ZipFile(MODELS / bundle.file) as archive:
            for name in archive.namelist():
                content = archive.read(name)[-source["bytes"] :]
                if hashlib.sha256(content).hexdigest() == source["sha256"]:
                    return content
    package = importlib.import_module("published")
    return package.published_bytes(Path(npm_package()), source["file"], sha256=source["sha256"])


def npm_package():
    """Archive or folder of the npm package, or a skip that says how to get one."""
    package = os.environ.get("POSECHECK_NPM_POSE")
    if not package:
        pytest.skip("POSECHECK_NPM_POSE should name the archive of `npm pack @mediapipe/pose@0.5.1675469404`")
    return package


def patterns(row, count):
    """Smooth random pictures in the range that a network expects."""
    size = row.inputs["input"][1]
    rng = np.random.default_rng(7)
    coarse = rng.uniform(size=(count, size // 16, size // 16, 3))
    fine = np.repeat(np.repeat(coarse, 16, axis=1), 16, axis=2) * 0.8
    fine += 0.2 * rng.uniform(size=(count, size, size, 3))
    return (fine * 2 - 1 if row.kind == "detector" else fine).astype(np.float32)


def people(row):
    """One frame of each shared clip, its middle square, in the range that a network expects."""
    shared = Path(os.environ.get("POSECHECK_SHARED", REPOSITORY.parent / "shared"))
    clips = sorted((shared / "data" / "videos" / "open").glob("*.mp4"))
    if not clips:
        pytest.skip("needs the shared clips; POSECHECK_SHARED should name their folder")
    size = row.inputs["input"][1]
    squares = []
    for clip in clips:
        with av.open(str(clip)) as container:
            frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
        side = min(frame.shape[:2])
        top, left = ((n - side) // 2 for n in frame.shape[:2])
        near = np.arange(size) * side // size
        squares.append(frame[top:, left:][near][:, near])
    pixels = np.stack(squares).astype(np.float32)
    return pixels / 127.5 - 1 if row.kind == "detector" else pixels / 255


def session(source):
    return onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"])


def outputs_of(network, pictures):
    names = [output.name for output in network.get_outputs()]
    return dict(zip(names, network.run(names, {"input": pictures}), strict=True))


# What lies in the repository


@pytest.mark.parametrize("row", CARRIED, ids=lambda row: row.id)
def test_each_carried_file_is_the_registered_one(row):
    content = (MODELS / row.file).read_bytes()
    assert len(content) == row.size_bytes
    assert hashlib.sha256(content).hexdigest() == row.sha256


def test_what_the_wheel_carries_stays_under_30_megabytes():
    assert sum(row.size_bytes for row in registered_models() if row.shipped == "wheel") < 30e6


def test_what_the_repository_carries_leaves_room_under_70_megabytes():
    assert sum(row.size_bytes for row in CARRIED) < 60e6


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
def test_a_network_has_the_registered_inputs_and_outputs_with_a_free_batch_axis(row):
    network = session(MODELS / row.file)
    assert {value.name: tuple(value.shape) for value in network.get_inputs()} == row.inputs
    assert {value.name: tuple(value.shape) for value in network.get_outputs()} == row.outputs
    assert all(shape[0] == "N" for shape in (row.inputs | row.outputs).values())


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
def test_three_crops_at_once_give_what_each_gives_alone(row):
    network, pictures = session(MODELS / row.file), patterns(row, 3)
    together = outputs_of(network, pictures)
    for i in range(3):
        for name, alone in outputs_of(network, pictures[i : i + 1]).items():
            np.testing.assert_allclose(together[name][i : i + 1], alone, atol=1e-4)
        # Three different pictures must not come out as one.
        assert not np.array_equal(together[name][0], together[name][1])


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
def test_weights_lie_on_disk_in_half_precision(row):
    onnx = pytest.importorskip("onnx")
    stored = onnx.load(MODELS / row.file).graph.initializer
    weights = [value for value in stored if len(value.dims) == 4]
    assert len(weights) > 70
    assert {value.data_type for value in weights} == {onnx.TensorProto.FLOAT16}


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda row: row.id)
def test_a_bundle_keeps_the_published_files_whole_and_on_16_byte_boundaries(bundle):
    sources = register_rows()[bundle.id]["sources"]
    raw = (MODELS / bundle.file).read_bytes()
    with zipfile.ZipFile(MODELS / bundle.file) as archive:
        assert archive.namelist() == ["pose_detector.tflite", "pose_landmarks_detector.tflite"]
        for entry, source in zip(archive.infolist(), sources, strict=True):
            assert entry.compress_type == zipfile.ZIP_STORED
            published = archive.read(entry)[-source["bytes"] :]
            assert hashlib.sha256(published).hexdigest() == source["sha256"]
            assert raw.index(published) % 16 == 0


# The loader


def test_every_carried_model_is_found_and_verified():
    for row in CARRIED:
        assert find_model(row.id) == MODELS / row.file
    carried = {row.id for row in CARRIED}
    assert {status.model.id for status in list_models() if status.verified} >= carried


def test_a_changed_byte_is_reported_with_what_was_expected_what_came_and_what_to_do(tmp_path, monkeypatch):
    row = model_file("pose_landmark_lite")
    content = bytearray((MODELS / row.file).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / row.file).write_bytes(content)
    monkeypatch.setenv("POSECHECK_MODELS", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        find_model(row.id)
    sentence = str(caught.value)
    assert str(tmp_path / row.file) in sentence
    assert row.sha256 in sentence
    assert hashlib.sha256(content).hexdigest() in sentence
    assert "remove it" in sentence
    assert "posecheck models add" in sentence
    status = next(status for status in list_models() if status.model == row)
    assert status.present
    assert not status.verified
    assert status.note == sentence


def test_a_file_that_was_replaced_by_a_sound_copy_is_believed_again(tmp_path, monkeypatch):
    row = model_file("pose_landmark_lite")
    place = tmp_path / row.file
    monkeypatch.setenv("POSECHECK_MODELS", str(tmp_path))
    place.write_bytes(b"half a download")
    with pytest.raises(ModelError, match="15 bytes"):
        find_model(row.id)
    shutil.copyfile(MODELS / row.file, place)
    assert find_model(row.id) == place


def test_the_environment_comes_before_the_user_and_the_user_before_the_installation(tmp_path, monkeypatch):
    monkeypatch.setenv("POSECHECK_MODELS", str(tmp_path / "chosen"))
    assert model_folders()[:2] == (tmp_path / "chosen", user_model_folder())
    assert model_folders()[-1] == MODELS


def test_an_unknown_model_is_answered_with_the_nearest_name():
    with pytest.raises(ModelError, match="Did you mean 'pose_landmark_heavy'"):
        find_model("pose_landmark_hevy")


def test_an_installation_without_a_model_says_where_it_looked_and_where_to_take_it(tmp_path):
    """The package as a wheel lays it out: the register inside, a heavy model nowhere."""
    installed = shutil.copytree(
        REPOSITORY / "src" / "posecheck", tmp_path / "posecheck", ignore=shutil.ignore_patterns("__pycache__")
    )
    (installed / "_models").mkdir(exist_ok=True)
    shutil.copyfile(MODELS / "MODELS.toml", installed / "_models" / "MODELS.toml")
    shutil.copyfile(MODELS / "pose_detector.onnx", installed / "_models" / "pose_detector.onnx")
    program = """
from posecheck.errors import ModelError
from posecheck.models import find_model
print(find_model("pose_detector"))
try:
    find_model("pose_landmark_heavy")
except ModelError as error:
    print(error)
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found, sentence = run.stdout.splitlines()
    assert found == str(installed / "_models" / "pose_detector.onnx")
    assert str(installed / "_models") in sentence
    assert str(user_model_folder()) in sentence
    assert "posecheck's repository" in sentence


def test_importing_the_loader_brings_no_engine_along():
    program = (
        "import sys, posecheck.models; print(*(set(sys.modules) & {'cv2', 'onnxruntime', 'mediapipe', 'av'}))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""


# Adding a file


def test_an_added_file_is_recognised_by_its_content_and_then_found(tmp_path):
    row = model_file("pose_landmark_lite")
    shutil.copyfile(MODELS / row.file, tmp_path / "from a memory stick.bin")
    added = add_model(tmp_path / "from a memory stick.bin")
    assert added == user_model_folder() / row.file
    assert find_model(row.id) == added
    assert [path.name for path in user_model_folder().iterdir()] == [row.file]


def test_a_file_that_is_not_registered_is_refused_and_nothing_is_written(tmp_path):
    (tmp_path / "other.onnx").write_bytes(b"another network")
    with pytest.raises(ModelError, match=r"other\.onnx is not one of posecheck's models") as caught:
        add_model(tmp_path / "other.onnx")
    assert hashlib.sha256(b"another network").hexdigest() in str(caught.value)
    assert not user_model_folder().exists()


def test_a_file_that_is_not_there_cannot_be_added(tmp_path):
    with pytest.raises(ModelError, match="Expected a model file at"):
        add_model(tmp_path / "nowhere.onnx")


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "a file"))
    with pytest.raises(OutputError, match="XDG_DATA_HOME"):
        add_model(MODELS / "pose_landmark_lite.onnx")


# The conversion


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
def test_converting_the_published_file_gives_the_carried_network_byte_for_byte(row, converter):
    published = published_file(row)
    convert = converter("convert")
    content = converter("onnx_graph").onnx_model(published, outputs=convert.OUTPUTS[row.kind])
    assert content == (MODELS / row.file).read_bytes()


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
def test_half_precision_on_disk_changes_no_output(row, converter):
    published = published_file(row)
    convert, pictures = converter("convert"), patterns(row, 2)
    wide = converter("onnx_graph").onnx_model(published, outputs=convert.OUTPUTS[row.kind], half=False)
    expected = outputs_of(session(wide), pictures)
    for name, value in outputs_of(session(MODELS / row.file), pictures).items():
        np.testing.assert_array_equal(value, expected[name])


@pytest.mark.parametrize("row", NETWORKS, ids=lambda row: row.id)
@pytest.mark.parametrize("kind", ["patterns", "people"])
def test_a_network_agrees_with_googles_interpreter(row, kind, converter):
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason="needs the package ai-edge-litert")
    published = published_file(row)
    interpreter = litert.Interpreter(model_content=published, num_threads=1)
    interpreter.allocate_tensors()
    positions = {name: position for position, name in converter("convert").OUTPUTS[row.kind].items()}
    network = session(MODELS / row.file)
    pictures = patterns(row, 2) if kind == "patterns" else people(row)
    for picture in np.split(pictures, len(pictures)):
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture)
        interpreter.invoke()
        for name, value in outputs_of(network, picture).items():
            expected = interpreter.get_tensor(interpreter.get_output_details()[positions[name]]["index"])
            np.testing.assert_allclose(value, expected.reshape(value.shape), atol=0.05)


def test_the_script_makes_every_listed_file_from_the_npm_package():
    package = npm_package()
    command = [sys.executable, str(MODELS / "convert.py"), package, "--check", "--built"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("as listed") == len(registered_models())


def test_the_script_refuses_a_published_file_that_differs(tmp_path, converter):
    converter("onnx")
    (tmp_path / "pose_solution_packed_assets.data").write_bytes(b"something else")
    command = [sys.executable, str(MODELS / "convert.py"), str(tmp_path), "--check"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 2
    assert "should have the SHA-256 a63c614b" in run.stderr
