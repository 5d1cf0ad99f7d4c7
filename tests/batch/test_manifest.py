"""A study is read whole and checked whole: what is unclear is said at once, row by row, and never guessed."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from posecheck.batch.manifest import clips_of
from posecheck.batch.rows import read_rows
from posecheck.errors import BatchError

HEAD = "path,participant,session,exercise,side,affected,view,age,group\n"


@pytest.fixture
def study(tmp_path):
    """A folder with three files that are there; nobody looks into them here."""
    for name in ("a.mp4", "b.mov", "sub/c.mp4"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"not looked into")
    return tmp_path


def manifest(study, text, name="study.csv", encoding="utf-8"):
    (study / name).write_text(text, encoding=encoding)
    return study / name


def problems(study, text, **defaults):
    with pytest.raises(BatchError) as told:
        clips_of(manifest(study, text), **defaults)
    return str(told.value).splitlines()


def test_a_row_becomes_a_clip_and_other_columns_are_carried(study):
    text = HEAD + "a.mp4,p1,s1,elbow_flexion,left,right,left,63,007\nsub/c.mp4,p2,,drink,,,,,008\n"
    first, other = clips_of(manifest(study, text), level=1)
    assert (first.id, first.place, first.participant, first.session) == ("a", "a.mp4", "p1", "s1")
    assert first.path == study / "a.mp4"
    assert (first.exercise.id, other.exercise.id) == ("elbow_flexion", "drink")
    assert (first.settings.side, first.settings.affected, first.settings.view) == ("left", "right", "left")
    assert (other.settings.side, other.settings.affected, other.settings.view) == ("both", "unknown", "auto")
    assert first.settings.level == other.settings.level == 1
    # A column of numbers is one of numbers, with its gaps; names that look like numbers stay names.
    assert [c.carried for c in (first, other)] == [{"age": 63, "group": "007"}, {"age": None, "group": "008"}]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-8")])
def test_tables_as_spreadsheets_write_them(study, delimiter, encoding):
    text = (
        delimiter.join(["path", "exercise", "comment"])
        + "\r\n"
        + delimiter.join(["a.mp4", "drink", "schön"])
        + "\r\n"
    )
    (clip,) = clips_of(manifest(study, text, encoding=encoding))
    assert clip.carried == {"comment": "schön"}


def test_a_manifest_in_parquet_keeps_its_types(study):
    table = pa.table({"path": ["a.mp4", "b.mov"], "exercise": ["drink", "drink"], "level": [3, None],
                      "mirrored": [True, None], "weight": [1.5, None]})  # fmt: skip
    parquet.write_table(table, study / "study.parquet")
    first, other = clips_of(study / "study.parquet")
    assert (first.settings.level, first.mirrored, first.carried) == (3, True, {"weight": 1.5})
    assert (other.settings.level, other.mirrored, other.carried) == (2, False, {"weight": None})


def test_an_empty_cell_takes_what_the_command_line_says_and_a_full_one_keeps_its_own(study):
    text = "path,exercise,affected\na.mp4,drink,left\nb.mov,,\n"
    first, other = clips_of(manifest(study, text), exercise="elbow_flexion", affected="right")
    assert (first.exercise.id, first.settings.affected) == ("drink", "left")
    assert (other.exercise.id, other.settings.affected) == ("elbow_flexion", "right")


def test_an_exercise_file_beside_the_manifest_is_found(study):
    own = Path(__file__).parents[1] / "exercises" / "overhead_press.toml"
    (study / "mine.toml").write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    (clip,) = clips_of(manifest(study, "path,exercise\na.mp4,mine.toml\n"))
    assert clip.exercise.id == "overhead_press"


def test_everything_is_said_at_once_with_its_row(study):
    text = (
        "path,exercise,side,level,start_s,end_s,mirrored,person\n"
        "gone.mp4,drink,,,,,,\n"
        "a.mp4,dring,lft,4,5,3,maybe,0\n"
        ",drink,,,x,,,\n"
    )
    told = problems(study, text)
    assert "9 things to mend" in told[0]
    for row, words in [
        (2, "gone.mp4 is not there"), (3, "Did you mean 'drink'"), (3, "Did you mean left?"), (3, "level is one of"),
        (3, "end_s must be later"), (3, "mirrored is true or false"), (3, "person is a whole number"),
        (4, "path is empty"), (4, "start_s is a time"),
    ]:  # fmt: skip
        assert any(line.strip().startswith(f"row {row}:") and words in line for line in told), (
            row,
            words,
            told,
        )


def test_hundreds_of_problems_are_counted_and_not_all_listed(study):
    told = problems(study, "path,exercise\n" + "gone.mp4,drink\n" * 300)
    assert "300 things" in told[0]
    assert len(told) == 22
    assert told[-1].strip() == "and 280 more."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("path,exercise\n", "no rows below the header"),
        ("file,exercise\na.mp4,drink\n", "a column named path was expected; there are: file, exercise"),
        ("path,path\na.mp4,a.mp4\n", "each column needs a name of its own"),
        ("path,exercise\na.mp4\n", "line 2: 2 cells were expected, got 1"),
        ("path,exercise,score\na.mp4,drink,3\n", "'score': posecheck writes one of that name"),
        ("path,exercise,particpant\na.mp4,drink,p1\n", "did you mean 'participant'"),
        ("path\na.mp4\n", "no exercise"),
        ("path,exercise,id\na.mp4,drink,x\nb.mov,drink,X\n", "stands in two rows"),
        ("path,exercise,id\na.mp4,drink,x/y\n", "Leave out slashes"),
        ("path,exercise,participant,affected\na.mp4,drink,p1,left\nb.mov,drink,p1,right\n",
         "row 3: the affected side of p1 is right, and left in row 2"),
        ("path,exercise\na.mp4,drink\n./a.mp4,drink\n", "row 3: the same recording, exercise and settings as row 2"),
        ("path,exercise,participant\na.mp4,drink,P01\nb.mov,drink,p01\n", "participant 'p01' is nearly 'P01' of row 2"),
        ("path,exercise,session\na.mp4,drink,1\nb.mov,drink,001\n", "session '001' is nearly '1' of row 2"),
        ("path,exercise,subject\na.mp4,drink,p1\n", "did you mean 'participant'"),
        ("path,exercise,paretic\na.mp4,drink,left\n", "did you mean 'affected'"),
        ("Video,exercise\na.mp4,drink\n", "Rename 'Video' to path"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_meant_is_refused(study, text, words):
    assert any(words in line for line in problems(study, text))


def test_what_is_no_table_is_said_in_one_sentence(study):
    (study / "film.csv").write_bytes(bytes(range(256)))
    (study / "film.parquet").write_bytes(b"PAR1 and nothing else")
    for name in ("film.csv", "film.parquet", "nothing.csv"):
        with pytest.raises(BatchError) as told:
            read_rows(study / name)
        assert len(str(told.value).splitlines()) == 1
        assert name in str(told.value)


def test_places_become_names_of_trials_that_further_rows_leave_as_they_are(study):
    (study / "sub/a.mp4").write_bytes(b"another")
    (study / "a.mov").write_bytes(b"a third")
    rows = "path,exercise\n{}sub/a.mp4,drink\n"
    (alone,) = clips_of(manifest(study, rows.format("")))
    clips = clips_of(manifest(study, rows.format("a.mp4,drink\na.mov,drink\n")))
    assert [clip.id for clip in clips] == ["a", "a-2", "sub_a"]
    assert alone.id == "sub_a"


def test_a_name_that_was_given_is_never_changed(study):
    clips = clips_of(manifest(study, "path,exercise,id\na.mp4,drink,\nb.mov,drink,a\n"))
    assert [clip.id for clip in clips] == ["a-2", "a"]


def test_decimal_commas_are_numbers_beside_semicolons(study):
    clips = clips_of(manifest(study, "path;exercise;age;dose\na.mp4;drink;72,5;1,5 mg\nb.mov;drink;70;2\n"))
    assert [clip.carried["age"] for clip in clips] == [72.5, 70.0]
    assert [clip.carried["dose"] for clip in clips] == ["1,5 mg", "2"]


# A folder and a rule


def test_a_folder_is_searched_and_the_rule_tells_what_names_mean(tmp_path):
    for name in ("p1/s1_elbow_flexion_left", "p1/s1_elbow_flexion_right", "p2/s1_sit_to_stand_both"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.MP4").write_bytes(b"film")
    (tmp_path / "p1/notes.txt").write_text("no film")
    (tmp_path / ".hidden.mp4").write_bytes(b"film")
    (tmp_path / "p1/annotated.mp4").write_bytes(b"what posecheck drew itself")
    clips = clips_of(tmp_path, rule="{participant}/{session}_{exercise}_{side}")
    told = [(c.participant, c.session, c.exercise.id, c.settings.side) for c in clips]
    assert told == [("p1", "s1", "elbow_flexion", "left"), ("p1", "s1", "elbow_flexion", "right"),
                    ("p2", "s1", "sit_to_stand", "both")]  # fmt: skip
    assert clips[0].place == "p1/s1_elbow_flexion_left.MP4"


def test_names_that_do_not_follow_the_rule_are_said_before_anything_starts(tmp_path):
    for name in ("p1_left", "p2_left", "holiday"):
        (tmp_path / f"{name}.mp4").write_bytes(b"film")
    with pytest.raises(BatchError, match=r"1 of 3 videos do not follow the rule .* such as holiday\.mp4"):
        clips_of(tmp_path, rule="{participant}_{side}", exercise="drink")


@pytest.mark.parametrize("rule", ["no braces", "{a}{a}", "{path}", "{1x}"])
def test_a_rule_that_says_nothing_is_refused(tmp_path, rule):
    (tmp_path / "a.mp4").write_bytes(b"film")
    with pytest.raises(BatchError, match="was expected to name what is in a file's name"):
        clips_of(tmp_path, rule=rule, exercise="drink")


def test_a_folder_without_a_video_says_so(tmp_path):
    with pytest.raises(BatchError, match="no video was found"):
        clips_of(tmp_path, exercise="drink")
