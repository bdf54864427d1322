from django.db import migrations

from backend.search import triggers

CHANGED = [watch for watch in triggers.WATCHED if watch.table == "workflow_application"]


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_anonymous_reading'),
        ('workflow', '0009_tags'),
    ]

    operations = [
        migrations.RunSQL(triggers.undo_sql(CHANGED), migrations.RunSQL.noop),
        migrations.RunSQL(triggers.sql(CHANGED), migrations.RunSQL.noop),
    ]
