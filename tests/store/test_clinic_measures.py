"""What a therapist types in: kept with its day, told apart from what a camera saw, and gone with the person."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from evening import MONDAY
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from posecheck.errors import StoreError
from posecheck.store import open_store
from posecheck.store.clinic import COLUMNS, KINDS
from posecheck.store.database import database_url, open_database
from posecheck.store.migrations import HERE, migrate
from posecheck.store.sharing import merge_practice_file, read_practice_file, write_practice_file

DAY = date(2026, 3, 2)


@pytest.fixture
def clinic(store):
    """A store with somebody in it."""
    store.save_person("P-012", {})
    return store


def typed(store, kind="dynamometer_kg", value=12.5, **facts):
    facts = {"measured_on": DAY, "side": "left" if KINDS[kind].sided else None, "at": MONDAY, **facts}
    return store.save_clinic_measure("P-012", kind, value, **facts)


def test_a_measure_comes_back_as_it_was_typed_in(clinic):
    kept = typed(clinic, about="grip", note=" best of three ", author="A. Keller")
    assert clinic.clinic_measures("P-012") == (kept,)
    assert (kept.person, kept.kind, kept.side, kept.value) == ("P-012", "dynamometer_kg", "left", 12.5)
    assert (kept.measured_on, kept.created_utc, kept.about) == (DAY, MONDAY, "grip")
    assert (kept.note, kept.author, len(kept.uuid)) == ("best of three", "A. Keller", 36)


def test_measures_come_by_the_day_they_were_measured_and_by_kind(clinic):
    typed(clinic, value=14.0)
    typed(clinic, value=11.0, measured_on=DAY - timedelta(days=21))  # typed in later, measured before
    typed(clinic, "ashworth", 1.5)
    assert [one.value for one in clinic.clinic_measures("P-012", kind="dynamometer_kg")] == [11.0, 14.0]
    assert [one.kind for one in clinic.clinic_measures("P-012")] == ["dynamometer_kg"] * 2 + ["ashworth"]


def test_one_is_taken_away_and_the_others_stay(clinic):
    first, second = typed(clinic), typed(clinic, value=13.0)
    clinic.delete_clinic_measure(first.id)
    assert clinic.clinic_measures("P-012") == (second,)
    with pytest.raises(StoreError, match=r"There is no clinic measure \d+ here"):
        clinic.delete_clinic_measure(first.id)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"kind": "fugl_meyer_upper", "value": 67.0}, "Fugl-Meyer, arm and hand goes by 0 to 66 in whole points; 67"),
        ({"kind": "fugl_meyer_upper", "value": 40.5}, "whole points"),
        ({"kind": "ashworth", "value": 2.5}, r"0, 1, 1.5, 2, 3, 4 \(1.5 stands for 1\+\)"),
        ({"kind": "mmt", "value": 5.5}, "Manual muscle test"),
        ({"value": -1.0}, "0 to 150 kg"),
        ({"value": float("nan")}, "nan was typed in"),
        ({"value": float("inf")}, "inf was typed in"),
        ({"side": None}, "nothing without a side"),
        ({"side": "both"}, "side must be one of left, right"),
        ({"kind": "grip"}, "kind must be one of dynamometer_kg"),
        ({"measured_on": DAY + timedelta(days=2)}, "04 March 2026 is still to come"),
        ({"note": "x" * 501}, "room for 500"),
        ({"about": "x" * 81}, "room for 80"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence_and_not_kept(clinic, facts, told):
    facts = {"side": "left", **facts}
    kind, value = facts.pop("kind", "dynamometer_kg"), facts.pop("value", 12.5)
    with pytest.raises(StoreError, match=told):
        clinic.save_clinic_measure("P-012", kind, value, at=MONDAY, **{"measured_on": DAY, **facts})
    assert clinic.clinic_measures("P-012") == ()


def test_who_is_not_here_has_no_measures(clinic):
    with pytest.raises(StoreError, match="Nobody here"):
        clinic.clinic_measures("Q-1")
    with pytest.raises(StoreError, match="Nobody here"):
        clinic.save_clinic_measure("Q-1", "load_kg", 1.0, measured_on=DAY)


def test_a_day_may_be_given_as_a_moment_and_be_tomorrow_farther_east(clinic):
    assert typed(clinic, measured_on=datetime(2026, 3, 3, 7, tzinfo=UTC)).measured_on == date(2026, 3, 3)


@given(kind=st.sampled_from(sorted(KINDS)), value=st.floats(allow_nan=True))
def test_no_kind_takes_what_lies_outside_its_range(kind, value):
    known = KINDS[kind]
    assert known.takes(value) <= (known.least <= value <= known.most)
    assert known.takes(known.least)
    assert known.takes(known.most)


def test_each_range_has_a_source_with_an_evidence_tag():
    assert all(any(f"[{tag}]" in known.source for tag in "SMUC") for known in KINDS.values())


def test_an_export_has_them_in_a_table_of_their_own(store, practise, tmp_path):
    practise(store)
    kept = typed(store, about="elbow_flexion", note="Grüße")
    practise(store, "Q-1")
    store.save_clinic_measure("Q-1", "mmt", 4, side="right", measured_on=DAY)
    out = store.export_all(tmp_path / "out", person="P-012")
    table = pd.read_csv(out / "clinic_measures.csv")
    assert list(table.columns) == list(COLUMNS)
    assert table.to_dict("records")[0]["value"] == 12.5
    assert table[["person", "unit", "about", "measured_on", "note"]].to_numpy().tolist() == [
        ["P-012", "kg", "elbow_flexion", "2026-03-02", "Grüße"]
    ]
    everything = json.loads((out / "all.json").read_text(encoding="utf-8"))
    assert [row["uuid"] for row in everything["clinic_measures"]] == [kept.uuid]
    for name in ("sets", "reps", "prompts"):  # never among what the camera saw
        assert kept.uuid not in (out / f"{name}.csv").read_text(encoding="utf-8")


def test_they_go_with_the_person_and_with_nobody_else(clinic):
    typed(clinic)
    clinic.save_person("Q-1", {})
    other = clinic.save_clinic_measure("Q-1", "load_kg", 1.5, measured_on=DAY)
    clinic.delete_person("P-012")
    assert clinic.clinic_measures("Q-1") == (other,)
    with clinic.database.connecting() as connection:
        assert connection.execute(text("SELECT count(*) FROM clinic_measure")).scalar() == 1


def test_a_practice_file_goes_without_them_and_leaves_those_of_the_clinic(store, practise, tmp_path):
    with open_store(folder=tmp_path / "home") as home:
        practise(home)
        typed(home)
        words = "amber river lantern moon"
        path = write_practice_file(home, "P-012", tmp_path / "march.posecheck", passphrase=words)
    contents = read_practice_file(path, passphrase=words)
    assert "clinic_measures" not in contents.tables
    merge_practice_file(store, contents)
    kept = typed(store, value=20.0)
    merge_practice_file(store, contents)
    assert store.clinic_measures("P-012") == (kept,)


def test_a_store_from_before_takes_them_and_keeps_what_it_had(url, tmp_path):
    before = tmp_path / "before"
    shutil.copytree(HERE, before)
    (before / "versions" / "r0002_clinic.py").unlink()
    (tmp_path / "data").mkdir()
    database = open_database(database_url(url, tmp_path / "data"), wait_s=5)
    migrate(database, scripts=before, head="0001")
    with database.connecting(write=True) as connection:
        connection.execute(
            text(
                "INSERT INTO person (uuid, code, profile, created_utc) VALUES ('u', 'P-012', '{}', "
                "'2026-03-02 18:00:00+00:00')"
            )
        )
    database.engine.dispose()
    with open_store(url, tmp_path / "data") as store:
        assert [person.code for person in store.people()] == ["P-012"]
        assert store.clinic_measures("P-012") == ()
        assert typed(store).value == 12.5
    kept = [path.name for path in (tmp_path / "data").glob("*.before-*")]
    assert kept == (["posecheck.db.before-0002"] if url is None else [])
