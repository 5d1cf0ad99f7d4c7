"""The pages say what the code says, and the README keeps its promises."""

import importlib.util
import re
from pathlib import Path

import pytest

from posecheck.exercise import exercise_ids

REPOSITORY = Path(__file__).resolve().parents[1]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def generated():
    spec = importlib.util.spec_from_file_location("generate", REPOSITORY / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {str(path.relative_to(REPOSITORY)): text for path, text in module.pages().items()}


PAGES = generated()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_equals_what_the_code_says(name):
    stored = (REPOSITORY / name).read_text(encoding="utf-8")
    assert stored == PAGES[name], f"{name} has fallen behind: run `python docs/generate.py` and read the diff"


def test_the_pages_tell_of_every_exercise():
    for exercise in exercise_ids():
        assert f"`{exercise}`" in README
        assert f"(`{exercise}`)" in PAGES["docs/exercises.md"]


def test_two_commands_do_all_the_setting_up():
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert len(commands) == 2
    assert "posecheck analyse sample_videos/" in commands[0]
    assert "pytest" in commands[1]


def test_files_that_the_pages_point_at_exist():
    for page in [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} points at {target}"
    for clip in re.findall(r"sample_videos/\w+\.mp4", README):
        assert (REPOSITORY / clip).is_file()


def test_every_bench_that_the_readme_names_exists():
    for script in re.findall(r"`python (bench/\w+\.py)", README):
        assert (REPOSITORY / script).is_file()


def test_every_column_of_the_tables_of_a_study_is_explained():
    from posecheck.batch.columns import PAIR_COLUMNS, SYMMETRY_NUMBERS, TRIAL_COLUMNS

    page = (REPOSITORY / "docs/batch.md").read_text(encoding="utf-8")
    numbers = {name.removeprefix("symmetry_") for name in SYMMETRY_NUMBERS}
    for column in {*TRIAL_COLUMNS, *PAIR_COLUMNS} - {*SYMMETRY_NUMBERS, *numbers}:
        assert f"`{column}`" in page, column
