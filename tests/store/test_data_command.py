"""``posecheck data``, and the page that says what is kept."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from evening import entries

from posecheck.cli import cli
from posecheck.store import open_store
from posecheck.store.people import plain_words
from posecheck.store.schema import Base
from posecheck.store.sharing import read_practice_file

PAGE = Path(__file__).parents[2] / "docs" / "store.md"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Runs ``posecheck data`` on a folder of its own."""
    monkeypatch.setenv("POSECHECK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("POSECHECK_DATABASE", raising=False)

    def run(*arguments, **how):
        return CliRunner().invoke(cli, ["data", *map(str, arguments)], **how)

    return run


@pytest.fixture
def kept(data, tmp_path, practise):
    """The same, with an evening of practice in it."""
    with open_store() as store:
        practise(store)
    return data


@pytest.mark.parametrize("arguments", [("show",), ("export", "x"), ("delete", "--all", "--yes"),
                                       ("share", "P-1", "-o", "x")])  # fmt: skip
def test_where_nothing_is_kept_nothing_is_made(data, tmp_path, arguments):
    ran = data(*arguments)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "nothing is stored here yet" in ran.stderr
    assert not (tmp_path / "data").exists()


def test_show_lists_people_and_the_sessions_of_one(kept, tmp_path):
    ran = kept("show")
    assert ran.stdout == "P-012  1 sessions, last on 2026-03-02\n"
    assert str(tmp_path / "data") in ran.stderr
    assert "elbow_flexion (done), table_slide (done)" in kept("show", "P-012").stdout
    assert kept("show", "P-099").exit_code == 1


def test_export_writes_a_folder(kept, tmp_path):
    assert kept("export", tmp_path / "out").exit_code == 0
    assert "reps.csv" in entries(tmp_path / "out")
    again = kept("export", tmp_path / "out")
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)


def test_delete_asks_first(kept):
    assert kept("delete", "P-012", input="n\n").exit_code == 1
    assert kept("show").stdout
    assert kept("delete", "P-012", input="y\n").exit_code == 0
    assert kept("show").stdout == ""


def test_delete_wants_one_person_or_all(kept, tmp_path):
    assert kept("delete").exit_code == 2
    assert kept("delete", "P-012", "--all").exit_code == 2
    assert "Nobody here" in kept("delete", "P-099").stderr
    assert kept("delete", "--all", "--yes").exit_code == 0
    assert list((tmp_path / "data").iterdir()) == []


def test_share_prints_four_words_that_open_the_file(kept, tmp_path):
    ran = kept("share", "P-012", "-o", tmp_path / "march.posecheck", "--since", "2026-03-01")
    assert ran.exit_code == 0, ran.output
    assert len(ran.stdout.split()) == 4
    assert set(ran.stdout.split()) <= set(plain_words())
    contents = read_practice_file(tmp_path / "march.posecheck", passphrase=ran.stdout)
    assert len(contents.tables["sessions"]) == 1


def test_the_page_names_every_table_and_column_and_no_other():
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|(.*)\|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {table: re.findall(r"`(\w+)`", columns) for table, columns in rows}
    assert told == {
        table.name: [column.name for column in table.columns] for table in Base.metadata.tables.values()
    }
