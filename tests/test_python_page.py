"""Python as the pages promise it: names, examples that run, docstrings that tell all, and types a checker can see."""

import ast
import doctest
import inspect
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import posecheck as pc
import reference
from posecheck.settings import CHOICES, SettingsGiven

REPOSITORY = Path(__file__).resolve().parents[1]
PAGE = REPOSITORY / "docs" / "python.md"
PUBLIC = list(reference.public())
FUNCTIONS = [
    (f"{module}.{name}", thing, thing) for module, name, thing in PUBLIC if inspect.isfunction(thing)
] + [
    (f"{module}.{name}.{member}", reference.function_of(it), thing)
    for module, name, thing in PUBLIC
    if inspect.isclass(thing)
    for member, it in reference.members(thing)
]
# An exercise is what its file says: docs/exercises.md shows all, and `posecheck exercises check` explains.
CLASSES = [
    (f"{module}.{name}", thing)
    for module, name, thing in PUBLIC
    if inspect.isclass(thing) and not issubclass(thing, pc.Exercise)
]


def examples():
    """The page with everything but its examples blanked, so that a failure names the line of the page."""
    shown, inside = [], False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        fence = line.startswith("```")
        inside = (line == "```pycon") if fence else inside
        shown.append(line if inside and not fence else "")
    return doctest.DocTestParser().get_doctest("\n".join(shown), {}, PAGE.name, str(PAGE), 0)


# --- names


def test_the_names_of_the_contract_are_there():
    """What was promised before any of it was written: these may change with a line in the changelog only."""
    assert {"analyse_video", "load_track", "analyse", "load_exercise", "compare"} <= set(pc.__all__)
    assert list(inspect.signature(pc.analyse).parameters) == ["track", "exercise", "settings", "edits"]
    assert inspect.signature(pc.analyse).parameters["edits"].default == ()
    inspect.signature(pc.analyse_video).bind("clip.mp4", exercise="elbow_flexion", affected="left")
    inspect.signature(pc.load_track).bind("pose.npz")
    inspect.signature(pc.compare).bind("stronger", "affected")
    for method, given in {"to_dataframe": (), "to_xarray": (), "to_json": ("result.json",)}.items():
        inspect.signature(getattr(pc.Result, method)).bind("self", *given)


@pytest.mark.parametrize("module", reference.MODULES)
def test_every_public_name_loads_is_listed_and_stands_on_the_page(module):
    loaded = sys.modules[module]
    page = PAGE.read_text(encoding="utf-8")
    for name in loaded.__all__:
        assert name in dir(loaded)
        assert getattr(loaded, name) is not None
        assert re.search(rf"\b{name}\b", page), f"docs/python.md does not tell of {module}.{name}"


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="analyze"):
        pc.analyze  # noqa: B018


def test_settings_can_be_given_as_keywords_all_of_them():
    assert SettingsGiven.__annotations__ == pc.Settings.__annotations__


# --- the page


def test_the_examples_of_the_page_print_what_stands_there(tmp_path, monkeypatch, capsys):
    pytest.importorskip("pandas", reason="needs the package pandas")
    pytest.importorskip("xarray", reason="needs the package xarray")
    (tmp_path / "sample_videos").symlink_to(REPOSITORY / "sample_videos")
    monkeypatch.chdir(tmp_path)
    found = examples()
    assert len(found.examples) > 60
    told = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(found)
    assert told.failed == 0, capsys.readouterr().out


# --- docstrings


def named_in(doc):
    """Names that a numpydoc text explains under Parameters and Attributes, ``a, b : type`` being two."""
    lines = re.findall(r"^(\*{0,2}\w+(?:, \w+)*)(?: :|$)", doc, re.MULTILINE)
    return {name.strip("* ") for line in lines for name in line.split(",")}


@pytest.mark.parametrize(
    ("function", "owner"), [case[1:] for case in FUNCTIONS], ids=[c[0] for c in FUNCTIONS]
)
def test_each_parameter_is_told(function, owner):
    doc = inspect.getdoc(function)
    assert doc, "there is no docstring"
    asked = [p for p in inspect.signature(function).parameters.values() if p.name not in ("self", "cls")]
    if "Parameters\n" in doc or inspect.isfunction(owner):
        assert {p.name for p in asked} <= named_in(doc)
    else:  # one line says it: each parameter has to be in its signature with its type
        assert all(p.annotation is not p.empty for p in asked)


