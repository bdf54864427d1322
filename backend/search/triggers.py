"""The triggers that notice a change of what is searched, whoever makes it: a service, `.update()` or plain SQL.

They only write down which application is meant; the words are made in Python, by `index.sweep`.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Watch(NamedTuple):
    """A table, what of it is watched, and how one of its rows (`r`) leads to applications."""

    table: str
    events: str
    applications: str


WATCHED = (
    Watch("workflow_application", "INSERT OR UPDATE OF message, candidate_id, posting_id, met_at, tags", "SELECT r.id"),
    Watch("workflow_note", "INSERT OR UPDATE OF text OR DELETE", "SELECT r.application_id"),
    Watch("workflow_answer", "INSERT OR UPDATE OF text OR DELETE", "SELECT r.application_id"),
    Watch("workflow_application_documents", "INSERT OR DELETE", "SELECT r.application_id"),
    Watch(
        "notifications_message",
        "INSERT OR UPDATE OF subject, body, status OR DELETE",
        "SELECT r.application_id WHERE r.application_id IS NOT NULL AND (r.direction = 'in' OR r.edited)",
    ),
    Watch(
        "hiring_candidate",
        "UPDATE OF name, email, phone, linkedin, github",
        "SELECT id FROM workflow_application WHERE candidate_id = r.id",
    ),
    Watch(
        "hiring_document",
        "UPDATE OF name, text, scan",
        "SELECT application_id FROM workflow_application_documents WHERE document_id = r.id",
    ),
    Watch(
        "hiring_posting", "UPDATE OF title, anonymous", "SELECT id FROM workflow_application WHERE posting_id = r.id"
    ),
)


def sql(watched: Iterable[Watch] = WATCHED) -> str:
    """Give the SQL that sets all of them."""
    return "\n".join(map(_one, watched))


def undo_sql(watched: Iterable[Watch] = WATCHED) -> str:
    """Give the SQL that takes them away."""
    return "\n".join(
        f"DROP TRIGGER search_notice ON {watch.table}; DROP FUNCTION search_notice_{watch.table}();"
        for watch in watched
    )


def _one(watch: Watch) -> str:
    return f"""
CREATE FUNCTION search_notice_{watch.table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE r {watch.table}%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN r := OLD; ELSE r := NEW; END IF;
    INSERT INTO search_stale (application_id) {watch.applications};
    RETURN NULL;
END $$;
CREATE TRIGGER search_notice AFTER {watch.events} ON {watch.table}
    FOR EACH ROW EXECUTE FUNCTION search_notice_{watch.table}();
"""
