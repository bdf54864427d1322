from django.db import migrations

from backend.search import triggers

# What is watched from here on; `0003_tags` adds to it.
EVENTS = {
    "workflow_application": "INSERT OR UPDATE OF message, candidate_id, posting_id, met_at",
    "hiring_posting": "UPDATE OF title, anonymous",
}
CHANGED = [watch._replace(events=EVENTS[watch.table]) for watch in triggers.WATCHED if watch.table in EVENTS]


class Migration(migrations.Migration):

    dependencies = [
        ('hiring', '0005_anonymous_reading'),
        ('search', '0001_search_entries'),
        ('workflow', '0008_anonymous_reading'),
    ]

    operations = [
        migrations.RunSQL(triggers.undo_sql(CHANGED), migrations.RunSQL.noop),
        migrations.RunSQL(triggers.sql(CHANGED), migrations.RunSQL.noop),
    ]