@pytest.mark.parametrize("kind", [case[1] for case in CLASSES], ids=[case[0] for case in CLASSES])
def test_each_field_is_told(kind):
    asked = reference.fields_of(kind)
    made = vars(kind).get("__init__")
    if not asked and getattr(made, "__module__", "") == kind.__module__:
        asked = set(inspect.signature(made).parameters) - {"self"}
    assert asked <= named_in(inspect.getdoc(kind))


# --- types


def probe():
    """A program that touches every public name and everything that it has; strict about unknown types."""
    lines = [
        "# pyright: strict, reportUnusedVariable=false",
        *(f"import {module}" for module in reference.MODULES),
    ]
    count = 0
    for module, name, thing in PUBLIC:
        full = f"{module}.{name}"
        lines.append(f"v{count} = {full}")
        count += 1
        if inspect.isclass(thing):
            lines.append(f"def f{count}(x: {full}) -> None:")
            named = sorted(reference.fields_of(thing)) + [member for member, _ in reference.members(thing)]
            for member in named:
                lines.append(
                    f"    v{count} = x[''] " if member == "__getitem__" else f"    v{count} = x.{member}"
                )
                count += 1
            lines.append("    print(x)")
    return lines


MISUSES = {
    'pc.analyse(track, exercise=3)': "reportArgumentType",
    'pc.analyse("pose.npz", "elbow_flexion")': "reportArgumentType",
    'pc.analyse(track, "elbow_flexion", affected="left")': "reportCallIssue",
    'pc.analyze(track, "elbow_flexion")': "reportAttributeAccessIssue",
    'pc.analyse_video("a.mp4", "elbow_flexion", affectd="left")': "reportCallIssue",
    'pc.analyse_video("a.mp4", "elbow_flexion", affected="lft")': "reportArgumentType",
    'pc.Settings(view="sideways")': "reportArgumentType",
    'pc.analyse(track, "elbow_flexion").to_datafram()': "reportAttributeAccessIssue",
    'pc.load_track("pose.npz").rows': "reportAttributeAccessIssue",
    'posecheck.batch.run_batch("study.csv", "scored", jobs=2)': "reportCallIssue",
}  # fmt: skip


@pytest.fixture(scope="module")
def found_by_pyright(tmp_path_factory):
    """What a type checker says of three programs of a user, as {file: [(line, rule, words)]}; it needs no network."""
    folder = tmp_path_factory.mktemp("user")
    shown = "".join(example.source for example in examples().examples)
    (folder / "probe.py").write_text("\n".join(probe()) + "\n")
    (folder / "page.py").write_text(f"# pyright: standard, reportUnusedExpression=false\n{shown}")
    misused = ["import posecheck as pc, posecheck.batch", "def use(track: pc.PoseTrack) -> None:"]
    (folder / "misuse.py").write_text("\n".join([*misused, *(f"    {line}" for line in MISUSES)]) + "\n")
    run = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", "-p", str(folder)]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=300)
    told = defaultdict(list)
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        line = one["range"]["start"]["line"]
        told[Path(one["file"]).name].append((line, one.get("rule", one["severity"]), one["message"]))
    return told


def test_no_public_name_has_an_unknown_type(found_by_pyright):
    lines = probe()
    assert [(lines[line], words) for line, _, words in found_by_pyright["probe.py"]] == []


def test_the_examples_of_the_page_have_the_right_types(found_by_pyright):
    assert found_by_pyright["page.py"] == []


@pytest.mark.parametrize("number", range(len(MISUSES)), ids=list(MISUSES))
def test_a_misuse_is_found_before_it_runs(found_by_pyright, number):
    found = {rule for line, rule, _ in found_by_pyright["misuse.py"] if line == number + 2}
    assert list(MISUSES.values())[number] in found


