"""The first version: everything the store keeps.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "verdicts",
    "candidates",
    "jobs",
    "sign_ins",
    "phrases",
    "people",
    "audit",
    "audit_head",
    "tallies",
    "contacts",
    "settings",
    "blobs",
)
"""In the order in which they can be dropped."""


def upgrade() -> None:
    """All tables, and the head of the empty audit trail."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_action", "audit", ["action"], unique=False)
    op.create_index("ix_audit_actor", "audit", ["actor"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "blobs",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", "name", name="pk_blobs"),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_day", "contacts", ["day"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("profession", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_totp_step", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('reviewer', 'lead', 'releaser', 'admin')", name="ck_people_role"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("name", name="uq_people_name"),
    )
    op.create_table(
        "phrases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("ranked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("predicted", sa.String(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("chosen", sa.String(), nullable=True),
        sa.Column("cluster", sa.String(), nullable=False),
        sa.Column("identifying", sa.Integer(), nullable=False),
        sa.Column("random_slice", sa.Boolean(), nullable=False),
        sa.Column("blind_second", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("also", sa.String(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'waiting', 'second', 'adjudicate', 'done', 'hidden')", name="ck_phrases_state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_phrases"),
    )
    op.create_index("ix_phrases_cluster_state", "phrases", ["cluster", "state"], unique=False)
    op.create_index("ix_phrases_digest", "phrases", ["digest"], unique=False)
    op.create_index("ix_phrases_expires_on", "phrases", ["expires_on"], unique=False)
    op.create_index("ix_phrases_predicted_label", "phrases", ["predicted", "label"], unique=False)
    op.create_index("ix_phrases_state_day", "phrases", ["state", "day"], unique=False)
    op.create_index("ix_phrases_state_margin", "phrases", ["state", "margin", "id"], unique=False)
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settings"),
    )
    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "what", "category", "level", name="pk_tallies"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'stopped')", name="ck_jobs_state"),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name="fk_jobs_started_by"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_kind_state", "jobs", ["kind", "state"], unique=False)
    op.create_index(
        "uq_jobs_one_running",
        "jobs",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sign_ins_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_ins"),
    )
    op.create_index("ix_sign_ins_person", "sign_ins", ["person"], unique=False)
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phrase", sa.String(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("also", sa.String(), nullable=True),
        sa.Column("round", sa.String(), nullable=False),
        sa.Column("guideline_version", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bulk_id", sa.String(), nullable=True),
        sa.Column("former", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("answer IN ('label', 'two', 'cannot-judge', 'contains-name')", name="ck_verdicts_answer"),
        sa.CheckConstraint("round IN ('first', 'second', 'adjudication')", name="ck_verdicts_round"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_verdicts_person"),
        sa.ForeignKeyConstraint(["phrase"], ["phrases.id"], name="fk_verdicts_phrase", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdicts_bulk_id", "verdicts", ["bulk_id"], unique=False)
    op.create_index("ix_verdicts_person_id", "verdicts", ["person", "id"], unique=False)
    op.create_index("ix_verdicts_phrase", "verdicts", ["phrase"], unique=False)
    op.create_table(
        "candidates",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("job", sa.Integer(), nullable=True),
        sa.Column("trained_by", sa.Integer(), nullable=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gate", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('refused', 'waiting', 'released', 'withdrawn')", name="ck_candidates_state"),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], name="fk_candidates_job"),
        sa.ForeignKeyConstraint(["released_by"], ["people.id"], name="fk_candidates_released_by"),
        sa.ForeignKeyConstraint(["trained_by"], ["people.id"], name="fk_candidates_trained_by"),
        sa.PrimaryKeyConstraint("version", name="pk_candidates"),
    )

    op.execute("INSERT INTO audit_head (id, seq, hash, signature) VALUES (1, 0, '', '')")


def downgrade() -> None:
    """An empty database."""
    for table in TABLES:
        op.drop_table(table)
