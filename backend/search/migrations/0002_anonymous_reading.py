from django.db import migrations

from backend.search import triggers

CHANGED = [watch for watch in triggers.WATCHED if watch.table in ("workflow_application", "hiring_posting")]


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
