"""The house stays as it was drawn: what may be imported where, how long a file may be, and how it may be called."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import posecheck

PACKAGE = Path(posecheck.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [str(path.relative_to(PACKAGE)) for path in FILES]
HEAVY = ("cv2", "onnxruntime", "mediapipe", "streamlit", "pandas")
EDGE_LIBRARIES = {
    "cv2", "mediapipe", "onnxruntime", "streamlit", "sqlalchemy", "av", "click", "typer", "tqdm", "pandas",
    "xarray", "openvino", "socket", "requests", "urllib", "http", "subprocess", "threading", "logging",
}  # fmt: skip
# Floor by floor, from the ground: a module imports from its own floor or below.
FLOORS = (
    ("errors",),
    ("arrays", "settings", "skeleton"),
    ("poses",),
    ("records",),
    ("geometry", "filters", "smoothness"),
    ("rep_window",),
    ("lifting", "metrics", "phases", "reps", "signals"),
    ("foreshortening",),
    ("in_space", "world"),
    ("exercise_parts",),
    ("exercise",),
    ("result", "scores", "words"),
    ("rules", "symmetry", "programme", "sets"),
    ("observation", "view", "recognition", "editing", "measuring", "seeing", "quality"),
    ("analysis",),
    ("calibration", "demonstration_body", "examples", "reviewing"),
    ("demonstration_scenes",),
    ("demonstration_props",),
    ("demonstration",),
)
FLOOR = {name: i for i, floor in enumerate(FLOORS) for name in floor}
CORE = [name for name in FLOOR if (PACKAGE / f"{name}.py").exists()]


def imports_of(path):
    """Every module a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            yield node.module
            if node.module == "posecheck":
                yield from (f"posecheck.{alias.name}" for alias in node.names)


def loaded_by(code):
    listing = f"import sys; {code}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    ran = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    "code",
    ["import posecheck", "from posecheck.analysis import analyse", "from posecheck.session import Session"],
)
def test_importing_posecheck_pulls_in_no_camera_no_model_and_no_screen(code):
    assert not loaded_by(code) & set(HEAVY)


def test_practice_begins_without_what_the_therapists_pages_need():
    of_practice = (
        "posecheck.app.server, posecheck.app.therapist.pages, posecheck.app.room, posecheck.app.household"
    )
    assert not loaded_by(f"import {of_practice}") & {"reportlab", "pyrage"}


def test_the_public_names_of_the_contract_pull_in_nothing_heavy():
    code = "from posecheck import analyse, load_exercise, load_track, compare"
    assert not loaded_by(code) & set(HEAVY)


def test_the_core_is_all_there():
    assert {"records", "geometry", "signals", "reps", "phases", "exercise", "rules", "analysis"} <= set(CORE)


@pytest.mark.parametrize("name", CORE)
def test_the_core_never_sees_a_camera_a_screen_or_a_disk(name):
    assert not {m.split(".")[0] for m in imports_of(PACKAGE / f"{name}.py")} & (
        EDGE_LIBRARIES - ({"pandas", "xarray"} if name == "result" else set())
    )


@pytest.mark.parametrize("name", CORE)
def test_imports_point_downward(name):
    for module in imports_of(PACKAGE / f"{name}.py"):
        if module.startswith("posecheck."):
            other = module.split(".")[1]
            assert other in FLOOR, f"{name} imports {other}, which is no part of the core"
            assert FLOOR[other] <= FLOOR[name], f"{name} imports {other}, which lies above it"


@pytest.mark.parametrize(
    "floor",
    [
        ("records", "poses", "arrays", "settings", "skeleton", "errors"),
        ("geometry", "filters", "smoothness"),
        ("lifting", "signals", "reps", "phases"),
    ],
)
def test_the_mathematics_needs_numpy_and_nothing_else(floor):
    for name in floor:
        outside = {m.split(".")[0] for m in imports_of(PACKAGE / f"{name}.py")} - set(sys.stdlib_module_names)
        # threadpoolctl keeps the networks to one thread: more of them would change the last bits.
        allowed = {"numpy", "posecheck"} | ({"threadpoolctl"} if name == "lifting" else set())
        assert outside <= allowed, name


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_fits_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_says_what_it_is(path):
    assert path.stem not in ("utils", "util", "helpers", "helper", "core", "manager", "common", "misc")
    assert "core" not in path.relative_to(PACKAGE).parts
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, f"{path.name} has no docstring"


@pytest.mark.parametrize("name", CORE)
def test_every_public_function_of_the_core_has_a_docstring(name):
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    public = [
        n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")
    ]
    assert [n.name for n in public if not ast.get_docstring(n)] == []
