"""Which columns the tables of a study have, and of what type: the same for every study with the same exercises."""

from posecheck.result import ROW_COLUMNS
from posecheck.tables import columns_of

WHOSE = ("trial", "participant", "session")
"""Columns that every table begins with; what the manifest carries through comes next."""
TRIAL_TEXT = (
    "path", "exercise", "side", "affected", "kind", "view", "warnings", "symmetry_reason", "symmetry_numerator",
    "symmetry_denominator", "video_sha256", "engine", "model", "model_sha256", "runs_on", "exercise_sha256",
    "posecheck", "settings", "poses", "key",
)  # fmt: skip
TRIAL_WHOLE = (
    "level", "sets", "left_reps", "right_reps", "scored_reps", "attempts", "not_this_exercise", "people", "fps_gaps",
    "frames",
)  # fmt: skip
TRIAL_TRUE = ("mirrored", "symmetry_comparable")
_COMPARED = ("range", "lift_time", "lower_time")
_WITH_INTERVAL = ("range_log_ratio", "lag_s", "waveform_r2", "waveform_gain")
_NUMBERS = (
    *(f"{name}_{end}" for name in _COMPARED for end in ("numerator", "denominator")),
    *(
        f"{name}{end}"
        for name in (*(f"{name}_ratio" for name in _COMPARED), *_WITH_INTERVAL)
        for end in ("", "_ci95_low", "_ci95_high")
    ),
)
SYMMETRY_NUMBERS = tuple(f"symmetry_{name}" for name in _NUMBERS)
TRIAL_COLUMNS = (
    "path", "exercise", "side", "affected", "kind", "level", "view", "sets", "left_reps", "right_reps", "scored_reps",
    "attempts", "not_this_exercise", "detected_pct", "framing", "trunk_px", "fps_median", "fps_gaps", "people",
    "mirrored", "duration_s", "frames", "warnings", "symmetry_comparable", "symmetry_reason", "symmetry_numerator",
    "symmetry_denominator", *SYMMETRY_NUMBERS, "video_sha256", "engine", "model", "model_sha256", "runs_on",
    "exercise_sha256", "posecheck", "settings", "poses", "key",
)  # fmt: skip
PAIR_TEXT = ("exercise", "kind", "first", "other", "reason", "numerator", "denominator")
PAIR_TRUE = ("comparable",)
PAIR_COLUMNS = ("participant", "session", "exercise", "kind", "first", "other", "comparable", "reason", "numerator",
                "denominator", *_NUMBERS)  # fmt: skip
FAILURE_COLUMNS = ("trial", "participant", "session", "path", "exercise", "reason")
TAKEN = frozenset({*WHOSE, *ROW_COLUMNS, *TRIAL_COLUMNS, *PAIR_COLUMNS, *FAILURE_COLUMNS})
"""Names that a manifest's own columns must not have."""
_REP_TEXT = {"exercise", "side", "role", "mode", "exclusion_reason", "view", "estimator", "kind"}
_REP_WHOLE, _REP_TRUE = {"rep", "set"}, {"assisted", "complete", "scored"}


def rep_columns(exercises):
    """Columns of reps.parquet after those of `WHOSE` and the carried ones: those of every exercise, in one order."""
    return tuple(
        dict.fromkeys(name for exercise in exercises for name in columns_of(exercise) if name != "trial")
    )


def rep_schema(exercises, carried):
    """Arrow schema of reps.parquet."""
    kinds = {"text": _REP_TEXT, "whole": _REP_WHOLE, "true": _REP_TRUE}
    return _schema(rep_columns(exercises), kinds, carried)


def trial_schema(carried):
    """Arrow schema of trials.parquet."""
    return _schema(TRIAL_COLUMNS, {"text": TRIAL_TEXT, "whole": TRIAL_WHOLE, "true": TRIAL_TRUE}, carried)


def pair_schema():
    """Arrow schema of pairs.parquet."""
    import pyarrow as pa

    kinds = {"text": (*PAIR_TEXT, "participant", "session"), "whole": (), "true": PAIR_TRUE}
    return pa.schema(_fields(PAIR_COLUMNS, kinds))


def _schema(columns, kinds, carried):
    import pyarrow as pa

    whose = [(name, pa.string()) for name in WHOSE]
    own = [(name, _type_of(values)) for name, values in carried.items()]
    return pa.schema([*whose, *own, *_fields(columns, kinds)])


def _fields(columns, kinds):
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "true": pa.bool_()}
    told = {name: types[kind] for kind, names in kinds.items() for name in names}
    return [(name, told.get(name, pa.float64())) for name in columns]


def _type_of(values):
    """Arrow's own idea of a carried column; text where it is empty."""
    import pyarrow as pa

    found = pa.array(values).type
    return pa.string() if pa.types.is_null(found) else found
