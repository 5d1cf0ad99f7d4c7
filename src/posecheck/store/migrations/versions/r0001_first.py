"""The first schema: people, plans, sessions, sets, repetitions, prompts, events and settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("created_utc", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("code", name="uq_person_code"),
        sa.UniqueConstraint("uuid", name="uq_person_uuid"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("toml_text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("active_from_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_plan_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("uuid", name="uq_plan_uuid"),
    )
    op.create_index("ix_plan_person_id", "plan", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("started_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=True),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("posecheck", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_session_person_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("uuid", name="uq_session_uuid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_event_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_event_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sa.UniqueConstraint("uuid", name="uq_event_uuid"),
    )
    op.create_index("ix_event_person_id", "event", ["person_id"], unique=False)
    op.create_index("ix_event_session_id", "event", ["session_id"], unique=False)
    op.create_table(
        "exercise_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(), nullable=False),
        sa.Column("exercise_sha256", sa.String(), nullable=True),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("planned_reps", sa.Integer(), nullable=True),
        sa.Column("started_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.Column("view", sa.String(), nullable=True),
        sa.Column("fps_median", sa.Double(), nullable=True),
        sa.Column("noise_sigma_deg", sa.Double(), nullable=True),
        sa.Column("noise_sigma_ratio", sa.Double(), nullable=True),
        sa.Column("engine", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("model_sha256", sa.String(), nullable=True),
        sa.Column("trial_folder", sa.String(), nullable=True),
        sa.Column("result_sha256", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_exercise_set_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exercise_set"),
        sa.UniqueConstraint("uuid", name="uq_exercise_set_uuid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_exercise_set_session_id", "exercise_set", ["session_id"], unique=False)
    op.create_table(
        "prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at_utc", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name="fk_prompt_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_id"], ["exercise_set.id"], name="fk_prompt_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_prompt"),
        sa.UniqueConstraint("uuid", name="uq_prompt_uuid"),
    )
    op.create_index("ix_prompt_session_id", "prompt", ["session_id"], unique=False)
    op.create_index("ix_prompt_set_id", "prompt", ["set_id"], unique=False)
    op.create_table(
        "rep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("rep", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=True),
        sa.Column("top_start_s", sa.Double(), nullable=True),
        sa.Column("top_end_s", sa.Double(), nullable=True),
        sa.Column("end_s", sa.Double(), nullable=True),
        sa.Column("lift_s", sa.Double(), nullable=True),
        sa.Column("hold_s", sa.Double(), nullable=True),
        sa.Column("lower_s", sa.Double(), nullable=True),
        sa.Column("rest_s", sa.Double(), nullable=True),
        sa.Column("time_sigma_s", sa.Double(), nullable=True),
        sa.Column("start_deg", sa.Double(), nullable=True),
        sa.Column("peak_deg", sa.Double(), nullable=True),
        sa.Column("range_deg", sa.Double(), nullable=True),
        sa.Column("range_sigma_deg", sa.Double(), nullable=True),
        sa.Column("start_ratio", sa.Double(), nullable=True),
        sa.Column("peak_ratio", sa.Double(), nullable=True),
        sa.Column("range_ratio", sa.Double(), nullable=True),
        sa.Column("range_sigma_ratio", sa.Double(), nullable=True),
        sa.Column("target_range", sa.Double(), nullable=True),
        sa.Column("mean_speed_dps", sa.Double(), nullable=True),
        sa.Column("peak_speed_dps", sa.Double(), nullable=True),
        sa.Column("smoothness_delta", sa.Double(), nullable=True),
        sa.Column("hold_sd_deg", sa.Double(), nullable=True),
        sa.Column("trunk_lean_deg", sa.Double(), nullable=True),
        sa.Column("trunk_flexion_deg", sa.Double(), nullable=True),
        sa.Column("shoulder_hike_deg", sa.Double(), nullable=True),
        sa.Column("seen_pct", sa.Double(), nullable=True),
        sa.Column("assisted", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("tempo_score", sa.Double(), nullable=True),
        sa.Column("range_score", sa.Double(), nullable=True),
        sa.Column("steadiness_score", sa.Double(), nullable=True),
        sa.Column("posture_score", sa.Double(), nullable=True),
        sa.Column("exclusion_reason", sa.String(), nullable=True),
        sa.Column("view", sa.String(), nullable=True),
        sa.Column("estimator", sa.String(), nullable=True),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["exercise_set.id"], name="fk_rep_set_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rep"),
        sa.UniqueConstraint("set_id", "number", name="uq_rep_set_id_number"),
    )
    op.create_index("ix_rep_set_id", "rep", ["set_id"], unique=False)
