"""All tables. Rows that come from the public side carry a day, never a time; texts are encrypted before they get here.

A change here needs a migration in `web/migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from web.store.columns import Moment, json_column, one_of

ROLES = ("reviewer", "lead", "releaser", "admin")
PHRASE_STATES = ("held", "waiting", "second", "adjudicate", "done", "hidden")
ANSWERS = ("label", "two", "cannot-judge", "contains-name")
ROUNDS = ("first", "second", "adjudication")
JOB_STATES = ("waiting", "running", "done", "failed", "stopped")
CANDIDATE_STATES = ("refused", "waiting", "released", "withdrawn")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("profession", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("totp_secret", Text),
    Column("active", Boolean, nullable=False),
    Column("created_on", Date, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("last_totp_step", Integer),
    one_of("role", ROLES),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("started", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("second_factor_at", Moment),
)

phrases = Table(
    "phrases",
    metadata,
    Column("id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("digest", String, nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("consent", String, nullable=False),
    Column("model", String, nullable=False),
    Column("ranked", json_column(), nullable=False),
    Column("predicted", String, nullable=False),
    Column("margin", Float, nullable=False),
    Column("level", Integer, nullable=False),
    Column("kind", String),
    Column("chosen", String),
    Column("cluster", String, nullable=False),
    Column("identifying", Integer, nullable=False),
    Column("random_slice", Boolean, nullable=False),
    Column("blind_second", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("label", String),
    Column("also", String),
    Column("released_on", Date),
    Column("expires_on", Date, nullable=False, index=True),
    one_of("state", PHRASE_STATES),
    Index("ix_phrases_state_day", "state", "day"),
    Index("ix_phrases_state_margin", "state", "margin", "id"),
    Index("ix_phrases_cluster_state", "cluster", "state"),
    Index("ix_phrases_predicted_label", "predicted", "label"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phrase", ForeignKey("phrases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("person", ForeignKey("people.id"), nullable=False),
    Column("answer", String, nullable=False),
    Column("label", String),
    Column("also", String),
    Column("round", String, nullable=False),
    Column("guideline_version", String, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("bulk_id", String, index=True),
    Column("former", json_column(), nullable=False),
    Column("made", json_column(), nullable=False),
    Column("undone_at", Moment),
    one_of("answer", ANSWERS),
    one_of("round", ROUNDS),
    Index("ix_verdicts_person_id", "person", "id"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", Integer, index=True),
    Column("action", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("before", json_column()),
    Column("after", json_column()),
    Column("reason", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, nullable=False),
    Column("hash", String, nullable=False),
    Column("signature", String, nullable=False),
)

tallies = Table(
    "tallies",
    metadata,
    Column("day", Date, primary_key=True),
    Column("what", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("day", Date, nullable=False, index=True),
    Column("read_on", Date),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("what", String, nullable=False),
    Column("started_by", ForeignKey("people.id")),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("heartbeat", Moment),
    Column("ended_at", Moment),
    Column("claim", String),
    Column("result", json_column()),
    one_of("state", JOB_STATES),
    Index("ix_jobs_kind_state", "kind", "state"),
    Index(
        "uq_jobs_one_running",
        "kind",
        unique=True,
        sqlite_where=text("state = 'running'"),
        postgresql_where=text("state = 'running'"),
    ),
    sqlite_autoincrement=True,
)

candidates = Table(
    "candidates",
    metadata,
    Column("version", String, primary_key=True),
    Column("job", ForeignKey("jobs.id")),
    Column("trained_by", ForeignKey("people.id")),
    Column("trained_at", Moment, nullable=False),
    Column("gate", json_column(), nullable=False),
    Column("state", String, nullable=False),
    Column("released_by", ForeignKey("people.id")),
    Column("released_at", Moment),
    one_of("state", CANDIDATE_STATES),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", JSON(), nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("version", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
)
