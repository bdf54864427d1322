"""The log of a person who is erased may be emptied of text. Frozen from `workflow.triggers.lifecycle_sql()`."""

from django.db import migrations

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
BEGIN
    IF TG_TABLE_NAME = 'workflow_application' THEN which := NEW.id; ELSE which := NEW.application_id; END IF;
    SELECT state INTO present FROM workflow_application WHERE id = which;
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


class Migration(migrations.Migration):
    dependencies = [("workflow", "0003_answers"), ("hiring", "0004_people")]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