def test_what_the_stubs_say_is_there():
    """A stub that names what its module lacks would please the checker and fail the user."""
    for module in ("posecheck", "posecheck.batch"):
        stub = Path(sys.modules[module].__file__).with_suffix(".pyi")
        for node in ast.parse(stub.read_text(encoding="utf-8")).body:
            for alias in node.names:
                assert alias.asname == alias.name, (
                    f"{stub.name}: without `as {alias.name}` it is not re-exported"
                )
                assert getattr(sys.modules[module], alias.name) is not None


# --- what a stranger would stumble over


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"affected": "lft"}, "affected is one of left, right, none, unknown, not 'lft'. Did you mean left?"),
        ({"view": "sideways"}, "view is one of auto"),
        ({"level": "2"}, "level is 1 (easy), 2 or 3 (strong), not '2'."),
        ({"rate_hz": 0}, "rate_hz is a number from 10 to 240, not 0."),
        ({"fill_max_s": float("nan")}, "fill_max_s is a number from 0 to 60, not nan."),
    ],
)
def test_a_setting_that_does_not_exist_is_refused(given, says):
    with pytest.raises(pc.PosecheckError) as refused:
        pc.Settings(**given)
    assert says in str(refused.value)


def test_each_word_that_a_setting_takes_is_taken():
    for name, words in CHOICES.items():
        for word in words:
            assert getattr(pc.Settings(**{name: word}), name) == word


def test_arrays_of_ones_own_become_what_load_track_would_give(tmp_path):
    rng = np.random.default_rng(1)
    uv_px = rng.uniform(0, 400, (5, 33, 2)).astype(np.float32)
    uv_px[2] = np.nan
    uv_px[3, 4] = np.nan
    track = pc.PoseTrack.from_arrays(np.arange(5) / 30, uv_px, image_size_px=(640, 480))
    assert track.people.tolist() == [1, 1, 0, 1, 1]
    assert track.visibility[:, 4].tolist() == [1, 1, 0, 0, 1]
    assert np.isnan(track.xyz_m).all()
    shown = {name: getattr(track, name) for name in ("t_s", "uv_px", "visibility", "image_size_px")}
    np.savez(tmp_path / "pose.npz", **shown)
    again = pc.load_track(tmp_path)
    for name in ("t_s", "uv_px", "xyz_m", "visibility", "people", "hands_px", "image_size_px"):
        np.testing.assert_array_equal(getattr(again, name), getattr(track, name))
    with pytest.raises(pc.PosecheckError, match="image_size_px"):
        pc.PoseTrack.from_arrays(np.arange(5) / 30, uv_px, image_size_px=(0, 480))


def test_a_result_without_repetitions_has_its_columns():
    pd = pytest.importorskip("pandas", reason="needs the package pandas")
    nobody = np.full((60, 33, 2), np.nan)
    track = pc.PoseTrack.from_arrays(np.arange(60) / 30, nobody, image_size_px=(640, 480))
    table = pc.analyse(track, "elbow_flexion").to_dataframe()
    assert len(table) == 0
    assert {"side", "rep", "range_deg", "lift_s"} <= set(table.columns)
    assert pd.isna(table["range_deg"].median())


def test_a_result_that_cannot_be_written_is_told_in_a_sentence(tmp_path):
    track = pc.PoseTrack.from_arrays(np.arange(3) / 30, np.full((3, 33, 2), 9.0), image_size_px=(640, 480))
    with pytest.raises(pc.PosecheckError, match="could not be written"):
        pc.analyse(track, "elbow_flexion").to_json(tmp_path / "missing" / "result.json")


def test_a_video_in_which_nobody_is_seen_is_an_error_as_on_the_command_line(tmp_path):
    import cv2

    for i in range(4):
        cv2.imwrite(str(tmp_path / f"{i}.png"), np.full((120, 160, 3), 90, np.uint8))
    with pytest.raises(pc.PosecheckError, match="nobody was seen in any of its 4 pictures"):
        pc.analyse_video(tmp_path, "elbow_flexion", model="lite")


def test_a_default_that_no_clip_has_is_refused(tmp_path):
    from posecheck.batch import clips_of

    with pytest.raises(pc.PosecheckError, match="Did you mean 'affected'"):
        clips_of(tmp_path, exercise="elbow_flexion", affectd="left")
