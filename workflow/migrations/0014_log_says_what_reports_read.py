"""What reports and an undo read of a move stands in columns of its row; the first answer stands on the application.

Fills them from what the log held as JSON, for rows that are there already. The lifecycle's functions are frozen from
`workflow.triggers.lifecycle_sql()`.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE workflow_transition DISABLE TRIGGER transition_stays;
    UPDATE workflow_transition t SET
        posting_id = a.posting_id,
        was_since = (t.before ->> 'state_since')::timestamptz,
        was_answer_by = (t.before ->> 'answer_by')::date,
        was_left_state = coalesce(t.before ->> 'left_state', ''),
        was_rejection = coalesce(t.before ->> 'rejection', ''),
        first = m.first
    FROM workflow_application a, (
        SELECT id, action NOT IN ('submit', 'undo')
            -- Before it there is the reception, and pairs of a move and its undoing.
            AND number = 2 + 2 * count(*) FILTER (WHERE action = 'undo') OVER (
                PARTITION BY application_id ORDER BY number) AS first
        FROM workflow_transition
    ) m
    WHERE a.id = t.application_id AND m.id = t.id;
    ALTER TABLE workflow_transition ENABLE TRIGGER transition_stays;
    UPDATE workflow_application a SET
        first_answer_at = t.at,
        first_answer = CASE WHEN t.action = 'withdraw' THEN 'withdrew'
            WHEN (t.at AT TIME ZONE '{zone}')::date > t.was_answer_by THEN 'too_late'
            ELSE 'in_time' END
    FROM workflow_transition t
    WHERE t.application_id = a.id AND t.first
        AND NOT EXISTS (SELECT FROM workflow_transition u WHERE u.undoes_id = t.id);
"""

EMPTY = """
    SET LOCAL statement_timeout = 0;
    ALTER TABLE workflow_transition DISABLE TRIGGER transition_stays;
    UPDATE workflow_transition SET before = jsonb_build_object(
        'state', from_state, 'state_since', to_char(was_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00'),
        'left_state', was_left_state, 'rejection', was_rejection, 'answer_by', was_answer_by)
    WHERE action <> 'submit';
    ALTER TABLE workflow_transition ENABLE TRIGGER transition_stays;
"""

SQL = """\
CREATE OR REPLACE FUNCTION jalon_application_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'received' THEN
        RAISE EXCEPTION 'an application begins as received, not as %', NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION jalon_application_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    IF (OLD.state, NEW.state) NOT IN (VALUES
            ('contracted', 'interviewed'),
            ('contracted', 'onboarded'),
            ('contracted', 'rejected'),
            ('contracted', 'withdrawn'),
            ('interviewed', 'contracted'),
            ('interviewed', 'received'),
            ('interviewed', 'rejected'),
            ('interviewed', 'withdrawn'),
            ('onboarded', 'contracted'),
            ('received', 'interviewed'),
            ('received', 'rejected'),
            ('received', 'withdrawn'),
            ('rejected', 'contracted'),
            ('rejected', 'interviewed'),
            ('rejected', 'received'),
            ('withdrawn', 'contracted'),
            ('withdrawn', 'interviewed'),
            ('withdrawn', 'received')) THEN
        RAISE EXCEPTION 'the lifecycle has no way from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    SELECT from_state, to_state INTO said FROM workflow_transition
        WHERE application_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF said IS NULL OR (said.from_state, said.to_state) <> (OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'the log does not say that % moved from % to %', NEW.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION jalon_state_is_logged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present text;
    said text;
    which uuid;
    place uuid;
BEGIN
    IF TG_TABLE_NAME = 'workflow_application' THEN which := NEW.id; ELSE which := NEW.application_id; END IF;
    SELECT state, posting_id INTO present, place FROM workflow_application WHERE id = which;
    IF NEW.posting_id <> place THEN
        RAISE EXCEPTION 'application % is for another posting than its log says', which USING ERRCODE = 'check_violation';
    END IF;
    SELECT to_state INTO said FROM workflow_transition WHERE application_id = which ORDER BY number DESC LIMIT 1;
    IF present IS DISTINCT FROM said THEN
        RAISE EXCEPTION 'application % is %, but its log says %', which, present, said USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION jalon_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - ARRAY['reason', 'data']) = (to_jsonb(OLD) - ARRAY['reason', 'data'])
                AND (NEW.reason = OLD.reason OR (NEW.reason = '' AND OLD.action <> 'reject'))
                AND (NEW.data = OLD.data OR NEW.data = '{}'::jsonb)
                AND EXISTS (SELECT FROM workflow_application a JOIN hiring_candidate c ON c.id = a.candidate_id
                    WHERE a.id = OLD.application_id AND c.erased_at IS NOT NULL) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the log of transitions is append-only: % refused', TG_OP USING ERRCODE = 'check_violation';
END $$;

DROP TRIGGER IF EXISTS application_born ON workflow_application;
CREATE TRIGGER application_born BEFORE INSERT ON workflow_application
    FOR EACH ROW EXECUTE FUNCTION jalon_application_born();

DROP TRIGGER IF EXISTS application_moves ON workflow_application;
CREATE TRIGGER application_moves BEFORE UPDATE OF state ON workflow_application
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION jalon_application_moves();

DROP TRIGGER IF EXISTS application_logged ON workflow_application;
CREATE CONSTRAINT TRIGGER application_logged AFTER INSERT ON workflow_application
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION jalon_state_is_logged();

DROP TRIGGER IF EXISTS transition_followed ON workflow_transition;
CREATE CONSTRAINT TRIGGER transition_followed AFTER INSERT ON workflow_transition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION jalon_state_is_logged();

DROP TRIGGER IF EXISTS transition_stays ON workflow_transition;
CREATE TRIGGER transition_stays BEFORE UPDATE OR DELETE ON workflow_transition
    FOR EACH ROW EXECUTE FUNCTION jalon_log_stays();
"""

