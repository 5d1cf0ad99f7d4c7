"""Execute the notebooks and write their outputs into them: ``python docs/notebooks/run.py [NAME ...]``.

Each runs in a copy of this folder, in a kernel of the interpreter that runs this file, so that nothing is left behind
but its outputs. An output that names a path of this machine is refused.
"""

import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
NAMES = tuple(sorted(path.stem for path in HERE.glob("*.ipynb")))
LONGEST_CELL_S = 300
_PROGRESS = re.compile(r"\d+%\|.*\[\d\d:\d\d<")  # tqdm's


def executed(name, folder):
    """A notebook, run from its first cell to its last.

    Parameters
    ----------
    name : str
        Without ``.ipynb``.
    folder : Path
        Empty; takes the copy, and what the notebook writes.

    Returns
    -------
    NotebookNode

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        When a cell fails, an assertion in it included.
    """
    place = Path(folder) / "docs" / "notebooks"
    place.mkdir(parents=True)
    for path in (*HERE.glob("*.ipynb"), *HERE.glob("*.py")):
        shutil.copy(path, place)
    (Path(folder) / "bench").symlink_to(REPOSITORY / "bench", target_is_directory=True)  # only read
    notebook = nbformat.read(place / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        notebook,
        timeout=LONGEST_CELL_S,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(place)}},
        km=_kernel(Path(folder)),
    )
    # `!posecheck` is the one of this interpreter, also where its environment was not activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # Figures belong into the notebook, whatever backend the caller has chosen (Streamlit chooses one for its process).
    inline = "module://matplotlib_inline.backend_inline"
    client.execute(env={**os.environ, "PATH": path, "MPLBACKEND": inline})
    return cleaned(notebook)


def _kernel(folder):
    """A kernel of this very interpreter, whatever kernels the user has installed."""
    spec = folder / "kernels" / "python3"
    spec.mkdir(parents=True)
    words = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": words, "display_name": "Python 3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(told))
    found = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    # Through files where there are such sockets: no port is opened.
    how = {} if os.name == "nt" else {"transport": "ipc", "ip": str(folder / "kernel")}
    return AsyncKernelManager(kernel_name="python3", kernel_spec_manager=found, **how)


def cleaned(notebook):
    """Outputs as they are committed: without progress bars, colours of a terminal, and what changes run by run."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = _as_it_stands(output.text)
    return notebook


def _as_it_stands(text):
    """What a terminal shows in the end: of a line that is written again and again, the last; no bar that is full."""
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r\n", "\n").split("\n")
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in lines]
    return "\n".join(line for line in lines if not _PROGRESS.search(line))


def paths_told(notebook, *places):
    """Lines of the outputs that name one of these places."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    lines = json.dumps(outputs, indent=1, ensure_ascii=False).replace("\\n", "\n").splitlines()
    return [line for line in lines if any(str(place) in line for place in places)]


def main(names):
    for name in names or NAMES:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            notebook = executed(name, Path(folder))
            told = paths_told(notebook, folder, REPOSITORY, Path.home(), sys.prefix)
        if told:
            sys.exit("\n".join([f"{name}: outputs name places of this machine:", *told]))
        path = HERE / f"{name}.ipynb"
        nbformat.write(notebook, path)
        print(f"{name}: {time.monotonic() - began:.0f} s, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
