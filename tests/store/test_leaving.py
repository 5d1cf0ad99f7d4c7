"""Taking everything along, and leaving nothing behind."""

import json

import pandas as pd
import pytest
from evening import entries
from sqlalchemy import inspect

from posecheck.errors import StoreError
from posecheck.exercise import load_exercise
from posecheck.store import open_store
from posecheck.store.database import database_url, open_database
from posecheck.store.export import COLUMNS, README
from posecheck.store.schema import Base
from posecheck.trial import load_trial


def test_an_export_can_be_read_without_posecheck(store, practise, scored, tmp_path):
    done = practise(store)
    store.save_setting("language", "en")
    store.save_setting("identity", "AGE-SECRET-KEY-1XYZ")
    out = store.export_all(tmp_path / "out")
    tables = {name: pd.read_csv(out / f"{name}.csv") for name in COLUMNS}
    assert {name: len(table) for name, table in tables.items()} == {
        "people": 1, "plans": 1, "sessions": 1, "sets": 2, "reps": 2, "prompts": 2, "events": 1}  # fmt: skip
    assert list(tables["reps"].columns[:3]) == ["person", "session", "set_id"]
    assert tables["reps"]["range_deg"].tolist() == pytest.approx(
        [r["range_deg"] for r in scored.result.rows], abs=1e-3
    )
    assert pd.to_datetime(tables["sessions"]["started_utc"])[0] == store.session(done.session).started_utc
    assert json.loads(tables["sets"]["result"][0])["view"] == "right"
    assert json.loads(tables["prompts"]["value"][1]) == 4
    everything = json.loads((out / "all.json").read_text(encoding="utf-8"))
    assert everything["reps"][0]["range_deg"] == scored.result.rows[0]["range_deg"]  # with every digit
    assert everything["people"][0]["profile"]["note"] == "Grüße"
    assert json.loads((out / "settings.json").read_text()) == {"language": "en"}
    trial = load_trial(out / tables["sets"]["trial_folder"][0])
    assert load_exercise(trial.exercise_path).id == "elbow_flexion"
    assert (out / "plans" / "P-012" / f"{store.plan('P-012').id}.toml").read_text() == "name = 'Gentle'\n"


def test_the_page_in_an_export_explains_every_file(home, practise, tmp_path):
    practise(home)
    out = home.export_all(tmp_path / "out")
    assert (out / "README.txt").read_text() == README
    for entry in out.iterdir():
        assert entry.name in README or entry.name == "README.txt"


def test_an_export_of_one_person_holds_nobody_else(home, practise, tmp_path):
    practise(home)
    practise(home, "Q-1")
    out = home.export_all(tmp_path / "out", person="Q-1")
    assert all("P-012" not in name for name in entries(out))
    assert all(
        "P-012" not in (out / name).read_text() for name in entries(out) if name.endswith((".csv", ".json"))
    )
    assert not (out / "settings.json").exists()


def test_an_export_of_nothing_has_its_columns(home, tmp_path):
    out = home.export_all(tmp_path / "out")
    for name, columns in COLUMNS.items():
        assert list(pd.read_csv(out / f"{name}.csv").columns) == list(columns)


def test_an_export_replaces_nothing(home, practise, tmp_path):
    practise(home)
    (tmp_path / "out").mkdir()
    home.export_all(tmp_path / "out")  # an empty folder is a place
    before = entries(tmp_path / "out")
    with pytest.raises(StoreError, match="something is there already"):
        home.export_all(tmp_path / "out")
    assert entries(tmp_path / "out") == before


def test_an_export_that_fails_leaves_nothing(home, practise, tmp_path):
    done = practise(home)
    (home.folder / home.set(done.curls).trial_folder / "pose.npz").unlink()
    (home.folder / home.set(done.curls).trial_folder / "pose.npz").symlink_to(tmp_path / "gone")
    with pytest.raises(StoreError, match="nothing of it is left"):
        home.export_all(tmp_path / "out")
    assert not list(tmp_path.glob("*out*"))


def test_deleting_a_person_leaves_no_byte_of_them_in_the_database(tmp_path, practise):
    with open_store(folder=tmp_path) as store:
        store.save_person("Q-1", {})
        done = practise(store)
        store.prompt(done.session, "mood", "MARMALADE " * 2000)
        store.event("P-012", "note", {"text": "MARMALADE"})
        store.journal_path(done.both).write_bytes(b"poses")
        (tmp_path / "posecheck.db.before-0009").write_bytes(b"MARMALADE")
        store.delete_person("P-012")
        assert [person.code for person in store.people()] == ["Q-1"]
        with store.database.connecting() as connection:
            for table in Base.metadata.sorted_tables:
                rows = connection.execute(table.select()).all()
                assert len(rows) == (1 if table.name == "person" else 0), table.name
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert b"MARMALADE" not in path.read_bytes(), path
                assert b"P-012" not in path.read_bytes(), path
        assert not [path for path in tmp_path.rglob("*") if path.name in ("P-012", f"{done.both}.journal")]
        with pytest.raises(StoreError, match="Nobody here"):
            store.delete_person("P-012")


def test_deleting_everything_leaves_an_empty_folder(url, tmp_path, practise):
    folder = tmp_path / "data"
    store = open_store(url, folder)
    done = practise(store)
    store.journal_path(done.curls).write_bytes(b"poses")
    (folder / "posecheck.db.before-0009").write_bytes(b"older")
    store.delete_all()
    left = [] if url is None else ["posecheck.db.before-0009"]  # there it is nothing of ours
    assert [path.name for path in folder.iterdir()] == left
    if url is not None:
        database = open_database(database_url(url, folder), wait_s=5)
        with database.connecting() as connection:
            assert inspect(connection).get_table_names() == []
        database.engine.dispose()
    with open_store(url, folder) as again:
        assert again.people() == ()