def fill(apps, schema_editor):
    schema_editor.execute(FILL.format(zone=settings.TIME_ZONE), params=None)


def empty(apps, schema_editor):
    schema_editor.execute(EMPTY, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ("hiring", "0006_status_changes"),
        ("workflow", "0013_document_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="first_answer",
            field=models.CharField(blank=True, default="", choices=[("in_time", "in time"), ("too_late", "too late"), ("withdrew", "withdrawn before an answer")], editable=False, max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="application",
            name="first_answer_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="transition",
            name="first",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="transition",
            name="posting",
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hiring.posting"),
        ),
        migrations.AddField(
            model_name="transition",
            name="was_since",
            field=models.DateTimeField(help_text="since when it stood at `from_state`", null=True),
        ),
        migrations.AddField(
            model_name="transition",
            name="was_answer_by",
            field=models.DateField(help_text="by when an answer was promised", null=True),
        ),
        migrations.AddField(
            model_name="transition",
            name="was_left_state",
            field=models.CharField(blank=True, default="", choices=[("received", "Received"), ("interviewed", "Interviewed"), ("contracted", "Contract signed")], max_length=11),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="transition",
            name="was_rejection",
            field=models.CharField(blank=True, default="", choices=[("other_choice", "Someone else was chosen"), ("skills", "The skills do not fit this work"), ("experience", "Not enough experience for this work"), ("terms", "No agreement on the terms"), ("availability", "Not available at the right time"), ("position_closed", "The posting is filled or dropped"), ("no_answer", "No answer from the candidate"), ("not_an_application", "This was not an application")], max_length=20),
            preserve_default=False,
        ),
        migrations.RunPython(fill, empty),
        migrations.AlterField(
            model_name="transition",
            name="posting",
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="hiring.posting"),
        ),
        migrations.RemoveField(
            model_name="transition",
            name="before",
        ),
        migrations.RemoveIndex(
            model_name="transition",
            name="transition_stakes",
        ),
        migrations.AddIndex(
            model_name="transition",
            index=models.Index(condition=models.Q(models.Q(("from_state", "received"), ("from_state", "interviewed"), ("from_state", "contracted"), _connector="OR"), models.Q(("action", "undo"), _negated=True)), fields=["posting"], include=("application", "id", "action", "from_state", "at", "was_since"), name="transition_leaves"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("first_answer", ""), ("first_answer_at__isnull", True)), models.Q(("first_answer__in", ["in_time", "too_late", "withdrew"]), ("first_answer_at__isnull", False)), _connector="OR"), name="application_first_answer"),
        ),
        migrations.RunSQL(SQL, import_module("workflow.migrations.0004_erasure").SQL),
    ]
