"""The database's side of the lifecycle: SQL generated from the same table that the code runs on.

What it refuses, from raw SQL and `.update()` as well:
- an application born in another state than the first, or without its log row (checked at commit);
- a change of state that is no arrow of the lifecycle, or that the last row of the log does not say;
- a log row that the application does not follow, or for another posting (checked at commit);
- any DELETE of the log, and any UPDATE but one: emptying `reason` and `data` in the log of a person who is erased
  (docs/adr/008; a candidate who is marked as erased must be empty themselves, by a CHECK).
"""

from workflow import machine
from workflow.states import Action, State

REFUSE = "ERRCODE = 'check_violation'"


def lifecycle_sql() -> str:
    """Give the functions and triggers, as one script that replaces what is installed."""
    arrows = sorted({(edge.source.value, edge.target.value) for edge in machine.edges() if edge.source})
    values = ",\n            ".join(f"('{source}', '{target}')" for source, target in arrows)
    # Nothing here comes from outside: the values are the members of two enumerations.
    return f"""\
CREATE OR REPLACE FUNCTION jalon_application_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> '{State.RECEIVED.value}' THEN
        RAISE EXCEPTION 'an application begins as received, not as %', NEW.state USING {REFUSE};
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION jalon_application_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    IF (OLD.state, NEW.state) NOT IN (VALUES
            {values}) THEN
        RAISE EXCEPTION 'the lifecycle has no way from % to %', OLD.state, NEW.state USING {REFUSE};
    END IF;
    SELECT from_state, to_state INTO said FROM workflow_transition
        WHERE application_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF said IS NULL OR (said.from_state, said.to_state) <> (OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'the log does not say that % moved from % to %', NEW.id, OLD.state, NEW.state USING {REFUSE};
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
        RAISE EXCEPTION 'application % is for another posting than its log says', which USING {REFUSE};
    END IF;
    SELECT to_state INTO said FROM workflow_transition WHERE application_id = which ORDER BY number DESC LIMIT 1;
    IF present IS DISTINCT FROM said THEN
        RAISE EXCEPTION 'application % is %, but its log says %', which, present, said USING {REFUSE};
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION jalon_log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - ARRAY['reason', 'data']) = (to_jsonb(OLD) - ARRAY['reason', 'data'])
                AND (NEW.reason = OLD.reason OR (NEW.reason = '' AND OLD.action <> '{Action.REJECT.value}'))
                AND (NEW.data = OLD.data OR NEW.data = '{{}}'::jsonb)
                AND EXISTS (SELECT FROM workflow_application a JOIN hiring_candidate c ON c.id = a.candidate_id
                    WHERE a.id = OLD.application_id AND c.erased_at IS NOT NULL) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the log of transitions is append-only: % refused', TG_OP USING {REFUSE};
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
"""  # noqa: S608
