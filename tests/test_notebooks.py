"""The notebooks run from their first cell to their last, and what is committed is what comes out of them."""

import importlib.util
import json
import re
import tempfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_output

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"
NAMES = ("agreement", "study", "test_retest")
KILOBYTES = 400
# Pictures of a video may be read a little otherwise on another processor.
APART, APART_PART = 0.5, 0.05
# A sentence of each that must come out of it: what its text builds on.
SAYS = {
    "agreement": ("364", "95 % limits of agreement", "times as wide as if repetitions were independent"),
    "study": ("p11_w12_left", "nobody was seen", "gain of the weaker leg", "slow practice gains"),
    "test_retest": ("200 ranges told of 200", "MDC95", "set to set", "range_sigma_deg"),
}


def runner():
    spec = importlib.util.spec_from_file_location("run_notebooks", FOLDER / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RUN = runner()


def stored(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook):
    """What each code cell printed and showed, pictures left out."""
    return [
        "\n".join(o.text if o.output_type == "stream" else o.data.get("text/plain", "") for o in cell.outputs)
        for cell in code(notebook)
    ]


def pictures(notebook):
    return sum("image/png" in o.get("data", {}) for cell in code(notebook) for o in cell.outputs)


def without_numbers(text):
    return re.sub(r"[\s-]+", " ", re.sub(r"\d+(\.\d+)?", "0", text))


def numbers(text):
    return [float(word) for word in re.findall(r"(?<![\w.])[+-]?\d+(?:\.\d+)?", text)]


def test_each_notebook_is_known_here():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == list(NAMES) == sorted(SAYS)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_says_what_is_committed(name):
    with tempfile.TemporaryDirectory() as folder:  # a short name: sockets lie in it
        fresh = RUN.executed(name, Path(folder))
    assert [cell.execution_count for cell in code(fresh)] == list(range(1, len(code(fresh)) + 1))
    printed = texts(fresh)
    for words in SAYS[name]:
        assert words in "\n".join(printed)
    old = stored(name)
    assert [cell.source for cell in old.cells] == [cell.source for cell in fresh.cells]
    assert pictures(fresh) == pictures(old) >= 2
    for before, now in zip(texts(old), printed, strict=True):
        stale = f"run `python docs/notebooks/run.py {name}` and read the diff; its cell says now:\n{now}"
        assert without_numbers(before) == without_numbers(now), stale
        np.testing.assert_allclose(numbers(now), numbers(before), APART_PART, APART, err_msg=stale)


@pytest.mark.parametrize("name", NAMES)
def test_a_committed_notebook_is_whole_small_and_names_no_machine(name):
    notebook = stored(name)
    assert all(cell.execution_count for cell in code(notebook))
    outputs = [output for cell in code(notebook) for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert (FOLDER / f"{name}.ipynb").stat().st_size < 1000 * KILOBYTES
    shown = json.dumps(
        [{**o, "data": {k: v for k, v in o.get("data", {}).items() if k != "image/png"}} for o in outputs]
    )
    assert not re.findall(r"(?:/tmp/|/home/|/root/|/Users/|[A-Z]:\\\\|site-packages)\S*", shown)


@pytest.mark.parametrize("name", NAMES)
def test_files_that_a_notebook_points_at_exist(name):
    for cell in stored(name).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([^)#]+)\)", cell.source):
                assert (FOLDER / target).exists(), target


def test_an_assertion_that_fails_in_a_notebook_fails_here(tmp_path, monkeypatch):
    wrong = nbformat.v4.new_notebook(cells=[new_code_cell("assert 1 + 1 == 3")])
    nbformat.write(wrong, tmp_path / "wrong.ipynb")
    monkeypatch.setattr(RUN, "HERE", tmp_path)
    with tempfile.TemporaryDirectory() as folder, pytest.raises(CellExecutionError):
        RUN.executed("wrong", Path(folder))


def test_what_is_committed_is_clean():
    bar = "  0%|    | 0/3 [00:00<?, ?clip/s]\r100%|####| 3/3 [00:32<00:00, 10.82s/clip, 30 pictures/s]\n"
    said = new_output("stream", name="stdout", text=f"\x1b[31mone\x1b[0m\r\n{bar}two\n")
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell("1", metadata={"took": 3}, outputs=[said])])
    assert RUN.paths_told(notebook, "/nowhere") == []
    notebook.cells[0].outputs.append(new_output("stream", name="stdout", text="a line\nof /nowhere/else\n"))
    assert RUN.paths_told(notebook, "/nowhere") == ["of /nowhere/else"]
    (cell,) = RUN.cleaned(notebook).cells
    assert cell.outputs[0].text == "one\ntwo\n"
    assert cell.metadata == {}
